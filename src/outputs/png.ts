import { encode } from 'fast-png';
import { OutputError } from '../core/errors.ts';
import { srgbFromLinear } from '../core/transfer.ts';
import type { CanvasImage } from '../engine/frame-result.ts';
import { codesFromCanvas } from './canvas-codes.ts';

/** 8-bit RGB PNG of codes, 3 per pixel, rows top first. @throws OutputError PNG_SIZE */
export function encodePng8(widthPx: number, heightPx: number, rgb: Uint8Array): Uint8Array {
  return encodeRgb(widthPx, heightPx, rgb, 8);
}

/** 16-bit RGB PNG of codes, 3 per pixel, rows top first. @throws OutputError PNG_SIZE */
export function encodePng16(widthPx: number, heightPx: number, rgb: Uint16Array): Uint8Array {
  return encodeRgb(widthPx, heightPx, rgb, 16);
}

/**
 * A processor's canvas, code for code: 8-bit canvases as 8-bit PNG; 10- and 12-bit ones as 16-bit PNG, the code repeated into the low
 * bits, so that black is 0, full signal is 65535, and code = value >> (16 − bitDepth) gives the processor's own codes back.
 */
export function encodeCanvasPng(image: CanvasImage): Uint8Array {
  const codes = codesFromCanvas(image);
  const { widthPx, heightPx, bitDepth } = image;
  if (bitDepth === 8) return encodePng8(widthPx, heightPx, Uint8Array.from(codes));
  return encodePng16(
    widthPx,
    heightPx,
    codes.map((code) => replicateBits(code, bitDepth)),
  );
}

/** Widens a code of `bitDepth` ≥ 8 bits to 16 by repeating its top bits below it. */
export const replicateBits = (code: number, bitDepth: 8 | 10 | 12): number => (code << (16 - bitDepth)) | (code >> (2 * bitDepth - 16));

/** Linear RGB → sRGB-coded PNG; values outside 0..1 are clipped, NaN is black. @param exposureStops Brightens the picture by 2^stops. */
export function encodeLinearPng(
  widthPx: number,
  heightPx: number,
  rgb: ArrayLike<number>,
  bitDepth: 8 | 16,
  exposureStops = 0,
): Uint8Array {
  const gain = 2 ** exposureStops;
  const largest = 2 ** bitDepth - 1;
  const code = (_: unknown, k: number): number => Math.round(srgbFromLinear(rgb[k] * gain || 0) * largest);
  const size = { length: rgb.length };
  return bitDepth === 8
    ? encodePng8(widthPx, heightPx, Uint8Array.from(size, code))
    : encodePng16(widthPx, heightPx, Uint16Array.from(size, code));
}

function encodeRgb(width: number, height: number, data: Uint8Array | Uint16Array, depth: 8 | 16): Uint8Array {
  if (data.length !== width * height * 3) {
    throw new OutputError('PNG_SIZE', 'picture has the wrong number of values', {
      got: `${data.length}`,
      expected: `${width}×${height}×3`,
    });
  }
  return encode({ width, height, data, depth, channels: 3 });
}
