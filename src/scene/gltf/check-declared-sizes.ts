import type { GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';

/** What one scene may ask for; above it the file is refused before anything is allocated. */
export const SCENE_LIMITS = {
  /** All accessors and decompressed buffer views together. */
  accessorBytes: 2 ** 31,
  /** Vertices of all meshes together, after unwelding. */
  vertices: 2 ** 25,
  /** Draws, GPU instances expanded. */
  instances: 2 ** 22,
} as const;

const COMPONENT_BYTES: Readonly<Record<number, number>> = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };
const COMPONENTS: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };

/**
 * Adds up what the JSON declares, before any of it is believed: a few bytes may claim terabytes.
 * Runs on unvalidated JSON, so anything of the wrong type is left for the validator to name.
 * @throws SceneError GLTF_TOO_LARGE
 */
export function checkDeclaredSizes(json: GLTF.IGLTF, file: string): void {
  let total = 0;
  const claim = (path: string, bytes: number): void => {
    if (bytes > 0) total += bytes;
    if (total > SCENE_LIMITS.accessorBytes) {
      throw new SceneError('GLTF_TOO_LARGE', 'declares more data than a scene may have', {
        file,
        path,
        got: `${total} bytes up to here`,
        expected: `at most ${SCENE_LIMITS.accessorBytes}`,
      });
    }
  };
  for (const [i, accessor] of objects(json.accessors)) {
    const size = (COMPONENT_BYTES[accessor.componentType] ?? 0) * (COMPONENTS[accessor.type] ?? 0);
    if (typeof accessor.count === 'number') claim(`accessors[${i}].count`, accessor.count * size);
    const changed = (accessor.sparse as { count?: unknown } | null | undefined)?.count;
    if (typeof changed === 'number') claim(`accessors[${i}].sparse.count`, changed * size);
  }
  for (const [i, view] of objects(json.bufferViews)) {
    const compression = meshoptExtension(view);
    if (typeof compression?.count === 'number' && typeof compression.byteStride === 'number') {
      claim(`bufferViews[${i}].extensions`, compression.count * compression.byteStride);
    }
  }
}

/** The meshopt compression of a buffer view: the Khronos name and the vendor's one mean the same stream. */
export function meshoptExtension(view: GLTF.IBufferView): Record<string, unknown> | undefined {
  const extensions = view.extensions as Record<string, Record<string, unknown>> | undefined;
  return extensions?.['EXT_meshopt_compression'] ?? extensions?.['KHR_meshopt_compression'];
}

/** Entries of a list that may be no list of things that may be no objects. */
function* objects<T extends object>(list: readonly T[] | undefined): Generator<[number, T]> {
  if (!Array.isArray(list)) return;
  for (const [i, entry] of list.entries()) if (typeof entry === 'object' && entry !== null) yield [i, entry as T];
}
