import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SceneError } from '../../src/core/errors.ts';
import { createSharpDecoder } from '../../src/platform/node/decode-image.ts';
import { loadSceneFile, nodeScenePorts } from '../../src/platform/node/load-scene.ts';
import { loadGltf } from '../../src/scene/load-gltf.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import { assetManifest, assetPath, gltfFilesBelow } from '../support/shared-assets.ts';

/** Files that break the specification, with what the validator says; the picture would be a guess. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'asset-generator/Animation_Skin/Animation_Skin_03.gltf': /NODE_SKIN_NO_SCENE/,
  'asset-generator/Animation_Skin/Animation_Skin_07.gltf': /SKIN_NO_COMMON_ROOT/,
  'asset-generator/Compatibility/Compatibility_05.gltf': /FAKE_materials_quantumRendering.*GLTF_EXTENSION/,
  'features/gltf-rs/box_sparse.glb': /accessors\[2\]\.byteOffset.*UNSATISFIED_DEPENDENCY/,
  'khronos/ClearCoatTest/glTF-Binary/ClearCoatTest.glb': /meshes\[13\].*MESH_PRIMITIVE_NO_TANGENT_SPACE/,
};

/** Triangles where `MANIFEST.json` counts otherwise: degenerate ones, which we drop, or scenes that are not the default one. */
const OTHER_COUNT: Readonly<Record<string, number>> = {
  'khronos/MultipleScenes/glTF/MultipleScenes.gltf': 2,
};

const manifest = assetManifest();

/** Pictures above this are replaced by one grey texel: the sweep is about geometry, and decoding them all takes half a minute. */
const MAX_PICTURE_BYTES = 100_000;

function loadQuickly(file: string): Promise<SceneData> {
  const path = assetPath(file);
  const decoder = createSharpDecoder();
  const grey = { widthPx: 1, heightPx: 1, rgba: Uint8Array.of(128, 128, 128, 255) };
  return loadGltf(
    { file: path, bytes: readFileSync(path) },
    {
      ...nodeScenePorts(dirname(path)),
      images: { decode: async (bytes, mimeType) => (bytes.length > MAX_PICTURE_BYTES ? grey : decoder.decode(bytes, mimeType)) },
    },
  );
}

describe.each(['khronos', 'features', 'asset-generator'])('%s', (folder) => {
  for (const file of gltfFilesBelow(folder)) {
    const reason = REFUSED[file];
    if (reason) {
      test(`refuses ${file}: ${reason.source}`, async () => {
        const error = await loadSceneFile(assetPath(file)).catch((cause: unknown) => cause);
        expect(error).toBeInstanceOf(SceneError);
        expect((error as SceneError).message).toMatch(reason);
      });
      continue;
    }
    test(`loads ${file}`, async () => {
      const scene = await loadQuickly(file);
      const expected = OTHER_COUNT[file] ?? manifest.get(file)?.drawn;
      if (expected !== undefined) expect(scene.triangleCount).toBe(expected);
      expect(
        [...scene.vertices.positions.subarray(0, 300), ...scene.instances.worldFromMesh.subarray(0, 1200)].every(Number.isFinite),
      ).toBe(true);
      for (const data of [scene.vertices.normals, scene.vertices.uv0, scene.vertices.colors, scene.vertices.tangents]) {
        expect(data.every(Number.isFinite)).toBe(true);
      }
      for (let n = 0; n < scene.nodes.count; n++) expect(scene.nodes.parent[n]).toBeLessThan(n);
    });
  }
});

describe('numbers that are known', () => {
  const load = (path: string) => loadSceneFile(assetPath(path));

  test('Box: one metre on a side, centred, flat normals, every edge of its transform applied', async () => {
    const scene = await load('khronos/Box/glTF-Binary/Box.glb');
    expect(scene.meshes[0]).toMatchObject({ triangleCount: 12, boundsMin: [-0.5, -0.5, -0.5], boundsMax: [0.5, 0.5, 0.5] });
    // The root turns Z up into Y up: matrix [1,0,0,0, 0,0,-1,0, 0,1,0,0, 0,0,0,1].
    expect([...scene.instances.worldFromMesh]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0]);
    expect([...scene.nodes.parent]).toEqual([-1, 0]);
  });

  test('Box with Draco or as data URI has the same corners', async () => {
    const bounds = async (path: string) => {
      const [mesh] = (await load(path)).meshes;
      return [...mesh.boundsMin, ...mesh.boundsMax];
    };
    expect(await bounds('khronos/Box/glTF-Embedded/Box.gltf')).toEqual([-0.5, -0.5, -0.5, 0.5, 0.5, 0.5]);
    // 11 bits and more of quantization over one metre: half a step is 0.25 mm.
    for (const corner of await bounds('khronos/Box/glTF-Draco/Box.gltf')) expect(Math.abs(Math.abs(corner) - 0.5)).toBeLessThan(0.00025);
  });

  test('names with spaces: percent-encoded and plain URIs are the same file', async () => {
    const scene = await load('khronos/Box With Spaces/glTF/Box With Spaces.gltf');
    expect(scene.triangleCount).toBe(12);
    expect(scene.images.length).toBeGreaterThan(0);
    expect(scene.warnings).toEqual([]);
  });

  test('TextureTransformTest: matrices are translation · rotation · scale with v down', async () => {
    const scene = await load('khronos/TextureTransformTest/glTF/TextureTransformTest.gltf');
    const transform = (name: string) => scene.materials.find((m) => m.name === name)!.baseColorTexture!.uvTransform;
    expect(transform('Offset U')).toEqual([1, 0, 0.5, -0, 1, 0]);
    expect(transform('Scale')).toEqual([1.5, 0, 0, -0, 1.5, 0]);
    const [c, s] = [Math.cos(0.3) * 1.5, Math.sin(0.3) * 1.5];
    expect(transform('All')).toEqual([c, s, -0.2, -s, c, -0.1]);
    // The quad's green mark stands at the bottom, left of the middle: the texture's arrow (its tip on the diagonal) turns towards +v.
    const [m00, m01, , m10, m11] = transform('Rotation');
    const angle = Math.atan2(0.7, 0.7) + Math.PI / 8;
    const tip = [m00 * Math.cos(angle) + m01 * Math.sin(angle), m10 * Math.cos(angle) + m11 * Math.sin(angle)];
    expect(tip[0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(tip[1]).toBeCloseTo(Math.SQRT1_2, 12);
  });

  test('samplers and texture coordinate sets', async () => {
    const settings = await load('khronos/TextureSettingsTest/glTF-Binary/TextureSettingsTest.glb');
    const wraps = new Set(settings.materials.flatMap((m) => (m.baseColorTexture ? [m.baseColorTexture.sampler.wrapU] : [])));
    expect([...wraps].sort()).toEqual(['clamp-to-edge', 'mirrored-repeat', 'repeat']);
    const multi = await load('khronos/MultiUVTest/glTF-Binary/MultiUVTest.glb');
    const used = multi.materials.flatMap((m) => [m.baseColorTexture?.texCoord, m.emissiveTexture?.texCoord]);
    expect(used).toContain(1);
    expect(multi.vertices.uv1.some((x) => x !== 0)).toBe(true);
  });

  test('lights: candela and lux pass straight through, directions are unit', async () => {
    const lamp = await load('khronos/LightsPunctualLamp/glTF/LightsPunctualLamp.gltf');
    expect(lamp.lights).toHaveLength(5);
    expect(lamp.lights.every((light) => light.kind === 'point')).toBe(true);
    const sun = await load('khronos/DirectionalLight/glTF-Binary/DirectionalLight.glb');
    const directional = sun.lights.filter((light) => light.kind === 'directional');
    expect(directional.length).toBeGreaterThan(0);
    for (const { direction } of sun.lights) expect(Math.hypot(...direction)).toBeCloseTo(1, 12);
  });

  test('cameras, emissive strength, unlit, vertex colours', async () => {
    const cameras = (await load('khronos/Cameras/glTF/Cameras.gltf')).cameras;
    expect(cameras.map((c) => c.verticalFovRad)).toEqual([0.7, null]);
    const strengths = (await load('khronos/EmissiveStrengthTest/glTF-Binary/EmissiveStrengthTest.glb')).materials;
    expect(strengths.flatMap((m) => m.emissiveFactor).some((x) => x > 1)).toBe(true);
    expect((await load('khronos/UnlitTest/glTF-Binary/UnlitTest.glb')).materials.every((m) => m.unlit)).toBe(true);
    const { vertices } = await load('khronos/BoxVertexColors/glTF-Binary/BoxVertexColors.glb');
    expect(vertices.colors.some((x) => x < 1)).toBe(true);
  });

  test('GPU instances are draws of one mesh', async () => {
    const scene = await load('khronos/SimpleInstancing/glTF-Binary/SimpleInstancing.glb');
    expect(scene.instances.count).toBe(125);
    expect(scene.meshes).toHaveLength(1);
    expect(new Set(Array.from({ length: 125 }, (_, i) => scene.instances.worldFromMesh.slice(i * 12, i * 12 + 12).join())).size).toBe(125);
  });

  test('missing pictures are named and drawn with factors', async () => {
    const scene = await load('features/meshopt-cube-no-images/glTF-Meshopt/MeshoptCubeTest.gltf');
    expect(scene.warnings.filter((line) => /row\d.*RESOURCE_MISSING/.test(line)).length).toBeGreaterThan(0);
    expect(scene.images).toHaveLength(0);
  });

  test('a skinned figure stands in its pose, upright', async () => {
    const scene = await load('khronos/CesiumMan/glTF-Binary/CesiumMan.glb');
    const [mesh] = scene.meshes;
    // About 1.5 m tall with its feet on the floor; unskinned it lies along another axis.
    expect(mesh.boundsMax[1] - mesh.boundsMin[1]).toBeGreaterThan(1.4);
    expect(mesh.boundsMin[1]).toBeGreaterThan(-0.05);
    expect(Math.abs(mesh.boundsMax[0] - mesh.boundsMin[0])).toBeLessThan(1.2);
  });
});
