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

/** Visibility samples per LED: 1; 2 × 2; 4 × 2. */
export type SamplesPerLed = 1 | 4 | 8;
export type OuterRate = 1 | 2 | 4;

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
  readonly samplesPerLed: SamplesPerLed;
  /** LEDs along the edge of what the outer eye shades once: 1 = the whole lattice, 2 = half of it each way, 4 = a quarter. */
  readonly outerRate: OuterRate;
  /** Largest error of a simplified surface, LED pixels as seen from the eye that it is drawn for; 0 = full detail. */
  readonly lodErrorPx: number;
  readonly seed: number;
}
