import { describe, expect, test } from 'vitest';
import type { MeshGeometry } from '../../../src/scene/mesh-geometry.ts';
import { NONE, type SceneData } from '../../../src/scene/scene-data.ts';
import { box, buildScene, planeGrid, sphere } from '../../support/scenes.ts';
import { cornersOf, drawnByGroups, drawnByTree, finestOf, openPlaces, placesOf, randomViews } from './lod-cut.ts';
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

    test('two meshes that share a border stay joined, whatever level each chooses', async () => {
      const whole = terrain(8, 60, hills);
      const scene = await buildScene([{ geometry: sideOf(whole, true) }, { geometry: sideOf(whole, false) }], { detail });
      const places = placesOf(scene);
      const border = openPlaces([...cornersOf(scene, finestOf(scene, 0)), ...cornersOf(scene, finestOf(scene, 1))], places);
      const views = randomViews(20, 12, 11);
      for (const [i, view] of views.entries()) {
        const other = views[(i + 7) % views.length];
        const corners = [...cornersOf(scene, drawnByGroups(scene, 0, view)), ...cornersOf(scene, drawnByGroups(scene, 1, other))];
        expect([...openPlaces(corners, places)].filter((place) => !border.has(place))).toEqual([]);
      }
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

/** What `ClusterHierarchy` promises, for every group, cluster and node of a scene. */
function expectContract(scene: SceneData): void {
  const { groups, nodes, selfGroup, parentGroup, depth } = scene.hierarchy;
  const { bounds, count } = scene.meshlets;
  /** How far sphere b sticks out of sphere a, in float32 as the GPU counts. */
  const outside = (a: Float32Array, i: number, b: Float32Array, k: number): number => {
    const f = Math.fround;
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) {
      const d = f(a[i * 4 + axis] - b[k * 4 + axis]);
      sum = f(sum + f(d * d));
    }
    return f(f(f(Math.sqrt(sum)) + b[k * 4 + 3]) - a[i * 4 + 3]);
  };
  let stickingOut = -Infinity;
  const must = (a: Float32Array, i: number, b: Float32Array, k: number): void => {
    stickingOut = Math.max(stickingOut, outside(a, i, b, k));
  };
  for (let m = 0; m < count; m++) {
    const [self, parent] = [selfGroup[m], parentGroup[m]];
    if (parent === NONE) continue;
    must(groups.sphere, parent, bounds, m);
    if (self === NONE) continue;
    must(groups.sphere, parent, groups.sphere, self);
    expect(groups.error[parent]).toBeGreaterThanOrEqual(groups.error[self]);
    expect(parent).not.toBe(self);
  }
  for (const error of groups.error) expect(error).toBeGreaterThanOrEqual(0);
  const seen = new Uint8Array(count);
  let deepest = 0;
  for (const mesh of scene.meshes) {
    const walk = (n: number, level: number): void => {
      deepest = Math.max(deepest, level);
      expect(nodes.size[n]).toBeGreaterThan(0);
      expect(nodes.size[n]).toBeLessThanOrEqual(nodes.leaf[n] ? 32 : 8);
      const parents = new Set<number>();
      for (let i = nodes.first[n]; i < nodes.first[n] + nodes.size[n]; i++) {
        if (!nodes.leaf[n]) {
          must(nodes.sphere, n, nodes.sphere, i);
          must(nodes.lodSphere, n, nodes.lodSphere, i);
          expect(nodes.maxError[n]).toBeGreaterThanOrEqual(nodes.maxError[i]);
          walk(i, level + 1);
          continue;
        }
        expect(i).toBeGreaterThanOrEqual(mesh.firstMeshlet);
        expect(i).toBeLessThan(mesh.firstMeshlet + mesh.meshletCount);
        seen[i]++;
        parents.add(parentGroup[i]);
        must(nodes.sphere, n, bounds, i);
        if (parentGroup[i] !== NONE) must(nodes.lodSphere, n, groups.sphere, parentGroup[i]);
        expect(nodes.maxError[n]).toBe(parentGroup[i] === NONE ? Infinity : groups.error[parentGroup[i]]);
      }
      if (nodes.leaf[n]) expect(parents.size).toBe(1);
    };
    walk(mesh.rootNode, 1);
    // The leaves of a mesh hold its clusters one after another, coarsest first.
    expect(parentGroup[mesh.firstMeshlet]).toBe(NONE);
  }
  expect(stickingOut).toBeLessThanOrEqual(0);
  expect(new Set(seen)).toEqual(new Set([1]));
  expect(depth).toBe(deepest);
}
