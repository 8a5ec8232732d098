import { multiplyQuat, normalizeQuat, quatFromAxisAngle, rotate } from '../core/quat.ts';
import { cross, dot, type Quat, type Vec3 } from '../core/vec.ts';

/** Camera angles of the stage and of OpenTrackIO, radians: pan + turns left (seen from above), tilt + looks up, roll + clockwise seen from behind. */
export interface PanTiltRoll {
  readonly panRad: number;
  readonly tiltRad: number;
  readonly rollRad: number;
}

/**
 * Rotation of a camera (looks −Z, +Y up) in Y-up axes: intrinsic pan, tilt, roll. In the Z-up axes of the protocols this is
 * Rz(pan)·Rx(tilt)·Ry(roll) (OpenTrackIO 1.0.1, transforms); with (x, y, z) → (x, z, −y) it reads Ry(pan)·Rx(tilt)·R₋z(roll).
 */
export function quatFromPanTiltRoll({ panRad, tiltRad, rollRad }: PanTiltRoll): Quat {
  const pan = quatFromAxisAngle([0, 1, 0], panRad);
  const tilt = quatFromAxisAngle([1, 0, 0], tiltRad);
  const roll = quatFromAxisAngle([0, 0, -1], rollRad);
  return normalizeQuat(multiplyQuat(multiplyQuat(pan, tilt), roll));
}

/**
 * Inverse of `quatFromPanTiltRoll`: pan and roll in −π..π, tilt in −π/2..π/2. Straight up or down, where pan and roll turn about
 * the same line, all of the turn is given to pan and roll is 0.
 */
export function panTiltRollFromQuat(rotation: Quat): PanTiltRoll {
  const forward = rotate(rotation, [0, 0, -1]);
  const right = rotate(rotation, [1, 0, 0]);
  const tiltRad = Math.asin(Math.min(1, Math.max(-1, forward[1])));
  if (Math.hypot(forward[0], forward[2]) < 1e-9) return { panRad: Math.atan2(-right[2], right[0]), tiltRad, rollRad: 0 };
  const panRad = Math.atan2(-forward[0], -forward[2]);
  const level: Vec3 = [Math.cos(panRad), 0, -Math.sin(panRad)];
  const rollRad = Math.atan2(-dot(right, cross(level, forward)), dot(right, level));
  return { panRad, tiltRad, rollRad };
}

/** Point or direction of the protocols' Z-up axes (x right, y forward) in Y-up axes. Subtracted from 0, so that 0 does not become −0. */
export const yUpFromZUp = (p: Vec3): Vec3 => [p[0], p[2], 0 - p[1]];
/** Inverse of `yUpFromZUp`. */
export const zUpFromYUp = (p: Vec3): Vec3 => [p[0], 0 - p[2], p[1]];
