/** Plain-tuple vectors in doubles (gl-matrix keeps float32 by default; a stage 100 km from the origin needs doubles on the CPU). */
export type Vec2 = readonly [number, number];
export type Vec3 = readonly [number, number, number];
export type Vec4 = readonly [number, number, number, number];
/** Unit quaternion, [x, y, z, w] (glTF and gl-matrix order). */
export type Quat = readonly [number, number, number, number];
/** 3×3 matrix, row-major: `[r0c0, r0c1, r0c2, r1c0, …]`. Rows read off `target = M · source`. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number];

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec3, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s];
/** a + b·s */
export const mad = (a: Vec3, b: Vec3, s: number): Vec3 => [a[0] + b[0] * s, a[1] + b[1] * s, a[2] + b[2] * s];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
export const length = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
/** @throws RangeError for a zero vector, which has no direction. */
export function normalize(a: Vec3): Vec3 {
  const l = length(a);
  if (!(l > 0)) throw new RangeError('normalize: zero-length vector');
  return [a[0] / l, a[1] / l, a[2] / l];
}
