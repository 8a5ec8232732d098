import { BufferUtils, type GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';
import type { SceneFiles } from '../scene-ports.ts';

/** Bytes of every URI that the JSON names, or why they could not be had; data URIs decoded. */
export type ResourceTable = ReadonlyMap<string, Uint8Array | SceneError>;

/**
 * Reads buffers and images beside the scene file. Percent-encoded names are decoded once here.
 * A resource that cannot be read is an entry, not an exception: whether it matters is decided by who needs it.
 */
export async function readResources(json: GLTF.IGLTF, files: SceneFiles, file: string): Promise<ResourceTable> {
  const table = new Map<string, Uint8Array | SceneError>();
  for (const list of ['buffers', 'images'] as const) {
    const entries: readonly unknown[] = Array.isArray(json[list]) ? json[list] : [];
    for (const [i, entry] of entries.entries()) {
      const uri = (entry as { uri?: unknown } | null)?.uri;
      if (typeof uri !== 'string' || table.has(uri)) continue;
      table.set(uri, await readResource(uri, files, file, `${list}[${i}].uri`));
    }
  }
  return table;
}

async function readResource(uri: string, files: SceneFiles, file: string, path: string): Promise<Uint8Array | SceneError> {
  const failed = (code: string, message: string, cause?: unknown): SceneError =>
    new SceneError(code, message, { file, path, got: uri.length > 120 ? `${uri.slice(0, 120)}…` : uri, cause });
  try {
    if (uri.startsWith('data:')) return BufferUtils.createBufferFromDataURI(uri);
    if (/^[a-z][a-z0-9+.-]+:/i.test(uri)) return failed('RESOURCE_REMOTE', 'only files beside the scene are read');
    return await files.read(decodeURIComponent(uri));
  } catch (cause) {
    if (cause instanceof URIError) return failed('RESOURCE_URI', 'broken percent-encoding', cause);
    if (cause instanceof SceneError) return failed(cause.code, cause.message.replace(/ \[\w+\]$/, ''), cause);
    return failed('RESOURCE_READ', cause instanceof Error ? cause.message.split('\n')[0] : 'cannot be read', cause);
  }
}
