import { describe, expect, test } from 'vitest';
import { buildLedBlocks } from '../../src/passes/shade/led-blocks.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import { cameraAt, DISTORTED_LENS, FLAT_POSES } from '../picture/picture-cameras.ts';
import { countDifferences, tabulate } from '../picture/render-wall.ts';
import { createRayCaster } from '../reference/ray-caster.ts';
import { renderWallReference } from '../reference/wall-reference.ts';
import { flattenScene } from '../reference/world-triangles.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, noiseImage, planeGrid, type ScenePart, scatter, sphere, textureRef } from '../support/scenes.ts';
import { cutTilesAnywhere, flatStage } from '../support/stages.ts';
import { type SmallFrame, smallStage, stateOf, withWall } from './small-wall.ts';

// Lattices coarser and finer than the LEDs: the outer eye's rate, and samples per LED.

const gpu = openTestGpu();

/** The same wall with `k` times as many LEDs each way, in the same place. */
function relattice(stage: BakedStage, k: number): BakedStage {
  const facet = stage.facets[0];
  const [widthPx, heightPx] = [facet.widthPx * k, facet.heightPx * k];
  return {
    ...stage,
    facets: [{ ...facet, widthPx, heightPx, pitchUM: facet.pitchUM / k, pitchVM: facet.pitchVM / k }],
    canvases: [{ ...stage.canvases[0], widthPx, heightPx }],
    tiles: [{ ...stage.tiles[0], widthPx, heightPx }],
  };
}

/** Textured ground and things on it, before a bare background; unlit, as the CPU's reference shades. */
const texturedScene = () =>
  buildScene(
    [
      { geometry: planeGrid(60, 60, 10, 10), material: { unlit: true, baseColorTexture: textureRef(0, {}, 20) } },
      {
        geometry: sphere(1, 24, 16),
        material: { unlit: true, baseColorTexture: textureRef(0) },
        placements: scatter(30, 16, 7).map(({ positionM, ...rest }) => ({
          ...rest,
          positionM: [positionM![0], 0.8, positionM![2] - 12] as const,
        })),
      },
    ],
    { images: [noiseImage(64, 5)] },
  );

/** Frames are drawn by the pipelines of the full lattice until those of the coarse one are made: waits for a frame of the latter. */
async function coarseFrame(render: () => Promise<SmallFrame>): Promise<SmallFrame> {
  const first = await render();
  for (let tries = 0; tries < 200; tries++) {
    const next = await render();
    if (next.counters.ledsShaded < first.counters.ledsShaded) {
      // What drew it must not show.
      expect(next.canvas.data).toEqual(first.canvas.data);
      expect(next.color).toEqual(first.color);
      return next;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no frame was shaded at the outer rate');
}

describe.each([2, 4] as const)('an outer rate of %i', (rate) => {
  test('gives the LEDs of a cell the light of its centre ray, shaded once', async () => {
    const stage = smallStage();
    const cells = relattice(stage, 1 / rate);
    const scene = await texturedScene();
    const want = renderWallReference(createRayCaster(flattenScene(scene)), cells, stateOf(cells)).facets[0].color;
    const { full, coarse } = await withWall(gpu, { stage, scene }, async (render) => ({
      full: await render(),
      coarse: await coarseFrame(() => render({ outerRate: rate })),
    }));
    let [differ, uneven] = [0, 0];
    for (let j = 0; j < 32; j++)
      for (let i = 0; i < 48; i++) {
        const cell = Math.floor(j / rate) * (48 / rate) + Math.floor(i / rate);
        const first = Math.floor(j / rate) * rate * 48 + Math.floor(i / rate) * rate;
        const light = (q: number): number[] => [...coarse.color.subarray(q * 4, q * 4 + 3)];
        if (light(j * 48 + i).some((x, c) => x !== light(first)[c])) uneven++;
        // Two codes of an sRGB byte at mid grey.
        if (light(j * 48 + i).some((x, c) => Math.abs(x - want[cell * 4 + c]) > 0.008)) differ++;
      }
    expect(uneven).toBe(0);
    // Silhouettes may round to the neighbour (float32 against doubles).
    expect(differ / (48 * 32)).toBeLessThan(0.002);
    const leds = 48 * 32;
    expect([full.counters.ledsLit, coarse.counters.ledsLit]).toEqual([leds, leds]);
    expect([full.counters.ledsShaded, coarse.counters.ledsShaded]).toEqual([leds, leds / rate ** 2]);
    for (const counter of ['surfacesShaded', 'texelsRead'] as const) {
      expect(full.counters[counter]).toBeGreaterThan(leds / 4);
      expect((coarse.counters[counter] * rate ** 2) / full.counters[counter]).toBeCloseTo(1, 0.5);
    }
  });

  test('shows the same on one canvas and on tiles cut anywhere, beside a camera at the full lattice', async () => {
    const whole = flatStage({ pitchM: 0.05 });
    const scene = await texturedScene();
    const cameras = [cameraAt(FLAT_POSES[2], DISTORTED_LENS)];
    const tables = await Promise.all(
      [whole, cutTilesAnywhere(whole, rate)].map((stage) =>
        withWall(gpu, { stage, scene }, async (render) => {
          const { canvas, ids, color } = await coarseFrame(() => render({ cameras, outerRate: rate }));
          return tabulate(stage, { canvases: [canvas], debug: { ids, color }, overflows: 0 });
        }),
      ),
    );
    expect(countDifferences(tables[0], tables[1])).toMatchObject({ codes: 0, bits: 0 });
    const weights = tables[0].bits[0].filter((_, k) => k % 5 === 3);
    expect(new Set(weights).size).toBeGreaterThan(10);
  });
});

test('blocks are cut at multiples of 8 LEDs of the facet, wherever tiles are cut, and hold each LED once', () => {
  const stage = cutTilesAnywhere(smallStage({ widthPx: 61, heightPx: 37 }), 3);
  const { words, count, ledCount } = buildLedBlocks(stage, [0], () => 0);
  const times = new Uint8Array(61 * 37);
  for (let b = 0; b < count; b++) {
    const [i, j] = [words[b * 13 + 1] & 0xffff, words[b * 13 + 1] >>> 16];
    const [columns, rows] = [words[b * 13 + 2] & 0xffff, words[b * 13 + 2] >>> 16];
    expect(Math.floor(i / 8)).toBe(Math.floor((i + columns - 1) / 8));
    expect(Math.floor(j / 8)).toBe(Math.floor((j + rows - 1) / 8));
    for (let y = j; y < j + rows; y++) for (let x = i; x < i + columns; x++) times[y * 61 + x]++;
  }
  expect(times.every((n) => n === 1)).toBe(true);
  expect(ledCount).toBe(61 * 37);
});

describe('eight samples per LED, 4 × 2', () => {
  /** Plain colours: an LED differs from the mean of its area by what its samples miss of silhouettes alone. */
  const rods = (): Promise<SceneData> => {
    const part = (color: readonly [number, number, number, number], seed: number): ScenePart => ({
      geometry: box(0.5, 3, 0.3),
      material: { unlit: true, baseColorFactor: color },
      placements: scatter(25, 9, seed).map(({ positionM, ...rest }) => ({
        ...rest,
        positionM: [positionM![0], 1.4, positionM![2] - 12] as const,
      })),
    });
    return buildScene([part([1, 0.2, 0.1, 1], 1), part([0.1, 0.9, 0.3, 1], 2), part([0.2, 0.3, 1, 1], 3)]);
  };

  test('agree with the CPU, and come closer to 64 samples than four do', async () => {
    const stage = smallStage();
    const scene = await rods();
    const caster = createRayCaster(flattenScene(scene));
    const fine = relattice(stage, 8);
    const finest = renderWallReference(caster, fine, stateOf(fine)).facets[0].color;
    const errorOf = (color: ArrayLike<number>): number => {
      let sum = 0;
      for (let j = 0; j < 32; j++)
        for (let i = 0; i < 48; i++)
          for (let c = 0; c < 3; c++) {
            let mean = 0;
            for (let n = 0; n < 64; n++) mean += finest[((j * 8 + (n >> 3)) * 384 + i * 8 + (n & 7)) * 4 + c] / 64;
            sum += (color[(j * 48 + i) * 4 + c] - mean) ** 2;
          }
      return Math.sqrt(sum / (48 * 32 * 3));
    };
    await withWall(gpu, { stage, scene }, async (render) => {
      const errors: number[] = [];
      for (const samplesPerLed of [1, 4, 8] as const) {
        const { color } = await render({ samplesPerLed });
        const want = renderWallReference(caster, stage, stateOf(stage, { samplesPerLed })).facets[0].color;
        const differ = Array.from(want).filter((x, k) => k % 4 < 3 && Math.abs(x - color[k]) > 0.004).length;
        expect(differ / want.length).toBeLessThan(0.002);
        errors.push(errorOf(color));
      }
      const [one, four, eight] = errors;
      expect(four).toBeLessThan(one);
      expect(eight).toBeLessThan(four * 0.9);
      expect(eight).toBeGreaterThan(0);
    });
  });
});
