import { describe, expect, test } from 'vitest';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { createRayCaster } from '../reference/ray-caster.ts';
import { renderWallReference } from '../reference/wall-reference.ts';
import { flattenScene } from '../reference/world-triangles.ts';
import { openTestGpu } from '../support/gpu.ts';
import { planeGrid, type ScenePart } from '../support/scenes.ts';
import { arcStage, cutTilesAnywhere, lStage, type StageOptions } from '../support/stages.ts';
import { ARC_POSES, cameraAt, DISTORTED_LENS, frameState, L_POSES } from './picture-cameras.ts';
import { pictureScene } from './picture-scene.ts';
import { compareWithReference, countDifferences, type LedTable, renderWall, tabulate, withWall } from './render-wall.ts';

// Issue 2, "No seams, zero tolerance": however the wall is cut into canvases, every LED is equal in every bit of its code, id, colour and weight.

const gpu = openTestGpu();

/** Upright pictures in one plane, twice with different colours: exact depth ties all over. */
const coincident: ScenePart[] = [0, 1, 2].map((k) => ({
  name: `coincident ${k}`,
  geometry: planeGrid(9, 9, 3, 3),
  material: { unlit: true, baseColorFactor: [k === 0 ? 1 : 0.1, k === 1 ? 1 : 0.1, k === 2 ? 1 : 0.1, 1] },
  placements: [-8, 3].map((x) => ({ positionM: [x, 4, -14] as const, rotation: [Math.SQRT1_2, 0, 0, Math.SQRT1_2] as const })),
}));
/** The 40 km floor, objects, and the coincident plates. */
const makeScene = async (): Promise<SceneData> => (await pictureScene({ scale: 2, objects: 40, floor: '40km', extra: coincident })).scene;

async function tableOf(stage: BakedStage, scene: SceneData, state: FrameState): Promise<LedTable> {
  return tabulate(stage, await renderWall(gpu, stage, scene, state));
}

interface Wall {
  readonly name: string;
  readonly make: (options: StageOptions) => BakedStage;
  readonly pitchM: number;
  readonly state: FrameState;
}
const walls: Wall[] = [
  { name: 'arc', make: arcStage, pitchM: 0.049, state: frameState([cameraAt(ARC_POSES[0], DISTORTED_LENS)]) },
  { name: 'L with ceiling', make: lStage, pitchM: 0.05, state: frameState([cameraAt(L_POSES[0], DISTORTED_LENS)], { samplesPerLed: 4 }) },
];

describe.each(walls)('$name', ({ make, pitchM, state }) => {
  const cuts: [string, () => BakedStage][] = [
    ['4 canvases', () => make({ pitchM, canvases: 4 })],
    ['20 canvases', () => make({ pitchM, canvases: 20 })],
    ['3 canvases of single panels, shuffled, turned and flipped', () => make({ pitchM, canvases: 3, cutTiles: true, turned: true })],
    ['tiles cut at random LEDs', () => cutTilesAnywhere(make({ pitchM, canvases: 2 }), 5)],
  ];
  test(`one canvas, again, and ${cuts.map(([name]) => name).join(', ')}`, async () => {
    const scene = await makeScene();
    const whole = make({ pitchM });
    const leds = whole.facets.reduce((sum, f) => sum + f.widthPx * f.heightPx, 0);
    await withWall(gpu, whole, scene, async (render) => {
      const first = tabulate(whole, await render(state));
      for (let run = 0; run < 2; run++)
        expect(countDifferences(first, tabulate(whole, await render(state)))).toEqual({ leds, codes: 0, bits: 0 });
      for (const [name, cut] of cuts) {
        const stage = cut();
        expect(countDifferences(first, await tableOf(stage, scene, state)), name).toEqual({ leds, codes: 0, bits: 0 });
      }
    });
  });
});

test('a node that renders some of the canvases gets the same LEDs', async () => {
  const scene = await makeScene();
  const [{ make, pitchM, state }] = walls;
  const stage = make({ pitchM, canvases: 5 });
  const whole = await tableOf(make({ pitchM }), scene, state);
  for (const canvases of [[2], [4, 1]]) {
    const part = tabulate(stage, await renderWall(gpu, stage, scene, state, { canvases }), canvases);
    const leds = canvases.reduce((sum, c) => sum + stage.canvases[c].widthPx * stage.canvases[c].heightPx, 0);
    expect(countDifferences(whole, part)).toEqual({ leds, codes: 0, bits: 0 });
  }
});

test('10- and 12-bit canvases change codes only', async () => {
  const scene = await makeScene();
  const [{ make, pitchM, state }] = walls;
  const eight = await tableOf(make({ pitchM }), scene, state);
  for (const bitDepth of [10, 12] as const) {
    const deep = await tableOf(make({ pitchM, bitDepth }), scene, state);
    expect(countDifferences(eight, deep).bits).toBe(0);
    const most = Math.max(...deep.codes.map((codes) => codes.reduce((a, b) => Math.max(a, b))));
    expect(most).toBeGreaterThan(2 ** (bitDepth - 1));
    expect(most).toBeLessThan(2 ** bitDepth);
  }
});

test('coincident surfaces show the smallest id on every LED, the 40 km floor is right', async () => {
  const scene = await makeScene();
  const [{ make, pitchM, state }] = walls;
  const stage = make({ pitchM });
  const a = compareWithReference(
    stage,
    await renderWall(gpu, stage, scene, state),
    renderWallReference(createRayCaster(flattenScene(scene)), stage, state),
  );
  expect(a.sameTriangle, JSON.stringify(a.examples)).toBeGreaterThanOrEqual(0.9999);
  // Float32 barycentrics of a 40 km triangle are good to 2.4 mm (2⁻²⁴ of its size), a tenth of this floor's texels; cell borders near the eye show it.
  expect(a.colorWithin2).toBeGreaterThanOrEqual(0.99);
});

test('the comparison finds one LED that differs in one bit', async () => {
  const scene = await makeScene();
  const [{ make, pitchM, state }] = walls;
  const stage = make({ pitchM });
  const wall = await renderWall(gpu, stage, scene, state);
  const first = tabulate(stage, wall);
  const color = wall.debug.color.slice();
  new Uint32Array(color.buffer)[4 * 1234 + 1] ^= 1;
  const data = wall.canvases[0].data.slice();
  data[4 * 777] ^= 1;
  const changed = tabulate(stage, { ...wall, canvases: [{ ...wall.canvases[0], data }], debug: { ...wall.debug, color } });
  expect(countDifferences(first, changed)).toMatchObject({ codes: 1, bits: 1 });
});
