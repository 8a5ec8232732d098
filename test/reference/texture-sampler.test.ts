import { expect, test } from 'vitest';
import { anisoFootprint } from '../../src/core/aniso.ts';
import type { SamplerDesc } from '../../src/scene/scene-data.ts';
import { paintedImage, textureRef } from '../support/scenes.ts';
import { addTextureLookup, type Rgba } from './texture-sampler.ts';

const image = paintedImage('ramp', 4, 4, false, (x, y) => [x * 50, y * 50, 0, 255]);
const lookUp = (u: number, v: number, lod: number, changes: Partial<SamplerDesc> = {}): number[] => {
  const out: Rgba = [0, 0, 0, 0];
  addTextureLookup(image, textureRef(0, changes).sampler, u, v, lod, 1, out);
  return out.map((c) => c * 255);
};

test('interpolates between texel centres', () => {
  expect(lookUp(0.375, 0.625, 0)[0]).toBeCloseTo(50, 9);
  expect(lookUp(0.5, 0.625, 0)[0]).toBeCloseTo(75, 9);
  expect(lookUp(0.5, 0.625, 0)[1]).toBeCloseTo(100, 9);
  expect(lookUp(0.49, 0.6, 0, { magFilter: 'nearest' })).toEqual([50, 100, 0, 255]);
});

test.each([
  // Between the last texel (150) and its neighbour outside, a quarter of a texel past its centre.
  ['repeat', 0.75 * 150 + 0.25 * 0],
  ['clamp-to-edge', 150],
  ['mirrored-repeat', 150],
] as const)('wraps by %s', (wrapU, expected) => {
  expect(lookUp(3.75 / 4, 0.5, 0, { wrapU })[0]).toBeCloseTo(expected, 9);
});
test('mirrors every other picture', () => {
  expect(lookUp(1 + 0.125, 0.5, 0, { wrapU: 'mirrored-repeat' })[0]).toBeCloseTo(150, 9);
  expect(lookUp(-0.375, 0.5, 0, { wrapU: 'mirrored-repeat' })[0]).toBeCloseTo(50, 9);
});

test('blends levels by the fraction of the level of detail', () => {
  // Level 1 holds 25 and 125; its left centre lies at u = ¼. Level 2 is the mean, 75.
  expect(lookUp(0.25, 0.5, 1)[0]).toBeCloseTo(25, 9);
  expect(lookUp(0.25, 0.5, 1.5)[0]).toBeCloseTo(50, 9);
  expect(lookUp(0.25, 0.5, 9)[0]).toBeCloseTo(75, 9);
  expect(lookUp(0.25, 0.5, 1.4, { mipFilter: 'nearest' })[0]).toBeCloseTo(25, 9);
  expect(lookUp(0.375, 0.5, 5, { mipFilter: 'none' })[0]).toBeCloseTo(50, 9);
});

test('decodes sRGB texels before filtering', () => {
  const two = paintedImage('two', 2, 1, true, (x) => (x ? [255, 255, 255, 255] : [0, 0, 0, 255]));
  const out: Rgba = [0, 0, 0, 0];
  addTextureLookup(two, textureRef(0).sampler, 0.5, 0.5, 0, 1, out);
  expect(out[0]).toBeCloseTo(0.5, 12);
});

test.each([
  // [dudx, dvdx, dudy, dvdy] of a 256² texture; taps and lod from P = 256·(dudx, dvdx), Q = 256·(dudy, dvdy).
  [[1 / 256, 0, 0, 1 / 256], 1, 0],
  [[4 / 256, 0, 0, 1 / 256], 4, 0],
  [[1 / 256, 0, 0, 16 / 256], 8, 1],
  [[8 / 256, 0, 0, 8.1 / 256], 1, Math.log2(8.1)],
  [[0, 8 / 256, 3 / 256, 0], 3, Math.log2(8 / 3)],
  [[0.1 / 256, 0, 0, 0.1 / 256], 1, 0],
  [[0, 0, 0, 0], 1, 0],
] as const)('footprint %j has %i taps at lod %d', (d, taps, lod) => {
  const f = anisoFootprint(d[0], d[1], d[2], d[3], 256, 256);
  expect(f.taps).toBe(taps);
  expect(f.lod).toBeCloseTo(lod, 12);
});
