import type { Quat, Vec3 } from '../core/vec.ts';

/** 4×4 identity, column-major. */
export const IDENTITY_4X4: readonly number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** a · b for column-major 4×4 matrices, in doubles. `out` may be `a` or `b`. */
export function multiply4x4(a: ArrayLike<number>, b: ArrayLike<number>, out: Float64Array = new Float64Array(16)): Float64Array {
  const product = new Array<number>(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      product[column * 4 + row] = sum;
    }
  }
  out.set(product);
  return out;
}

/** Column-major matrix of translation · rotation · scale (glTF 2.0 §3.5.3). */
export function matrixFromTrs(translation: Vec3, rotation: Quat, scale: Vec3): Float64Array {
  const [x, y, z, w] = rotation;
  const [sx, sy, sz] = scale;
  return Float64Array.of(
    (1 - 2 * (y * y + z * z)) * sx,
    2 * (x * y + z * w) * sx,
    2 * (x * z - y * w) * sx,
    0,
    2 * (x * y - z * w) * sy,
    (1 - 2 * (x * x + z * z)) * sy,
    2 * (y * z + x * w) * sy,
    0,
    2 * (x * z + y * w) * sz,
    2 * (y * z - x * w) * sz,
    (1 - 2 * (x * x + y * y)) * sz,
    0,
    translation[0],
    translation[1],
    translation[2],
    1,
  );
}

/** Rows r0 t0, r1 t1, r2 t2 of a column-major affine matrix, written at `offset` (the layout of `InstanceTable.worldFromMesh`). */
export function writeRows3x4(matrix: ArrayLike<number>, out: Float64Array, offset: number): void {
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 4; column++) out[offset + row * 4 + column] = matrix[column * 4 + row];
  }
}

/** The point `p` moved by a column-major affine matrix. */
export function transformPoint(matrix: ArrayLike<number>, p: Vec3): Vec3 {
  const at = (row: number) => matrix[row] * p[0] + matrix[4 + row] * p[1] + matrix[8 + row] * p[2] + matrix[12 + row];
  return [at(0), at(1), at(2)];
}

/** The vector `v` turned and scaled (not moved) by a column-major affine matrix. */
export function transformVector(matrix: ArrayLike<number>, v: Vec3): Vec3 {
  const at = (row: number) => matrix[row] * v[0] + matrix[4 + row] * v[1] + matrix[8 + row] * v[2];
  return [at(0), at(1), at(2)];
}
