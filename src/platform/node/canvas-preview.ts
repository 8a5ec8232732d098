import sharp from 'sharp';
import { nitsFromPq, srgbFromLinear } from '../../core/transfer.ts';
import type { CanvasImage } from '../../engine/frame-result.ts';
import type { Transfer } from '../../stage/baked-stage.ts';

/** Stops by which a PQ canvas is lit for the preview: at −1, 200 nits are screen white (HDR reference white is 203 nits, ITU-R BT.2408). */
export const PQ_PREVIEW_STOPS = -1;
const JPEG_QUALITY = 82;

/**
 * A wall canvas as an sRGB JPEG that a browser shows, at most `maxWidthPx` wide.
 * sRGB canvases are shown as they are; gamma: linear = signal^γ → sRGB; PQ (ST 2084): linear = nits / 100 · 2^`pqStops` → sRGB, brighter is white.
 * A picture to look at, not to measure: it is sampled to twice its size before filtering, and JPEG rounds.
 *
 * `image.data` is read before this function returns: the caller may release the frame without waiting for the promise.
 */
export function encodePreview(image: CanvasImage, transfer: Transfer, maxWidthPx: number, pqStops = PQ_PREVIEW_STOPS): Promise<Buffer> {
  const width = Math.max(1, Math.min(Math.round(maxWidthPx), image.widthPx));
  const sampled = sampleAsSrgb(image, screenCodeTable(transfer, image.bitDepth, pqStops), width);
  return sharp(sampled.rgb, { raw: { width: sampled.widthPx, height: sampled.heightPx, channels: 3 } })
    .resize({ width, height: Math.max(1, Math.round((image.heightPx * width) / image.widthPx)), fit: 'fill' })
    .jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

interface SampledImage {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Every step-th pixel, so that the cost is bounded by the preview's size, not by the canvas's. */
function sampleAsSrgb(image: CanvasImage, table: Uint8Array, previewWidthPx: number): SampledImage {
  const step = Math.max(1, Math.floor(image.widthPx / (2 * previewWidthPx)));
  const widthPx = Math.ceil(image.widthPx / step);
  const heightPx = Math.ceil(image.heightPx / step);
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const read = PIXEL_READERS[image.format](image.data);
  let out = 0;
  for (let y = 0; y < image.heightPx; y += step) {
    const row = y * image.widthPx;
    for (let x = 0; x < image.widthPx; x += step) {
      read(row + x, rgb, out, table);
      out += 3;
    }
  }
  return { rgb, widthPx, heightPx };
}

type PixelReader = (pixel: number, rgb: Uint8Array, out: number, table: Uint8Array) => void;

const PIXEL_READERS: Record<CanvasImage['format'], (data: Uint8Array) => PixelReader> = {
  rgba8: (data) => (pixel, rgb, out, table) => {
    rgb[out] = table[data[pixel * 4]];
    rgb[out + 1] = table[data[pixel * 4 + 1]];
    rgb[out + 2] = table[data[pixel * 4 + 2]];
  },
  rgb10a2: (data) => {
    const words = aligned(data, 4, (buffer, offset, length) => new Uint32Array(buffer, offset, length));
    return (pixel, rgb, out, table) => {
      const word = words[pixel];
      rgb[out] = table[word & 1023];
      rgb[out + 1] = table[(word >>> 10) & 1023];
      rgb[out + 2] = table[(word >>> 20) & 1023];
    };
  },
  rgba16: (data) => {
    const words = aligned(data, 2, (buffer, offset, length) => new Uint16Array(buffer, offset, length));
    return (pixel, rgb, out, table) => {
      rgb[out] = table[words[pixel * 4]];
      rgb[out + 1] = table[words[pixel * 4 + 1]];
      rgb[out + 2] = table[words[pixel * 4 + 2]];
    };
  },
};

/** Mapped memory is aligned; a slice of a file may not be, and is copied. */
function aligned<T>(data: Uint8Array, bytes: number, view: (buffer: ArrayBufferLike, offset: number, length: number) => T): T {
  const source = data.byteOffset % bytes === 0 ? data : data.slice();
  return view(source.buffer, source.byteOffset, Math.floor(source.byteLength / bytes));
}

const tables = new Map<string, Uint8Array>();

/** Wall code → 8-bit sRGB code. Made once per transfer, depth and light. */
function screenCodeTable(transfer: Transfer, bitDepth: number, pqStops: number): Uint8Array {
  const key = `${transfer.kind}/${transfer.kind === 'gamma' ? transfer.gamma : pqStops}/${bitDepth}`;
  const made = tables.get(key);
  if (made) return made;
  const codes = 1 << bitDepth;
  const table = Uint8Array.from({ length: codes }, (_, code) => Math.round(255 * screenSignal(transfer, code / (codes - 1), pqStops)));
  tables.set(key, table);
  return table;
}

function screenSignal(transfer: Transfer, signal: number, pqStops: number): number {
  if (transfer.kind === 'srgb') return signal;
  if (transfer.kind === 'gamma') return srgbFromLinear(signal ** transfer.gamma);
  return srgbFromLinear((nitsFromPq(signal) / 100) * 2 ** pqStops);
}
