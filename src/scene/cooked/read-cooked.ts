import { CycError, SceneError } from '../../core/errors.ts';
import type { PackedImage, PackedScene, SceneChunk, TexelRun, TexelSupport } from '../packed-scene.ts';
import { checkHead } from './check-head.ts';
import { decodeChunk } from './chunk-codec.ts';
import { damaged, HASHED_HEADER_BYTES, HEADER_BYTES, hex, readHeader, sha256 } from './cooked-format.ts';
import { type CookedHead, type CookOrigin, decodeHead } from './head-codec.ts';
import { decoderReady } from './table-codec.ts';

/** Bytes of a cooked scene, read in rising order: a file or an address. */
export interface CookedSource {
  /** As the user named it. */
  readonly name: string;
  /** Starts reading at a byte; several readers may be open. */
  open(startByte: number): CookedReader;
}
export interface CookedReader {
  /** @returns The next `length` bytes, fewer only where the file ends. @throws SceneError naming the source */
  read(length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Turns block-compressed texels into RGBA8 for devices that take no blocks. @returns rows top first, `widthPx · heightPx · 4` bytes */
export type BlockDecoder = (format: PackedImage['format'], blocks: Uint8Array, widthPx: number, heightPx: number) => Promise<Uint8Array>;

export interface CookedScene extends PackedScene {
  readonly origin: CookOrigin;
  readonly fileBytes: number;
  readonly chunkTable: readonly { readonly bytes: number; readonly residentError: number }[];
  /** SHA-256 of header and head, which hold the hashes of all chunks: names the content. */
  readonly contentHash: string;
}

/**
 * Reads the head of a cooked scene; chunks are read, checked and decoded as they are asked for, at most two in memory.
 * @throws SceneError COOKED_MAGIC, COOKED_VERSION, COOKED_TRUNCATED, COOKED_DAMAGED, and what the source throws
 */
export async function readCookedScene(source: CookedSource, decodeBlocks: BlockDecoder): Promise<CookedScene> {
  const file = source.name;
  await decoderReady();
  const reader = source.open(0);
  try {
    const headerBytes = await readExactly(reader, HEADER_BYTES, file, 'header');
    const header = readHeader(headerBytes, file);
    const bytes = await readExactly(reader, header.headBytes, file, 'head');
    const hash = await sha256(headerBytes.subarray(0, HASHED_HEADER_BYTES), bytes);
    if (hex(hash) !== hex(header.hash)) throw damaged(file, 'head', `SHA-256 ${hex(hash)}`, hex(header.hash));
    const head = parseHead(bytes, file);
    const chunks = head.chunkTable.bytes.reduce((sum, length) => sum + length, 0);
    if (HEADER_BYTES + bytes.length + chunks !== header.fileBytes) {
      throw damaged(file, 'header', `${header.fileBytes} bytes`, `${HEADER_BYTES + bytes.length + chunks}`);
    }
    const { chunkTable, images, ...rest } = head;
    const rgba = images.map((image) => ({ ...image, format: 'rgba8' as const }));
    return {
      ...rest,
      file,
      positions: 'grid',
      fileBytes: header.fileBytes,
      chunkTable: Array.from(chunkTable.bytes, (length, i) => ({ bytes: length, residentError: chunkTable.residentError[i]! })),
      contentHash: hex(hash),
      images: ({ bc }) => (bc ? images : rgba),
      chunks: (support) => readChunks(source, head, HEADER_BYTES + bytes.length, support, decodeBlocks),
    };
  } finally {
    await reader.close();
  }
}

function parseHead(bytes: Uint8Array, file: string): CookedHead {
  try {
    const head = decodeHead(bytes);
    checkHead(head);
    return head;
  } catch (cause) {
    throw damaged(file, 'head', cause instanceof Error ? cause.message : String(cause), 'a head as cyc writes it', cause);
  }
}

/** Reads one chunk ahead while the one before is checked and decoded. */
async function* readChunks(
  source: CookedSource,
  head: CookedHead,
  start: number,
  support: TexelSupport,
  decodeBlocks: BlockDecoder,
): AsyncGenerator<SceneChunk> {
  const { chunkTable } = head;
  const reader = source.open(start);
  const fetch = async (i: number): Promise<Uint8Array> => {
    const place = `chunk ${i} of ${chunkTable.count}`;
    const bytes = await readExactly(reader, chunkTable.bytes[i]!, source.name, place);
    const hash = hex(await sha256(bytes));
    const expected = hex(chunkTable.hash.subarray(i * 32, i * 32 + 32));
    if (hash !== expected) throw damaged(source.name, place, `SHA-256 ${hash}`, expected);
    return bytes;
  };
  let next: Promise<Uint8Array> | null = null;
  try {
    next = fetch(0);
    for (let i = 0; i < chunkTable.count; i++) {
      const bytes: Uint8Array = await next!;
      next = i + 1 < chunkTable.count ? fetch(i + 1) : null;
      // Its failure is told when its turn comes, not while nobody listens.
      next?.catch(() => {});
      const chunk = parseChunk(bytes, head, i, source.name);
      yield support.bc
        ? chunk
        : { ...chunk, texels: await Promise.all(chunk.texels.map((run) => decodeRun(run, head.images, decodeBlocks))) };
    }
  } finally {
    await next?.catch(() => {});
    await reader.close();
  }
}

function parseChunk(bytes: Uint8Array, { sizes, images, chunkTable }: CookedHead, i: number, file: string): SceneChunk {
  try {
    return decodeChunk(bytes, { sizes, images, residentError: chunkTable.residentError[i]! });
  } catch (cause) {
    if (cause instanceof CycError) throw cause;
    const got = cause instanceof Error ? cause.message : String(cause);
    throw damaged(file, `chunk ${i} of ${chunkTable.count}`, got, 'a chunk as cyc writes it', cause);
  }
}

async function decodeRun(run: TexelRun, images: readonly PackedImage[], decodeBlocks: BlockDecoder): Promise<TexelRun> {
  const { format, widthPx, heightPx } = images[run.image]!;
  if (format === 'rgba8') return run;
  const [width, height] = [Math.max(1, widthPx >> run.level), Math.max(1, heightPx >> run.level)];
  return { ...run, bytes: await decodeBlocks(format, run.bytes, width, height) };
}

async function readExactly(reader: CookedReader, length: number, file: string, place: string): Promise<Uint8Array> {
  const bytes = await reader.read(length);
  if (bytes.length === length) return bytes;
  throw new SceneError('COOKED_TRUNCATED', 'ends too early', {
    file,
    path: place,
    got: `${bytes.length} bytes`,
    expected: `${length}`,
    hint: 'copy the file again, or cook the scene again',
  });
}
