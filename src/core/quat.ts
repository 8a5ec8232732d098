import { mat3, quat } from 'gl-matrix';
import type { Mat3, Quat, Vec3 } from './vec.ts';

/** Rotates `v` by unit quaternion `q`, in doubles. */
export function rotate(q: Quat, v: Vec3): Vec3 {
  const [x, y, z, w] = q;
  const tx = 2 * (y * v[2] - z * v[1]);
  const ty = 2 * (z * v[0] - x * v[2]);
  const tz = 2 * (x * v[1] - y * v[0]);
  return [v[0] + w * tx + y * tz - z * ty, v[1] + w * ty + z * tx - x * tz, v[2] + w * tz + x * ty - y * tx];
}

/** Product a·b: rotates by `b` first, then by `a`. */
export function multiplyQuat(a: Quat, b: Quat): Quat {
  return quat.multiply([0, 0, 0, 1] as unknown as quat, a as unknown as quat, b as unknown as quat) as unknown as Quat;
}

/** Unit quaternion of the rotation by `angleRad` about unit `axis` (right-hand rule). */
export function quatFromAxisAngle(axis: Vec3, angleRad: number): Quat {
  const s = Math.sin(angleRad / 2);
  return [axis[0] * s, axis[1] * s, axis[2] * s, Math.cos(angleRad / 2)];
}

/** Unit quaternion of a rotation matrix (row-major, orthonormal, determinant +1). */
export function quatFromMat3(m: Mat3): Quat {
  const columnMajor = mat3.fromValues(m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]);
  const out = quat.fromMat3([0, 0, 0, 1] as unknown as quat, columnMajor) as unknown as Quat;
  return normalizeQuat(out);
}

/** Row-major rotation matrix of a unit quaternion. */
export function mat3FromQuat(q: Quat): Mat3 {
  const x = rotate(q, [1, 0, 0]);
  const y = rotate(q, [0, 1, 0]);
  const z = rotate(q, [0, 0, 1]);
  return [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]];
}

export function normalizeQuat(q: Quat): Quat {
  const l = Math.hypot(...q);
  return [q[0] / l, q[1] / l, q[2] / l, q[3] / l];
}

/** Shortest-arc spherical interpolation; t in 0..1. */
export function slerp(a: Quat, b: Quat, t: number): Quat {
  return normalizeQuat(quat.slerp([0, 0, 0, 1] as unknown as quat, a as unknown as quat, b as unknown as quat, t) as unknown as Quat);
}
