import { beforeAll, describe, expect, test } from 'vitest';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState } from '../../src/stage/frame-state.ts';
import { ARC_POSES, cameraAt, DISTORTED_LENS, UNDISTORTING_LENS } from '../picture/picture-cameras.ts';
import { innerWeight, referenceCamera } from '../reference/lens-reference.ts';
import { ledCentre } from '../reference/wall-reference.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, noiseImage, planeGrid, type ScenePart, scatter, textureRef } from '../support/scenes.ts';
import { arcStage } from '../support/stages.ts';
import { smallStage, withWall } from './small-wall.ts';

const gpu = openTestGpu();
const stage = arcStage({ pitchM: 0.098 });
const LEDS = 160 * 40;
let scene: SceneData;
beforeAll(async () => {
  scene = await buildScene([
    { geometry: planeGrid(80, 80, 10, 10), material: { unlit: true } },
    { geometry: box(1.5), material: { unlit: true }, placements: scatter(80, 30, 2) },
  ]);
});

/** What must be shaded: eyes by priority while some of an LED's light is left, and the LEDs where a camera leaves some and takes some. */
function expectedWork(wall: BakedStage, cameras: readonly CameraState[]): { shaded: number; inFeather: number; shadedInFeather: number } {
  const lenses = cameras.map(referenceCamera);
  const work = { shaded: 0, inFeather: 0, shadedInFeather: 0 };
  for (const facet of wall.facets)
    for (let j = 0; j < facet.heightPx; j++)
      for (let i = 0; i < facet.widthPx; i++) {
        let [left, eyes, feathered] = [1, 0, false];
        for (const lens of lenses) {
          const weight = left > 0 ? innerWeight(lens, ledCentre(facet, i, j)) : 0;
          if (weight <= 0) continue;
          eyes++;
          feathered ||= weight < 1;
          left *= 1 - weight;
        }
        // The outer eye sees every facet of this wall.
        if (left > 0) eyes++;
        work.shaded += eyes;
        if (!feathered) continue;
        work.inFeather++;
        work.shadedInFeather += eyes;
      }
  return work;
}

const a = cameraAt(ARC_POSES[0], DISTORTED_LENS);
const overlapping = cameraAt({ ...ARC_POSES[0], eyeM: [0.4, 1.5, 0.6] }, UNDISTORTING_LENS, { id: 'B' });
describe.each([
  ['no camera', []],
  ['a camera', [cameraAt(ARC_POSES[0])]],
  ['a distorted camera', [a]],
  ['overlapping cameras', [a, overlapping]],
] as const)('with %s', (_, cameras) => {
  test.each([1, 4, 8] as const)(
    'at %i samples, every LED is shaded once outside the feather, and for its eyes inside',
    async (samplesPerLed) => {
      const { counters } = await withWall(gpu, { stage, scene }, (render) => render({ cameras, samplesPerLed }));
      const want = expectedWork(stage, cameras);
      expect(counters.ledsLit).toBe(LEDS);
      // Weights are float32 on the device: an LED on the very edge of a feather may fall on either side.
      const slack = LEDS * 0.001;
      expect(Math.abs(counters.ledsShaded - want.shaded)).toBeLessThan(slack);
      expect(Math.abs(counters.ledsInFeather - want.inFeather)).toBeLessThan(slack);
      expect(Math.abs(counters.ledsShadedInFeather - want.shadedInFeather)).toBeLessThan(slack);
      const outside = (counters.ledsShaded - counters.ledsShadedInFeather) / (counters.ledsLit - counters.ledsInFeather);
      expect(outside).toBeLessThanOrEqual(1.02);
      expect(outside).toBeGreaterThan(0.98);
      // Blending in the feather is what the second eye is for.
      if (cameras.length > 0) expect(counters.ledsShadedInFeather).toBeGreaterThan(counters.ledsInFeather * 1.5);
    },
  );
});

describe('texels read', () => {
  const facing = async (material: NonNullable<ScenePart['material']>) =>
    buildScene([{ geometry: box(40, 40, 1), material, placements: [{ positionM: [0, 1.5, -8] }] }], {
      images: [noiseImage(64, 1), noiseImage(64, 2, false)],
    });
  const wall = smallStage();
  const leds = 48 * 32;

  test('one for each slot of a surface that faces the wall', async () => {
    const one = await withWall(gpu, { stage: wall, scene: await facing({ unlit: true, baseColorTexture: textureRef(0) }) }, (r) => r());
    expect(one.counters.surfacesShaded).toBe(leds);
    expect(one.counters.texelsRead).toBe(leds);
    const two = { baseColorTexture: textureRef(0), metallicRoughnessTexture: textureRef(1) };
    const both = await withWall(gpu, { stage: wall, scene: await facing(two) }, (r) => r());
    expect(both.counters.texelsRead).toBe(2 * leds);
  });

  test('none where there is no texture, up to eight where a surface is seen at a slant', async () => {
    const floor = (unlit: object) =>
      buildScene([{ geometry: planeGrid(200, 200, 4, 4), material: { unlit: true, ...unlit } }], { images: [noiseImage(64, 1)] });
    const plain = await withWall(gpu, { stage: wall, scene: await floor({}) }, (r) => r());
    expect(plain.counters.texelsRead).toBe(0);
    const slanted = await withWall(gpu, { stage: wall, scene: await floor({ baseColorTexture: textureRef(0, {}, 50) }) }, (r) => r());
    const perSurface = slanted.counters.texelsRead / slanted.counters.surfacesShaded;
    expect(slanted.counters.surfacesShaded).toBe(plain.counters.surfacesShaded);
    expect(perSurface).toBeGreaterThan(2);
    expect(perSurface).toBeLessThanOrEqual(8);
  });
});
