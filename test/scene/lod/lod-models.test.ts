import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { nodeScenePorts } from '../../../src/platform/node/load-scene.ts';
import { type LoadGltfOptions, loadGltf } from '../../../src/scene/load-gltf.ts';
import { buildClusterHierarchy } from '../../../src/scene/lod/build-cluster-hierarchy.ts';
import type { SceneData } from '../../../src/scene/scene-data.ts';
import { assetPath } from '../../support/shared-assets.ts';
import { expectContract } from './expect-contract.ts';
import { cornersOf, drawnByGroups, drawnByTree, finestOf, openPlaces, placesOf, randomViews } from './lod-cut.ts';

const HELMET = 'khronos/FlightHelmet/glTF-1k/FlightHelmet.gltf';

/** A model without its pictures, which levels of detail do not need. */
function loadShape(file: string, options: LoadGltfOptions): Promise<SceneData> {
  const path = assetPath(file);
  const grey = { widthPx: 1, heightPx: 1, rgba: Uint8Array.of(128, 128, 128, 255) };
  const ports = { ...nodeScenePorts(dirname(path)), images: { decode: async () => grey } };
  return loadGltf({ file: path, bytes: readFileSync(path) }, ports, options);
}

test('FlightHelmet: no cut opens the surface where it was closed, and the contract holds', async () => {
  const scene = await loadShape(HELMET, { detail: 'full' });
  expectContract(scene);
  const places = placesOf(scene);
  scene.meshes.forEach((mesh, m) => {
    const border = openPlaces(cornersOf(scene, finestOf(scene, m)), places);
    const sizeM = Math.max(...mesh.boundsMax.map((x, k) => Math.max(Math.abs(x), Math.abs(mesh.boundsMin[k]))));
    const drawnTriangles = new Set<number>();
    for (const view of randomViews(12, sizeM * 2, 3 + m)) {
      const drawn = drawnByGroups(scene, m, view);
      expect(drawnByTree(scene, m, view).clusters).toEqual(drawn);
      const corners = cornersOf(scene, drawn);
      drawnTriangles.add(corners.length / 3);
      expect([...openPlaces(corners, places)].filter((place) => !border.has(place))).toEqual([]);
    }
    expect(drawnTriangles.size).toBeGreaterThan(1);
    expect(Math.min(...drawnTriangles)).toBeLessThan(mesh.triangleCount / 10);
  });
  // Six materials, each little when far away (one is stubborn: many loose parts).
  const far = { eye: [0, 0, 1e5], errorPerMetre: 1 };
  for (const m of scene.meshes.keys()) expect(cornersOf(scene, drawnByGroups(scene, m, far)).length / 3).toBeLessThanOrEqual(48);
});

test('FlightHelmet: full detail is the same triangles as without levels', async () => {
  const flat = await loadShape(HELMET, {});
  const light = await loadShape(HELMET, { detail: 'light' });
  const keys = (scene: SceneData): string[] => {
    const corners = scene.meshes.flatMap((_, m) => cornersOf(scene, finestOf(scene, m)));
    const point = (v: number): string =>
      [...scene.vertices.positions.subarray(v * 3, v * 3 + 3), ...scene.vertices.uv0.subarray(v * 2, v * 2 + 2)].join(' ');
    return Array.from({ length: corners.length / 3 }, (_, t) =>
      corners
        .slice(t * 3, t * 3 + 3)
        .map(point)
        .join(', '),
    ).sort();
  };
  expect(keys(light)).toEqual(keys(flat));
  expect(light.triangleCount).toBe(flat.triangleCount);
  expect(light.vertices.count).toBe(flat.vertices.count);
  expect(flat.hierarchy.groups.count).toBe(0);
});

test('meshes made elsewhere, in any order, give the same bytes', async () => {
  const here = await loadShape(HELMET, { detail: 'light' });
  const elsewhere = await loadShape(HELMET, {
    detail: 'light',
    buildMeshes: async (inputs) => {
      const built = [...inputs].reverse().map((input) => structuredClone(buildClusterHierarchy(structuredClone(input))));
      return built.reverse();
    },
  });
  expect(elsewhere).toEqual(here);
  await expect(loadShape(HELMET, { detail: 'light', buildMeshes: async () => [] })).rejects.toThrow(/got 0 built meshes, expected 6/);
});
