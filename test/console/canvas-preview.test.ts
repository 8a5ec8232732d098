import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { CanvasImage } from '../../src/engine/frame-result.ts';
import { encodePreview } from '../../src/platform/node/canvas-preview.ts';
import type { Transfer } from '../../src/stage/baked-stage.ts';

type Codes = readonly [number, number, number];

function flatCanvas(format: CanvasImage['format'], bitDepth: 8 | 10 | 12, codes: Codes, widthPx = 32, heightPx = 16): CanvasImage {
  const [r, g, b] = codes;
  const pixels = widthPx * heightPx;
  const data =
    format === 'rgba8'
      ? new Uint8Array(pixels * 4).map((_, i) => [r, g, b, 255][i % 4])
      : format === 'rgb10a2'
        ? new Uint8Array(new Uint32Array(pixels).fill((r | (g << 10) | (b << 20) | (3 << 30)) >>> 0).buffer)
        : new Uint8Array(new Uint16Array(pixels * 4).map((_, i) => [r, g, b, 4095][i % 4]).buffer);
  return { canvas: 0, widthPx, heightPx, bitDepth, format, data };
}

async function middlePixel(jpeg: Buffer): Promise<number[]> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const pixel = Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2);
  return [...data.subarray(pixel * 3, pixel * 3 + 3)];
}

const srgb = { kind: 'srgb', whiteNits: 800 } as const;
const pq = { kind: 'pq' } as const;

// Expected sRGB codes by formula. PQ at −1 stop: 200 nits are white. 100 nits (ST 2084 signal 0.508078) → linear 0.5 → 188; 50 nits (0.440282) → 0.25 → 137;
// 1000 nits (0.751827) clip. Gamma 2.4 at half signal: linear 0.18946 → sRGB 0.47276 → 121. JPEG at quality 82 keeps a flat field within 3 codes.
for (const [name, image, transfer, expected] of [
  ['8-bit sRGB as it is', flatCanvas('rgba8', 8, [200, 100, 30]), srgb, [200, 100, 30]],
  ['10-bit sRGB', flatCanvas('rgb10a2', 10, [1023, 512, 0]), srgb, [255, 128, 0]],
  ['12-bit sRGB', flatCanvas('rgba16', 12, [4095, 2048, 0]), srgb, [255, 128, 0]],
  ['10-bit PQ', flatCanvas('rgb10a2', 10, [Math.round(0.751827 * 1023), Math.round(0.508078 * 1023), 0]), pq, [255, 188, 0]],
  ['12-bit PQ', flatCanvas('rgba16', 12, [Math.round(0.508078 * 4095), Math.round(0.440282 * 4095), 0]), pq, [188, 137, 0]],
  ['8-bit gamma 2.4', flatCanvas('rgba8', 8, [255, 128, 0]), { kind: 'gamma', gamma: 2.4, whiteNits: 800 }, [255, 121, 0]],
] as readonly (readonly [string, CanvasImage, Transfer, Codes])[])
  test(`shows ${name}`, async () => {
    const shown = await middlePixel(await encodePreview(image, transfer, 64));
    shown.forEach((code, channel) => {
      expect(Math.abs(code - expected[channel])).toBeLessThanOrEqual(3);
    });
  });

test('scales down, keeps the shape and never scales up', async () => {
  const wide = await sharp(await encodePreview(flatCanvas('rgba8', 8, [9, 9, 9], 1000, 250), srgb, 200)).metadata();
  expect([wide.width, wide.height]).toEqual([200, 50]);
  const small = await sharp(await encodePreview(flatCanvas('rgba8', 8, [9, 9, 9], 30, 300), srgb, 200)).metadata();
  expect([small.width, small.height]).toEqual([30, 300]);
});

test('keeps left, right, top and bottom where they are', async () => {
  const image = flatCanvas('rgba8', 8, [0, 0, 0], 400, 200);
  for (let y = 0; y < 200; y++)
    for (let x = 0; x < 400; x++) {
      image.data[(y * 400 + x) * 4] = x < 200 ? 250 : 10;
      image.data[(y * 400 + x) * 4 + 1] = y < 100 ? 250 : 10;
    }
  const { data } = await sharp(await encodePreview(image, srgb, 40))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * 40 + x) * 3, (y * 40 + x) * 3 + 2)].map((code) => code > 128);
  expect([at(4, 4), at(35, 4), at(4, 15), at(35, 15)]).toEqual([
    [true, true],
    [false, true],
    [true, false],
    [false, false],
  ]);
});

test('has read the canvas when it returns: the frame may be released at once', async () => {
  const image = flatCanvas('rgb10a2', 10, [1023, 1023, 1023]);
  const encoding = encodePreview(image, srgb, 32);
  image.data.fill(0);
  expect((await middlePixel(await encoding))[0]).toBeGreaterThan(250);
});

test('reads a canvas that does not start on a word', async () => {
  const image = flatCanvas('rgb10a2', 10, [1023, 0, 0]);
  const shifted = new Uint8Array(image.data.length + 1);
  shifted.set(image.data, 1);
  expect((await middlePixel(await encodePreview({ ...image, data: shifted.subarray(1) }, srgb, 32)))[0]).toBeGreaterThan(250);
});
