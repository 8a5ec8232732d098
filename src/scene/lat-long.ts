import type { Vec3 } from '../core/vec.ts';

/** A lat-long picture in linear RGB float32, rows top (+Y) first. */
export interface LatLong {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Float32Array;
}

/** Direction of a point of a lat-long picture: u 0..1 from the left, v 0..1 from the top. Inverse of `latLongFromDirection`. */
export function directionFromLatLong(u: number, v: number): Vec3 {
  const phi = (u - 0.5) * 2 * Math.PI;
  const theta = v * Math.PI;
  const sin = Math.sin(theta);
  return [sin * Math.sin(phi), Math.cos(theta), -sin * Math.cos(phi)];
}

/** u = ½ + atan2(x, −z)/2π, v = acos(y)/π: −Z is the middle, +X right of it. @param d Unit. */
export function latLongFromDirection(d: Vec3): [number, number] {
  return [0.5 + Math.atan2(d[0], -d[2]) / (2 * Math.PI), Math.acos(Math.max(-1, Math.min(1, d[1]))) / Math.PI];
}

/** Adds `weight` times the bilinear sample at (u, v) to `out`; wraps in u, clamps in v. */
export function addBilinear({ widthPx, heightPx, rgb }: LatLong, u: number, v: number, weight: number, out: Float64Array): void {
  const x = u * widthPx - 0.5;
  const y = Math.max(0, Math.min(heightPx - 1, v * heightPx - 0.5));
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const left = ((x0 % widthPx) + widthPx) % widthPx;
  const right = (left + 1) % widthPx;
  const top = y0 * widthPx;
  const bottom = Math.min(y0 + 1, heightPx - 1) * widthPx;
  const w00 = weight * (1 - fx) * (1 - fy);
  const w10 = weight * fx * (1 - fy);
  const w01 = weight * (1 - fx) * fy;
  const w11 = weight * fx * fy;
  for (let k = 0; k < 3; k++) {
    out[k] +=
      w00 * rgb[(top + left) * 3 + k] +
      w10 * rgb[(top + right) * 3 + k] +
      w01 * rgb[(bottom + left) * 3 + k] +
      w11 * rgb[(bottom + right) * 3 + k];
  }
}
