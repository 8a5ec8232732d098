import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { decodeBlocks, encodeBc7 } from '../../../src/platform/node/cook/block-codec.ts';
import { assetPath } from '../../support/shared-assets.ts';

/** Peak signal-to-noise ratio over all four channels, decibels. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / a.length));
}

describe('BC7 of real pictures', () => {
  // The smallest figure of each kind was measured (colour 56.7, normals 51.2, roughness 53.8 dB on the bottle); 38 dB is what the eye begins to see.
  test.each([
    ['khronos/WaterBottle/glTF/WaterBottle_baseColor.png', 50],
    ['khronos/WaterBottle/glTF/WaterBottle_normal.png', 46],
    ['khronos/WaterBottle/glTF/WaterBottle_occlusionRoughnessMetallic.png', 48],
    ['khronos/Suzanne/glTF/Suzanne_BaseColor.png', 38],
  ])('%s', async (file, leastDb) => {
    const size = 512;
    const rgba = await sharp(assetPath(file)).resize(size, size).ensureAlpha().raw().toBuffer();
    const blocks = await encodeBc7(rgba, size, size);
    expect(blocks.length).toBe(size * size);
    expect(psnr(await decodeBlocks('bc7', blocks, size, size), rgba)).toBeGreaterThan(leastDb);
    expect(Buffer.from(await encodeBc7(rgba, size, size)).equals(blocks)).toBe(true);
  });
});

test('small and narrow levels are coded too', async () => {
  const random = createRng(5);
  for (const [width, height] of [
    [1, 1],
    [2, 1],
    [1, 8],
    [12, 4],
  ] as const) {
    const rgba = new Uint8Array(width * height * 4);
    // Slopes, which blocks are made for; the noise of a single code must not hide a wrong row.
    for (let i = 0; i < rgba.length; i += 4) rgba.set([i * 2, 255 - i * 2, 90, 255], i);
    for (let i = 0; i < rgba.length; i += 4) rgba[i + 2]! += Math.floor(random() * 2);
    const blocks = await encodeBc7(rgba, width, height);
    expect(blocks.length).toBe(Math.ceil(width / 4) * Math.ceil(height / 4) * 16);
    expect(psnr(await decodeBlocks('bc7', blocks, width, height), rgba)).toBeGreaterThan(38);
  }
});

test('alpha survives beside colour', async () => {
  const rgba = new Uint8Array(64 * 64 * 4);
  for (let y = 0; y < 64; y++) for (let x = 0; x < 64; x++) rgba.set([200, 40 + x, 60, x < 32 ? 0 : y * 4], (y * 64 + x) * 4);
  expect(psnr(await decodeBlocks('bc7', await encodeBc7(rgba, 64, 64), 64, 64), rgba)).toBeGreaterThan(40);
});

test('what are no blocks of that size is refused', async () => {
  await expect(decodeBlocks('bc7', new Uint8Array(16), 8, 8)).rejects.toThrow(
    /got bc7, 16 bytes; expected bc7, 64 bytes \[TEXTURE_DECODE\]/,
  );
  await expect(decodeBlocks('bc5', new Uint8Array(16), 4, 4)).rejects.toThrow(/TEXTURE_DECODE/);
});
