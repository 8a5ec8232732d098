import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import { box, buildScene, floorQuad, planeGrid, sphere } from '../support/scenes.ts';

/** Corner positions of every triangle of a scene's meshlets, as one sorted list of strings. */
function triangleKeys(scene: SceneData): string[] {
  const keys: string[] = [];
  eachTriangle(scene, (_, corners) => {
    const points = corners.map((v) => [...scene.vertices.positions.subarray(v * 3, v * 3 + 3)].join(','));
    // Rotated so that the smallest corner is first: the winding must survive.
    const first = points.indexOf([...points].sort()[0]);
    keys.push([0, 1, 2].map((k) => points[(first + k) % 3]).join(' '));
  });
  return keys.sort();
}

function eachTriangle(scene: SceneData, visit: (meshlet: number, corners: number[]) => void): void {
  const { meshlets } = scene;
  for (let m = 0; m < meshlets.count; m++) {
    const [firstTriangle, count] = meshlets.triangleRange.subarray(m * 2, m * 2 + 2);
    const firstVertex = meshlets.vertexRange[m * 2];
    for (let t = 0; t < count; t++) {
      const packed = meshlets.triangles[firstTriangle + t];
      visit(
        m,
        [packed & 255, (packed >> 8) & 255, packed >> 16].map((local) => meshlets.vertexIndices[firstVertex + local]),
      );
    }
  }
}

describe('meshlets', () => {
  const shapes = { box: box(2), sphere: sphere(1.5, 64, 48), plane: planeGrid(40, 40, 50, 50), floor: floorQuad(40_000) };
  for (const [name, geometry] of Object.entries(shapes)) {
    test(`${name}: the same triangles with the same winding, within the limits`, async () => {
      const scene = await buildScene([{ geometry }]);
      const source: string[] = [];
      for (let i = 0; i < geometry.indices.length; i += 3) {
        const points = [0, 1, 2].map((k) => {
          const v = geometry.indices[i + k];
          return [...geometry.positions.subarray(v * 3, v * 3 + 3)].join(',');
        });
        const first = points.indexOf([...points].sort()[0]);
        source.push([0, 1, 2].map((k) => points[(first + k) % 3]).join(' '));
      }
      expect(triangleKeys(scene)).toEqual(source.sort());
      for (let m = 0; m < scene.meshlets.count; m++) {
        expect(scene.meshlets.vertexRange[m * 2 + 1]).toBeLessThanOrEqual(128);
        expect(scene.meshlets.triangleRange[m * 2 + 1]).toBeLessThanOrEqual(128);
      }
    });

    test(`${name}: spheres hold every vertex; an eye that the cone culls sees no front face`, async () => {
      const scene = await buildScene([{ geometry }]);
      const { bounds, cone } = scene.meshlets;
      const p = (v: number) => [...scene.vertices.positions.subarray(v * 3, v * 3 + 3)] as const;
      const random = createRng(7);
      const eyes = Array.from({ length: 200 }, () => [0, 1, 2].map(() => (random() - 0.5) * 10));
      let culled = 0;
      let outside = -Infinity;
      let towards = -Infinity;
      eachTriangle(scene, (m, corners) => {
        const centre = bounds.subarray(m * 4, m * 4 + 3);
        const radius = bounds[m * 4 + 3];
        const [a, b, c] = corners.map(p);
        for (const q of [a, b, c]) outside = Math.max(outside, Math.hypot(...q.map((x, k) => x - centre[k])) - radius);
        const e1 = b.map((x, k) => x - a[k]);
        const e2 = c.map((x, k) => x - a[k]);
        const n = [e1[1] * e2[2] - e1[2] * e2[1], e1[2] * e2[0] - e1[0] * e2[2], e1[0] * e2[1] - e1[1] * e2[0]];
        for (const eye of eyes) {
          const toCentre = eye.map((x, k) => centre[k] - x);
          const along = toCentre.reduce((sum, x, k) => sum + x * cone[m * 4 + k], 0);
          if (along < cone[m * 4 + 3] * Math.hypot(...toCentre) + radius) continue;
          culled++;
          towards = Math.max(
            towards,
            n.reduce((sum, x, k) => sum + x * (eye[k] - a[k]), 0),
          );
        }
      });
      expect(outside).toBeLessThanOrEqual(0);
      expect(towards).toBeLessThanOrEqual(0);
      if (name === 'sphere' || name === 'plane') expect(culled).toBeGreaterThan(0);
    });
  }

  test('two-sided meshlets are never culled', async () => {
    const scene = await buildScene([{ geometry: sphere(1), material: { doubleSided: true } }]);
    for (let m = 0; m < scene.meshlets.count; m++) expect(scene.meshlets.cone[m * 4 + 3]).toBeGreaterThanOrEqual(1);
  });

  test('the same input gives the same bytes', async () => {
    const build = () => buildScene([{ geometry: sphere(1, 80, 60) }]);
    expect(await build()).toEqual(await build());
  });

  test('ranges of several meshes follow one another', async () => {
    const scene = await buildScene([{ geometry: box(1) }, { geometry: sphere(1, 40, 30), placements: [{}, { positionM: [3, 0, 0] }] }]);
    expect(scene.meshes.map((m) => m.triangleCount)).toEqual([12, 40 * 30 * 2 - 80]);
    expect(scene.meshes[1].firstMeshlet).toBe(scene.meshes[0].meshletCount);
    expect(scene.instances.count).toBe(3);
    expect(scene.triangleCount).toBe(12 + 2 * 2320);
    expect([...scene.instances.worldFromMesh.subarray(24)]).toEqual([1, 0, 0, 3, 0, 1, 0, 0, 0, 0, 1, 0]);
    let triangles = 0;
    eachTriangle(scene, (_, corners) => {
      triangles++;
      for (const v of corners) expect(v).toBeLessThan(scene.vertices.count);
    });
    expect(triangles).toBe(12 + 2320);
  });

  test('equal vertices are welded: an unindexed sphere needs no more of them', async () => {
    const shared = sphere(1, 32, 24);
    const loose = (data: Float32Array, size: number) =>
      Float32Array.from({ length: shared.indices.length * size }, (_, i) => data[shared.indices[Math.floor(i / size)] * size + (i % size)]);
    const geometry = {
      positions: loose(shared.positions, 3),
      normals: loose(shared.normals, 3),
      tangents: null,
      uv0: loose(shared.uv0!, 2),
      uv1: null,
      colors: null,
      indices: Uint32Array.from(shared.indices.keys()),
    };
    const welded = (await buildScene([{ geometry }])).vertices.count;
    // 33 × 25 grid; at each pole one triangle per segment touches it, so the last column's pole vertex is not used.
    expect(welded).toBe(33 * 25 - 2);
  });
});
