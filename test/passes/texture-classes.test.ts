import { expect, test } from 'vitest';
import { classifyTextures } from '../../src/passes/scene/texture-classes.ts';
import { fitTextures, TEXTURE_CLASSES } from '../../src/scene/fit-textures.ts';
import type { PackedImage } from '../../src/scene/packed-scene.ts';
import type { TextureImage } from '../../src/scene/scene-data.ts';
import { paintedImage } from '../support/scenes.ts';

const LIMITS = { maxSizePx: 8192, maxLayers: 256 };

/** A picture of one colour, which resampling must keep. */
const plain = (widthPx: number, heightPx: number, code: number, srgb = true): TextureImage =>
  paintedImage(`${widthPx}x${heightPx}`, widthPx, heightPx, srgb, () => [code, 255 - code, 7, 255]);

const packed = (image: TextureImage): PackedImage => ({ ...image, format: 'rgba8', levels: image.levels.length });

/** Every image must be found again in the layer it was given, with its colour and in the class's size. */
function expectAllPlaced(images: readonly TextureImage[], limits = LIMITS) {
  const fitted = fitTextures(images, limits);
  const result = { ...classifyTextures(fitted.images.map(packed), limits.maxLayers), warnings: fitted.warnings };
  expect(result.places).toHaveLength(images.length);
  result.places.forEach(({ textureClass, layer }, k) => {
    const kept = result.classes[textureClass];
    expect(kept.layers[layer]).toBe(k);
    const image = fitted.images[k];
    expect([image.widthPx, image.heightPx, image.srgb]).toEqual([kept.widthPx, kept.heightPx, images[k].srgb]);
    expect(image.levels).toHaveLength(kept.levels);
    expect([...image.levels[0].subarray(0, 4)]).toEqual([...images[k].levels[0].subarray(0, 4)]);
  });
  return result;
}

test('images of one size and encoding share an array, in order', () => {
  const { classes, places, warnings } = expectAllPlaced([plain(16, 16, 10), plain(8, 8, 20), plain(16, 16, 30), plain(16, 16, 40, false)]);
  expect(classes.map((c) => [c.widthPx, c.srgb, c.layers.length])).toEqual([
    [16, true, 2],
    [16, false, 1],
    [8, true, 1],
  ]);
  expect(places.map((p) => p.layer)).toEqual([0, 0, 1, 0]);
  expect(warnings).toEqual([]);
});

test('more sizes than arrays: at most 12 classes, none dropped, each resampling named', () => {
  const images = Array.from({ length: 20 }, (_, k) => plain(4 + k, 8, 5 * k, k % 2 === 0));
  const { classes, warnings } = expectAllPlaced(images);
  expect(classes).toHaveLength(TEXTURE_CLASSES);
  expect(warnings).toHaveLength(20 - TEXTURE_CLASSES);
  for (const warning of warnings) expect(warning).toMatch(/^\d+x8: \d+×8 resampled to \d+×8/);
});

test('an encoding that only small pictures have keeps a class', () => {
  const images = [...Array.from({ length: 14 }, (_, k) => plain(32 + k, 32, k)), plain(1, 1, 128, false)];
  expect(expectAllPlaced(images).classes.some((c) => !c.srgb)).toBe(true);
});

test('a picture larger than the device takes is made smaller and named', () => {
  const { images, warnings } = fitTextures([plain(64, 16, 9)], { maxSizePx: 32, maxLayers: 256 });
  expect([images[0].widthPx, images[0].heightPx]).toEqual([32, 8]);
  expect(warnings).toEqual([expect.stringMatching(/64×16 is larger than this device takes/)]);
});

test('more pictures of one size than an array holds take several arrays', () => {
  const images = [...Array.from({ length: 6 }, (_, k) => plain(16, 16, 10 * k)), plain(8, 8, 100)];
  const { classes, warnings } = expectAllPlaced(images, { maxSizePx: 8192, maxLayers: 4 });
  expect(classes.map((c) => [c.widthPx, c.layers.length])).toEqual([
    [16, 4],
    [16, 2],
    [8, 1],
  ]);
  expect(warnings).toEqual([]);
});

test('more pictures than all arrays hold: said so, with what was found and expected', () => {
  const images = Array.from({ length: 13 }, (_, k) => plain(16, 16, 10 * k));
  expect(() => fitTextures(images, { maxSizePx: 8192, maxLayers: 1 })).toThrow(/TOO_MANY_TEXTURES/);
});
