import type { Quat, Vec3 } from '../../src/core/vec.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';

/** A sample at `timeNs`, arrived at once, with what the test changes. */
export function sampleAt(timeNs: bigint, changes: Partial<CameraSample> = {}): CameraSample {
  return {
    subject: 'cam',
    positionM: [0, 0, 0],
    rotation: [0, 0, 0, 1],
    lens: {},
    sensorMm: null,
    sampleTimestampNs: timeNs,
    receivedAtNs: timeNs,
    sequence: null,
    timecode: null,
    recording: null,
    ...changes,
  };
}

export const MS = 1_000_000n;
export const S = 1_000_000_000n;

/** Angle between two rotations, radians. */
export function angleBetween(a: Quat, b: Quat): number {
  const cosHalf = Math.min(1, Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]));
  // From the sine for small angles, where the cosine is flat.
  const d = Math.hypot(...[0, 1, 2, 3].map((i) => a[i]! - Math.sign(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]) * b[i]!));
  return cosHalf > 0.9 ? 4 * Math.asin(Math.min(1, d / 2)) : 2 * Math.acos(cosHalf);
}

export const distanceM = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
