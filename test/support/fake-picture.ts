import { pqFromNits, srgbFromLinear } from '../../src/core/transfer.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import type { CanvasImage } from '../../src/engine/frame-result.ts';

/** Sees whether a stage point belongs to a camera (then its eye decides what the LED shows). */
export type EyeOfPoint = (x: number, y: number, z: number) => Vec3;

const CODES = 2048;
const MAX_NITS = 1600;
const pqTable = Uint16Array.from({ length: CODES }, (_, i) => Math.round(1023 * pqFromNits((i / (CODES - 1)) ** 2 * MAX_NITS)));
const srgbTable = Uint8Array.from({ length: CODES }, (_, i) => Math.round(255 * srgbFromLinear(((i / (CODES - 1)) ** 2 * MAX_NITS) / 200)));

/** A canvas of a desert evening: sky, sun, ridges, a striped ground; lit per LED along the ray from its eye. 10 bit PQ or 8 bit sRGB. */
export function paintCanvas(
  canvas: number,
  widthPx: number,
  heightPx: number,
  bitDepth: 8 | 10,
  positionsM: Float32Array,
  eyeOf: EyeOfPoint,
  timeS: number,
): CanvasImage {
  const words = new Uint32Array(widthPx * heightPx);
  const nits: [number, number, number] = [0, 0, 0];
  for (let pixel = 0; pixel < words.length; pixel++) {
    const x = positionsM[pixel * 3];
    if (Number.isNaN(x)) continue;
    const y = positionsM[pixel * 3 + 1];
    const z = positionsM[pixel * 3 + 2];
    const eye = eyeOf(x, y, z);
    desert(eye, x - eye[0], y - eye[1], z - eye[2], timeS, nits);
    const [r, g, b] = nits.map((value) => Math.round(Math.sqrt(Math.min(1, value / MAX_NITS)) * (CODES - 1)));
    words[pixel] =
      bitDepth === 10
        ? (pqTable[r] | (pqTable[g] << 10) | (pqTable[b] << 20) | (3 << 30)) >>> 0
        : (srgbTable[r] | (srgbTable[g] << 8) | (srgbTable[b] << 16) | (255 << 24)) >>> 0;
  }
  const format = bitDepth === 10 ? 'rgb10a2' : 'rgba8';
  return { canvas, widthPx, heightPx, bitDepth, format, data: new Uint8Array(words.buffer) };
}

function desert(eye: Vec3, dx: number, dy: number, dz: number, timeS: number, nits: [number, number, number]): void {
  const flat = Math.hypot(dx, dz);
  const elevation = Math.atan2(dy, flat);
  const azimuth = Math.atan2(dx, -dz);
  for (const [index, ridge] of RIDGES.entries()) {
    const height = ridge.base + ridge.size * (Math.sin(azimuth * ridge.turns + index) + 0.5 * Math.sin(azimuth * ridge.turns * 2.7 + 2));
    if (elevation < height && elevation > 0) {
      set(nits, ridge.nits);
      return;
    }
  }
  if (elevation <= 0) {
    const distance = -eye[1] / Math.min(-1e-4, dy / Math.hypot(flat, dy));
    const groundX = eye[0] + (dx / Math.hypot(flat, dy)) * distance;
    const groundZ = eye[2] + (dz / Math.hypot(flat, dy)) * distance;
    const stripe = (Math.floor(groundX / 1.5) + Math.floor((groundZ + timeS) / 1.5)) & 1;
    const haze = Math.min(1, distance / 60);
    const lit = stripe ? 46 : 30;
    set(nits, [lit * (1 - haze) * 1.25 + haze * 150, lit * (1 - haze) * 0.9 + haze * 96, lit * (1 - haze) * 0.62 + haze * 74]);
    return;
  }
  const up = Math.min(1, elevation / 0.9);
  const sun = Math.hypot(azimuth - 0.5, elevation - 0.24);
  const glow = sun < 0.045 ? 1400 : 260 * Math.exp(-sun * 4.2);
  set(nits, [26 + 150 * (1 - up) ** 3 + glow, 44 + 72 * (1 - up) ** 3 + glow * 0.62, 96 - 14 * (1 - up) + glow * 0.26]);
}

const RIDGES = [
  { base: 0.045, size: 0.02, turns: 5, nits: [34, 22, 24] },
  { base: 0.1, size: 0.03, turns: 3, nits: [70, 44, 48] },
] as const;

function set(target: [number, number, number], value: readonly [number, number, number]): void {
  target[0] = value[0];
  target[1] = value[1];
  target[2] = value[2];
}
