import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { buildTextureImage } from '../../src/scene/mip-chain.ts';

const linear = (code: number): number => (code / 255 <= 0.04045 ? code / 255 / 12.92 : ((code / 255 + 0.055) / 1.055) ** 2.4);
const signal = (value: number): number => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);

function picture(width: number, height: number, paint: (x: number, y: number) => readonly number[]): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgba.set(paint(x, y), (y * width + x) * 4);
  return rgba;
}

describe('mips', () => {
  test('sRGB is averaged in linear light: black and white give code 188, not 128', () => {
    const rgba = picture(2, 1, (x) => [x * 255, x * 255, x * 255, 255]);
    expect([...buildTextureImage(rgba, 2, 1, { name: '', srgb: true }).levels[1]]).toEqual([188, 188, 188, 255]);
    expect([...buildTextureImage(rgba, 2, 1, { name: '', srgb: false }).levels[1]]).toEqual([128, 128, 128, 255]);
  });

  test('every pair of codes rounds to the nearest code of its mean', () => {
    for (let a = 0; a < 256; a += 5) {
      for (let b = a; b < 256; b += 7) {
        const rgba = picture(2, 1, (x) => [x ? b : a, 0, 0, 255]);
        const [code] = buildTextureImage(rgba, 2, 1, { name: '', srgb: true }).levels[1];
        const exact = signal((linear(a) + linear(b)) / 2) * 255;
        // 0.51: the two branches of the curve meet with a step of 1e−7 of a code.
        expect(Math.abs(code - exact)).toBeLessThan(0.51);
      }
    }
  });

  test('sizes halve, rounded down, to 1×1', () => {
    const { levels } = buildTextureImage(new Uint8Array(5 * 3 * 4), 5, 3, { name: '', srgb: true });
    expect(levels.map((level) => level.length / 4)).toEqual([15, 2, 1]);
    expect(buildTextureImage(new Uint8Array(4), 1, 1, { name: '', srgb: true }).levels).toHaveLength(1);
  });

  test('odd sizes are covered evenly: 3 texels weigh one third each, 5 give 2/5, 2/5, 1/5', () => {
    const three = buildTextureImage(
      picture(3, 1, (x) => [[30, 60, 90][x], 0, 0, 255]),
      3,
      1,
      { name: '', srgb: false },
    );
    expect(three.levels[1][0]).toBe(60);
    const five = buildTextureImage(
      picture(5, 1, (x) => [[50, 100, 150, 200, 250][x], 0, 0, 255]),
      5,
      1,
      { name: '', srgb: false },
    );
    expect([five.levels[1][0], five.levels[1][4]]).toEqual([(50 * 2 + 100 * 2 + 150) / 5, (150 + 200 * 2 + 250 * 2) / 5]);
  });

  test('colours of hidden texels do not bleed where alpha counts', () => {
    const rgba = picture(2, 2, (x) => (x ? [255, 0, 0, 255] : [0, 255, 0, 0]));
    const options = { name: '', srgb: true, weightByAlpha: true };
    const [r, g, , a] = buildTextureImage(rgba, 2, 2, options).levels[1];
    expect([r, a]).toEqual([255, 128]);
    // 1/4096 of weight: green 0.00024 in linear light is code 1.
    expect(g).toBeLessThanOrEqual(1);
    // A wholly hidden picture keeps its mean colour.
    expect([
      ...buildTextureImage(
        picture(2, 2, () => [9, 9, 9, 0]),
        2,
        2,
        options,
      ).levels[1],
    ]).toEqual([9, 9, 9, 0]);
  });

  test('a masked picture keeps its coverage down the chain', () => {
    // Leaves: 30 % opaque texels at random, cutoff 0.5. Plain averaging leaves 2 % of them after two levels.
    const random = createRng(3);
    const rgba = picture(64, 64, () => [80, 160, 40, random() < 0.3 ? 255 : 0]);
    const target = rgba.filter((code, i) => i % 4 === 3 && code > 127).length / 4096;
    const { levels } = buildTextureImage(rgba, 64, 64, { name: '', srgb: true, weightByAlpha: true, alphaCutoff: 0.5 });
    for (const level of levels.slice(0, 4)) {
      let passed = 0;
      for (let i = 3; i < level.length; i += 4) if (level[i] >= 127.5) passed++;
      // 64 texels and fewer have few steps to choose from.
      expect(Math.abs(passed / (level.length / 4) - target)).toBeLessThan(0.12);
    }
  });
});
