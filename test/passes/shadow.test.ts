import { describe, expect, test } from 'vitest';
import { normalize, type Vec3 } from '../../src/core/vec.ts';
import type { WallRenderer, WallRendererOptions } from '../../src/engine/wall-renderer.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, floorQuad, paintedImage, planeGrid, type ScenePart, textureRef } from '../support/scenes.ts';
import { EYE, openWall, rayOf, renderSmall, type SmallFrame, smallStage, stateOf } from './small-wall.ts';

const gpu = openTestGpu();
const stage = smallStage();
const directionToSun = normalize([0.5, 0.6, -0.3]);
const sun = { directionToSun, color: [3, 3, 3] as const, shadow: true };

/** A floor and two boxes on it, before the eye; the second box moves by itself when asked. */
async function twoBoxes(second: Vec3, isDynamic: boolean): Promise<SceneData> {
  const scene = await buildScene([
    { geometry: floorQuad(200) },
    { geometry: box(1.5), placements: [{ positionM: [-2, 0.75, -8] }, { positionM: second }] },
  ]);
  return isDynamic ? { ...scene, instances: { ...scene.instances, dynamic: Uint8Array.of(0, 0, 1) } } : scene;
}
const rowsAt = ([x, y, z]: Vec3): number[] => [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z];

async function withRenderer<T>(scene: SceneData, options: WallRendererOptions, use: (renderer: WallRenderer) => Promise<T>): Promise<T> {
  const renderer = await openWall(gpu, { stage, scene, options: { sun, ...options } });
  try {
    return await use(renderer);
  } finally {
    renderer.destroy();
  }
}
const frameOf = (renderer: WallRenderer, positionM: Vec3 = [0, 0, 0]): Promise<SmallFrame> =>
  renderSmall(renderer, stateOf(stage, { worldFromStage: { positionM, yawRad: 0, scale: 1 } }));

/** Same surfaces, same light, to the bit. */
function expectSame(frame: SmallFrame, expected: SmallFrame): void {
  expect(frame.ids).toEqual(expected.ids);
  expect(frame.color).toEqual(expected.color);
}

const HERE: Vec3 = [2, 0.75, -7];
const THERE: Vec3 = [0.5, 0.75, -6];

describe('drawn again only when due', () => {
  test('nothing while all rests or drifts by less than a texel; one map for a few texels of the finest; the picture is that of a fresh renderer', async () => {
    const scene = await twoBoxes(HERE, false);
    const places: readonly (readonly [Vec3, number])[] = [
      [[0, 0, 0], 3],
      [[0, 0, 0], 0],
      // Texels are 9.8, 44 and 234 mm.
      [[0.002, 0, -0.002], 0],
      [[0.015, 0, 0], 1],
      [[5, 0, 3], 3],
    ];
    const frames = await withRenderer(scene, {}, async (renderer) => {
      const seen: SmallFrame[] = [];
      for (const [place, draws] of places) {
        seen.push(await frameOf(renderer, place));
        expect(seen.at(-1)!.counters.draws).toBe(draws);
      }
      return seen;
    });
    for (const k of [2, 4]) expectSame(frames[k], await withRenderer(scene, {}, (renderer) => frameOf(renderer, places[k][0])));
  });

  test.each([
    ['a dynamic box: its layers alone', true, 6],
    ['a box that was to rest: all layers it touches', false, 3],
  ])('%s; its shadow goes with it, to the bit, and what it leaves lies in the sun', async (_, isDynamic, drawsAtFirst) => {
    const moved = await withRenderer(await twoBoxes(THERE, isDynamic), {}, (renderer) => frameOf(renderer));
    await withRenderer(await twoBoxes(HERE, isDynamic), {}, async (renderer) => {
      const first = await frameOf(renderer);
      expect(first.counters.draws).toBe(drawsAtFirst);
      renderer.moveInstances([{ instance: 2, worldFromMesh: rowsAt(THERE) }]);
      const second = await frameOf(renderer);
      expect(second.counters.draws).toBe(3);
      expectSame(second, moved);
      expect(second.color).not.toEqual(first.color);
      expect((await frameOf(renderer)).counters.draws).toBe(0);
      renderer.moveInstances([{ instance: 2, worldFromMesh: rowsAt(HERE) }]);
      expectSame(await frameOf(renderer), first);
    });
  });

  test('a dynamic box looks as a resting one does', async () => {
    const [resting, dynamic] = [await twoBoxes(HERE, false), await twoBoxes(HERE, true)];
    expectSame(await withRenderer(dynamic, {}, (r) => frameOf(r)), await withRenderer(resting, {}, (r) => frameOf(r)));
  });

  test('instances that are not there are refused by name, and none of the others moves', async () => {
    await withRenderer(await twoBoxes(HERE, true), {}, async (renderer) => {
      const first = await frameOf(renderer);
      const moves = [2, 3].map((instance) => ({ instance, worldFromMesh: rowsAt(THERE) }));
      expect(() => renderer.moveInstances(moves)).toThrow(/instance 3; expected 0 to 2 .*NO_SUCH_INSTANCE/);
      expectSame(await frameOf(renderer), first);
    });
  });
});

test('lists that are too short grow, and the frame is drawn again: no shadow is missing', async () => {
  const scene = await twoBoxes(HERE, true);
  const whole = await withRenderer(scene, {}, (renderer) => frameOf(renderer));
  expect(whole.counters.overflows).toBe(0);
  await withRenderer(scene, { shadowCapacities: { entries: 1, nodes: 1, clusters: 1 } }, async (renderer) => {
    const first = await frameOf(renderer);
    expect(first.counters.overflows).toBeGreaterThan(0);
    expectSame(first, whole);
    const second = await frameOf(renderer);
    expect([second.counters.overflows, second.counters.draws, second.counters.allocations]).toEqual([0, 0, 0]);
  });
});

test('two frames in flight: the one that used maps with casters missing is drawn again, too', async () => {
  const scene = await twoBoxes(HERE, false);
  const whole = await withRenderer(scene, {}, (renderer) => frameOf(renderer));
  await withRenderer(scene, { shadowCapacities: { entries: 1 } }, async (renderer) => {
    for (const frame of await Promise.all([frameOf(renderer), frameOf(renderer)])) expectSame(frame, whole);
  });
});

/** Where a ray meets the plane y = `height`. */
const onPlane = (from: Vec3, ray: Vec3, height: number): Vec3 => {
  const t = (height - from[1]) / ray[1];
  return [from[0] + ray[0] * t, height, from[2] + ray[2] * t];
};

/** LEDs of the floor that are darker or brighter than rays say; `shades`: whether a point of the plate 3 m up does. Points nearer than 5 cm to an edge do not count. */
function judgeFloor({ color }: SmallFrame, shades: (x: number, z: number) => boolean): { dark: number; bright: number; wrong: number } {
  const { widthPx, heightPx } = stage.facets[0];
  const judged = { dark: 0, bright: 0, wrong: 0 };
  for (let j = heightPx / 2; j < heightPx; j++)
    for (let i = 0; i < widthPx; i++) {
      const p = onPlane(EYE, rayOf(stage, i, j), 0);
      if (p[2] < -20) continue;
      const [x, , z] = onPlane(p, directionToSun, 3);
      const about = [-0.05, 0.05].flatMap((dx) => [-0.05, 0.05].map((dz) => shades(x + dx, z + dz)));
      if (about.some((one) => one !== about[0])) continue;
      if (about[0]) judged.dark++;
      else judged.bright++;
      if (color[(j * widthPx + i) * 4] > 0.1 === about[0]) judged.wrong++;
    }
  return judged;
}

/** A plate of 4 m, 3 m above the floor, above what the eye looks at. */
const plate = (material: ScenePart['material']): ScenePart[] => [
  { geometry: floorQuad(200) },
  { geometry: planeGrid(4, 4), material: { doubleSided: true, ...material }, placements: [{ positionM: [3.5, 3, -9] }] },
];
const inPlate = (x: number, z: number): boolean => Math.abs(x - 3.5) < 2 && Math.abs(z + 9) < 2;

test.each([1024, 2048, 4096] as const)('maps of %i texels: a plate shades the floor where rays say', async (shadowMapPx) => {
  const scene = await buildScene(plate({}));
  const judged = await withRenderer(scene, { shadowMapPx }, async (renderer) => judgeFloor(await frameOf(renderer), inPlate));
  expect(judged.wrong).toBe(0);
  expect(judged.dark).toBeGreaterThan(20);
  expect(judged.bright).toBeGreaterThan(200);
});

test.each([false, true])('a masked plate casts the shadow of what its texture leaves (dynamic: %s)', async (isDynamic) => {
  // Opaque where u < ½: x < 3.5.
  const image = paintedImage('half', 64, 64, true, (x) => [255, 255, 255, x < 32 ? 255 : 0]);
  const material = { alphaMode: 'mask', baseColorTexture: textureRef(0, { wrapU: 'clamp-to-edge' }) } as const;
  const scene = await buildScene(plate(material), { images: [image] });
  const dynamic = { ...scene, instances: { ...scene.instances, dynamic: Uint8Array.of(0, isDynamic ? 1 : 0) } };
  const judged = await withRenderer(dynamic, {}, async (renderer) =>
    judgeFloor(await frameOf(renderer), (x, z) => inPlate(x, z) && x < 3.5),
  );
  expect(judged.wrong).toBe(0);
  expect(judged.dark).toBeGreaterThan(10);
});
