import type { GeometryRun, GeometrySizes, MeshGrid, PackedImage, SceneChunk, TexelRun } from '../packed-scene.ts';
import { ATTRIBUTE_WORDS, MESHLET_WORDS, packAttributes, packGridPositions, packMeshlets } from '../packed-words.ts';
import type { SceneData } from '../scene-data.ts';
import { concatBytes } from './cooked-format.ts';
import { type ChunkPlan, type ChunkRange, levelBytes } from './plan-chunks.ts';
import { decodeIndices, decodeTable, encodeIndices, encodeTable } from './table-codec.ts';

/*
 * A chunk: u32 ranges, u32 texel runs, u32 bytes of each of the six streams; per texel run u32 image, u32 level, u32 bytes; then the streams —
 * ranges (8 words each: first and count in meshlets, vertexIndices, triangles, vertices), meshlets (16 words), vertexIndices, triangles, positions
 * (x, y, z as u32 on the mesh's grid), attributes (8 words) — all ranges of a table one after another; then the texels as the device takes them.
 */
const STREAMS = 6;
const RANGE_WORDS = 8;
const GRID_MASK = 0x1fffff;

/** Bytes of one level of a picture, as `PackedImage.format` says. */
export type TexelReader = (image: number, level: number) => Promise<Uint8Array>;

/** Packs and codes what `plan` names. Same input, same bytes. */
export async function encodeChunk(plan: ChunkPlan, scene: SceneData, grids: readonly MeshGrid[], texels: TexelReader): Promise<Uint8Array> {
  const { meshlets, hierarchy, vertices } = scene;
  const { ranges } = plan;
  const gather = (words: (range: ChunkRange) => Uint32Array): Uint32Array => concatWords(ranges.map(words));
  const slice = (table: Uint32Array, [first, count]: readonly [number, number]): Uint32Array => table.subarray(first, first + count);
  const part = (table: Float32Array, size: number, [first, count]: readonly [number, number]): Float32Array =>
    table.subarray(first * size, (first + count) * size);
  const streams = [
    encodeTable(
      gather(({ meshlets: m, vertexIndices: i, triangles: t, vertices: v }) => Uint32Array.of(...m, ...i, ...t, ...v)),
      RANGE_WORDS * 4,
    ),
    encodeTable(
      gather((r) => packMeshlets(meshlets, hierarchy, ...r.meshlets)),
      MESHLET_WORDS * 4,
    ),
    encodeIndices(gather((r) => slice(meshlets.vertexIndices, r.vertexIndices))),
    encodeTable(
      gather((r) => slice(meshlets.triangles, r.triangles)),
      4,
    ),
    encodeTable(
      gather((r) => spreadGrid(packGridPositions(part(vertices.positions, 3, r.vertices), grids[r.mesh]!))),
      12,
    ),
    encodeTable(
      gather((r) =>
        packAttributes({
          count: r.vertices[1],
          positions: part(vertices.positions, 3, r.vertices),
          normals: part(vertices.normals, 3, r.vertices),
          tangents: part(vertices.tangents, 4, r.vertices),
          uv0: part(vertices.uv0, 2, r.vertices),
          uv1: part(vertices.uv1, 2, r.vertices),
          colors: part(vertices.colors, 4, r.vertices),
        }),
      ),
      ATTRIBUTE_WORDS * 4,
    ),
  ];
  const pictures = await Promise.all(plan.texels.map(({ image, level }) => texels(image, level)));
  const head = new Uint32Array(2 + STREAMS + 3 * pictures.length);
  head.set([ranges.length, pictures.length, ...streams.map((stream) => stream.length)]);
  plan.texels.forEach(({ image, level }, i) => {
    head.set([image, level, pictures[i]!.length], 2 + STREAMS + 3 * i);
  });
  return concatBytes([new Uint8Array(head.buffer), ...streams, ...pictures]);
}

/** What a chunk must fit into. */
export interface ChunkFrame {
  readonly sizes: GeometrySizes;
  readonly images: readonly PackedImage[];
  readonly residentError: number;
}

/** @throws Error in words when the bytes are no chunk of that scene */
export function decodeChunk(bytes: Uint8Array, { sizes, images, residentError }: ChunkFrame): SceneChunk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (index: number): number => view.getUint32(index * 4, true);
  if (bytes.length < (2 + STREAMS) * 4) throw new Error('too short');
  const [rangeCount, texelCount] = [word(0), word(1)];
  let at = (2 + STREAMS + 3 * texelCount) * 4;
  if (at > bytes.length) throw new Error('too short for its texel runs');
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error(`a part ends at byte ${at + length} of ${bytes.length}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const streams = Array.from({ length: STREAMS }, (_, i) => take(word(2 + i)));
  if (rangeCount > sizes.meshlets) throw new Error(`${rangeCount} ranges of ${sizes.meshlets} meshlets`);
  const ranges = new Uint32Array(decodeTable(streams[0]!, rangeCount * RANGE_WORDS * 4, RANGE_WORDS * 4).buffer);
  const counts = [sizes.meshlets, sizes.vertexIndices, sizes.triangles, sizes.vertices].map((limit, k) => {
    let sum = 0;
    for (let r = 0; r < rangeCount; r++) {
      const [first, count] = [ranges[r * RANGE_WORDS + k * 2]!, ranges[r * RANGE_WORDS + k * 2 + 1]!];
      if (first + count > limit) throw new Error(`a range ends at ${first + count} of ${limit}`);
      sum += count;
    }
    if (sum > limit) throw new Error(`${sum} items for a table of ${limit}`);
    return sum;
  }) as [number, number, number, number];
  const words = (stream: number, count: number, size: number): Uint32Array =>
    new Uint32Array(decodeTable(streams[stream]!, count * size * 4, size * 4).buffer);
  const geometry = [
    ...splitRuns('meshlets', words(1, counts[0], MESHLET_WORDS), MESHLET_WORDS, ranges, 0),
    ...splitRuns('vertexIndices', decodeIndices(streams[2]!, counts[1]), 1, ranges, 1),
    ...splitRuns('triangles', words(3, counts[2], 1), 1, ranges, 2),
    ...splitRuns('positions', joinGrid(words(4, counts[3], 3)), 2, ranges, 3),
    ...splitRuns('attributes', words(5, counts[3], ATTRIBUTE_WORDS), ATTRIBUTE_WORDS, ranges, 3),
  ];
  const texels = Array.from({ length: texelCount }, (_, i): TexelRun => {
    const [image, level, length] = [word(2 + STREAMS + 3 * i), word(3 + STREAMS + 3 * i), word(4 + STREAMS + 3 * i)];
    const picture = images[image];
    if (!picture || level >= picture.levels) throw new Error(`texels of level ${level} of picture ${image}, which the scene does not have`);
    if (length !== levelBytes(picture, level)) throw new Error(`${length} bytes for level ${level} of picture ${image}`);
    return { image, level, bytes: take(length) };
  });
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes too many`);
  return { geometry, texels, residentError };
}

/** One run per range, or per several that follow one another in the table. */
function splitRuns(part: GeometryRun['part'], words: Uint32Array, size: number, ranges: Uint32Array, column: number): GeometryRun[] {
  const runs: GeometryRun[] = [];
  let [first, from, at] = [0, 0, 0];
  const close = (): void => {
    if (at > from) runs.push({ part, first, words: words.subarray(from * size, at * size) });
  };
  for (let r = 0; r * RANGE_WORDS < ranges.length; r++) {
    const [start, count] = [ranges[r * RANGE_WORDS + column * 2]!, ranges[r * RANGE_WORDS + column * 2 + 1]!];
    if (at === from || start !== first + at - from) {
      close();
      first = start;
      from = at;
    }
    at += count;
  }
  close();
  return runs;
}

/** Packed grid positions → three words each: whole numbers are what the codec finds small differences in. */
function spreadGrid(words: Uint32Array): Uint32Array {
  const out = new Uint32Array((words.length / 2) * 3);
  for (let v = 0, to = 0; v < words.length; v += 2) {
    const [low, high] = [words[v]!, words[v + 1]!];
    out[to++] = low & GRID_MASK;
    out[to++] = (low >>> 21) | ((high & 0x3ff) << 11);
    out[to++] = high >>> 10;
  }
  return out;
}

function joinGrid(spread: Uint32Array): Uint32Array {
  const out = new Uint32Array((spread.length / 3) * 2);
  for (let v = 0, from = 0; v < out.length; v += 2, from += 3) {
    out[v] = spread[from]! | (spread[from + 1]! << 21);
    out[v + 1] = (spread[from + 1]! >>> 11) | (spread[from + 2]! << 10);
  }
  return out;
}

function concatWords(parts: readonly Uint32Array[]): Uint32Array {
  const out = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
