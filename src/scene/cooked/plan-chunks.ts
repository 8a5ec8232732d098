import type { GeometrySizes, PackedImage } from '../packed-scene.ts';
import { ATTRIBUTE_WORDS, MESHLET_WORDS } from '../packed-words.ts';
import type { CoarseFirst } from './order-coarse-first.ts';

/** Consecutive items of the scene's tables, which one chunk fills; part of one mesh. */
export interface ChunkRange {
  readonly mesh: number;
  /** First and count of each table. */
  readonly meshlets: readonly [number, number];
  readonly vertexIndices: readonly [number, number];
  readonly triangles: readonly [number, number];
  readonly vertices: readonly [number, number];
}

/** What goes into a chunk; `residentError` as in `SceneChunk`. */
export interface ChunkPlan {
  readonly ranges: readonly ChunkRange[];
  readonly texels: readonly { readonly image: number; readonly level: number }[];
  readonly residentError: number;
}

/** Bytes of a chunk in memory, about; half of that in the file. */
export const CHUNK_BYTES = 8 * 2 ** 20;
/** Mips up to this size come with the first chunk: a frame has every texture from the start. */
const FIRST_MIPS_PX = 64;
const POSITION_BYTES = 8;

/** Bytes of one level of a picture. */
export function levelBytes({ widthPx, heightPx, format }: PackedImage, level: number): number {
  const width = Math.max(1, widthPx >> level);
  const height = Math.max(1, heightPx >> level);
  if (format === 'rgba8') return width * height * 4;
  return Math.ceil(width / 4) * Math.ceil(height / 4) * (format === 'bc1' ? 8 : 16);
}

/** A step of the way from coarse to fine. */
interface Step {
  readonly bytes: number;
  /** How far its kind is when it comes, 0..1: geometry and texels advance side by side. */
  readonly at: number;
  readonly leaf?: number;
  readonly texel?: { readonly image: number; readonly level: number };
}

/**
 * Cuts a scene into chunks, coarse first. The first holds every mesh at its coarsest and the small mips; then clusters come by falling error, over
 * all meshes together, and mips by rising size.
 * @param chunkBytes Where a chunk ends, about.
 */
export function planChunks({ scene, leaves }: CoarseFirst, images: readonly PackedImage[], chunkBytes = CHUNK_BYTES): readonly ChunkPlan[] {
  const ends = tableEnds(scene, leaves);
  const byError = Array.from({ length: leaves.count }, (_, leaf) => leaf);
  byError.sort((a, b) => (leaves.error[a] === leaves.error[b] ? a - b : leaves.error[b]! - leaves.error[a]!));
  const roots = byError.findIndex((leaf) => leaves.error[leaf] !== Infinity);
  const coarse = roots < 0 ? byError : byError.slice(0, roots);
  const fine = roots < 0 ? [] : byError.slice(roots);
  const mips = images.flatMap((image, i) =>
    Array.from({ length: image.levels }, (_, level) => ({ image: i, level, size: Math.max(image.widthPx, image.heightPx) >> level })),
  );
  mips.sort((a, b) => a.size - b.size || a.image - b.image || b.level - a.level);
  const first = mips.filter((mip) => mip.size <= FIRST_MIPS_PX);
  const later = mips.filter((mip) => mip.size > FIRST_MIPS_PX);
  const bytesOf = (leaf: number): number => {
    const [from, to] = [ends[leaf]!, ends[leaf + 1]!];
    const words = (to.meshlet - from.meshlet) * MESHLET_WORDS + to.index - from.index + to.triangle - from.triangle;
    return words * 4 + (to.vertex - from.vertex) * (POSITION_BYTES + ATTRIBUTE_WORDS * 4);
  };
  const steps = [
    ...spread(fine.map((leaf) => ({ leaf, bytes: bytesOf(leaf) }))),
    ...spread(later.map(({ image, level }) => ({ texel: { image, level }, bytes: levelBytes(images[image]!, level) }))),
  ].sort((a, b) => a.at - b.at || (a.leaf === undefined ? 1 : 0) - (b.leaf === undefined ? 1 : 0));

  const cuts: { leaves: number[]; texels: { image: number; level: number }[]; bytes: number }[] = [
    { leaves: [...coarse], texels: first.map(({ image, level }) => ({ image, level })), bytes: chunkBytes },
  ];
  for (const step of steps) {
    if (cuts.at(-1)!.bytes >= chunkBytes) cuts.push({ leaves: [], texels: [], bytes: 0 });
    const chunk = cuts.at(-1)!;
    chunk.bytes += step.bytes;
    if (step.leaf !== undefined) chunk.leaves.push(step.leaf);
    if (step.texel) chunk.texels.push(step.texel);
  }
  let taken = 0;
  return cuts.map((chunk) => {
    taken += chunk.leaves.length;
    return {
      ranges: joinLeaves(chunk.leaves, leaves, ends),
      texels: chunk.texels,
      residentError: taken < byError.length ? leaves.error[byError[taken]!]! : -1,
    };
  });
}

function spread<T extends { readonly bytes: number }>(items: readonly T[]): (T & Step)[] {
  const all = items.reduce((sum, item) => sum + item.bytes, 0);
  let before = 0;
  return items.map((item) => {
    const at = before / all;
    before += item.bytes;
    return { ...item, at };
  });
}

/** Items of each table before a leaf. */
interface TableEnd {
  readonly meshlet: number;
  readonly index: number;
  readonly triangle: number;
  readonly vertex: number;
}

function tableEnds({ meshlets }: CoarseFirst['scene'], leaves: CoarseFirst['leaves']): TableEnd[] {
  const ends: TableEnd[] = [{ meshlet: 0, index: 0, triangle: 0, vertex: 0 }];
  for (let leaf = 0; leaf < leaves.count; leaf++) {
    const last = leaves.firstMeshlet[leaf]! + leaves.meshlets[leaf]! - 1;
    ends.push({
      meshlet: last + 1,
      index: meshlets.vertexRange[last * 2]! + meshlets.vertexRange[last * 2 + 1]!,
      triangle: meshlets.triangleRange[last * 2]! + meshlets.triangleRange[last * 2 + 1]!,
      vertex: ends[leaf]!.vertex + leaves.newVertices[leaf]!,
    });
  }
  return ends;
}

/** Leaves of a mesh that follow one another become one range. */
function joinLeaves(picked: readonly number[], leaves: CoarseFirst['leaves'], ends: readonly TableEnd[]): ChunkRange[] {
  const sorted = [...picked].sort((a, b) => a - b);
  const ranges: ChunkRange[] = [];
  for (let i = 0; i < sorted.length; ) {
    let j = i + 1;
    while (j < sorted.length && sorted[j] === sorted[j - 1]! + 1 && leaves.mesh[sorted[j]!] === leaves.mesh[sorted[i]!]) j++;
    const [from, to] = [ends[sorted[i]!]!, ends[sorted[j - 1]! + 1]!];
    ranges.push({
      mesh: leaves.mesh[sorted[i]!]!,
      meshlets: [from.meshlet, to.meshlet - from.meshlet],
      vertexIndices: [from.index, to.index - from.index],
      triangles: [from.triangle, to.triangle - from.triangle],
      vertices: [from.vertex, to.vertex - from.vertex],
    });
    i = j;
  }
  return ranges;
}

/** Lengths of the tables that the chunks fill. */
export const sizesOf = ({ meshlets, vertices }: CoarseFirst['scene']): GeometrySizes => ({
  meshlets: meshlets.count,
  vertexIndices: meshlets.vertexIndices.length,
  triangles: meshlets.triangles.length,
  vertices: vertices.count,
});
