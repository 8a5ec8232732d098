import {
  blurLocally,
  encodeGray,
  findFeatures,
  type GrayImage,
  grayFromLinear,
  patchRadius,
  registerPatch,
  textureOfPatch,
} from './registration.ts';

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
  /** Blur of the candidate beyond the reference's, standard deviation in LEDs; a wall's when left out. */
  readonly candidateBlurLeds?: number;
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
  /** Every point, worst first: place in pixels, displacement and its length in LED pitches. */
  readonly displacements: readonly { x: number; y: number; dx: number; dy: number; error: number; likeness: number }[];
}

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] : Number.NaN;
};

/**
 * Blur that every picture on a wall has, standard deviation in LEDs: light is gathered over one LED (variance 1/12 for edges, 1/4 for
 * trilinear textures; 1/6 is between) and spread between centres by the bilinear photograph (1/6).
 * The reference gets it too, or fading textures would seem to move towards where they are stronger.
 */
const WALL_BLUR = Math.sqrt(1 / 6 + 1 / 6);
/** Features looked for besides the known points. */
const MOST_FEATURES = 150;

/**
 * Blurs both pictures by one LED pitch as seen at each place (so that the LED raster itself is no feature), registers the patch around every known point and every
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
  const prepare = (rgb: Float64Array, ledsOfBlur: number) =>
    encodeGray(
      blurLocally(
        grayFromLinear(rgb, w, h),
        ledPitchPx.map((pitch) => pitch * ledsOfBlur),
      ),
    );
  const candidate = prepare(masked(pair.candidate, pair.reference), 1);
  const reference = prepare(masked(pair.reference, pair.candidate), Math.hypot(1, pair.candidateBlurLeds ?? WALL_BLUR));
  let squared = 0;
  let compared = 0;
  for (let p = 0; p < w * h; p++) {
    const d = candidate.values[p] - reference.values[p];
    if (Number.isNaN(d)) continue;
    squared += d * d;
    compared++;
  }
  const radius = patchRadius(medianPitchPx);
  const features = findFeatures(reference, radius, Math.max(8, radius), MOST_FEATURES);
  const known = pair.knownPoints.map(([x, y]) => ({ x: Math.round(x - 0.5), y: Math.round(y - 0.5) }));
  const displacements: { x: number; y: number; dx: number; dy: number; error: number; likeness: number }[] = [];
  for (const { x, y } of pickApart(reference, [...known, ...features], ledPitchPx)) {
    const pitch = ledPitchPx[y * w + x];
    const moved = registerPatch(reference, candidate, x, y, pitch);
    if (moved)
      displacements.push({
        x,
        y,
        dx: moved.dx / pitch,
        dy: moved.dy / pitch,
        error: Math.hypot(moved.dx, moved.dy) / pitch,
        likeness: moved.likeness,
      });
  }
  const errors = displacements.map((d) => d.error);
  const meanOf = (axis: 'dx' | 'dy'): number => displacements.reduce((sum, d) => sum + d[axis], 0) / displacements.length;
  return {
    points: errors.length,
    median: quantile(errors, 0.5),
    p95: quantile(errors, 0.95),
    mean: Math.hypot(meanOf('dx'), meanOf('dy')),
    psnrDb: 10 * Math.log10(compared / squared),
    medianPitchPx,
    displacements: displacements.sort((a, b) => b.error - a.error),
  };
}

/** The strongest points first, none nearer than one and a half LEDs to one already taken: a crowd of points on one small thing would outvote the picture. */
function pickApart(image: GrayImage, points: readonly { x: number; y: number }[], ledPitchPx: Float64Array): { x: number; y: number }[] {
  const ranked = points
    .map(({ x, y }) => ({ x, y, pitch: ledPitchPx[y * image.widthPx + x] ?? 0 }))
    .filter(({ pitch }) => pitch > 0)
    .map((point) => ({ ...point, strength: textureOfPatch(image, point.x, point.y, patchRadius(point.pitch)) * point.pitch ** 2 }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength);
  const taken: typeof ranked = [];
  for (const point of ranked) {
    if (taken.every((other) => Math.hypot(other.x - point.x, other.y - point.y) >= 1.5 * point.pitch)) taken.push(point);
  }
  return taken;
}

/** Issue 2, "Through the lens". */
export const LENS_LIMITS = { median: 0.2, p95: { 1: 0.55, 4: 0.35 }, mean: 0.05 } as const;

export const withinLensLimits = (v: PictureVerdict, samplesPerLed: 1 | 4): boolean =>
  v.median <= LENS_LIMITS.median && v.p95 <= LENS_LIMITS.p95[samplesPerLed] && v.mean <= LENS_LIMITS.mean;
