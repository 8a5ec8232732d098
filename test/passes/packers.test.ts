import { expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { INSTANCE_FLAGS, packGeometryHead, packInstances, planGeometry } from '../../src/passes/scene/pack-instances.ts';
import { GUARANTEED_LIMITS } from '../../src/scene/fit-textures.ts';
import { packScene } from '../../src/scene/pack-scene.ts';
import {
  ATTRIBUTE_WORDS,
  encodeOctahedral,
  MESHLET_WORDS,
  packAttributes,
  packGridPositions,
  packMeshlets,
  unpackGridPositions,
} from '../../src/scene/packed-words.ts';
import { box, buildScene, sphere } from '../support/scenes.ts';

const snorm16 = (bits: number): number => Math.max(-1, ((bits << 16) >> 16) / 32767);

/** As decodeOctahedral in shaders/geometry.wgsl, in doubles. */
function decode(word: number): number[] {
  const [x, y] = [snorm16(word & 0xffff), snorm16(word >>> 16)];
  const z = 1 - Math.abs(x) - Math.abs(y);
  const v = z >= 0 ? [x, y, z] : [(1 - Math.abs(y)) * (x >= 0 ? 1 : -1), (1 - Math.abs(x)) * (y >= 0 ? 1 : -1), z];
  const length = Math.hypot(...v);
  return v.map((c) => c / length);
}

function randomUnit(random: () => number): number[] {
  const z = 2 * random() - 1;
  const angle = 2 * Math.PI * random();
  const r = Math.sqrt(1 - z * z);
  return [r * Math.cos(angle), r * Math.sin(angle), z];
}

test('octahedral normals are right to 1e-4 in every direction, poles and axes included', () => {
  const random = createRng(1);
  const axes = [0, 1, 2].flatMap((a) => [1, -1].map((s) => [0, 1, 2].map((k) => (k === a ? s : 0))));
  let worst = 0;
  for (const n of [...axes, ...Array.from({ length: 20_000 }, () => randomUnit(random))]) {
    const got = decode(encodeOctahedral(n[0], n[1], n[2]));
    worst = Math.max(worst, Math.hypot(got[0] - n[0], got[1] - n[1], got[2] - n[2]));
  }
  expect(worst).toBeLessThan(1e-4);
  expect(decode(encodeOctahedral(0, 0, 0))).toEqual([0, 0, 1]);
});

test('tangents carry their handedness in a bit of their own and stay right to 2e-4', async () => {
  const { vertices } = await buildScene([{ geometry: sphere(1) }]);
  const random = createRng(2);
  for (let i = 0; i < vertices.count; i++) vertices.tangents.set([...randomUnit(random), random() < 0.5 ? -1 : 1], i * 4);
  const words = packAttributes(vertices);
  for (let i = 0; i < vertices.count; i++) {
    const word = words[i * ATTRIBUTE_WORDS + 1];
    expect(word & 1).toBe(vertices.tangents[i * 4 + 3] < 0 ? 1 : 0);
    const got = decode((word & 0xfffefffe) >>> 0);
    for (let a = 0; a < 3; a++) expect(Math.abs(got[a] - vertices.tangents[i * 4 + a])).toBeLessThan(2e-4);
  }
});

test('a translation of 100 km is kept to a nanometre by its two halves', async () => {
  const positions = [
    [100_000.123456789, -99_999.987654321, 12_345.000000321],
    [0.1, 1e-7, -3],
  ] as const;
  const scene = await buildScene([{ geometry: box(1), placements: positions.map((positionM) => ({ positionM })) }]);
  const floats = packInstances(scene);
  positions.forEach((p, i) => {
    for (let a = 0; a < 3; a++) {
      const sum = floats[i * 20 + a * 4 + 3] + floats[i * 20 + 12 + a];
      expect(Math.abs(sum - p[a])).toBeLessThan(1e-9);
    }
  });
});

test('the largest scale is never smaller than what a matrix does to a vector, and at most √3 larger', async () => {
  const scene = await buildScene([{ geometry: box(1), placements: Array.from({ length: 200 }, () => ({})) }]);
  const random = createRng(3);
  const { worldFromMesh } = scene.instances;
  for (let i = 0; i < 200; i++)
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < 3; column++) worldFromMesh[i * 12 + row * 4 + column] = (random() - 0.5) * 2 ** (random() * 12 - 6);
  const floats = packInstances(scene);
  for (let i = 0; i < 200; i++) {
    const m = worldFromMesh.subarray(i * 12, i * 12 + 12);
    let stretch = 0;
    for (let k = 0; k < 3000; k++) {
      const v = randomUnit(random);
      stretch = Math.max(stretch, Math.hypot(...[0, 4, 8].map((r) => m[r] * v[0] + m[r + 1] * v[1] + m[r + 2] * v[2])));
    }
    const packed = floats[i * 20 + 15];
    // float32 may round the bound down by 6e-8 of itself; the shader's radius margin (1e-4) covers it.
    expect(packed * (1 + 1e-6)).toBeGreaterThanOrEqual(stretch);
    expect(packed).toBeLessThan(stretch * 1.75);
  }
});

test('flags say what the shaders may assume', async () => {
  const { mirrored, uniformScale, doubleSided, masked } = INSTANCE_FLAGS;
  const scene = await buildScene([
    { geometry: box(1), placements: [{ yawRad: 0.3, scale: 2 }, { scale: [1, 2, 1] }, { scale: [-1, 1, 1] }, { scale: [-1, -1, 1] }] },
    { geometry: box(1), material: { doubleSided: true, alphaMode: 'mask' } },
    { geometry: box(1), material: { alphaMode: 'blend' } },
  ]);
  const words = new Uint32Array(packInstances(scene).buffer);
  const flags = Array.from({ length: scene.instances.count }, (_, i) => words[i * 20 + 17]);
  expect(flags).toEqual([
    uniformScale,
    0,
    mirrored | uniformScale,
    uniformScale,
    uniformScale | doubleSided | masked,
    uniformScale | masked,
  ]);
});

test('ids count meshlet-instances in the order of instances, then meshlets', async () => {
  const scene = await buildScene([{ geometry: sphere(1, 32, 32), placements: [{}, { positionM: [3, 0, 0] }] }, { geometry: box(1) }]);
  const packed = packScene(scene, GUARANTEED_LIMITS);
  const plan = planGeometry(packed);
  const head = packGeometryHead(packed, plan);
  const [ball, cube] = scene.meshes;
  expect(ball.meshletCount).toBeGreaterThan(3);
  expect(plan.meshletInstanceCount).toBe(2 * ball.meshletCount + cube.meshletCount);
  const expected = [0, 1].flatMap((i) => Array.from({ length: ball.meshletCount }, () => i));
  expect([...head.subarray(0, plan.meshletInstanceCount)]).toEqual([...expected, 2]);
  const instances = new Uint32Array(packInstances(scene).buffer);
  expect([0, 1, 2].map((i) => [...instances.subarray(i * 20 + 18, i * 20 + 20)])).toEqual([
    [0, 0],
    [0, ball.meshletCount],
    [1, 2 * ball.meshletCount],
  ]);
  expect([...head.subarray(plan.firstMesh, plan.firstMesh + 2)]).toEqual([ball.rootNode, ball.firstMeshlet]);
});

test('meshlets, tree and groups lie where the shaders read them', async () => {
  const scene = await buildScene([{ geometry: sphere(1, 32, 32) }]);
  const { meshlets, hierarchy } = scene;
  const words = packMeshlets(meshlets, hierarchy);
  const floats = new Float32Array(words.buffer);
  for (let k = 0; k < meshlets.count; k++) {
    const at = k * MESHLET_WORDS;
    expect(floats.subarray(at, at + 4)).toEqual(meshlets.bounds.subarray(k * 4, k * 4 + 4));
    expect(floats.subarray(at + 4, at + 8)).toEqual(meshlets.cone.subarray(k * 4, k * 4 + 4));
    expect([...words.subarray(at + 8, at + 14)]).toEqual([
      ...meshlets.vertexRange.subarray(k * 2, k * 2 + 2),
      ...meshlets.triangleRange.subarray(k * 2, k * 2 + 2),
      hierarchy.selfGroup[k],
      hierarchy.parentGroup[k],
    ]);
  }
  const packed = packScene(scene, GUARANTEED_LIMITS);
  const plan = planGeometry(packed);
  const head = packGeometryHead(packed, plan);
  for (let n = 0; n < hierarchy.nodes.count; n++) {
    const at = plan.firstNode + n * 12;
    expect([head[at + 9], head[at + 10] & 0x7fffffff, head[at + 10] >>> 31]).toEqual([
      hierarchy.nodes.first[n],
      hierarchy.nodes.size[n],
      hierarchy.nodes.leaf[n],
    ]);
  }
});

test('positions on a grid come back to half a step, the ends included', () => {
  const step = 2 ** -12;
  const random = createRng(4);
  const extent = step * (2 ** 21 - 1);
  const positions = Float32Array.from(
    [0, 0, 0, extent, extent, extent, ...Array.from({ length: 3000 }, () => random() * extent)],
    (p) => p - 64,
  );
  const grid = [-64, -64, -64, step] as const;
  const back = unpackGridPositions(packGridPositions(positions, grid), grid);
  let worst = 0;
  for (let k = 0; k < positions.length; k++) worst = Math.max(worst, Math.abs(back[k] - positions[k]));
  expect(worst).toBeLessThanOrEqual(step / 2);
  expect([...back.subarray(0, 3)]).toEqual([-64, -64, -64]);
});
