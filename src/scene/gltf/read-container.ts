import type { GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';
import { checkJsonDepth, checkNumbers } from './check-json.ts';

/** A .gltf or .glb file taken apart; the JSON is parsed and not yet checked. */
export interface GltfContainer {
  readonly kind: 'gltf' | 'glb';
  readonly json: GLTF.IGLTF;
  readonly jsonText: string;
  /** The BIN chunk of a .glb. */
  readonly binary: Uint8Array | null;
}

const GLB_MAGIC = 0x46546c67;
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BIN = 0x004e4942;
/** Longer JSON than any renderer's asset has; parsing it would take seconds and gigabytes. */
const MAX_JSON_BYTES = 256 * 2 ** 20;

/**
 * Takes a file apart (glTF 2.0 §4.4). The kind is told by the first bytes, not by the name.
 * @param file As the user named it, for messages.
 * @throws SceneError GLB_HEADER, GLB_TRUNCATED, GLB_CHUNK, GLTF_JSON
 */
export function readContainer(bytes: Uint8Array, file: string): GltfContainer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 0) throw new SceneError('GLTF_JSON', 'the file is empty', { file });
  if (bytes.length < 4 || view.getUint32(0, true) !== GLB_MAGIC) {
    if (bytes[0] === 0x67) throw glbError('GLB_HEADER', file, 0, 'wrong magic', JSON.stringify(latin(bytes.subarray(0, 4))), '"glTF"');
    const jsonText = decodeUtf8(bytes, file, 0);
    return { kind: 'gltf', json: parseJson(jsonText, file, 0), jsonText, binary: null };
  }
  if (bytes.length < 12) throw glbError('GLB_TRUNCATED', file, 4, 'header cut short', `${bytes.length} bytes`, '12 bytes');
  const version = view.getUint32(4, true);
  if (version !== 2) throw glbError('GLB_HEADER', file, 4, 'unknown container version', `${version}`, '2');
  const declared = view.getUint32(8, true);
  if (declared > bytes.length || declared < 12) {
    throw glbError('GLB_TRUNCATED', file, 8, 'length in the header does not fit the file', `${declared}`, `12 to ${bytes.length} bytes`);
  }
  const body = new DataView(bytes.buffer, bytes.byteOffset, declared);
  const json = readChunk(body, 12, file);
  if (json?.type !== CHUNK_JSON) throw glbError('GLB_CHUNK', file, 12, 'first chunk', json ? hex(json.type) : 'none', 'JSON');
  const binary = readChunk(body, json.end, file);
  const jsonText = decodeUtf8(json.data, file, 20);
  return { kind: 'glb', json: parseJson(jsonText, file, 20), jsonText, binary: binary?.type === CHUNK_BIN ? binary.data : null };
}

function readChunk(view: DataView, offset: number, file: string): { type: number; data: Uint8Array; end: number } | null {
  const left = view.byteLength - offset;
  if (left === 0) return null;
  if (left < 8) throw glbError('GLB_TRUNCATED', file, offset, 'chunk header cut short', `${left} bytes`, '8 bytes');
  const length = view.getUint32(offset, true);
  if (length > left - 8)
    throw glbError('GLB_CHUNK', file, offset, 'chunk is longer than the file', `${length} bytes`, `at most ${left - 8}`);
  const data = new Uint8Array(view.buffer, view.byteOffset + offset + 8, length);
  return { type: view.getUint32(offset + 4, true), data, end: offset + 8 + length };
}

function decodeUtf8(bytes: Uint8Array, file: string, offset: number): string {
  if (bytes.length > MAX_JSON_BYTES) {
    throw new SceneError('GLTF_JSON', 'too much JSON', { file, got: `${bytes.length} bytes`, expected: `at most ${MAX_JSON_BYTES}` });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SceneError('GLTF_JSON', 'not UTF-8', { file, path: `byte ${offset}`, expected: 'glTF JSON or a .glb container', cause });
  }
}

function parseJson(text: string, file: string, offset: number): GLTF.IGLTF {
  let json: unknown;
  checkJsonDepth(text, file, offset);
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : 'not JSON';
    throw new SceneError('GLTF_JSON', reason, { file, path: `JSON at byte ${offset}`, cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new SceneError('GLTF_JSON', 'the root is not an object', { file, got: Array.isArray(json) ? 'array' : typeof json });
  }
  checkNumbers(json, file);
  return json as GLTF.IGLTF;
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

function glbError(code: string, file: string, offset: number, message: string, got: string, expected: string): SceneError {
  return new SceneError(code, message, { file, path: `byte ${offset}`, got, expected });
}
