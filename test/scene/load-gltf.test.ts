import { describe, expect, test } from 'vitest';
import type { SceneData } from '../../src/scene/scene-data.ts';
import { GltfWriter, loadJson, memoryPorts } from '../support/gltf.ts';

/** Corners of every triangle in the order of the file's first vertex numbers: positions, as "x,y,z". */
function triangles(scene: SceneData): string[] {
  const { meshlets, vertices } = scene;
  const found: string[] = [];
  for (let m = 0; m < meshlets.count; m++) {
    for (let t = 0; t < meshlets.triangleRange[m * 2 + 1]; t++) {
      const packed = meshlets.triangles[meshlets.triangleRange[m * 2] + t];
      const corners = [packed & 255, (packed >> 8) & 255, packed >> 16].map((local) => {
        const v = meshlets.vertexIndices[meshlets.vertexRange[m * 2] + local];
        return [...vertices.positions.subarray(v * 3, v * 3 + 3)].join(',');
      });
      const first = corners.indexOf([...corners].sort()[0]);
      found.push([0, 1, 2].map((k) => corners[(first + k) % 3]).join(' '));
    }
  }
  return found.sort();
}

const SQUARE = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0);

describe('primitives', () => {
  // Both halves counter-clockwise seen from +Z.
  const bothHalves = ['0,0,0 1,0,0 0,1,0', '0,1,0 1,0,0 1,1,0'];
  test('strips turn every other triangle round', async () => {
    const file = new GltfWriter();
    file.draw({ attributes: { POSITION: file.accessor('VEC3', SQUARE) }, mode: 5 });
    expect(triangles(await file.load())).toEqual(bothHalves);
  });
  test('fans share their first vertex', async () => {
    const file = new GltfWriter();
    const ring = Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0);
    file.draw({ attributes: { POSITION: file.accessor('VEC3', ring) }, mode: 6 });
    expect(triangles(await file.load())).toEqual(['0,0,0 1,0,0 1,1,0', '0,0,0 1,1,0 0,1,0']);
  });
  test('lists with indices of 8 and 32 bits, left-over indices dropped', async () => {
    for (const type of [Uint8Array, Uint32Array]) {
      const file = new GltfWriter();
      const indices = file.accessor('SCALAR', type.of(0, 1, 2, 2, 1, 3, 0));
      file.draw({ attributes: { POSITION: file.accessor('VEC3', SQUARE) }, indices });
      expect(triangles(await file.load())).toEqual(bothHalves);
    }
  });
  test('points and lines are left out with a warning', async () => {
    const file = new GltfWriter();
    file.draw({ attributes: { POSITION: file.accessor('VEC3', SQUARE) }, mode: 1 });
    const scene = await file.load();
    expect(scene.triangleCount).toBe(0);
    expect(scene.warnings).toEqual(['meshes[0].primitives[0]: LINES are not drawn']);
  });
  test('degenerate triangles are dropped and counted', async () => {
    const file = new GltfWriter();
    const indices = file.accessor('SCALAR', Uint16Array.of(0, 1, 2, 1, 1, 3, 2, 3, 2));
    file.draw({ attributes: { POSITION: file.accessor('VEC3', SQUARE) }, indices });
    const scene = await file.load();
    expect(scene.triangleCount).toBe(1);
    expect(scene.warnings).toEqual(['meshes[0].primitives[0]: 2 degenerate triangles dropped']);
  });
});

describe('vertex data', () => {
  test('missing normals become flat ones (counter-clockwise is front)', async () => {
    const file = new GltfWriter();
    const roof = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
    file.draw({
      attributes: { POSITION: file.accessor('VEC3', roof) },
      indices: file.accessor('SCALAR', Uint16Array.of(0, 1, 2, 0, 3, 1)),
    });
    const { vertices } = await file.load();
    expect(vertices.count).toBe(6);
    const normals = new Set(Array.from({ length: 6 }, (_, v) => [...vertices.normals.subarray(v * 3, v * 3 + 3)].map((x) => x + 0).join()));
    expect(normals).toEqual(new Set(['0,0,1', '0,1,0']));
  });
  test('quantized: normalised bytes and shorts by their formula, plain ones as they are', async () => {
    const file = new GltfWriter();
    file.json.extensionsUsed = ['KHR_mesh_quantization'];
    file.json.extensionsRequired = ['KHR_mesh_quantization'];
    const positions = Int16Array.of(0, 0, 0, 0, 100, 0, 0, 0, 0, 100, 0, 0);
    const view = file.view(positions, { byteStride: 8, target: 34962 });
    file.json.accessors!.push({ bufferView: view, componentType: 5122, count: 3, type: 'VEC3', min: [0, 0, 0], max: [100, 100, 0] });
    const uv = file.accessor('VEC2', Uint16Array.of(0, 0, 65535, 0, 0, 32768), { normalized: true });
    const colorView = file.view(Uint8Array.of(255, 0, 51, 0, 255, 0, 51, 0, 255, 0, 51, 0), { byteStride: 4, target: 34962 });
    const color = file.json.accessors!.push({ bufferView: colorView, componentType: 5121, count: 3, type: 'VEC3', normalized: true }) - 1;
    file.draw({ attributes: { POSITION: 0, TEXCOORD_0: uv, COLOR_0: color } });
    const { vertices, meshes } = await file.load();
    expect(meshes[0].boundsMax).toEqual([100, 100, 0]);
    expect([...vertices.uv0].sort()).toEqual([0, 0, 0, 0, Math.fround(32768 / 65535), 1]);
    expect([...vertices.colors.subarray(0, 4)]).toEqual([1, 0, Math.fround(0.2), 1]);
  });
  test('sparse values over nothing', async () => {
    const file = new GltfWriter();
    const indices = file.view(Uint16Array.of(1, 2));
    const values = file.view(Float32Array.of(1, 0, 0, 0, 2, 0));
    file.json.accessors!.push({
      componentType: 5126,
      count: 3,
      type: 'VEC3',
      min: [0, 0, 0],
      max: [1, 2, 0],
      sparse: { count: 2, indices: { bufferView: indices, componentType: 5123 }, values: { bufferView: values } },
    });
    file.draw({ attributes: { POSITION: 0 } });
    expect(triangles(await file.load())).toEqual(['0,0,0 1,0,0 0,2,0']);
  });
  test('interleaved positions and normals', async () => {
    const file = new GltfWriter();
    const data = Float32Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1);
    const view = file.view(data, { byteStride: 24, target: 34962 });
    file.json.accessors!.push({ bufferView: view, componentType: 5126, count: 3, type: 'VEC3', min: [0, 0, 0], max: [1, 1, 0] });
    file.json.accessors!.push({ bufferView: view, byteOffset: 12, componentType: 5126, count: 3, type: 'VEC3' });
    file.draw({ attributes: { POSITION: 0, NORMAL: 1 } });
    const scene = await file.load();
    expect(triangles(scene)).toEqual(['0,0,0 1,0,0 0,1,0']);
    expect([...scene.vertices.normals]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });
});

describe('nodes', () => {
  test('parents come first; matrices and TRS multiply in doubles; mirrors stay', async () => {
    const file = new GltfWriter();
    const node = file.draw({ attributes: { POSITION: file.accessor('VEC3', SQUARE) }, mode: 5 }, { scale: [-2, 1, 1] });
    const far = 100_000.000123;
    const parent = file.json.nodes!.push({ translation: [far, 0, 0], rotation: [0, Math.SQRT1_2, 0, Math.SQRT1_2], children: [node] }) - 1;
    file.json.scenes![0].nodes = [parent];
    const scene = await file.load();
    expect([...scene.nodes.parent]).toEqual([-1, 0]);
    const rows = [...scene.instances.worldFromMesh];
    // A quarter turn about Y takes x to −z; the mirrored, doubled x goes to +z.
    const expected = [0, 0, 1, far, 0, 1, 0, 0, 2, 0, 0, 0];
    rows.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
  });
  test('ten thousand generations deep', async () => {
    const depth = 10_000;
    const nodes = Array.from({ length: depth }, (_, i) => ({ translation: [1, 0, 0], ...(i < depth - 1 ? { children: [i + 1] } : {}) }));
    const scene = await loadJson({ asset: { version: '2.0' }, scene: 0, scenes: [{ nodes: [0] }], nodes });
    expect(scene.nodes.count).toBe(depth);
    expect(scene.nodes.worldMatrix[(depth - 1) * 16 + 12]).toBe(depth);
    expect(scene.warnings.join()).toContain('checked by the loader alone');
  });
  test('the default scene alone is drawn; without scenes all roots are', async () => {
    const nodes = [{ name: 'a' }, { name: 'b', children: [2] }, { name: 'c' }];
    const two = await loadJson({ asset: { version: '2.0' }, scene: 1, scenes: [{ nodes: [0] }, { nodes: [1] }], nodes });
    expect(two.nodes.names).toEqual(['b', 'c']);
    const none = await loadJson({ asset: { version: '2.0' }, nodes });
    expect(none.nodes.names).toEqual(['a', 'b', 'c']);
  });
  test('hidden nodes and what hangs on them are not drawn', async () => {
    const file = new GltfWriter();
    file.json.extensionsUsed = ['KHR_node_visibility'];
    file.draw(
      { attributes: { POSITION: file.accessor('VEC3', SQUARE) }, mode: 5 },
      { extensions: { KHR_node_visibility: { visible: false } } },
    );
    const scene = await file.load();
    expect([scene.nodes.count, scene.instances.count]).toEqual([1, 0]);
  });
});

describe('materials', () => {
  test('defaults of the specification', async () => {
    const file = new GltfWriter();
    file.draw({ attributes: { POSITION: file.accessor('VEC3', SQUARE) }, mode: 5 });
    expect((await file.load()).materials[0]).toMatchObject({
      baseColorFactor: [1, 1, 1, 1],
      metallicFactor: 1,
      roughnessFactor: 1,
      emissiveFactor: [0, 0, 0],
      alphaMode: 'opaque',
      alphaCutoff: 0.5,
      doubleSided: false,
      unlit: false,
    });
  });
  test('a picture with percent-encoded name is decoded once for sRGB and once for linear use', async () => {
    const file = new GltfWriter();
    file.json.images = [{ uri: 'a%20%C3%A9.png' }];
    file.json.textures = [{ source: 0 }];
    file.json.materials = [
      { pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicRoughnessTexture: { index: 0 } }, emissiveTexture: { index: 0 } },
    ];
    const ports = memoryPorts({ 'a é.png': tinyPng() });
    const scene = await file.load(ports);
    expect(scene.images.map((image) => image.srgb).sort()).toEqual([false, true]);
    const [material] = scene.materials;
    expect(material.baseColorTexture!.image).toBe(material.emissiveTexture!.image);
    expect(material.metallicRoughnessTexture!.sampler).toEqual({
      wrapU: 'repeat',
      wrapV: 'repeat',
      magFilter: 'linear',
      minFilter: 'linear',
      mipFilter: 'linear',
    });
  });
});

/** A valid 1×1 PNG. */
function tinyPng(): Uint8Array {
  return new Uint8Array(
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'),
  );
}
