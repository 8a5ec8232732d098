import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import type { RasterSettings } from '../../src/passes/visibility/raster-settings.ts';
import type { MeshGeometry } from '../../src/scene/scene-builder.ts';
import { createRayCaster, emptyHit } from '../reference/ray-caster.ts';
import { flattenScene } from '../reference/world-triangles.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, floorQuad, noiseImage, type ScenePart, scatter, sphere, textureRef } from '../support/scenes.ts';
import { EYE, PITCH_M, rayOf, SMALL_CAMERA, type SmallFrame, smallStage, withWall } from './small-wall.ts';

const gpu = openTestGpu();
const NOTHING = 0xffffffff;

/** One triangle after another, none sharing vertices; `keep` says which. */
function trianglesOf(corners: readonly Vec3[], indices: readonly number[], keep: (triangle: number) => boolean): MeshGeometry {
  const picked = indices.filter((_, k) => keep(Math.floor(k / 3)));
  return {
    positions: Float32Array.from(picked.flatMap((k) => [...corners[k]])),
    normals: Float32Array.from(picked.flatMap(() => [0, 0, 1])),
    tangents: null,
    uv0: null,
    uv1: null,
    colors: null,
    indices: Uint32Array.from(picked, (_, k) => k),
  };
}

/** How often each LED is covered when the triangles are drawn as four meshes, so that neighbours never hide each other's errors. */
async function coverage(corners: readonly Vec3[], indices: readonly number[], raster: Partial<RasterSettings>): Promise<Uint8Array> {
  const stage = smallStage();
  const counts = new Uint8Array(48 * 32);
  for (let part = 0; part < 4; part++) {
    const scene = await buildScene([{ geometry: trianglesOf(corners, indices, (t) => t % 4 === part), material: { unlit: true } }]);
    await withWall(gpu, { stage, scene, options: { raster } }, async (render) => {
      (await render()).ids.forEach((id, k) => {
        if (id !== NOTHING) counts[k]++;
      });
    });
  }
  return counts;
}

/** Ways of rasterising that must not differ: what spreads triangles, from which size on, and how setup gets its vertices. */
const WAYS: Readonly<Record<string, Partial<RasterSettings>>> = {
  compute: {},
  hardware: { path: 'hardware' },
  'shared setup, all in blocks': { sharedSetup: true, smallSamples: 0 },
  'all by threads': { smallSamples: 4096 },
};

describe.each(Object.entries(WAYS))('%s: every sample of a watertight surface belongs to exactly one triangle', (_, raster) => {
  test('a fan about an LED centre, its blades along rows, columns and diagonals of centres', async () => {
    // On the wall's own plane, so that blades run exactly through LED centres.
    const hub: Vec3 = [EYE[0] + PITCH_M / 2, EYE[1] + PITCH_M / 2, -4];
    const count = 16;
    const rim = Array.from({ length: count }, (_, k): Vec3 => {
      const [x, y] = [
        [8, 0],
        [8, 4],
        [8, 8],
        [4, 8],
        [0, 8],
        [-4, 8],
        [-8, 8],
        [-8, 4],
        [-8, 0],
        [-8, -4],
        [-8, -8],
        [-4, -8],
        [0, -8],
        [4, -8],
        [8, -8],
        [8, -4],
      ][k];
      return [hub[0] + x * 2 * PITCH_M, hub[1] + y * 2 * PITCH_M, -4];
    });
    const indices = Array.from({ length: count }, (_, k) => [0, k + 1, ((k + 1) % count) + 1]).flat();
    const counts = await coverage([hub, ...rim], indices, raster);
    const twice = counts.filter((n) => n > 1).length;
    expect(twice).toBe(0);
    // The square of 32 × 32 LEDs about the hub: 31 whole rows inside, and two sides of its border.
    let holes = 0;
    for (let j = 1; j < 31; j++) for (let i = 9; i < 39; i++) if (counts[j * 48 + i] !== 1) holes++;
    expect(holes).toBe(0);
  });

  test('a crumpled sheet of 24 × 16 cells around all depths, some cells smaller than an LED', async () => {
    const random = createRng(11);
    const [columns, rows] = [24, 16];
    const corners: Vec3[] = [];
    for (let j = 0; j <= rows; j++) {
      for (let i = 0; i <= columns; i++) {
        // Jitter in the picture plane below half a cell keeps neighbours in order; the depth is free.
        const depth = 3 + random() * 20;
        const warp = (t: number): number => Math.sign(t) * Math.abs(t) ** 1.7;
        const x = warp(((i + (random() - 0.5) * 0.6) / columns - 0.5) * 2) * 0.5;
        const y = warp(((j + (random() - 0.5) * 0.6) / rows - 0.5) * 2) * 0.35;
        corners.push([EYE[0] + x * depth, EYE[1] - y * depth, -depth]);
      }
    }
    const at = (i: number, j: number): number => j * (columns + 1) + i;
    const indices: number[] = [];
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++) indices.push(at(i, j), at(i, j + 1), at(i + 1, j + 1), at(i, j), at(i + 1, j + 1), at(i + 1, j));
    const counts = await coverage(corners, indices, raster);
    const inner = Array.from(counts).filter((_, k) => Math.abs((k % 48) - 23.5) < 20 && Math.abs(Math.floor(k / 48) - 15.5) < 13);
    expect(inner.filter((n) => n !== 1)).toEqual([]);
  });
});

/** Scenes that a cull may get wrong: mirrored, squeezed, two-sided, huge, through the eye, far from the origin. */
const cullParts = (seed: number): ScenePart[] => {
  const random = createRng(seed);
  const any = (count: number, scale: () => number | Vec3) =>
    scatter(count, 30, seed).map((placement) => ({
      ...placement,
      positionM: [placement.positionM![0], random() * 4, placement.positionM![2] - 12] as const,
      scale: scale(),
    }));
  const squeezed = (): Vec3 => [0.2 + random() * 2, 0.05 + random() * 3, 0.2 + random()];
  return [
    { geometry: sphere(0.5, 24, 16), placements: any(12, () => 0.5 + random()) },
    { geometry: sphere(0.5, 24, 16), placements: any(8, squeezed) },
    { geometry: sphere(0.5, 24, 16), placements: any(8, () => [-1 - random(), 1, 0.4]) },
    { geometry: sphere(0.5, 16, 8), material: { doubleSided: true }, placements: any(4, () => -1) },
    { geometry: box(1), placements: any(10, squeezed) },
    { geometry: floorQuad(5000) },
    { geometry: floorQuad(3), material: { doubleSided: true }, placements: [{ positionM: [0.2, 1.4, -1] }] },
  ];
};

test.each([1, 2, 3])('what is culled was not to be seen: every LED shows the triangle that a ray finds (scene %i)', async (seed) => {
  const stage = smallStage({ widthPx: 96, heightPx: 64 });
  const scene = await buildScene(cullParts(seed).map((part) => ({ ...part, material: { unlit: true, ...part.material } })));
  const triangles = flattenScene(scene);
  const caster = createRayCaster(triangles);
  const { ids, counters } = await withWall(gpu, { stage, scene }, (render) => render());
  let [seen, differ] = [0, 0];
  const meshletsOfCpu = new Set<number>();
  const meshletsOfGpu = new Set(Array.from(ids, (id) => id >>> 7));
  for (let j = 0; j < 64; j++) {
    for (let i = 0; i < 96; i++) {
      const hit = emptyHit();
      const expected = caster.cast(...EYE, ...rayOf(stage, i, j), hit) ? triangles.ids[hit.triangle] : NOTHING;
      if (expected !== NOTHING) seen++;
      if (ids[j * 96 + i] !== expected) differ++;
      meshletsOfCpu.add(expected >>> 7);
    }
  }
  expect(seen).toBeGreaterThan(1000);
  expect(counters.clustersDrawn).toBeLessThan(counters.clustersTested);
  // A culled meshlet would miss as a whole; single LEDs on an edge may round to the neighbour (float32 against doubles).
  expect([...meshletsOfCpu].filter((m) => !meshletsOfGpu.has(m))).toEqual([]);
  expect(differ / (96 * 64)).toBeLessThan(0.002);
});

test.each([4, 8] as const)(
  'all ways give equal ids, colours, codes and counts, with cut-outs, cameras and %i samples per LED',
  async (samplesPerLed) => {
    const stage = smallStage({ widthPx: 96, heightPx: 64 });
    const holes = noiseImage(32, 9);
    holes.levels.forEach((level) => {
      for (let k = 3; k < level.length; k += 4) level[k] = level[k - 1];
    });
    const parts: ScenePart[] = [
      ...cullParts(4),
      {
        geometry: box(3, 3, 0.1),
        material: { alphaMode: 'mask', doubleSided: true, baseColorTexture: textureRef(0) },
        placements: [{ positionM: [0.5, 1.5, -5] }],
      },
    ];
    const scene = await buildScene(
      parts.map((part) => ({ ...part, material: { unlit: true, ...part.material } })),
      { images: [holes] },
    );
    const frames: SmallFrame[] = [];
    for (const raster of Object.values(WAYS))
      frames.push(
        await withWall(gpu, { stage, scene, options: { raster } }, (render) => render({ samplesPerLed, cameras: [SMALL_CAMERA] })),
      );
    for (const frame of frames.slice(1)) {
      expect(frame.ids).toEqual(frames[0].ids);
      expect(frame.color).toEqual(frames[0].color);
      expect(frame.canvas.data).toEqual(frames[0].canvas.data);
      const { trianglesSetUp, trianglesRasterized } = frames[0].counters;
      expect(frame.counters).toMatchObject({ trianglesSetUp, trianglesRasterized });
    }
    expect(new Set(frames[0].ids).size).toBeGreaterThan(100);
    // Feathered LEDs exist: two eyes were blended.
    const weights = Array.from({ length: frames[0].ids.length }, (_, k) => frames[0].color[k * 4 + 3]);
    expect(weights.some((w) => w > 0.01 && w < 0.99)).toBe(true);
  },
);

test('surfaces at exactly one depth: the smallest id shows, in any order of work', async () => {
  const stage = smallStage();
  const wall = { geometry: box(30, 30, 1), material: { unlit: true }, placements: [{ positionM: [0, 0, -20] as const }] };
  const scene = await buildScene([wall, wall, wall]);
  const instances = await withWall(gpu, { stage, scene }, async (render) => (await render()).ids.map((id) => id >>> 7));
  expect(new Set(instances)).toEqual(new Set([0]));
});

test.each(Object.entries(WAYS))('%s: what the second look adds to the first is drawn as if there were one look', async (_, raster) => {
  const stage = smallStage();
  const unlit = { unlit: true };
  const scene = await buildScene([
    { geometry: box(6, 6, 0.1), material: unlit, placements: [{ positionM: [0, 1.5, -6] as const }] },
    { geometry: sphere(1, 24, 16), material: unlit, placements: [-1, 0, 1].map((x) => ({ positionM: [x * 2, 1.5, -12] as const })) },
    { geometry: box(0.5), material: unlit, placements: [{ positionM: [1, 1.5, -5] as const }] },
  ]);
  const aside = { outerEyeM: [-3, 1.5, 0] as const };
  const meshletsOf = (frame: SmallFrame): Set<number> => new Set(Array.from(frame.ids, (id) => id >>> 7));
  const fresh = await withWall(gpu, { stage, scene }, (render) => render(aside));
  await withWall(gpu, { stage, scene, options: { raster } }, async (render) => {
    const before = await render();
    // Drawn twice: the first frame has no pyramid before it.
    const hidden = await render();
    expect(hidden.ids).toEqual(before.ids);
    const revealed = await render(aside);
    expect(revealed.ids).toEqual(fresh.ids);
    expect(revealed.color).toEqual(fresh.color);
    // Meshlets that the frame before hid, and others that it showed: records of both looks.
    const shown = meshletsOf(hidden);
    const added = [...meshletsOf(revealed)].filter((meshlet) => !shown.has(meshlet));
    expect(hidden.counters.clustersDrawn).toBeLessThan(before.counters.clustersDrawn);
    expect(added.length).toBeGreaterThan(0);
    expect([...meshletsOf(revealed)].some((meshlet) => meshlet !== NOTHING >>> 7 && shown.has(meshlet))).toBe(true);
  });
});
