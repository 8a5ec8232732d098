import { createRng } from '../../../src/core/rng.ts';

/** Options of a fractal sum. `period` is the lattice period of the first octave, per axis (0 = not tileable); later octaves double it. */
export interface FractalOptions {
  readonly octaves: number;
  readonly period?: number | readonly [x: number, y: number];
  readonly gain?: number;
}

/** Seeded gradient noise, its fractal sums and cell noise. All functions are pure for a given seed. */
export interface Noise {
  /** Gradient noise, about −1..1, tileable with integer periods (0: the lattice's own 256). */
  noise2(x: number, y: number, periodX?: number, periodY?: number): number;
  noise3(x: number, y: number, z: number): number;
  /** Sum of octaves, about −1..1. */
  fbm2(x: number, y: number, options: FractalOptions): number;
  fbm3(x: number, y: number, z: number, octaves: number): number;
  /** Sharp-crested sum, 0..1, 1 on the crests. */
  ridged2(x: number, y: number, options: FractalOptions): number;
  /** Distances to the nearest and second nearest of one feature point per cell, and the nearest cell's hash 0..1. */
  cells2(x: number, y: number, period: number): readonly [near: number, second: number, id: number];
}

const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);
const mod = (a: number, n: number): number => ((a % n) + n) % n;

/** Makes the noise functions of one seed. */
export function createNoise(seed: number): Noise {
  const rng = createRng(seed);
  const perm = new Uint8Array(512);
  for (let i = 0; i < 256; i++) perm[i] = i;
  for (let i = 255; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [perm[i], perm[j]] = [perm[j], perm[i]];
  }
  perm.copyWithin(256, 0, 256);
  const gradients = Float64Array.from({ length: 256 * 3 }, () => rng() * 2 - 1);
  const jitter = Float64Array.from({ length: 512 }, () => rng());
  const hash = (x: number, y: number): number => perm[(perm[x & 255] + (y & 255)) & 511];
  const wrap = (v: number, period: number): number => (period > 0 ? mod(v, period) : v);

  const noise2 = (x: number, y: number, periodX = 0, periodY = periodX): number => {
    const xi = Math.floor(x);
    const yi = Math.floor(y);
    const fx = x - xi;
    const fy = y - yi;
    const x0 = wrap(xi, periodX);
    const x1 = wrap(xi + 1, periodX);
    const y0 = wrap(yi, periodY);
    const y1 = wrap(yi + 1, periodY);
    const corner = (cx: number, cy: number, dx: number, dy: number): number => {
      const g = hash(cx, cy) * 3;
      return gradients[g] * dx + gradients[g + 1] * dy;
    };
    const u = fade(fx);
    const a = corner(x0, y0, fx, fy);
    const b = corner(x1, y0, fx - 1, fy);
    const c = corner(x0, y1, fx, fy - 1);
    const d = corner(x1, y1, fx - 1, fy - 1);
    const low = a + (b - a) * u;
    return (low + (c + (d - c) * u - low) * fade(fy)) * 1.6;
  };

  const noise3 = (x: number, y: number, z: number): number => {
    const xi = Math.floor(x);
    const yi = Math.floor(y);
    const zi = Math.floor(z);
    const fx = x - xi;
    const fy = y - yi;
    const fz = z - zi;
    const u = fade(fx);
    const v = fade(fy);
    let result = 0;
    for (let k = 0; k < 2; k++) {
      let plane = 0;
      for (let j = 0; j < 2; j++) {
        let row = 0;
        for (let i = 0; i < 2; i++) {
          const g = perm[(hash(xi + i, yi + j) + ((zi + k) & 255)) & 511] * 3;
          const value = gradients[g] * (fx - i) + gradients[g + 1] * (fy - j) + gradients[g + 2] * (fz - k);
          row += value * (i === 0 ? 1 - u : u);
        }
        plane += row * (j === 0 ? 1 - v : v);
      }
      result += plane * (k === 0 ? 1 - fade(fz) : fade(fz));
    }
    return result * 1.4;
  };

  const fbm2 = (x: number, y: number, { octaves, period = 0, gain = 0.5 }: FractalOptions): number => {
    const [px, py] = typeof period === 'number' ? [period, period] : period;
    let sum = 0;
    let amplitude = 1;
    let total = 0;
    for (let o = 0, f = 1; o < octaves; o++, f *= 2, amplitude *= gain) {
      sum += amplitude * noise2(x * f + o * 17, y * f + o * 31, px * f, py * f);
      total += amplitude;
    }
    return sum / total;
  };

  const fbm3 = (x: number, y: number, z: number, octaves: number): number => {
    let sum = 0;
    for (let o = 0, f = 1, a = 0.5; o < octaves; o++, f *= 2, a *= 0.5)
      sum += a * noise3(x * f + o * 7.3, y * f + o * 3.1, z * f + o * 5.7);
    return sum;
  };

  const ridged2 = (x: number, y: number, { octaves, period = 0, gain = 0.5 }: FractalOptions): number => {
    const [px, py] = typeof period === 'number' ? [period, period] : period;
    let sum = 0;
    let amplitude = 1;
    let total = 0;
    for (let o = 0, f = 1; o < octaves; o++, f *= 2, amplitude *= gain) {
      const crest = 1 - Math.min(1, Math.abs(noise2(x * f + o * 13, y * f + o * 29, px * f, py * f)) * 1.4);
      sum += amplitude * crest * crest;
      total += amplitude;
    }
    return sum / total;
  };

  const cells2 = (x: number, y: number, period: number): readonly [number, number, number] => {
    const xi = Math.floor(x);
    const yi = Math.floor(y);
    let near = 9;
    let second = 9;
    let id = 0;
    for (let j = -1; j <= 1; j++)
      for (let i = -1; i <= 1; i++) {
        const h = hash(wrap(xi + i, period), wrap(yi + j, period));
        const d = Math.hypot(xi + i + jitter[h] - x, yi + j + jitter[h + 256] - y);
        if (d < near) {
          second = near;
          near = d;
          id = h / 256;
        } else if (d < second) second = d;
      }
    return [near, second, id];
  };
  return { noise2, noise3, fbm2, fbm3, ridged2, cells2 };
}

export const clamp01 = (v: number): number => Math.max(0, Math.min(1, v));
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
/** Hermite step from `lo` to `hi`; works with lo > hi as a falling step. */
export const smoothstep = (lo: number, hi: number, v: number): number => {
  const t = clamp01((v - lo) / (hi - lo));
  return t * t * (3 - 2 * t);
};
