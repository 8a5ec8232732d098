import type { GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';
import type { GltfValidator, ValidatorMessage } from '../scene-ports.ts';
import { meshoptExtension } from './check-declared-sizes.ts';
import { isDeeplyNested } from './check-json.ts';
import type { GltfContainer } from './read-container.ts';
import type { ResourceTable } from './read-resources.ts';

/** The validator scans about 65 MB of vertex data a second; larger files get their JSON checked by it and their data by the loader. */
const MAX_SCANNED_BYTES = 192 * 2 ** 20;
/** Enough to see the first error behind any number of the messages below. */
const MAX_MESSAGES = 1000;
/** Codes that are no errors and can come once per element. */
const NOT_ERRORS = [
  ...['UNEXPECTED_PROPERTY', 'VALUE_NOT_IN_LIST', 'EXTRA_PROPERTY', 'NODE_EMPTY', 'NODE_MATRIX_DEFAULT', 'NON_OBJECT_EXTRAS'],
  ...['ANIMATION_CHANNEL_TARGET_NODE_SKIN', 'NODE_SKINNED_MESH_LOCAL_TRANSFORMS', 'NODE_SKINNED_MESH_NON_ROOT', 'MULTIPLE_EXTENSIONS'],
  ...['BUFFER_VIEW_TARGET_MISSING', 'MESH_PRIMITIVE_GENERATED_TANGENT_SPACE', 'MESH_PRIMITIVE_INCOMPATIBLE_MODE', 'UNUSED_OBJECT'],
  ...['UNUSED_MESH_TANGENT', 'UNUSED_MESH_WEIGHTS', 'ACCESSOR_INDEX_TRIANGLE_DEGENERATE', 'ACCESSOR_JOINTS_USED_ZERO_WEIGHT'],
  ...['IMAGE_NPOT_DIMENSIONS', 'UNSUPPORTED_EXTENSION', 'MATERIAL_ALPHA_CUTOFF_INVALID_MODE', 'MESH_PRIMITIVE_TANGENT_WITHOUT_NORMAL'],
];

/**
 * Checks a file against the whole glTF 2.0 specification with Khronos' validator. Any error of its report refuses the file; except
 * that a picture which cannot be read is left to the materials to replace, when the file has meshes to draw.
 * @returns Lines for the scene's warnings.
 * @throws SceneError GLTF_INVALID with the first error, or the resource's own error.
 */
export async function validateGltf(
  container: GltfContainer,
  bytes: Uint8Array,
  resources: ResourceTable,
  validator: GltfValidator,
  file: string,
): Promise<readonly string[]> {
  const report = await runValidator(container, bytes, resources, validator);
  if (!report) return ['too large, deep or strange for the validator: checked by the loader alone'];
  const errors = report.messages.filter((message) => {
    if (message.severity !== 0 || isAboutCompressedData(message, container.json)) return false;
    const missing = missingResource(message, container.json, resources);
    if (!missing) return true;
    if (message.pointer?.startsWith('/images/') && container.json.meshes?.length) return false;
    throw missing;
  });
  if (errors.length === 0) return [];
  const [first] = errors;
  const more = errors.length > 1 ? `, the first of ${errors.length}${report.truncated ? ' or more' : ''} errors` : '';
  throw new SceneError('GLTF_INVALID', `${first.message.replace(/\s+/g, ' ').slice(0, 300)} (${first.code}${more})`, {
    file,
    ...(first.pointer ? { path: jsonPath(first.pointer) } : first.offset === undefined ? {} : { path: `byte ${first.offset}` }),
  });
}

async function runValidator(container: GltfContainer, bytes: Uint8Array, resources: ResourceTable, validator: GltfValidator) {
  if (isDeeplyNested(container.json)) return null;
  const found = new Map([...resources].filter((entry): entry is [string, Uint8Array] => entry[1] instanceof Uint8Array));
  let dataBytes = bytes.length;
  for (const resource of found.values()) dataBytes += resource.length;
  const isLarge = dataBytes > MAX_SCANNED_BYTES;
  return validator.validate({
    source: container.kind === 'gltf' || isLarge ? container.jsonText : bytes,
    resources: isLarge ? new Map() : found,
    ignoredIssues: isLarge ? [...NOT_ERRORS, 'BUFFER_MISSING_GLB_DATA', 'IO_ERROR'] : NOT_ERRORS,
    maxIssues: MAX_MESSAGES,
  });
}

/** The validator reads the uncompressed fallback of compressed views, which may be absent, zero or of lower quality; we never do. */
function isAboutCompressedData(message: ValidatorMessage, json: GLTF.IGLTF): boolean {
  if (!message.code.startsWith('ACCESSOR_')) return false;
  const [, list, index] = /^\/(accessors|meshes)\/(\d+)/.exec(message.pointer ?? '') ?? [];
  const accessor = list === 'meshes' ? valueAt(json, message.pointer ?? '') : Number(index);
  const view = list && typeof accessor === 'number' ? json.accessors?.[accessor]?.bufferView : undefined;
  return view !== undefined && meshoptExtension(json.bufferViews?.[view] ?? ({} as GLTF.IBufferView)) !== undefined;
}

/** The value that a JSON pointer names. */
function valueAt(json: unknown, pointer: string): unknown {
  let value = json;
  for (const key of pointer.split('/').slice(1)) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return value;
}

/** Why a URI that the validator missed could not be read. */
function missingResource(message: ValidatorMessage, json: GLTF.IGLTF, resources: ResourceTable): SceneError | null {
  if (message.code !== 'IO_ERROR') return null;
  const [, list, index] = /^\/(buffers|images)\/(\d+)/.exec(message.pointer ?? '') ?? [];
  const uri = list ? json[list as 'buffers' | 'images']?.[Number(index)]?.uri : undefined;
  const resource = uri === undefined ? undefined : resources.get(uri);
  return resource instanceof SceneError ? resource : null;
}

/** `/meshes/0/primitives/1` → `meshes[0].primitives[1]`. */
function jsonPath(pointer: string): string {
  const path = pointer.replace(/\/(\d+)(?=\/|$)/g, '[$1]').replace(/\//g, '.');
  return path.replace(/^\./, '').replace(/~1/g, '/').replace(/~0/g, '~') || 'root';
}
