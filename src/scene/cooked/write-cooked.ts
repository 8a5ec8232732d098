import type { MeshGrid, PackedImage } from '../packed-scene.ts';
import type { SceneData } from '../scene-data.ts';
import { encodeChunk, type TexelReader } from './chunk-codec.ts';
import { concatBytes, HASHED_HEADER_BYTES, HEADER_BYTES, sha256, writeHeader } from './cooked-format.ts';
import { type CookOrigin, encodeHead } from './head-codec.ts';
import { orderCoarseFirst } from './order-coarse-first.ts';
import { planChunks, sizesOf } from './plan-chunks.ts';
import { encoderReady } from './table-codec.ts';

/** What a cooked scene is written from. */
export interface CookedParts {
  /** Positions lie on `grids`; `images` may be empty, `pictures` stand for them. */
  readonly scene: SceneData;
  /** One per mesh. */
  readonly grids: readonly MeshGrid[];
  readonly pictures: readonly PackedImage[];
  readonly texels: TexelReader;
  readonly origin: CookOrigin;
  /** Bytes of a chunk in memory, about. */
  readonly chunkBytes?: number;
}

/**
 * Codes a scene chunk by chunk: each is handed to `keep` and forgotten, since the head, which comes first in the file, is known last.
 * @param keep Called in the file's order. @param progress Before the first chunk and after each.
 * @returns Header and head: the file is these, then the chunks.
 */
export async function writeCooked(
  { scene, grids, pictures, texels, origin, chunkBytes }: CookedParts,
  keep: (chunk: Uint8Array) => Promise<void>,
  progress: (done: number, total: number) => void = () => {},
): Promise<Uint8Array> {
  await encoderReady();
  const ordered = orderCoarseFirst(scene);
  const plans = planChunks(ordered, pictures, chunkBytes);
  const bytes = new Uint32Array(plans.length);
  const hash = new Uint8Array(plans.length * 32);
  progress(0, plans.length);
  for (const [i, plan] of plans.entries()) {
    const chunk = await encodeChunk(plan, ordered.scene, grids, texels);
    bytes[i] = chunk.length;
    hash.set(await sha256(chunk), i * 32);
    await keep(chunk);
    progress(i + 1, plans.length);
  }
  const { vertices: _vertices, meshlets: _meshlets, images: _images, file: _file, ...head } = ordered.scene;
  const coded = encodeHead({
    ...head,
    sizes: sizesOf(ordered.scene),
    grids,
    images: pictures,
    origin,
    chunkTable: { count: plans.length, bytes, residentError: Float32Array.from(plans, (plan) => plan.residentError), hash },
  });
  const header = writeHeader(coded.length, HEADER_BYTES + coded.length + bytes.reduce((sum, length) => sum + length, 0));
  header.set(await sha256(header.subarray(0, HASHED_HEADER_BYTES), coded), HASHED_HEADER_BYTES);
  return concatBytes([header, coded]);
}
