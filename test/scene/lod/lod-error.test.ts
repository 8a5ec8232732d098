import { describe, expect, test } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { measureDeviation } from '../../../src/scene/lod/surface-deviation.ts';
import type { MeshGeometry } from '../../../src/scene/mesh-geometry.ts';
import type { SceneData } from '../../../src/scene/scene-data.ts';
import { buildScene, checkerImage, planeGrid, sphere, textureRef } from '../../support/scenes.ts';
import { cornersOf, drawnByError, finestOf } from './lod-cut.ts';
import { hills, terrain, torus } from './lod-shapes.ts';

type Point = readonly [number, number, number];

const pointOf = (scene: SceneData, v: number): Point => [...scene.vertices.positions.subarray(v * 3, v * 3 + 3)] as unknown as Point;
const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Random points on triangles. */
function scatterPoints(scene: SceneData, corners: readonly number[], count: number, seed: number): Point[] {
  const random = createRng(seed);
  return Array.from({ length: count }, () => {
    const t = Math.floor((random() * corners.length) / 3) * 3;
    const [a, b, c] = [0, 1, 2].map((k) => pointOf(scene, corners[t + k]));
    let [u, v] = [random(), random()];
    if (u + v > 1) [u, v] = [1 - u, 1 - v];
    return [0, 1, 2].map((k) => a[k] + (b[k] - a[k]) * u + (c[k] - a[k]) * v) as unknown as Point;
  });
}

/** Distance of a point to the nearest of some triangles, by projection on the plane and on each edge: slow, and not the code under test. */
function distanceTo(scene: SceneData, corners: readonly number[], p: Point): number {
  let best = Infinity;
  for (let t = 0; t < corners.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => pointOf(scene, corners[t + k]));
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, a],
    ] as const) {
      const along = minus(to, from);
      const s = Math.max(0, Math.min(1, dot(minus(p, from), along) / dot(along, along)));
      best = Math.min(best, Math.hypot(...minus(p, [from[0] + along[0] * s, from[1] + along[1] * s, from[2] + along[2] * s])));
    }
    const [e, f, q] = [minus(b, a), minus(c, a), minus(p, a)];
    const [ee, ef, ff, qe, qf] = [dot(e, e), dot(e, f), dot(f, f), dot(q, e), dot(q, f)];
    const scale = ee * ff - ef * ef;
    const [u, v] = [(qe * ff - qf * ef) / scale, (qf * ee - qe * ef) / scale];
    if (u >= 0 && v >= 0 && u + v <= 1)
      best = Math.min(best, Math.hypot(...([0, 1, 2].map((k) => q[k] - e[k] * u - f[k] * v) as number[])));
  }
  return best;
}

describe('stated errors', () => {
  const shapes: Readonly<Record<string, MeshGeometry>> = {
    sphere: sphere(1.5, 48, 32),
    torus: torus(2, 0.7, 64, 32),
    hills: terrain(8, 50, hills),
  };
  for (const detail of ['full', 'light'] as const) {
    for (const [name, geometry] of Object.entries(shapes)) {
      test(`${name}, ${detail}: neither surface is farther from the other than stated`, async () => {
        const scene = await buildScene([{ geometry }], { detail });
        const full = cornersOf(scene, finestOf(scene, 0));
        const errors = [...new Set(scene.hierarchy.groups.error)].sort((a, b) => a - b).filter((error) => error < 1.5);
        expect(errors.length).toBeGreaterThan(1);
        for (const error of errors.filter((_, i) => i % 5 === 0)) {
          const cut = cornersOf(scene, drawnByError(scene, 0, error));
          expect(cut.length).toBeLessThan(full.length);
          let farthest = 0;
          for (const p of scatterPoints(scene, full, 60, 3)) farthest = Math.max(farthest, distanceTo(scene, cut, p));
          for (const p of scatterPoints(scene, cut, 60, 4)) farthest = Math.max(farthest, distanceTo(scene, full, p));
          // On a smooth shape the farthest is a few times the common deviation, of which twelve are stated.
          expect(farthest).toBeLessThanOrEqual(error / 2);
        }
      });
    }
  }

  test('a flat floor with a straight picture has none; one with a bent picture has, where the picture shows', async () => {
    const straight = planeGrid(4, 4, 40, 40);
    const bent = {
      ...straight,
      uv0: straight.uv0!.map((t, i) => t + (i % 2 === 0 ? 0.05 * Math.sin(straight.uv0![i + 1] * 40 + t * 30) : 0)),
    };
    const errorOf = async (geometry: MeshGeometry, picture: boolean): Promise<number> => {
      const material = { unlit: true, ...(picture ? { baseColorTexture: textureRef(0) } : {}) };
      const scene = await buildScene([{ geometry, material }], { images: [checkerImage(8, 2)], detail: 'full' });
      return scene.hierarchy.groups.error[0];
    };
    expect(await errorOf(straight, true)).toBeLessThan(1e-5);
    expect(await errorOf(bent, false)).toBeLessThan(1e-5);
    expect(await errorOf(bent, true)).toBeGreaterThan(1e-2);
  });

  test('a lit floor whose normals wave has an error, an unlit one has none', async () => {
    const flat = planeGrid(4, 4, 40, 40);
    const normals = flat.normals.map((n, i) => {
      const angle = 0.5 * Math.sin(Math.floor(i / 3) * 1.7);
      return i % 3 === 0 ? Math.sin(angle) : i % 3 === 1 ? Math.cos(angle) : n;
    });
    const errorOf = async (unlit: boolean) =>
      (await buildScene([{ geometry: { ...flat, normals }, material: { unlit } }], { detail: 'full' })).hierarchy.groups.error[0];
    expect(await errorOf(true)).toBeLessThan(1e-5);
    expect(await errorOf(false)).toBeGreaterThan(1e-2);
  });
});

describe('measureDeviation', () => {
  // One triangle in the plane z = 0, and samples above it.
  const positions = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0.2, 0.2, 0.3, 2, 0, 0, 0, 0, -0.1);
  const piece = { indices: Uint32Array.of(0, 1, 2), positions: positions.slice(0, 9), vertices: Uint32Array.of(0, 1, 2) };

  test('distance to the inside, to a corner, and 0 for a vertex that is still there', () => {
    expect(measureDeviation(Uint32Array.of(3), positions, [], piece).largest).toBeCloseTo(0.3, 6);
    expect(measureDeviation(Uint32Array.of(4), positions, [], piece).largest).toBeCloseTo(1, 6);
    expect(measureDeviation(Uint32Array.of(1), positions, [], piece).largest).toBe(0);
    expect(measureDeviation(Uint32Array.of(0, 5, 3, 4), positions, [], piece).largest).toBeCloseTo(1, 6);
  });

  test('a slip of the picture counts as metres of surface', () => {
    const uv = Float32Array.of(0, 0, 1, 0, 0, 1, 0.2, 0.25, 0, 0, 0, 0);
    const slip = { data: uv, size: 2, scale: 10, kind: 'slip' as const };
    expect(measureDeviation(Uint32Array.of(3), positions, [slip], piece).largest).toBeCloseTo(Math.hypot(0.3, 0.5), 5);
  });

  test('a ruined normal counts as the size of the triangle, and no more', () => {
    const normals = new Float32Array(18);
    for (let v = 0; v < 6; v++) normals[v * 3 + 2] = v === 3 ? -1 : 1;
    const change = { data: normals, size: 3, scale: 1, kind: 'change' as const };
    expect(measureDeviation(Uint32Array.of(3), positions, [change], piece).largest).toBeCloseTo(Math.hypot(0.3, Math.sqrt(0.5)), 5);
  });
});
