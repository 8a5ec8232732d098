import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { MeshoptEncoder } from 'meshoptimizer/encoder';

/** Array types that tables of a cooked scene have. */
const TYPES = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;
export type TableType = keyof typeof TYPES;
export type TableOf<T extends TableType> = {
  u8: Uint8Array;
  i32: Int32Array;
  u32: Uint32Array;
  f32: Float32Array;
  f64: Float64Array;
}[T];

/** Highest effort of meshoptimizer's vertex codec, and the version of its streams. */
const EFFORT = 3;
const CODEC_VERSION = 1;
/** Items that one stream holds: the encoder's memory is a few times its input. */
const ITEMS_PER_STREAM = 1 << 18;

export const encoderReady = (): Promise<void> => MeshoptEncoder.ready;
export const decoderReady = (): Promise<void> => MeshoptDecoder.ready;

/**
 * Codes a table with meshoptimizer's vertex codec: lossless, and it finds what neighbouring items have in common, byte by byte.
 * @param itemBytes Multiple of 4, at most 256. The table is filled up with zeros to whole items.
 * @returns Streams of up to 2^18 items, each after its length (u32).
 */
export function encodeTable(table: ArrayBufferView, itemBytes: number): Uint8Array {
  const source = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  const streams: Uint8Array[] = [];
  for (let at = 0; at < source.length; at += ITEMS_PER_STREAM * itemBytes) {
    const part = source.subarray(at, at + ITEMS_PER_STREAM * itemBytes);
    const count = Math.ceil(part.length / itemBytes);
    let items = part;
    if (part.length < count * itemBytes) {
      items = new Uint8Array(count * itemBytes);
      items.set(part);
    }
    streams.push(MeshoptEncoder.encodeVertexBufferLevel(items, count, itemBytes, EFFORT, CODEC_VERSION));
  }
  return joinStreams(streams);
}

/** @returns `byteLength` bytes in a buffer of their own. @throws Error when the streams are not what the lengths promise */
export function decodeTable(coded: Uint8Array, byteLength: number, itemBytes: number): Uint8Array<ArrayBuffer> {
  const items = Math.ceil(byteLength / itemBytes);
  const out = new Uint8Array(items * itemBytes);
  let item = 0;
  for (const stream of splitStreams(coded)) {
    const count = Math.min(ITEMS_PER_STREAM, items - item);
    if (count <= 0) throw new Error('more data than the table has items');
    MeshoptDecoder.decodeVertexBuffer(out.subarray(item * itemBytes, (item + count) * itemBytes), count, itemBytes, stream);
    item += count;
  }
  if (item !== items) throw new Error(`${item} of ${items} items`);
  return byteLength === out.length ? out : out.slice(0, byteLength);
}

/** Codes a list of numbers below 2^31 that mostly follow one another. */
export function encodeIndices(indices: Uint32Array): Uint8Array {
  const streams: Uint8Array[] = [];
  for (let at = 0; at < indices.length; at += ITEMS_PER_STREAM) {
    const part = indices.slice(at, at + ITEMS_PER_STREAM);
    streams.push(MeshoptEncoder.encodeIndexSequence(new Uint8Array(part.buffer), part.length, 4));
  }
  return joinStreams(streams);
}

/** @throws Error as `decodeTable` */
export function decodeIndices(coded: Uint8Array, count: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(count);
  let item = 0;
  for (const stream of splitStreams(coded)) {
    const length = Math.min(ITEMS_PER_STREAM, count - item);
    if (length <= 0) throw new Error('more data than the list has numbers');
    MeshoptDecoder.decodeIndexSequence(new Uint8Array(out.buffer, item * 4, length * 4), length, 4, stream);
    item += length;
  }
  if (item !== count) throw new Error(`${item} of ${count} numbers`);
  return out;
}

/** The bytes as numbers of a type. */
export function asType<T extends TableType>(type: T, bytes: Uint8Array<ArrayBuffer>): TableOf<T> {
  const Type = TYPES[type] as unknown as new (buffer: ArrayBuffer, offset: number, length: number) => TableOf<T>;
  return new Type(bytes.buffer, bytes.byteOffset, bytes.byteLength / TYPES[type].BYTES_PER_ELEMENT);
}

export const bytesPerElement = (type: TableType): number => TYPES[type].BYTES_PER_ELEMENT;

function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(streams.reduce((sum, stream) => sum + 4 + stream.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const stream of streams) {
    view.setUint32(at, stream.length, true);
    out.set(stream, at + 4);
    at += 4 + stream.length;
  }
  return out;
}

function* splitStreams(coded: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(coded.buffer, coded.byteOffset, coded.byteLength);
  for (let at = 0; at < coded.length; ) {
    if (at + 4 > coded.length) throw new Error('a stream without its length');
    const end = at + 4 + view.getUint32(at, true);
    if (end > coded.length) throw new Error('a stream is cut off');
    yield coded.subarray(at + 4, end);
    at = end;
  }
}
