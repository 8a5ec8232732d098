import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { SceneError } from '../../../core/errors.ts';
import type { CookOrigin } from '../../../scene/cooked/head-codec.ts';
import { readCookedScene } from '../../../scene/cooked/read-cooked.ts';
import type { SceneFiles } from '../../../scene/scene-ports.ts';
import { sha256Hex } from '../content-hash.ts';
import { decodeBlocks } from './block-codec.ts';
import { fileSource } from './file-source.ts';

type Source = CookOrigin['sources'][number];

/** Files of a scene, noted down as they are read. */
export interface RecordedFiles {
  readonly files: SceneFiles;
  /** What was read, by name. */
  sources(): readonly Source[];
}

export function recordFiles(files: SceneFiles): RecordedFiles {
  const read = new Map<string, Source>();
  return {
    files: {
      async read(uri) {
        try {
          const bytes = await files.read(uri);
          read.set(uri, { name: uri, bytes: bytes.length, sha256: sha256Hex(bytes) });
          return bytes;
        } catch (error) {
          read.set(uri, { name: uri, bytes: 0, sha256: null });
          throw error;
        }
      },
    },
    sources: () => [...read.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

export const sourceOf = (file: string, bytes: Uint8Array): Source => ({
  name: basename(file),
  bytes: bytes.length,
  sha256: sha256Hex(bytes),
});

/** Whether `output` is what cooking `file` with these settings would write: the same cooker, settings and files, and whole. */
export async function isUpToDate(
  file: string,
  output: string,
  cooker: string,
  settings: CookOrigin['settings'],
): Promise<{ readonly contentHash: string; readonly fileBytes: number } | null> {
  try {
    const { origin, fileBytes, contentHash } = await readCookedScene(fileSource(output), decodeBlocks);
    if (origin.cooker !== cooker || JSON.stringify(origin.settings) !== JSON.stringify(settings)) return null;
    if (origin.sources[0]?.name !== basename(file)) return null;
    for (const source of origin.sources) {
      if ((await hashFile(resolve(dirname(file), source.name))) !== source.sha256) return null;
    }
    return (await stat(output)).size === fileBytes ? { contentHash, fileBytes } : null;
  } catch (error) {
    // Not there, of another version, or damaged: cooked again.
    if (error instanceof SceneError) return null;
    throw error;
  }
}

async function hashFile(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(piece as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

/** Reads the scene file itself. @throws SceneError RESOURCE_MISSING, RESOURCE_READ, RESOURCE_TOO_LARGE */
export async function readSceneFile(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new SceneError('RESOURCE_MISSING', 'file not found', { file, cause });
    if (cause.code === 'ERR_FS_FILE_TOO_LARGE') {
      throw new SceneError('RESOURCE_TOO_LARGE', 'file too large', { file, expected: 'at most 2 GiB', hint: 'split the scene', cause });
    }
    throw new SceneError('RESOURCE_READ', cause.code === 'EISDIR' ? 'not a file' : 'cannot be read', {
      file,
      got: cause.code ?? 'error',
      cause,
    });
  });
}
