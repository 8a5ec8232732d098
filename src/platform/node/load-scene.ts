import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { SceneError } from '../../core/errors.ts';
import { type GltfInfo, readGltfInfo } from '../../scene/gltf/read-info.ts';
import { loadGltf } from '../../scene/load-gltf.ts';
import type { LodDetail } from '../../scene/lod/lod-mesh.ts';
import type { SceneData } from '../../scene/scene-data.ts';
import type { SceneFiles, ScenePorts } from '../../scene/scene-ports.ts';
import { createSharpDecoder } from './decode-image.ts';
import { createWorkerValidator } from './worker-validator.ts';

/** Node reads at most 2 GiB into one buffer; a scene file is far smaller. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * Loads a .gltf or .glb from disk, with the buffers and images of its folder.
 * @param path As the user named it.   @param detail Levels of detail: 'light' costs about 2.7 s a million triangles.
 * @throws SceneError RESOURCE_* when the file cannot be read, and what `loadGltf` throws
 */
export async function loadSceneFile(path: string, detail: LodDetail = 'flat'): Promise<SceneData> {
  const bytes = await readChecked(path, path);
  return loadGltf({ file: path, bytes }, nodeScenePorts(dirname(path)), { detail });
}

/** Loads a scene as `loadSceneFile` does and says what its file says about itself. */
export async function inspectSceneFile(
  path: string,
): Promise<{ readonly scene: SceneData; readonly info: GltfInfo; readonly fileBytes: number }> {
  const bytes = await readChecked(path, path);
  const scene = await loadGltf({ file: path, bytes }, nodeScenePorts(dirname(path)));
  return { scene, info: readGltfInfo(bytes, path), fileBytes: bytes.length };
}

/** Files of one folder, sharp, and the validator in its worker. */
export function nodeScenePorts(folder: string): ScenePorts {
  return { files: createSceneFiles(folder), images: createSharpDecoder(), validator: createWorkerValidator() };
}

/** Reads files inside `folder` and nowhere else: neither `..`, absolute paths nor links lead out of it. */
export function createSceneFiles(folder: string): SceneFiles {
  const root = realpath(folder);
  root.catch(() => {}); // reported by the first read
  return {
    async read(uri) {
      const inside = await root;
      if (uri.includes('\0')) throw new SceneError('RESOURCE_URI', 'NUL in a file name');
      const wanted = resolve(inside, uri);
      if (!isInside(inside, wanted)) throw escapes(uri);
      const found = await realpath(wanted).catch(() => {
        throw new SceneError('RESOURCE_MISSING', 'file not found');
      });
      if (!isInside(inside, found)) throw escapes(uri);
      return readChecked(found, uri);
    },
  };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function escapes(uri: string): SceneError {
  return new SceneError('RESOURCE_ESCAPE', 'leads out of the scene folder', { got: uri, expected: 'a path beside the scene file' });
}

async function readChecked(path: string, named: string): Promise<Uint8Array> {
  const info = await stat(path).catch((cause) => {
    throw new SceneError('RESOURCE_MISSING', 'file not found', { file: named, cause });
  });
  if (!info.isFile()) throw new SceneError('RESOURCE_READ', 'not a file', { file: named });
  if (info.size > MAX_FILE_BYTES) {
    throw new SceneError('RESOURCE_TOO_LARGE', 'file too large', {
      file: named,
      got: `${info.size} bytes`,
      expected: `at most ${MAX_FILE_BYTES}`,
    });
  }
  return readFile(path).catch((cause) => {
    throw new SceneError('RESOURCE_READ', 'cannot be read', { file: named, got: (cause as NodeJS.ErrnoException).code ?? 'error', cause });
  });
}
