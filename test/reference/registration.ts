/** A one-channel picture; NaN where there is nothing to compare. */
export interface GrayImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly values: Float64Array;
}

export interface Displacement {
  /** Template centre, pixels (integers: pixel centres). */
  readonly x: number;
  readonly y: number;
  /** Where the candidate shows it, minus where the reference shows it; pixels. */
  readonly dx: number;
  readonly dy: number;
  /** Normalised cross-correlation of the two patches there, −1 … 1. */
  readonly likeness: number;
}

const MAX_ITERATIONS = 12;
/** A patch whose weaker gradient direction has less mean energy than this (signal² per LED²) is an edge or flat, not a point. */
const MIN_TEXTURE = 2.5e-4;

/** sRGB-coded luminance of linear RGB, NaN kept: differences then count about as the eye counts them. */
export function grayFromLinear(rgb: ArrayLike<number>, widthPx: number, heightPx: number): GrayImage {
  const values = new Float64Array(widthPx * heightPx);
  for (let p = 0; p < values.length; p++) values[p] = 0.2126 * rgb[p * 3] + 0.7152 * rgb[p * 3 + 1] + 0.0722 * rgb[p * 3 + 2];
  return { widthPx, heightPx, values };
}

export const encodeGray = (image: GrayImage): GrayImage => ({
  ...image,
  values: image.values.map((v) => {
    const c = Math.min(1, Math.max(0, v));
    return Number.isNaN(v) ? v : c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
  }),
});

/** Gaussian blur that ignores NaN pixels and keeps them NaN. */
export function blur(image: GrayImage, sigmaPx: number): GrayImage {
  const radius = Math.ceil(2.5 * sigmaPx);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-((k - radius) ** 2) / (2 * sigmaPx ** 2)));
  const { widthPx: w, heightPx: h, values } = image;
  const sums = new Float64Array(w * h);
  const weights = new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const p = y * w + x;
      for (let k = Math.max(-radius, -x); k <= Math.min(radius, w - 1 - x); k++) {
        const v = values[p + k];
        if (Number.isNaN(v)) continue;
        sums[p] += v * kernel[k + radius];
        weights[p] += kernel[k + radius];
      }
    }
  }
  const out = new Float64Array(w * h).fill(Number.NaN);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const p = y * w + x;
      if (Number.isNaN(values[p])) continue;
      let sum = 0;
      let weight = 0;
      for (let k = Math.max(-radius, -y); k <= Math.min(radius, h - 1 - y); k++) {
        sum += sums[p + k * w] * kernel[k + radius];
        weight += weights[p + k * w] * kernel[k + radius];
      }
      out[p] = sum / weight;
    }
  }
  return { widthPx: w, heightPx: h, values: out };
}

/** Blurs every pixel by its own `sigmaPx` (pixels without one, ≤ 0, become NaN): between the two nearest of a ladder of plain blurs, √2 apart. */
export function blurLocally(image: GrayImage, sigmaPx: Float64Array): GrayImage {
  const wanted = sigmaPx.filter((s) => s > 0);
  let [smallest, largest] = [Infinity, 0];
  for (const s of wanted) {
    smallest = Math.min(smallest, s);
    largest = Math.max(largest, s);
  }
  const out = new Float64Array(sigmaPx.length).fill(Number.NaN);
  if (!wanted.length) return { ...image, values: out };
  const steps = Math.max(1, Math.ceil(2 * Math.log2(largest / smallest)));
  let lower = blur(image, smallest);
  for (let step = 0; step < steps; step++) {
    const from = smallest * (largest / smallest) ** (step / steps);
    const to = smallest * (largest / smallest) ** ((step + 1) / steps);
    const upper = to > from ? blur(image, to) : lower;
    for (let p = 0; p < out.length; p++) {
      if (!(sigmaPx[p] >= from && sigmaPx[p] <= to)) continue;
      const t = to > from ? (sigmaPx[p] - from) / (to - from) : 0;
      out[p] = lower.values[p] * (1 - t) + upper.values[p] * t;
    }
    lower = upper;
  }
  return { ...image, values: out };
}

/** Half the side of the patch that is compared, pixels. */
export const patchRadius = (ledPitchPx: number): number => Math.max(5, Math.min(40, Math.round(2 * ledPitchPx)));

/** Smaller eigenvalue of a symmetric 2×2 matrix. */
const weakerEigenvalue = (a: number, b: number, c: number): number => (a + c) / 2 - Math.sqrt(((a - c) / 2) ** 2 + b * b);

/** Mean energy (signal² per px²) of the weaker gradient direction in a patch; 0 where it leaves the picture or the wall. */
export function textureOfPatch({ widthPx: w, heightPx: h, values: g }: GrayImage, x: number, y: number, radius: number): number {
  if (x - radius < 2 || y - radius < 2 || x + radius > w - 3 || y + radius > h - 3) return 0;
  let [xx, xy, yy] = [0, 0, 0];
  for (let j = -radius; j <= radius; j++) {
    for (let i = -radius; i <= radius; i++) {
      const o = (y + j) * w + x + i;
      const gx = (g[o + 1] - g[o - 1]) / 2;
      const gy = (g[o + w] - g[o - w]) / 2;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  }
  const mean = weakerEigenvalue(xx, xy, yy) / (2 * radius + 1) ** 2;
  return Math.max(mean, 0);
}

/** The most corner-like pixel of every cell (Shi & Tomasi 1994, "Good Features to Track"), strongest first. */
export function findFeatures(image: GrayImage, windowPx: number, cellPx: number, most: number): { x: number; y: number }[] {
  const { widthPx: w, heightPx: h, values: g } = image;
  const half = Math.max(2, windowPx >> 1);
  const border = windowPx + 6;
  const found: { x: number; y: number; strength: number }[] = [];
  for (let y0 = border; y0 < h - border; y0 += cellPx) {
    for (let x0 = border; x0 < w - border; x0 += cellPx) {
      let best = { x: 0, y: 0, strength: 0 };
      for (let y = y0; y < Math.min(h - border, y0 + cellPx); y += 2) {
        for (let x = x0; x < Math.min(w - border, x0 + cellPx); x += 2) {
          let [xx, xy, yy] = [0, 0, 0];
          for (let j = -half; j <= half; j += 2) {
            for (let i = -half; i <= half; i += 2) {
              const o = (y + j) * w + x + i;
              const gx = g[o + 1] - g[o - 1];
              const gy = g[o + w] - g[o - w];
              xx += gx * gx;
              xy += gx * gy;
              yy += gy * gy;
            }
          }
          const strength = weakerEigenvalue(xx, xy, yy);
          if (strength > best.strength) best = { x, y, strength };
        }
      }
      if (best.strength > 0) found.push(best);
    }
  }
  return found.sort((a, b) => b.strength - a.strength).slice(0, most);
}

/**
 * Finds the patch of `reference` around (x, y), two LED pitches to every side, in `candidate`, to a fraction of a pixel (Lucas & Kanade 1981,
 * inverse compositional). Null where the patch is no point, leaves the picture, or moves more than three LEDs.
 */
export function registerPatch(reference: GrayImage, candidate: GrayImage, x: number, y: number, ledPitchPx: number): Displacement | null {
  const radius = patchRadius(ledPitchPx);
  const { widthPx: w, heightPx: h, values: g } = reference;
  if (x - radius < 2 || y - radius < 2 || x + radius > w - 3 || y + radius > h - 3) return null;
  const side = 2 * radius + 1;
  const gx = new Float64Array(side * side);
  const gy = new Float64Array(side * side);
  let [xx, xy, yy] = [0, 0, 0];
  for (let j = -radius, k = 0; j <= radius; j++) {
    for (let i = -radius; i <= radius; i++, k++) {
      const o = (y + j) * w + x + i;
      gx[k] = (g[o + 1] - g[o - 1]) / 2;
      gy[k] = (g[o + w] - g[o - w]) / 2;
      xx += gx[k] * gx[k];
      xy += gx[k] * gy[k];
      yy += gy[k] * gy[k];
    }
  }
  if (!(weakerEigenvalue(xx, xy, yy) * ledPitchPx ** 2 >= MIN_TEXTURE * side * side)) return null;
  const det = xx * yy - xy * xy;
  const c = candidate.values;
  let [dx, dy, likeness] = [0, 0, 0];
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const fx = Math.floor(dx);
    const fy = Math.floor(dy);
    const [a, b] = [dx - fx, dy - fy];
    if (x + fx - radius < 0 || y + fy - radius < 0 || x + fx + radius + 1 >= w || y + fy + radius + 1 >= h) return null;
    let [bx, by] = [0, 0];
    let [sg, sv, sgg, svv, sgv] = [0, 0, 0, 0, 0];
    for (let j = -radius, k = 0; j <= radius; j++) {
      for (let i = -radius; i <= radius; i++, k++) {
        const o = (y + fy + j) * w + x + fx + i;
        const value = (c[o] * (1 - a) + c[o + 1] * a) * (1 - b) + (c[o + w] * (1 - a) + c[o + w + 1] * a) * b;
        const template = g[(y + j) * w + x + i];
        bx += gx[k] * (value - template);
        by += gy[k] * (value - template);
        sg += template;
        sv += value;
        sgg += template * template;
        svv += value * value;
        sgv += template * value;
      }
    }
    const sx = (bx * yy - by * xy) / det;
    const sy = (by * xx - bx * xy) / det;
    dx -= sx;
    dy -= sy;
    if (!(Math.hypot(dx, dy) <= 3 * ledPitchPx)) return null;
    const n = side * side;
    likeness = (sgv - (sg * sv) / n) / Math.sqrt((sgg - (sg * sg) / n) * (svv - (sv * sv) / n));
    if (Math.hypot(sx, sy) < 1e-4) break;
  }
  return { x, y, dx, dy, likeness };
}
