import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SceneError } from '../../src/core/errors.ts';
import { createRng } from '../../src/core/rng.ts';
import { nodeScenePorts } from '../../src/platform/node/load-scene.ts';
import { loadGltf } from '../../src/scene/load-gltf.ts';
import { GltfWriter, loadJson, memoryPorts } from '../support/gltf.ts';
import { assetPath } from '../support/shared-assets.ts';

async function errorOf(promise: Promise<unknown>): Promise<SceneError> {
  const error = await promise.then(
    () => new Error('loaded'),
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(SceneError);
  return error as SceneError;
}

const asset = { version: '2.0' };

describe('absurd claims are refused before anything is allocated', () => {
  const claims: Record<string, object> = {
    '100 GB of zeros': { accessors: [{ componentType: 5126, count: 8.4e9, type: 'VEC3' }] },
    'a sparse count beyond all': { accessors: [{ componentType: 5126, count: 3, type: 'VEC3', sparse: { count: 1e15 } }] },
    'a compressed view of terabytes': {
      bufferViews: [{ buffer: 0, byteLength: 10, extensions: { EXT_meshopt_compression: { buffer: 0, count: 1e9, byteStride: 256 } } }],
    },
  };
  for (const [name, json] of Object.entries(claims)) {
    test(name, async () => {
      expect((await errorOf(loadJson({ asset, ...json }))).code).toBe('GLTF_TOO_LARGE');
    });
  }
  test('numbers beyond all', async () => {
    const text = '{"asset":{"version":"2.0"},"nodes":[{},{"scale":[1,1e999,1]}]}';
    const error = await errorOf(loadGltf({ file: 'x.gltf', bytes: new TextEncoder().encode(text) }, memoryPorts()));
    expect(error.message).toBe('x.gltf: nodes[1].scale[1]: number out of range; got Infinity; expected a finite number [GLTF_JSON]');
  });
  test('a million brackets', async () => {
    const text = `{"asset":{"version":"2.0"},"extras":${'['.repeat(1e6)}${']'.repeat(1e6)}}`;
    const error = await errorOf(loadGltf({ file: 'x.gltf', bytes: new TextEncoder().encode(text) }, memoryPorts()));
    expect(error.code).toBe('GLTF_JSON');
  });
});

describe('nodes', () => {
  test('a loop longer than the validator can follow', async () => {
    const nodes = Array.from({ length: 5000 }, (_, i) => ({ children: [(i + 1) % 5000] }));
    const error = await errorOf(loadJson({ asset, scene: 0, scenes: [{ nodes: [0] }], nodes }));
    expect(error.message).toMatch(/nodes\[0\].*GLTF_NODE/);
  });
  test('scales that overflow', async () => {
    const nodes = Array.from({ length: 40 }, (_, i) => ({ scale: [1e30, 1, 1], ...(i < 39 ? { children: [i + 1] } : {}) }));
    const error = await errorOf(loadJson({ asset, scene: 0, scenes: [{ nodes: [0] }], nodes }));
    expect(error.message).toMatch(/nodes\[\d+\]: world transform is not finite.*GLTF_NODE/);
  });
});

test('a buffer that is not there names its file', async () => {
  const file = new GltfWriter();
  file.draw({ attributes: { POSITION: file.accessor('VEC3', Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0)) } });
  const json = file.finish();
  const error = await errorOf(loadJson({ ...json, buffers: [{ byteLength: 36, uri: 'gone.bin' }] }));
  expect(error.message).toMatch(/^memory\.gltf: buffers\[0\]\.uri: .*gone\.bin.*\[RESOURCE_READ\]$/);
});

test('addresses on the network are not followed', async () => {
  const file = new GltfWriter();
  file.draw({ attributes: { POSITION: file.accessor('VEC3', Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0)) } });
  const error = await errorOf(loadJson({ ...file.finish(), buffers: [{ byteLength: 36, uri: 'https://example.com/a.bin' }] }));
  expect(error.code).toBe('RESOURCE_REMOTE');
});

// Seeds that cover .glb, pictures, skins, GPU instances, sparse data, Draco and meshopt; each damaged 40 times.
const SEEDS = [
  'khronos/BoxTextured/glTF-Binary/BoxTextured.glb',
  'khronos/SimpleInstancing/glTF-Binary/SimpleInstancing.glb',
  'khronos/RiggedSimple/glTF-Binary/RiggedSimple.glb',
  'khronos/SimpleSparseAccessor/glTF/SimpleSparseAccessor.gltf',
  'khronos/Box/glTF-Draco/Box.gltf',
  'features/gltf-transform-extensions/BoxMeshopt.glb',
];
describe('damaged files', () => {
  for (const [number, seed] of SEEDS.entries()) {
    test(`${seed}: cut short or with flipped bits, one error or a scene, never an accident`, async () => {
      const random = createRng(number + 1);
      const original = new Uint8Array(readFileSync(assetPath(seed)));
      const ports = nodeScenePorts(assetPath(seed).replace(/\/[^/]*$/, ''));
      for (let round = 0; round < 40; round++) {
        const bytes = round % 4 === 0 ? original.slice(0, Math.floor(random() * original.length)) : original.slice();
        if (round % 4) for (let i = 0; i < round % 8; i++) bytes[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
        const outcome: unknown = await loadGltf({ file: seed, bytes }, ports).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(SceneError);
          expect(outcome.message).not.toMatch(/\n|GLTF_BROKEN/);
        }
      }
    });
  }
});
