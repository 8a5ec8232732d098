/** Transfer functions in doubles; WGSL twins in shaders/color.wgsl. */

const M1 = 2610 / 16384;
const M2 = (2523 / 4096) * 128;
const C1 = 3424 / 4096;
const C2 = (2413 / 4096) * 32;
const C3 = (2392 / 4096) * 32;
/** Luminance of PQ signal 1, nits (SMPTE ST 2084). */
export const PQ_PEAK_NITS = 10_000;

/** SMPTE ST 2084 inverse EOTF: nits 0..10000 → signal 0..1. */
export function pqFromNits(nits: number): number {
  const y = Math.min(1, Math.max(0, nits / PQ_PEAK_NITS)) ** M1;
  return ((C1 + C2 * y) / (1 + C3 * y)) ** M2;
}

/** SMPTE ST 2084 EOTF: signal 0..1 → nits. */
export function nitsFromPq(signal: number): number {
  const p = Math.min(1, Math.max(0, signal)) ** (1 / M2);
  return PQ_PEAK_NITS * (Math.max(0, p - C1) / (C2 - C3 * p)) ** (1 / M1);
}

/** IEC 61966-2-1: linear 0..1 → signal 0..1. */
export function srgbFromLinear(linear: number): number {
  const c = Math.min(1, Math.max(0, linear));
  return c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
}

/** IEC 61966-2-1: signal 0..1 → linear 0..1. */
export function linearFromSrgb(signal: number): number {
  const c = Math.min(1, Math.max(0, signal));
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}
