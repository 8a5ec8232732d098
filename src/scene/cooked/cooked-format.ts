import { SceneError } from '../../core/errors.ts';

/**
 * A cooked scene (`.cyc`), little-endian:
 *
 * | bytes   | what                                                                                          |
 * | ------- | --------------------------------------------------------------------------------------------- |
 * | 0..7    | `CYCSCENE`                                                                                    |
 * | 8..11   | version, u32                                                                                  |
 * | 12..15  | bytes of the head, u32                                                                        |
 * | 16..23  | bytes of the whole file, u64                                                                  |
 * | 24..31  | zero                                                                                          |
 * | 32..63  | SHA-256 of bytes 0..31 and the head                                                           |
 * | 64..    | the head (`head-codec.ts`): JSON, then tables, among them length and SHA-256 of every chunk   |
 * | then    | the chunks (`chunk-codec.ts`), one after another, coarse first                                |
 *
 * Everything is covered by a hash, so a damaged file is noticed before its numbers are believed; what a wrong program wrote with right hashes
 * is caught by range checks. The version is that of the layout: a reader takes its own only, and the cook makes the file again.
 */
export const COOKED_MAGIC = 'CYCSCENE';
export const COOKED_VERSION = 1;
export const HEADER_BYTES = 64;
/** Bytes of the header that its hash covers. */
export const HASHED_HEADER_BYTES = 32;
/** A head is tables of instances and clusters: about 3 MiB for ten million triangles. */
export const MAX_HEAD_BYTES = 2 ** 30;
/** A chunk is about 8 MiB in memory; one level of a 16k picture is the largest thing that cannot be cut. */
export const MAX_CHUNK_BYTES = 2 ** 30;

export interface CookedHeader {
  readonly headBytes: number;
  readonly fileBytes: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** The first bytes of the file, with the hash left zero. */
export function writeHeader(headBytes: number, fileBytes: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < COOKED_MAGIC.length; i++) bytes[i] = COOKED_MAGIC.charCodeAt(i);
  view.setUint32(8, COOKED_VERSION, true);
  view.setUint32(12, headBytes, true);
  view.setBigUint64(16, BigInt(fileBytes), true);
  return bytes;
}

/** @throws SceneError COOKED_MAGIC, COOKED_VERSION, COOKED_DAMAGED */
export function readHeader(bytes: Uint8Array, file: string): CookedHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(0, COOKED_MAGIC.length));
  if (magic !== COOKED_MAGIC) {
    throw new SceneError('COOKED_MAGIC', 'is no cooked scene', {
      file,
      path: 'byte 0',
      got: JSON.stringify(magic),
      expected: `"${COOKED_MAGIC}"`,
      hint: 'make one with `cyc cook SCENE.glb -o SCENE.cyc`',
    });
  }
  const version = view.getUint32(8, true);
  if (version !== COOKED_VERSION) {
    throw new SceneError('COOKED_VERSION', 'was cooked by another version of cyc', {
      file,
      path: 'byte 8',
      got: `version ${version}`,
      expected: `version ${COOKED_VERSION}`,
      hint: 'cook the scene again',
    });
  }
  const headBytes = view.getUint32(12, true);
  const fileBytes = Number(view.getBigUint64(16, true));
  if (headBytes > MAX_HEAD_BYTES || fileBytes < HEADER_BYTES + headBytes) {
    throw damaged(file, 'header', `a head of ${headBytes} bytes in a file of ${fileBytes}`, 'a head that fits its file');
  }
  return { headBytes, fileBytes, hash: bytes.slice(HASHED_HEADER_BYTES, HEADER_BYTES) };
}

/** @param place `header`, `head`, `chunk 3`. */
export const damaged = (file: string, place: string, got: string, expected: string, cause?: unknown): SceneError =>
  new SceneError('COOKED_DAMAGED', 'is damaged', {
    file,
    path: place,
    got,
    expected,
    hint: 'copy the file again, or cook the scene again',
    ...(cause === undefined ? {} : { cause }),
  });

/** SHA-256 on another thread, where the host has one to spare. */
export async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const bytes = parts.length === 1 ? parts[0]! : concatBytes(parts);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
