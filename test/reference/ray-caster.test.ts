import { expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import { box, buildScene, planeGrid, scatter, sphere } from '../support/scenes.ts';
import { createRayCaster, emptyHit } from './ray-caster.ts';
import { flattenScene, type WorldTriangles } from './world-triangles.ts';

/** Every triangle, by signed volumes of the ray with the edges: another formula than the caster's. */
function bruteForce(list: WorldTriangles, o: Vec3, d: Vec3): { triangle: number; t: number } {
  let best = { triangle: -1, t: Infinity };
  const det3 = (a: Vec3, b: Vec3, c: Vec3): number =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
  for (let k = 0; k < list.count; k++) {
    const corner = (c: number) => [0, 1, 2].map((x) => list.positions[k * 9 + c * 3 + x] - o[x]) as unknown as Vec3;
    const [a, b, c] = [corner(0), corner(1), corner(2)];
    const [u, v, w] = [det3(d, c, b), det3(d, a, c), det3(d, b, a)];
    const front = u > 0 && v > 0 && w > 0;
    const back = u < 0 && v < 0 && w < 0;
    if (!front && !(back && list.doubleSided[k])) continue;
    const along = (x: 0 | 1 | 2): number => ((u * a[x] + v * b[x] + w * c[x]) * d[x]) / (u + v + w);
    const t = (along(0) + along(1) + along(2)) / (d[0] ** 2 + d[1] ** 2 + d[2] ** 2);
    if (t > 0 && t < best.t) best = { triangle: k, t };
  }
  return best;
}

test('finds the same triangle as a search through all of them, mirrored and double-sided ones included', async () => {
  const scene = await buildScene([
    { geometry: planeGrid(40, 40, 5, 5) },
    { geometry: box(1), placements: scatter(20, 20, 5) },
    { geometry: sphere(0.6), placements: scatter(8, 15, 6).map((p) => ({ ...p, scale: [-1, 1.5, 1] as const })) },
    { geometry: sphere(30, 12, 8), material: { doubleSided: true } },
  ]);
  const list = flattenScene(scene);
  const caster = createRayCaster(list);
  const random = createRng(11);
  const hit = emptyHit();
  let hits = 0;
  for (let k = 0; k < 400; k++) {
    const o: Vec3 = [random() * 4 - 2, 0.3 + random() * 3, random() * 4 - 2];
    const d: Vec3 = [random() - 0.5, random() - 0.6, random() - 0.5];
    const want = bruteForce(list, o, d);
    caster.cast(...o, ...d, hit);
    expect(hit.triangle).toBe(want.triangle);
    if (want.triangle < 0) continue;
    hits++;
    expect(Math.abs(hit.t - want.t)).toBeLessThan(1e-9 * want.t);
  }
  expect(hits).toBeGreaterThan(370);
});

test('shows a mirrored box from outside only', async () => {
  const scene = await buildScene([{ geometry: box(2), placements: [{ scale: [-1, 1, 1] }] }]);
  const caster = createRayCaster(flattenScene(scene));
  const hit = emptyHit();
  expect(caster.cast(0.3, 0.2, 5, 0, 0, -1, hit)).toBe(true);
  expect(hit.t).toBeCloseTo(4, 12);
  expect(caster.cast(0.3, 0.2, 0, 0, 0, -1, hit)).toBe(false);
});

test('gives equal distances to the smallest id, and holds 100 km from the origin', async () => {
  const placements = [0, 1, 2].map(() => ({ positionM: [1e5, 3, -1e5] as const }));
  const list = flattenScene(await buildScene([{ geometry: planeGrid(8, 8, 2, 2), placements }]));
  const caster = createRayCaster(list);
  const hit = emptyHit();
  const random = createRng(2);
  for (let k = 0; k < 200; k++) {
    expect(caster.cast(1e5, 5, -1e5, random() * 2 - 1, -1, random() * 2 - 1, hit)).toBe(true);
    expect(list.instance[hit.triangle]).toBe(0);
    expect(hit.t).toBeCloseTo(2, 9);
  }
});

test('ids count meshlet-instances in order of instances and meshlets', async () => {
  const scene = await buildScene([
    { geometry: planeGrid(4, 4, 20, 20), placements: [{}, {}] },
    { geometry: box(1), placements: [{ positionM: [0, 5, 0] }] },
  ]);
  const list = flattenScene(scene);
  const grid = scene.meshes[0].meshletCount;
  expect(grid).toBeGreaterThan(3);
  const meshletInstances = Array.from({ length: list.count }, (_, t) => [list.instance[t], list.ids[t] >>> 7]);
  expect(Math.max(...meshletInstances.filter(([i]) => i === 0).map(([, m]) => m))).toBe(grid - 1);
  expect(Math.min(...meshletInstances.filter(([i]) => i === 1).map(([, m]) => m))).toBe(grid);
  expect(meshletInstances.filter(([i]) => i === 2).every(([, m]) => m === 2 * grid)).toBe(true);
  expect(new Set(list.ids).size).toBe(list.count);
});
