import type { LensState } from '../core/lens.ts';
import type { Quat, Vec2, Vec3 } from '../core/vec.ts';

/** One film camera at the instant the frame is lit. */
export interface CameraState {
  readonly id: string;
  /** Entrance pupil, stage space, metres. */
  readonly entrancePupilM: Vec3;
  /** Rotates camera axes (looks −Z, +Y up, +X right) into stage axes. */
  readonly stageFromCamera: Quat;
  readonly lens: LensState;
  readonly sensorMm: Vec2;
  readonly overscanPercent: number;
  readonly featherPercent: number;
  /** False: the camera has no inner frustum in this frame. */
  readonly enabled: boolean;
  /** Newest sample used, TAI ns; null when the pose is the rest pose. */
  readonly sampleTimestampNs: bigint | null;
}

/** The stage's place in the virtual world: world = positionM + scale · Ry(yawRad) · stage. */
export interface WorldFromStage {
  readonly positionM: Vec3;
  readonly yawRad: number;
  readonly scale: number;
}

/** Immutable, numbered snapshot of everything that decides a frame besides scene and stage version. */
export interface FrameState {
  readonly frame: bigint;
  readonly timeNs: bigint;
  readonly sceneTimeS: number;
  readonly worldFromStage: WorldFromStage;
  readonly outerEyeM: Vec3;
  /** Highest priority first. At most 4 enabled. */
  readonly cameras: readonly CameraState[];
  /** Light multiplied by 2^exposureStops. */
  readonly exposureStops: number;
  /** Luminance of scene-linear 1.0 at exposure 0, nits. */
  readonly nitsPerUnit: number;
  readonly samplesPerLed: 1 | 4;
  readonly seed: number;
}
