import type { LensState } from '../core/lens.ts';
import { rotate } from '../core/quat.ts';
import { mad, type Quat, type Vec2, type Vec3 } from '../core/vec.ts';
import { quatFromPanTiltRoll } from '../tracking/pan-tilt-roll.ts';
import type { BakedStage, StageCamera } from './baked-stage.ts';
import type { CameraState, FrameState, OuterRate, SamplesPerLed, WorldFromStage } from './frame-state.ts';

/** Inner frusta that a frame may have. */
export const MAX_ENABLED_CAMERAS = 4;

/** Error of simplified surfaces that nobody sees, LED pixels. */
export const DEFAULT_LOD_ERROR_PX = 1;

/** A camera at the frame's time, stage space; `TrackedCamera` (tracking/camera-tracker.ts) is one. */
export interface CameraPose {
  /** Tracked point (sensor), metres. */
  readonly positionM: Vec3;
  /** Rotates camera axes (looks −Z, +Y up, +X right) into stage axes. */
  readonly rotation: Quat;
  readonly lens: LensState;
  /** Where the tracker knows better than the stage file. */
  readonly sensorMm?: Vec2;
  /** Newest sample used, TAI ns; null: rest pose. */
  readonly sampleTimestampNs: bigint | null;
}

/** What the show and its operator decide about a frame. */
export interface FrameParameters {
  readonly worldFromStage: WorldFromStage;
  readonly exposureStops: number;
  readonly nitsPerUnit: number;
  readonly samplesPerLed: SamplesPerLed;
  /** Default 1 (the whole lattice). */
  readonly outerRate?: OuterRate;
  /** LED pixels; default DEFAULT_LOD_ERROR_PX. */
  readonly lodErrorPx?: number;
  /** Cameras not named are enabled. */
  readonly camerasEnabled?: Readonly<Record<string, boolean>>;
  /** Time at which the scene's clock stood at zero, TAI ns; default the frame's own time (a scene that stands still). */
  readonly sceneStartNs?: bigint;
}

export interface FrameStateInput {
  readonly frame: bigint;
  /** When the frame is lit, TAI ns. */
  readonly timeNs: bigint;
  readonly parameters: FrameParameters;
  readonly stage: BakedStage;
  /** By camera id; cameras without one stand in their rest pose. */
  readonly poses: ReadonlyMap<string, CameraPose>;
}

/**
 * Everything that decides a frame, as one immutable snapshot; a pure function of its input.
 * Cameras come highest priority first, equal ones by id; only the first four enabled ones stay enabled.
 */
export function buildFrameState(input: FrameStateInput): FrameState {
  const { frame, timeNs, parameters, stage, poses } = input;
  let enabledCount = 0;
  const byPriority = [...stage.cameras].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const cameras = byPriority.map((camera): CameraState => {
    const isWanted = parameters.camerasEnabled?.[camera.id] ?? true;
    const enabled = isWanted && enabledCount < MAX_ENABLED_CAMERAS;
    if (enabled) enabledCount++;
    return cameraState(camera, poses.get(camera.id) ?? restPose(camera), enabled);
  });
  return {
    frame,
    timeNs,
    sceneTimeS: Number(timeNs - (parameters.sceneStartNs ?? timeNs)) / 1e9,
    worldFromStage: parameters.worldFromStage,
    outerEyeM: stage.outerEyeM,
    cameras,
    exposureStops: parameters.exposureStops,
    nitsPerUnit: parameters.nitsPerUnit,
    samplesPerLed: parameters.samplesPerLed,
    outerRate: parameters.outerRate ?? 1,
    lodErrorPx: parameters.lodErrorPx ?? DEFAULT_LOD_ERROR_PX,
    seed: Number(BigInt.asUintN(32, frame)),
  };
}

function cameraState(camera: StageCamera, pose: CameraPose, enabled: boolean): CameraState {
  return {
    id: camera.id,
    // The entrance pupil lies ahead of the tracked point along the optical axis.
    entrancePupilM: mad(pose.positionM, rotate(pose.rotation, [0, 0, -1]), pose.lens.entrancePupilOffsetM),
    stageFromCamera: pose.rotation,
    lens: pose.lens,
    sensorMm: pose.sensorMm ?? camera.sensorMm,
    overscanPercent: camera.overscanPercent,
    featherPercent: camera.featherPercent,
    enabled,
    sampleTimestampNs: pose.sampleTimestampNs,
  };
}

function restPose({ restPose: rest, lens }: StageCamera): CameraPose {
  return { positionM: rest.positionM, rotation: quatFromPanTiltRoll(rest), lens, sampleTimestampNs: null };
}
