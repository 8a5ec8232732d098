/** One lattice value in −1..1, the same on every machine. */
function lattice(x: number, y: number, z: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2f) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2147483647.5 - 1;
}

const smooth = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);
const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

/** Value noise in −1..1 with continuous slopes. */
export function noise3(x: number, y: number, z: number, seed: number): number {
  const [xi, yi, zi] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const tx = smooth(x - xi);
  const ty = smooth(y - yi);
  const tz = smooth(z - zi);
  const edge = (dy: number, dz: number): number => mix(lattice(xi, yi + dy, zi + dz, seed), lattice(xi + 1, yi + dy, zi + dz, seed), tx);
  return mix(mix(edge(0, 0), edge(1, 0), ty), mix(edge(0, 1), edge(1, 1), ty), tz);
}

/** The same in the plane, repeating every `period` lattice cells (a whole number). */
export function tilingNoise2(x: number, y: number, period: number, seed: number): number {
  const [xi, yi] = [Math.floor(x), Math.floor(y)];
  const tx = smooth(x - xi);
  const wrap = (k: number): number => ((k % period) + period) % period;
  const [x0, x1, y0, y1] = [wrap(xi), wrap(xi + 1), wrap(yi), wrap(yi + 1)];
  const row = (yy: number): number => mix(lattice(x0, yy, 0, seed), lattice(x1, yy, 0, seed), tx);
  return mix(row(y0), row(y1), smooth(y - yi));
}

/** Sum of octaves of `noise3`, each at twice the frequency and half the height; about −1..1. */
export function fractal3(x: number, y: number, z: number, octaves: number, seed: number): number {
  let [sum, amplitude, scale] = [0, 0.5, 1];
  for (let k = 0; k < octaves; k++, amplitude *= 0.5, scale *= 2) sum += amplitude * noise3(x * scale, y * scale, z * scale, seed + k);
  return sum;
}

/** Octaves of `tilingNoise2` over the unit square, which repeats; the coarsest has `cells` cells along an edge. */
export function tilingFractal2(u: number, v: number, cells: number, octaves: number, seed: number): number {
  let [sum, amplitude, period] = [0, 0.5, cells];
  for (let k = 0; k < octaves; k++, amplitude *= 0.5, period *= 2)
    sum += amplitude * tilingNoise2(u * period, v * period, period, seed + k);
  return sum;
}

/** Hermite step from 0 at `from` to 1 at `to`. */
export function smoothStep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
