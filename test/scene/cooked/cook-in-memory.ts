import { concatBytes } from '../../../src/scene/cooked/cooked-format.ts';
import { chooseSteps, snapToGrid } from '../../../src/scene/cooked/mesh-grid.ts';
import { type CookedScene, type CookedSource, readCookedScene } from '../../../src/scene/cooked/read-cooked.ts';
import { writeCooked } from '../../../src/scene/cooked/write-cooked.ts';
import { buildClusterHierarchy } from '../../../src/scene/lod/build-cluster-hierarchy.ts';
import type { LodDetail } from '../../../src/scene/lod/lod-mesh.ts';
import type { MeshGrid, PackedScene, SceneChunk, TexelSupport } from '../../../src/scene/packed-scene.ts';
import { type MeshGeometry, SceneBuilder } from '../../../src/scene/scene-builder.ts';
import type { Material, SceneData, TextureImage } from '../../../src/scene/scene-data.ts';

export const MATERIAL: Material = {
  name: 'clay',
  baseColorFactor: [0.8, 0.6, 0.4, 1],
  metallicFactor: 0,
  roughnessFactor: 1,
  emissiveFactor: [0, 0, 0],
  normalScale: 1,
  occlusionStrength: 1,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
  doubleSided: false,
  unlit: false,
  baseColorTexture: null,
  metallicRoughnessTexture: null,
  normalTexture: null,
  occlusionTexture: null,
  emissiveTexture: null,
};

/** A scene as a cook makes it: positions on grids, levels of detail. */
export interface Prepared {
  readonly scene: SceneData;
  readonly grids: readonly MeshGrid[];
}

/** One mesh per geometry, each drawn once at its own place along x. */
export async function prepare(
  geometries: readonly MeshGeometry[],
  images: readonly TextureImage[] = [],
  detail: LodDetail = 'full',
): Promise<Prepared> {
  const builder = await SceneBuilder.create({ detail });
  for (const image of images) builder.addImage(image);
  const material = builder.addMaterial(MATERIAL);
  builder.addLight({
    kind: 'point',
    name: 'lamp',
    positionM: [1, 2, 3],
    direction: [0, -1, 0],
    color: [10, 20, 30],
    rangeM: Infinity,
    innerConeRad: 0,
    outerConeRad: 1,
  });
  builder.addCamera({ name: 'view', worldMatrix: Float64Array.from({ length: 16 }, (_, i) => i / 7), verticalFovRad: null });
  builder.warnings.push('a warning');
  geometries.forEach((geometry, i) => {
    const { mesh } = builder.addMesh(`mesh ${i}`, geometry, material);
    const node = builder.addNode(`node ${i} “ä”`, -1, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, i * 3, 0.1, -1 / 3, 1]);
    builder.addInstance(node, mesh!);
  });
  const inputs = builder.meshInputs();
  const steps = chooseSteps(inputs);
  const snapped = inputs.map((input, i) => snapToGrid(input, steps[i]!));
  const scene = builder.build(
    'test',
    'test.glb',
    snapped.map(({ input }) => buildClusterHierarchy(input!)),
  );
  return { scene, grids: snapped.map(({ grid }) => grid) };
}

/** The bytes of a `.cyc`; pictures stay RGBA8. Chunks are small, so that there are many. */
export async function cookBytes({ scene, grids }: Prepared, chunkBytes = 2 ** 16): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const head = await writeCooked(
    {
      scene,
      grids,
      chunkBytes,
      pictures: scene.images.map(({ name, widthPx, heightPx, srgb, levels }) => ({
        name,
        widthPx,
        heightPx,
        srgb,
        format: 'rgba8',
        levels: levels.length,
      })),
      texels: async (image, level) => scene.images[image]!.levels[level]!,
      origin: { cooker: 'test', settings: { detail: 'full' }, sources: [{ name: 'test.glb', bytes: 1, sha256: null }] },
    },
    async (chunk) => void chunks.push(chunk),
  );
  return concatBytes([head, ...chunks]);
}

export function memorySource(bytes: Uint8Array, name = 'memory.cyc'): CookedSource {
  return {
    name,
    open(startByte) {
      let at = startByte;
      return {
        async read(length) {
          at += length;
          return bytes.slice(at - length, at);
        },
        async close() {},
      };
    },
  };
}

export const openBytes = (bytes: Uint8Array, name?: string): Promise<CookedScene> =>
  readCookedScene(memorySource(bytes, name), async () => {
    throw new Error('no blocks in this scene');
  });

export async function allChunks(scene: PackedScene, support: TexelSupport = { bc: true }): Promise<SceneChunk[]> {
  const chunks: SceneChunk[] = [];
  for await (const chunk of scene.chunks(support)) chunks.push(chunk);
  return chunks;
}

/** Words per item of each table. */
export const ITEM_WORDS = { meshlets: 16, vertexIndices: 1, triangles: 1, positions: 2, attributes: 8 } as const;

/** Tables as a renderer fills them, and how often each item was filled. */
export class FilledTables {
  readonly words: Record<keyof typeof ITEM_WORDS, Uint32Array>;
  readonly filled: Record<keyof typeof ITEM_WORDS, Uint8Array>;

  constructor({ sizes }: PackedScene) {
    const counts = { ...sizes, positions: sizes.vertices, attributes: sizes.vertices };
    const make = <T>(table: (items: number, words: number) => T): Record<keyof typeof ITEM_WORDS, T> =>
      Object.fromEntries(
        Object.entries(ITEM_WORDS).map(([part, size]) => [part, table(counts[part as keyof typeof ITEM_WORDS], size)]),
      ) as never;
    this.words = make((items, size) => new Uint32Array(items * size));
    this.filled = make((items) => new Uint8Array(items));
  }

  add(chunk: SceneChunk): void {
    for (const { part, first, words } of chunk.geometry) {
      this.words[part].set(words, first * ITEM_WORDS[part]);
      for (let i = 0; i < words.length / ITEM_WORDS[part]; i++) this.filled[part][first + i]!++;
    }
  }
}
