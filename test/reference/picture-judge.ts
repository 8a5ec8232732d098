import { blur, encodeGray, findFeatures, grayFromLinear, registerPatch } from './registration.ts';

/** Two photographs of one camera: `candidate` of the lit wall, `reference` of the virtual scene itself. Linear RGB, NaN where the camera sees no wall. */
export interface PicturePair {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly candidate: ArrayLike<number>;
  readonly reference: ArrayLike<number>;
  /** LED pitch as the camera sees it face-on at that pixel, camera pixels; 0 where there is no wall. */
  readonly ledPitchPx: Float64Array;
  /** Pixels of points known to lie in the picture (corners of the scene's texture and geometry). */
  readonly knownPoints: readonly (readonly [number, number])[];
}

/** Displacements in LED pitches. */
export interface PictureVerdict {
  readonly points: number;
  readonly median: number;
  readonly p95: number;
  /** Length of the mean displacement vector: a picture that is shifted as a whole. */
  readonly mean: number;
  readonly psnrDb: number;
  readonly medianPitchPx: number;
}

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] : Number.NaN;
};

/** Features looked for besides the known points. */
const MOST_FEATURES = 150;

/**
 * Blurs both pictures by one LED pitch (so that the LED raster itself is no feature), registers the patch around every known point and every
 * strong corner, and sums up how far the wall's picture of each is from where the scene has it.
 */
export function judgePictures(pair: PicturePair): PictureVerdict {
  const { widthPx: w, heightPx: h, ledPitchPx } = pair;
  const masked = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: w * h * 3 }, (_, k) => (Number.isNaN(b[k]) ? Number.NaN : a[k]));
  const medianPitchPx = quantile(
    [...ledPitchPx].filter((v) => v > 0),
    0.5,
  );
  const prepare = (rgb: Float64Array) => encodeGray(blur(grayFromLinear(rgb, w, h), medianPitchPx));
  const candidate = prepare(masked(pair.candidate, pair.reference));
  const reference = prepare(masked(pair.reference, pair.candidate));
  let squared = 0;
  let compared = 0;
  for (let p = 0; p < w * h; p++) {
    const d = candidate.values[p] - reference.values[p];
    if (Number.isNaN(d)) continue;
    squared += d * d;
    compared++;
  }
  const radius = Math.max(5, Math.min(30, Math.round(2 * medianPitchPx)));
  const features = findFeatures(reference, radius, Math.max(8, radius), MOST_FEATURES);
  const points = [...pair.knownPoints.map(([x, y]) => ({ x: Math.round(x - 0.5), y: Math.round(y - 0.5) })), ...features];
  const errors: number[] = [];
  let [sumX, sumY] = [0, 0];
  for (const point of points) {
    const pitch = ledPitchPx[point.y * w + point.x];
    if (!(pitch > 0)) continue;
    const moved = registerPatch(reference, candidate, point.x, point.y, radius, 3 * medianPitchPx);
    if (!moved) continue;
    errors.push(Math.hypot(moved.dx, moved.dy) / pitch);
    sumX += moved.dx / pitch;
    sumY += moved.dy / pitch;
  }
  return {
    points: errors.length,
    median: quantile(errors, 0.5),
    p95: quantile(errors, 0.95),
    mean: Math.hypot(sumX, sumY) / errors.length,
    psnrDb: 10 * Math.log10(compared / squared),
    medianPitchPx,
  };
}

/** Issue 2, "Through the lens". */
export const LENS_LIMITS = { median: 0.2, p95: { 1: 0.55, 4: 0.35 }, mean: 0.05 } as const;

export const withinLensLimits = (v: PictureVerdict, samplesPerLed: 1 | 4): boolean =>
  v.median <= LENS_LIMITS.median && v.p95 <= LENS_LIMITS.p95[samplesPerLed] && v.mean <= LENS_LIMITS.mean;
