import { halve } from './box-filter.ts';
import type { TextureImage } from './scene-data.ts';

/** How the mips of a picture are filtered. */
export interface MipOptions {
  readonly name: string;
  /** RGB is sRGB-encoded: filtered in linear light. Alpha is always linear. */
  readonly srgb: boolean;
  /** RGB weighted by alpha, so that hidden texels do not bleed into cut-outs and glass. */
  readonly weightByAlpha?: boolean;
  /** Alpha of the mips is scaled so that as much of the picture stays above this as at full size (Castaño, "Computing alpha mipmaps"). */
  readonly alphaCutoff?: number;
}

/** Weight left to texels with alpha 0, so that wholly hidden areas keep their mean colour. */
const HIDDEN_WEIGHT = 1 / 4096;
/** sRGB code → linear, IEC 61966-2-1. */
const LINEAR_FROM_SRGB = Float64Array.from({ length: 256 }, (_, code) => linearFromSrgb(code / 255));
const LINEAR_FROM_CODE = Float64Array.from({ length: 256 }, (_, code) => code / 255);
/** Smallest linear value that rounds to each code, per encoding. */
const SRGB_THRESHOLDS = Float64Array.from({ length: 257 }, (_, code) =>
  code === 0 ? 0 : code === 256 ? Infinity : linearFromSrgb((code - 0.5) / 255),
);
/** Code of each of 4096 steps: a start that is never above the code looked for. */
const SRGB_GUESS = Uint8Array.from({ length: 4097 }, (_, step) => {
  let code = 0;
  while (SRGB_THRESHOLDS[code + 1] <= step / 4096) code++;
  return code;
});

function linearFromSrgb(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

/** Nearest 8-bit sRGB code of a linear value 0..1. */
function srgbCode(linear: number): number {
  let code = SRGB_GUESS[Math.max(0, Math.min(4096, (linear * 4096) | 0))];
  while (linear >= SRGB_THRESHOLDS[code + 1]) code++;
  return code;
}

/**
 * The picture with all mips down to 1×1 (each side halved and rounded down, at least 1), area-weighted box filter: odd sides are
 * covered evenly, so nothing shifts. Levels are filtered from unrounded values.
 * @param rgba RGBA8, rows top first, `widthPx · heightPx · 4` bytes; becomes level 0.
 */
export function buildTextureImage(rgba: Uint8Array, widthPx: number, heightPx: number, options: MipOptions): TextureImage {
  const levels = [rgba];
  const coverage = options.alphaCutoff === undefined ? 0 : alphaCoverage(alphaHistogram(rgba), options.alphaCutoff, 1);
  let width = widthPx;
  let height = heightPx;
  let source: Uint8Array | Float32Array = rgba;
  while (width > 1 || height > 1) {
    const from: Uint8Array | Float32Array = source;
    const rowLength = width * 4;
    source = halve(width, height, 4, (y, line) => readLine(from, y * rowLength, line, options));
    levels.push(encode(source, options, coverage));
    width = Math.max(1, width >> 1);
    height = Math.max(1, height >> 1);
  }
  return { name: options.name, widthPx, heightPx, srgb: options.srgb, levels };
}

/** One row as linear RGB (times alpha where weighted) and alpha, 0..1: decoded where `source` is the picture, copied where it is a mip. */
function readLine(source: Uint8Array | Float32Array, offset: number, line: Float64Array, { srgb, weightByAlpha }: MipOptions): void {
  if (source instanceof Float32Array) {
    line.set(source.subarray(offset, offset + line.length));
    return;
  }
  const table = srgb ? LINEAR_FROM_SRGB : LINEAR_FROM_CODE;
  for (let i = 0; i < line.length; i += 4) {
    const alpha = source[offset + i + 3] / 255;
    const weight = weightByAlpha ? alpha + HIDDEN_WEIGHT : 1;
    line[i] = weight * table[source[offset + i]];
    line[i + 1] = weight * table[source[offset + i + 1]];
    line[i + 2] = weight * table[source[offset + i + 2]];
    line[i + 3] = alpha;
  }
}

function encode(level: Float32Array, options: MipOptions, coverage: number): Uint8Array {
  const out = new Uint8Array(level.length);
  for (let i = 0; i < level.length; i += 4) {
    const alpha = level[i + 3];
    const divisor = options.weightByAlpha ? alpha + HIDDEN_WEIGHT : 1;
    for (let k = 0; k < 3; k++) {
      const linear = level[i + k] / divisor;
      out[i + k] = options.srgb ? srgbCode(linear) : Math.min(255, Math.round(linear * 255));
    }
    out[i + 3] = Math.min(255, Math.round(alpha * 255));
  }
  if (options.alphaCutoff !== undefined && coverage > 0 && coverage < 1) scaleAlphaToCoverage(out, options.alphaCutoff, coverage);
  return out;
}

/** How many texels have each alpha code. */
function alphaHistogram(rgba: Uint8Array): Uint32Array {
  const histogram = new Uint32Array(256);
  for (let i = 3; i < rgba.length; i += 4) histogram[rgba[i]]++;
  return histogram;
}

/** Share of texels whose scaled alpha passes the cutoff. */
function alphaCoverage(histogram: Uint32Array, cutoff: number, factor: number): number {
  let passed = 0;
  let all = 0;
  for (let code = 0; code < 256; code++) {
    all += histogram[code];
    if (Math.round(Math.min(255, code * factor)) >= cutoff * 255) passed += histogram[code];
  }
  return passed / all;
}

function scaleAlphaToCoverage(rgba: Uint8Array, cutoff: number, coverage: number): void {
  const histogram = alphaHistogram(rgba);
  let low = 0.25;
  let high = 4;
  for (let step = 0; step < 12; step++) {
    const middle = (low + high) / 2;
    if (alphaCoverage(histogram, cutoff, middle) < coverage) low = middle;
    else high = middle;
  }
  // Few different codes make coverage jump: the nearer side is taken.
  const missing = coverage - alphaCoverage(histogram, cutoff, low);
  const excess = alphaCoverage(histogram, cutoff, high) - coverage;
  const factor = excess <= missing ? high : low;
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = Math.min(255, Math.round(rgba[i] * factor));
}
