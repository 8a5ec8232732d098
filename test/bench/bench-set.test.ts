import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type BenchSet, buildSet, buildTiledSet, DRAWN_PER_UNIQUE } from '../../src/platform/node/bench/bench-set.ts';
import { buildBenchScene } from '../../src/platform/node/bench/build-bench-scene.ts';
import { GROUND_TILE_M } from '../../src/platform/node/bench/set-bodies.ts';

const SPEC = { triangles: 40_000, textureEdgePx: 32, seed: 3 };

/** Of all bytes that a renderer would see. */
function digest(set: BenchSet): string {
  const hash = createHash('sha256');
  for (const { geometry, material, placements } of set.meshes) {
    for (const array of [geometry.positions, geometry.normals, geometry.tangents!, geometry.uv0!, geometry.indices, ...placements])
      hash.update(array);
    hash.update(String(material));
  }
  for (const image of set.images) hash.update(image.levels[0]!);
  return hash.digest('hex');
}

describe('the ruins', () => {
  const set = buildSet(SPEC);

  test('are the same for the same seed, and others for another', () => {
    expect(digest(buildSet(SPEC))).toBe(digest(set));
    expect(digest(buildSet({ ...SPEC, seed: 4 }))).not.toBe(digest(set));
  });

  test.each([100_000, 400_000])('have %i unique triangles to a twentieth, and as many drawn as stated', (triangles) => {
    const { uniqueTriangles, drawnTriangles } = buildSet({ ...SPEC, triangles });
    expect(Math.abs(uniqueTriangles / triangles - 1)).toBeLessThan(0.05);
    expect(Math.abs(drawnTriangles / (triangles * DRAWN_PER_UNIQUE) - 1)).toBeLessThan(0.05);
  });

  test('have 64 materials, each with colour, normals and surface, each used', () => {
    expect(set.materials).toHaveLength(64);
    expect(new Set(set.meshes.map((mesh) => mesh.material)).size).toBe(64);
    for (const material of set.materials) {
      for (const use of [material.baseColorTexture, material.normalTexture, material.metallicRoughnessTexture, material.occlusionTexture])
        expect(set.images[use!.image]).toBeDefined();
    }
    expect(new Set(set.materials.map((material) => material.baseColorTexture!.image)).size).toBe(64);
  });

  test('have unit normals that look up from the ground and out of bodies, and tangents square to them', () => {
    for (const { name, geometry } of set.meshes) {
      const { positions, normals, tangents } = geometry;
      let outward = 0;
      for (let v = 0; v < positions.length / 3; v++) {
        const [nx, ny, nz] = normals.subarray(v * 3, v * 3 + 3);
        const [tx, ty, tz] = tangents!.subarray(v * 4, v * 4 + 3);
        expect(Math.hypot(nx!, ny!, nz!)).toBeCloseTo(1, 4);
        expect(Math.abs(nx! * tx! + ny! * ty! + nz! * tz!)).toBeLessThan(1e-3);
        // Bodies stand round their own axis: outwards is away from it, or up and down.
        outward += name.startsWith('landscape') ? ny! : nx! * positions[v * 3]! + nz! * positions[v * 3 + 2]! + Math.abs(ny!) * 1e-3;
      }
      expect(outward, name).toBeGreaterThan(0);
    }
  });

  test('lose no triangle when the scene is built', async () => {
    const scene = await buildBenchScene(set);
    expect(scene.meshes.reduce((sum, mesh) => sum + mesh.triangleCount, 0)).toBe(set.uniqueTriangles);
    expect(scene.triangleCount).toBe(set.drawnTriangles);
    expect(scene.instances.count).toBe(set.instances);
  });
});

describe('the tiles', () => {
  test('draw one mesh as often as asked, from the stage outwards, never twice in a place', () => {
    const set = buildTiledSet({ ...SPEC, triangles: 1000, instances: 1000 });
    expect(set.meshes).toHaveLength(1);
    expect(Math.abs(set.uniqueTriangles / 1000 - 1)).toBeLessThan(0.05);
    expect(set.drawnTriangles).toBe(1000 * set.uniqueTriangles);
    const places = set.meshes[0]!.placements.map((matrix) => [matrix[12], matrix[14]]);
    expect(places[0]).toEqual([0, 0]);
    expect(new Set(places.map(String)).size).toBe(1000);
    const distances = places.map(([x, z]) => x! * x! + z! * z!);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  test('fit each other: opposite borders have the same heights', () => {
    const { positions } = buildTiledSet({ ...SPEC, triangles: 800, instances: 1 }).meshes[0]!.geometry;
    const edge = Math.sqrt(positions.length / 3);
    for (let k = 0; k < edge; k++) {
      const [left, right] = [positions.subarray(k * edge * 3), positions.subarray((k * edge + edge - 1) * 3)];
      expect(right[0]! - left[0]!).toBeCloseTo(GROUND_TILE_M, 3);
      expect(right[1]).toBeCloseTo(left[1]!, 4);
    }
  });
});
