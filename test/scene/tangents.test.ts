import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { loadSceneFile } from '../../src/platform/node/load-scene.ts';
import { generateTangents, tangentsReady } from '../../src/scene/gltf/generate-tangents.ts';
import { assetPath } from '../support/shared-assets.ts';

/** Morten Mikkelsen's own code, compiled to WASM: the oracle. Its ES module entry needs a bundler. */
const mikktspace = createRequire(import.meta.url)('mikktspace') as {
  generateTangents(positions: Float32Array, normals: Float32Array, uv: Float32Array): Float32Array;
};

describe('tangents', () => {
  test('NormalTangentMirrorTest: generated ones equal the authored ones, handedness included', async () => {
    await tangentsReady();
    const { vertices, meshlets } = await loadSceneFile(
      assetPath('khronos/NormalTangentMirrorTest/glTF-Binary/NormalTangentMirrorTest.glb'),
    );
    const corners: number[] = [];
    for (let m = 0; m < meshlets.count; m++) {
      for (let t = 0; t < meshlets.triangleRange[m * 2 + 1]; t++) {
        const packed = meshlets.triangles[meshlets.triangleRange[m * 2] + t];
        for (const local of [packed & 255, (packed >> 8) & 255, packed >> 16]) {
          corners.push(meshlets.vertexIndices[meshlets.vertexRange[m * 2] + local]);
        }
      }
    }
    const made = generateTangents(Uint32Array.from(corners), vertices.positions, vertices.normals, vertices.uv0);
    let equal = 0;
    const hands = new Set<number>();
    corners.forEach((v, i) => {
      const authored = vertices.tangents.subarray(v * 4, v * 4 + 4);
      hands.add(authored[3]);
      const cos = authored[0] * made[i * 4] + authored[1] * made[i * 4 + 1] + authored[2] * made[i * 4 + 2];
      if (cos > 0.999 && authored[3] === made[i * 4 + 3]) equal++;
    });
    expect(hands).toEqual(new Set([-1, 1]));
    expect(equal / corners.length).toBeGreaterThan(0.999);
  });

  test('NormalTangentTest, which has none: the same as MikkTSpace with its sign turned', async () => {
    await tangentsReady();
    const { vertices, meshlets } = await loadSceneFile(assetPath('khronos/NormalTangentTest/glTF-Binary/NormalTangentTest.glb'));
    const corners: number[] = [];
    for (let i = 0; i < meshlets.triangles.length; i++) {
      const meshlet = findMeshlet(meshlets.triangleRange, i);
      const packed = meshlets.triangles[i];
      for (const local of [packed & 255, (packed >> 8) & 255, packed >> 16]) {
        corners.push(meshlets.vertexIndices[meshlets.vertexRange[meshlet * 2] + local]);
      }
    }
    const spread = (data: Float32Array, size: number) =>
      Float32Array.from({ length: corners.length * size }, (_, i) => data[corners[Math.floor(i / size)] * size + (i % size)]);
    const oracle = mikktspace.generateTangents(spread(vertices.positions, 3), spread(vertices.normals, 3), spread(vertices.uv0, 2));
    let close = 0;
    corners.forEach((v, i) => {
      const t = vertices.tangents.subarray(v * 4, v * 4 + 4);
      const cos = t[0] * oracle[i * 4] + t[1] * oracle[i * 4 + 1] + t[2] * oracle[i * 4 + 2];
      if (cos > 0.9999 && t[3] === -oracle[i * 4 + 3]) close++;
    });
    expect(close / corners.length).toBeGreaterThan(0.999);
  });
});

function findMeshlet(ranges: Uint32Array, triangle: number): number {
  let m = 0;
  while (ranges[m * 2] + ranges[m * 2 + 1] <= triangle) m++;
  return m;
}
