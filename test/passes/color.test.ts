import { describe, expect, test } from 'vitest';
import { REC2020 } from '../../src/core/primaries.ts';
import { pqFromNits, srgbFromLinear } from '../../src/core/transfer.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { Tile, Transfer } from '../../src/stage/baked-stage.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, noiseImage, textureRef } from '../support/scenes.ts';
import { codesOf, smallStage, withWall } from './small-wall.ts';

const gpu = openTestGpu();

/** A room whose walls all shine with one colour, seen from inside. */
const glowing = (color: readonly [number, number, number]): Promise<SceneData> =>
  buildScene([{ geometry: box(60), material: { unlit: true, doubleSided: true, baseColorFactor: [...color, 1] } }]);

/** Mean code per channel. */
const meanOf = (codes: readonly number[][]): number[] => [0, 1, 2].map((c) => codes.reduce((sum, code) => sum + code[c], 0) / codes.length);

const SIGNALS: Readonly<
  Record<string, { transfer: Transfer; signal: (nits: number) => number; nits: readonly number[]; peakNits: number }>
> = {
  sRGB: {
    transfer: { kind: 'srgb', whiteNits: 100 },
    signal: (nits) => srgbFromLinear(nits / 100),
    nits: [0, 0.1, 0.31308, 1, 18, 50, 100, 400],
    peakNits: 100,
  },
  'gamma 2.4': {
    transfer: { kind: 'gamma', gamma: 2.4, whiteNits: 100 },
    signal: (nits) => Math.min(1, nits / 100) ** (1 / 2.4),
    nits: [0, 0.1, 1, 18, 50, 100, 400],
    peakNits: 100,
  },
  PQ: { transfer: { kind: 'pq' }, signal: pqFromNits, nits: [0, 0.01, 1, 100, 203, 1000, 4000, 10_000], peakNits: 10_000 },
};

for (const [name, { transfer, signal, nits, peakNits }] of Object.entries(SIGNALS)) {
  test.each([8, 10, 12] as const)(
    `${name} in %i bits: every code within one of the standard, the mean within a twentieth`,
    async (bitDepth) => {
      const stage = smallStage({ widthPx: 64, heightPx: 48, canvas: { bitDepth, transfer }, panel: { peakNits } });
      const peak = 2 ** bitDepth - 1;
      await withWall(gpu, { stage, scene: await glowing([1, 1, 1]) }, async (render) => {
        for (const value of nits) {
          const codes = codesOf((await render({ nitsPerUnit: value })).canvas);
          const expected = signal(value) * peak;
          for (const code of codes.flat()) expect(Math.abs(code - expected), `${value} nits`).toBeLessThan(1 + 0.05);
          // 3072 LEDs: the mean of a dithered code has a standard deviation of at most 0.009; float32 pow adds 0.03 at 12 bits.
          for (const mean of meanOf(codes)) expect(Math.abs(mean - expected), `${value} nits`).toBeLessThan(0.06);
        }
      });
    },
  );
}

test('PQ signals of the standard (SMPTE ST 2084), by exposure', async () => {
  const stage = smallStage({ canvas: { bitDepth: 10, transfer: { kind: 'pq' } }, panel: { peakNits: 10_000 } });
  await withWall(gpu, { stage, scene: await glowing([1, 1, 1]) }, async (render) => {
    for (const [value, expected] of [
      [100, 0.508078],
      [1000, 0.751827],
      [10_000, 1],
    ] as const) {
      const codes = codesOf((await render({ nitsPerUnit: 100, exposureStops: Math.log2(value / 100) })).canvas);
      for (const code of codes.flat()) expect(Math.abs(code - expected * 1023)).toBeLessThanOrEqual(1);
    }
  });
});

test('light beyond the panel is clipped at its peak, before the transfer', async () => {
  const stage = smallStage({ canvas: { bitDepth: 12, transfer: { kind: 'pq' } }, panel: { peakNits: 1500 } });
  await withWall(gpu, { stage, scene: await glowing([1, 1, 1]) }, async (render) => {
    const codes = codesOf((await render({ nitsPerUnit: 9000 })).canvas);
    for (const code of codes.flat()) expect(Math.abs(code - pqFromNits(1500) * 4095)).toBeLessThan(1.1);
  });
});

test('panel primaries: Rec.709 light on a Rec.2020 panel (ITU-R BT.2087-0)', async () => {
  const stage = smallStage({
    canvas: { bitDepth: 12, transfer: { kind: 'gamma', gamma: 1, whiteNits: 100 } },
    panel: { primaries: REC2020 },
  });
  const m = [
    [0.6274, 0.3293, 0.0433],
    [0.0691, 0.9195, 0.0114],
    [0.0164, 0.088, 0.8956],
  ];
  const color = [0.75, 0.5, 0.25] as const;
  await withWall(gpu, { stage, scene: await glowing(color) }, async (render) => {
    const mean = meanOf(codesOf((await render()).canvas));
    // The matrix of the standard has four digits.
    for (const [c, row] of m.entries())
      expect(Math.abs(mean[c] / 4095 - row.reduce((sum, x, k) => sum + x * color[k], 0))).toBeLessThan(1.5e-4);
  });
});

describe('dither', () => {
  test('carries the signal between two codes, and leaves the ends alone', async () => {
    const stage = smallStage({ widthPx: 192, heightPx: 128, canvas: { transfer: { kind: 'gamma', gamma: 1, whiteNits: 100 } } });
    await withWall(gpu, { stage, scene: await glowing([1, 1, 1]) }, async (render) => {
      for (const wanted of [10.5, 100.03, 200.98, 17.25]) {
        const frame = await render({ nitsPerUnit: (wanted / 255) * 100 });
        const again = await render({ nitsPerUnit: (wanted / 255) * 100 });
        // 24,576 LEDs: a standard deviation of 0.0032.
        for (const mean of meanOf(codesOf(frame.canvas))) expect(Math.abs(mean - wanted)).toBeLessThan(0.02);
        expect(again.canvas.data).toEqual(frame.canvas.data);
      }
      for (const code of codesOf((await render({ nitsPerUnit: 0 })).canvas).flat()) expect(code).toBe(0);
      for (const code of codesOf((await render({ nitsPerUnit: 100 })).canvas).flat()) expect(code).toBe(255);
      // Half of 256 codes in binary: exact in float32 too, so that no LED may leave it.
      const exact = codesOf((await render({ nitsPerUnit: (51 / 255) * 100 })).canvas).flat();
      expect(exact.filter((code) => code !== 51).length / exact.length).toBeLessThan(1e-3);
    });
  });

  test('differs between neighbours and channels', async () => {
    const stage = smallStage({ canvas: { transfer: { kind: 'gamma', gamma: 1, whiteNits: 100 } } });
    await withWall(gpu, { stage, scene: await glowing([1, 1, 1]) }, async (render) => {
      const codes = codesOf((await render({ nitsPerUnit: (60.5 / 255) * 100 })).canvas);
      const differ = codes.filter(([r, g, b]) => r !== g || g !== b).length;
      const steps = codes.filter((code, k) => k > 0 && code[0] !== codes[k - 1][0]).length;
      // Independent coins: 3/4 of LEDs differ between channels, half of the neighbours from each other.
      expect(differ / codes.length).toBeGreaterThan(0.7);
      expect(steps / codes.length).toBeGreaterThan(0.4);
    });
  });
});

test('turns and flips place every LED where the stage says (Tile), its dither with it', async () => {
  const [w, h] = [24, 16];
  const scene = await buildScene(
    [{ geometry: box(60), material: { unlit: true, doubleSided: true, baseColorTexture: textureRef(0, {}, 4) } }],
    { images: [noiseImage(64, 5)] },
  );
  const straight = await withWall(gpu, { stage: smallStage({ widthPx: w, heightPx: h }), scene }, async (render) =>
    codesOf((await render()).canvas),
  );
  const tiles: Tile[] = [];
  // The window starts inside the facet, so that LEDs and tile columns differ.
  for (const turnDeg of [0, 90, 180, 270] as const)
    for (const flip of [false, true])
      tiles.push({
        facet: 0,
        i0: 3,
        j0: 2,
        widthPx: w - 5,
        heightPx: h - 3,
        canvas: 0,
        xPx: 1 + (turnDeg / 90) * 32,
        yPx: flip ? 40 : 2,
        turnDeg,
        flip,
      });
  const stage = smallStage({ widthPx: w, heightPx: h, tiles, canvas: { widthPx: 140, heightPx: 80 } });
  const placed = await withWall(gpu, { stage, scene }, async (render) => codesOf((await render()).canvas));
  let wrong = 0;
  for (const { widthPx, heightPx, turnDeg, flip, xPx, yPx, i0, j0 } of tiles) {
    for (let b = 0; b < heightPx; b++) {
      for (let a = 0; a < widthPx; a++) {
        const m = flip ? widthPx - 1 - a : a;
        const [x, y] = { 0: [m, b], 90: [heightPx - 1 - b, m], 180: [widthPx - 1 - m, heightPx - 1 - b], 270: [b, widthPx - 1 - m] }[
          turnDeg
        ];
        if (String(placed[(yPx + y) * 140 + xPx + x]) !== String(straight[(j0 + b) * w + i0 + a])) wrong++;
      }
    }
  }
  expect(wrong).toBe(0);
  expect(new Set(straight.map(String)).size).toBeGreaterThan(200);
});
