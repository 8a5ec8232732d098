import type { Vec3 } from '../core/vec.ts';
import { directionFromLatLong, type LatLong } from './lat-long.ts';

/** Rows below which a texel is too large for its centre to stand for it. */
const MIN_ROWS = 128;

/**
 * Irradiance over π of an environment as 9 spherical-harmonic coefficients per channel (Ramamoorthi and Hanrahan, "An Efficient
 * Representation for Irradiance Environment Maps"). Basis constants, the cosine lobe (1, 2/3, 1/4) and 1/π are folded in.
 * @returns 27 numbers, RGB after RGB, for the terms 1, y, z, x, xy, yz, 3z²−1, xz, x²−y². See `evaluateIrradianceSh`.
 */
export function projectIrradianceSh(map: LatLong): Float32Array {
  const { widthPx, heightPx, rgb } = map;
  const sub = Math.max(1, Math.ceil(MIN_ROWS / heightPx));
  const sums = new Float64Array(27);
  for (let row = 0; row < heightPx * sub; row++) {
    const top = (row / (heightPx * sub)) * Math.PI;
    const bottom = ((row + 1) / (heightPx * sub)) * Math.PI;
    const solidAngle = ((Math.cos(top) - Math.cos(bottom)) * 2 * Math.PI) / (widthPx * sub);
    const y = Math.floor(row / sub);
    for (let column = 0; column < widthPx * sub; column++) {
      const direction = directionFromLatLong((column + 0.5) / (widthPx * sub), (row + 0.5) / (heightPx * sub));
      const texel = (y * widthPx + Math.floor(column / sub)) * 3;
      addTerms(sums, direction, rgb, texel, solidAngle);
    }
  }
  const fold = [
    1 / (4 * Math.PI),
    ...new Array<number>(3).fill((3 / (4 * Math.PI)) * (2 / 3)),
    ...new Array<number>(2).fill((15 / (4 * Math.PI)) * (1 / 4)),
    (5 / (16 * Math.PI)) * (1 / 4),
    (15 / (4 * Math.PI)) * (1 / 4),
    (15 / (16 * Math.PI)) * (1 / 4),
  ];
  return Float32Array.from(sums, (sum, i) => sum * fold[Math.floor(i / 3)]);
}

/** Irradiance over π for a surface with unit normal `n`: diffuse radiance = albedo · this. May be slightly below 0 opposite a strong sun. */
export function evaluateIrradianceSh(sh: Float32Array, n: Vec3): Vec3 {
  const [x, y, z] = n;
  const terms = [1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y];
  const channel = (k: number): number => terms.reduce((sum, term, i) => sum + term * sh[i * 3 + k], 0);
  return [channel(0), channel(1), channel(2)];
}

function addTerms(sums: Float64Array, [x, y, z]: Vec3, rgb: Float32Array, texel: number, weight: number): void {
  const terms = [1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y];
  for (let i = 0; i < 9; i++) for (let k = 0; k < 3; k++) sums[i * 3 + k] += weight * terms[i] * rgb[texel + k];
}
