import { describe, expect, test } from 'vitest';
import type { MeshGeometry } from '../../../src/scene/mesh-geometry.ts';
import { box, buildScene, planeGrid, sphere } from '../../support/scenes.ts';
import { expectContract } from './expect-contract.ts';
import { cornersOf, drawnByError, drawnByGroups, drawnByTree, finestOf, openPlaces, placesOf, randomViews } from './lod-cut.ts';
import { debris, hills, sideOf, terrain, torus } from './lod-shapes.ts';

const SHAPES: Readonly<Record<string, MeshGeometry>> = {
  sphere: sphere(1.5, 96, 64),
  torus: torus(2, 0.7, 128, 64),
  plane: planeGrid(10, 10, 60, 60),
  hills: terrain(8, 80, hills),
  debris: debris(),
  box: box(1),
  triangle: { ...planeGrid(1, 1), indices: Uint32Array.of(0, 2, 3) },
};
const CLOSED = ['sphere', 'torus', 'box'];

for (const detail of ['full', 'light'] as const) {
  describe(`levels of detail, ${detail}`, () => {
    for (const [name, geometry] of Object.entries(SHAPES)) {
      test(`${name}: every cut is whole, and the tree finds it`, async () => {
        const scene = await buildScene([{ geometry }], { detail });
        const places = placesOf(scene);
        const border = openPlaces(cornersOf(scene, finestOf(scene, 0)), places);
        if (CLOSED.includes(name)) expect(border.size).toBe(0);
        const sizes = new Set<number>();
        for (const view of randomViews(60, 12, 5)) {
          const drawn = drawnByGroups(scene, 0, view);
          expect(drawnByTree(scene, 0, view).clusters).toEqual(drawn);
          const corners = cornersOf(scene, drawn);
          sizes.add(corners.length / 3);
          const opened = [...openPlaces(corners, places)].filter((place) => !border.has(place));
          // Debris hangs together by an edge of three triangles, which may go to either.
          if (name !== 'debris') expect(opened).toEqual([]);
        }
        if (['sphere', 'torus', 'hills'].includes(name)) expect(sizes.size).toBeGreaterThan(5);
      });

      test(`${name}: obeys the contract`, async () => {
        expectContract(await buildScene([{ geometry }, { geometry: box(2) }], { detail }));
      });
    }

    test('draws every part of the surface once: the area of a plane stays', async () => {
      const scene = await buildScene([{ geometry: planeGrid(10, 10, 60, 60) }], { detail });
      for (const view of randomViews(40, 12, 9)) {
        const corners = cornersOf(scene, drawnByGroups(scene, 0, view));
        let area = 0;
        for (let i = 0; i < corners.length; i += 3) {
          const [a, b, c] = corners.slice(i, i + 3).map((v) => scene.vertices.positions.subarray(v * 3, v * 3 + 3));
          area += Math.abs((b[0] - a[0]) * (c[2] - a[2]) - (b[2] - a[2]) * (c[0] - a[0])) / 2;
        }
        expect(area).toBeCloseTo(100, 3);
      }
    });

    test('two meshes that share a border stay joined, whatever level each chooses, until they are tiny', async () => {
      const whole = terrain(8, 60, hills);
      const halves = [sideOf(whole, true), sideOf(whole, false)];
      const scene = await buildScene(
        halves.map((geometry) => ({ geometry })),
        { detail },
      );
      const places = placesOf(scene);
      const border = openPlaces([...cornersOf(scene, finestOf(scene, 0)), ...cornersOf(scene, finestOf(scene, 1))], places);
      // A sixth of the triangles is where so small a mesh begins to give its border up.
      const levels = [0, 1].map((m) =>
        [0, ...new Set(scene.hierarchy.groups.error)]
          .map((error) => cornersOf(scene, drawnByError(scene, m, error)))
          .filter((corners) => corners.length > halves[m].indices.length / 6),
      );
      let joined = 0;
      for (const left of levels[0]) {
        for (const right of levels[1]) {
          if (left.length === right.length) continue;
          joined++;
          expect([...openPlaces([...left, ...right], places)].filter((place) => !border.has(place))).toEqual([]);
        }
      }
      expect(joined).toBeGreaterThan(3);
    });

    test('what is far away costs a handful of triangles', async () => {
      for (const geometry of [sphere(1.5, 96, 64), torus(2, 0.7, 128, 64), terrain(8, 80, hills)]) {
        const scene = await buildScene([{ geometry }], { detail });
        const far = drawnByGroups(scene, 0, { eye: [0, 1e6, 0], errorPerMetre: 1 });
        expect(cornersOf(scene, far).length / 3).toBeLessThanOrEqual(16);
        expect(far.length).toBe(1);
      }
    });
  });
}

test('a plane costs a handful of triangles up close too: nothing is lost by leaving out what is flat', async () => {
  const scene = await buildScene([{ geometry: planeGrid(10, 10, 60, 60) }], { detail: 'full' });
  const drawn = cornersOf(scene, drawnByGroups(scene, 0, { eye: [0, 10, 0], errorPerMetre: 1e-4 }));
  expect(drawn.length / 3).toBeLessThanOrEqual(16);
});

test('a distant part of a large surface is drawn coarser than a near one, by looking at few nodes', async () => {
  const scene = await buildScene([{ geometry: terrain(80, 250, (x, z) => 4 * hills(x / 6, z / 6)) }], { detail: 'full' });
  const near = drawnByTree(scene, 0, { eye: [-40, 1.5, -40], errorPerMetre: 2e-2 });
  const full = drawnByTree(scene, 0, { eye: [-40, 1.5, -40], errorPerMetre: 0 });
  expect(near.clusters.length).toBeLessThan(full.clusters.length / 2);
  const far = drawnByTree(scene, 0, { eye: [0, 1e5, 0], errorPerMetre: 1e-3 });
  expect(far.visited).toBeLessThanOrEqual(24);
});

test('same input, same bytes', async () => {
  const build = () =>
    buildScene([{ geometry: terrain(8, 80, hills) }, { geometry: debris() }, { geometry: torus(2, 0.7, 96, 48) }], { detail: 'full' });
  const first = await build();
  await buildScene([{ geometry: sphere(1, 50, 40) }], { detail: 'light' });
  expect(await build()).toEqual(first);
});
