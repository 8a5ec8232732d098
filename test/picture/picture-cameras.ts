import type { LensState } from '../../src/core/lens.ts';
import { multiplyQuat, quatFromAxisAngle, quatFromMat3 } from '../../src/core/quat.ts';
import { cross, normalize, sub, type Vec2, type Vec3 } from '../../src/core/vec.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';

export const RESOLUTION_PX: Vec2 = [480, 270];
export const SENSOR_MM: Vec2 = [36, 20.25];

/** Where a camera stands, and how it is held. */
export interface Pose {
  readonly name: string;
  readonly eyeM: Vec3;
  readonly lookAtM: Vec3;
  readonly focalLengthMm: number;
  readonly rollDeg?: number;
  readonly shiftMm?: Vec2;
}

export const PERFECT_LENS = { distortion: null, distortionOffsetMm: [0, 0] } as const satisfies Partial<LensState>;
/** Barrel distortion of about 4 % at the sensor's corner of a 28 mm lens, decentred; one-to-one to beyond the feather. */
export const DISTORTED_LENS: Pick<LensState, 'distortion' | 'distortionOffsetMm'> = {
  distortion: { direction: 'undistorted-to-distorted', numerator: [-0.12, 0.02, 0], denominator: [0, 0, 0], tangential: [0.001, -0.0007] },
  distortionOffsetMm: [0.2, -0.1],
};
/** The same kind of lens stated the other way round, with a denominator. */
export const UNDISTORTING_LENS: Pick<LensState, 'distortion' | 'distortionOffsetMm'> = {
  distortion: {
    direction: 'distorted-to-undistorted',
    numerator: [0.1, 0.03, 0],
    denominator: [-0.03, 0, 0],
    tangential: [-0.0008, 0.0012],
  },
  distortionOffsetMm: [-0.15, 0.1],
};

export function cameraAt(
  pose: Pose,
  lens: Pick<LensState, 'distortion' | 'distortionOffsetMm'> = PERFECT_LENS,
  changes: Partial<CameraState> = {},
): CameraState {
  const back = normalize(sub(pose.eyeM, pose.lookAtM));
  const right = normalize(cross([0, 1, 0], back));
  const up = cross(back, right);
  const upright = quatFromMat3([right[0], up[0], back[0], right[1], up[1], back[1], right[2], up[2], back[2]]);
  const roll = quatFromAxisAngle([0, 0, 1], ((pose.rollDeg ?? 0) * Math.PI) / 180);
  return {
    id: 'A',
    entrancePupilM: pose.eyeM,
    stageFromCamera: multiplyQuat(upright, roll),
    lens: {
      pinholeFocalLengthMm: pose.focalLengthMm,
      projectionOffsetMm: pose.shiftMm ?? [0, 0],
      entrancePupilOffsetM: 0,
      focusDistanceM: null,
      ...lens,
    },
    sensorMm: SENSOR_MM,
    overscanPercent: 5,
    featherPercent: 4,
    enabled: true,
    sampleTimestampNs: null,
    ...changes,
  };
}

/** A frame at exposure 0 in which code = transfer(scene-linear) on the test stages (white = 100 nits = 1.0). */
export function frameState(cameras: readonly CameraState[], changes: Partial<FrameState> = {}): FrameState {
  return {
    frame: 0n,
    timeNs: 0n,
    sceneTimeS: 0,
    worldFromStage: { positionM: [0, 0, 0], yawRad: 0, scale: 1 },
    outerEyeM: [0.0131, 1.7077, 0.0053],
    cameras,
    exposureStops: 0,
    nitsPerUnit: 100,
    samplesPerLed: 1,
    outerRate: 1,
    lodErrorPx: 0,
    seed: 1,
    ...changes,
  };
}

/**
 * Eyes stand at crooked places: from round ones, whole rows of LEDs look exactly along edges of the scene, where either triangle is right.
 * Flat wall 8 × 2 m at z = −4.
 */
export const FLAT_POSES: readonly Pose[] = [
  { name: 'centre', eyeM: [0.2041, 1.5137, 0.0023], lookAtM: [0.4, 1.05, -4], focalLengthMm: 40 },
  { name: 'near', eyeM: [-1.0959, 1.1137, -2.2], lookAtM: [-0.9, 1, -4], focalLengthMm: 26 },
  { name: 'oblique', eyeM: [-3.3959, 1.3137, -1.7977], lookAtM: [1, 1, -4], focalLengthMm: 35 },
  { name: 'rolled', eyeM: [1.0041, 1.2137, -0.4977], lookAtM: [0.6, 1, -4], focalLengthMm: 42, rollDeg: 20 },
  { name: 'shifted', eyeM: [-0.7959, 1.0137, 0.3023], lookAtM: [-1, 1.1, -4], focalLengthMm: 45, shiftMm: [2, -1.2] },
  { name: 'low, looking up', eyeM: [2.0041, 0.4137, -1.1977], lookAtM: [2.2, 1.2, -4], focalLengthMm: 32, rollDeg: -8 },
];
/** Half circle of radius 5 m, 3.92 m high. */
export const ARC_POSES: readonly Pose[] = [
  { name: 'centre', eyeM: [0.0041, 1.6137, 1.5023], lookAtM: [0.3, 1.8, -5], focalLengthMm: 35 },
  { name: 'near', eyeM: [1.2041, 1.7137, -2.5977], lookAtM: [1.4, 1.6, -5], focalLengthMm: 25 },
  { name: 'oblique', eyeM: [-3.5959, 1.5137, -1.1977], lookAtM: [2.5, 1.9, -4.5], focalLengthMm: 43 },
  {
    name: 'rolled, shifted',
    eyeM: [1.0041, 1.2137, 3.0023],
    lookAtM: [-1, 1.5, -4],
    focalLengthMm: 85,
    rollDeg: 17,
    shiftMm: [1.1, -0.75],
  },
  { name: 'to the side', eyeM: [0.5041, 1.8137, 0.4023], lookAtM: [5, 1.6, -1.5], focalLengthMm: 32 },
  { name: 'rolled wide', eyeM: [-0.5959, 1.1137, 0.2023], lookAtM: [-2.5, 2, -4.2], focalLengthMm: 27, rollDeg: -30 },
];
/** Back wall z = −4, right wall x = 4, ceiling y = 4. */
export const L_POSES: readonly Pose[] = [
  { name: 'corner', eyeM: [0.0041, 1.6137, 1.0023], lookAtM: [3.6, 2.2, -4], focalLengthMm: 32 },
  { name: 'up to the ceiling', eyeM: [-0.9959, 1.2137, 0.0023], lookAtM: [1.5, 4, -3.2], focalLengthMm: 32 },
  { name: 'near the right wall', eyeM: [2.4041, 1.7137, 0.0023], lookAtM: [4, 1.8, -2.2], focalLengthMm: 32 },
  { name: 'back wall, rolled', eyeM: [-1.2, 1.5137, -0.2], lookAtM: [-1.6, 1.9, -4], focalLengthMm: 33, rollDeg: 12 },
  { name: 'right wall, shifted', eyeM: [-0.4959, 1.8137, -0.9977], lookAtM: [4, 1.9, -1.3], focalLengthMm: 40, shiftMm: [-1.5, 1] },
  { name: 'oblique', eyeM: [-2.7959, 1.4137, -1.9977], lookAtM: [1, 1.8, -4], focalLengthMm: 38 },
];
