import type { Primitive } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';
import type { MeshGeometry } from '../scene-builder.ts';
import { generateTangents } from './generate-tangents.ts';
import { readFloats } from './read-floats.ts';
import { bendAtRest } from './skin-at-rest.ts';

/** What the primitive's material asks of its geometry, and where it stands in the file. */
export interface PrimitiveContext {
  readonly file: string;
  /** `meshes[i].primitives[j]` */
  readonly path: string;
  /** Texture coordinates of the normal map; `null` without one. */
  readonly tangentTexCoord: 0 | 1 | null;
  /** Takes bound vertices to world space; `null` for what has no skin. */
  readonly joints: readonly Float64Array[] | null;
  readonly warn: (line: string) => void;
}

const MODE_NAMES = ['POINTS', 'LINES', 'LINE_LOOP', 'LINE_STRIP', 'TRIANGLES', 'TRIANGLE_STRIP', 'TRIANGLE_FAN'];

/**
 * One glTF primitive as a triangle list with all attributes as float32. Missing normals become flat ones, missing tangents are
 * generated where a normal map needs them (glTF 2.0 §3.7.2.1); both unweld the mesh, the builder welds it again.
 * @returns `null` for what has no triangles, with a warning.
 * @throws SceneError GLTF_ACCESSOR, GLTF_INDEX
 */
export function readPrimitive(primitive: Primitive, context: PrimitiveContext): MeshGeometry | null {
  const { path, warn } = context;
  const mode = primitive.getMode();
  if (mode < 4) {
    warn(`${path}: ${MODE_NAMES[mode]} are not drawn`);
    return null;
  }
  const position = primitive.getAttribute('POSITION');
  if (!position?.getArray()) {
    warn(`${path}: no POSITION, not drawn`);
    return null;
  }
  const count = position.getCount();
  const read = (semantic: string, size: number): Float32Array | null => {
    const accessor = primitive.getAttribute(semantic);
    if (!accessor?.getArray()) return null;
    if (accessor.getCount() !== count) {
      const detail = { file: context.file, path: `${path}.attributes.${semantic}`, got: `${accessor.getCount()}`, expected: `${count}` };
      throw new SceneError('GLTF_ACCESSOR', 'attribute has another vertex count than POSITION', detail);
    }
    return readFloats(accessor, size);
  };
  const indices = triangleList(readIndices(primitive, count, context), mode);
  const normals = read('NORMAL', 3);
  const base: MeshGeometry = {
    // Adding zero turns −0 into 0: equal positions must be equal in every bit.
    positions: readFloats(position, 3).map((x) => x + 0),
    normals: normals ?? new Float32Array(0),
    tangents: normals && context.tangentTexCoord !== null ? read('TANGENT', 4) : null,
    uv0: read('TEXCOORD_0', 2),
    uv1: read('TEXCOORD_1', 2),
    colors: read('COLOR_0', 4),
    indices,
  };
  if (indices.length === 0) {
    warn(`${path}: no triangles`);
    return null;
  }
  if (context.joints) {
    const joints = read('JOINTS_0', 4);
    const weights = read('WEIGHTS_0', 4);
    if (!joints || !weights) warn(`${path}: skinned without joints, drawn as bound`);
    else if (!bendAtRest({ ...base, normals }, joints, weights, context.joints)) {
      throw new SceneError('GLTF_SKIN', 'vertex names a joint that the skin does not have', { file: context.file, path });
    }
  }
  const lit = normals ? { ...base, normals: unitVectors(normals, 3, context) } : withFlatNormals(base);
  if (context.tangentTexCoord === null) return lit;
  if (lit.tangents) return { ...lit, tangents: unitVectors(lit.tangents, 4, context) };
  const uv = context.tangentTexCoord === 0 ? lit.uv0 : lit.uv1;
  if (!uv) {
    warn(`${path}: normal map without texture coordinates, drawn without it`);
    return lit;
  }
  return { ...unweld(lit), tangents: generateTangents(lit.indices, lit.positions, lit.normals, uv) };
}

function readIndices(primitive: Primitive, vertexCount: number, { file, path }: PrimitiveContext): Uint32Array {
  const accessor = primitive.getIndices();
  const array = accessor?.getArray();
  if (!array) return Uint32Array.from({ length: vertexCount }, (_, i) => i);
  for (let i = 0; i < array.length; i++) {
    if (array[i] < vertexCount) continue;
    const detail = { file, path: `${path}.indices`, got: `${array[i]} at ${i}`, expected: `below ${vertexCount}` };
    throw new SceneError('GLTF_INDEX', 'index outside the vertices', detail);
  }
  return Uint32Array.from(array);
}

/** Triangles, strips (every other one turned round) and fans as a list; left-over indices are dropped (glTF 2.0 §3.7.2.1). */
function triangleList(indices: Uint32Array, mode: number): Uint32Array {
  if (mode === 4) return indices.subarray(0, indices.length - (indices.length % 3));
  const count = Math.max(0, indices.length - 2);
  const out = new Uint32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const corners = mode === 5 ? [i, i + 1 + (i % 2), i + 2 - (i % 2)] : [i + 1, i + 2, 0];
    for (let k = 0; k < 3; k++) out[i * 3 + k] = indices[corners[k]];
  }
  return out;
}

/** Every corner its own vertex. */
function unweld(geometry: MeshGeometry): MeshGeometry {
  const { indices } = geometry;
  const spread = (data: Float32Array | null, size: number): Float32Array | null => {
    if (!data) return null;
    const out = new Float32Array(indices.length * size);
    for (let i = 0; i < indices.length; i++) for (let k = 0; k < size; k++) out[i * size + k] = data[indices[i] * size + k];
    return out;
  };
  return {
    positions: spread(geometry.positions, 3)!,
    normals: geometry.normals.length ? spread(geometry.normals, 3)! : geometry.normals,
    tangents: spread(geometry.tangents, 4),
    uv0: spread(geometry.uv0, 2),
    uv1: spread(geometry.uv1, 2),
    colors: spread(geometry.colors, 4),
    indices: Uint32Array.from({ length: indices.length }, (_, i) => i),
  };
}

function withFlatNormals(geometry: MeshGeometry): MeshGeometry {
  const loose = unweld(geometry);
  const p = loose.positions;
  const normals = new Float32Array(p.length);
  for (let i = 0; i < p.length; i += 9) {
    const e1 = [p[i + 3] - p[i], p[i + 4] - p[i + 1], p[i + 5] - p[i + 2]];
    const e2 = [p[i + 6] - p[i], p[i + 7] - p[i + 1], p[i + 8] - p[i + 2]];
    const n = [e1[1] * e2[2] - e1[2] * e2[1], e1[2] * e2[0] - e1[0] * e2[2], e1[0] * e2[1] - e1[1] * e2[0]];
    const length = Math.hypot(n[0], n[1], n[2]);
    // A triangle without area is never seen; any unit vector will do.
    const unit = length > 0 ? [n[0] / length, n[1] / length, n[2] / length] : [0, 1, 0];
    for (let corner = 0; corner < 9; corner += 3) normals.set(unit, i + corner);
  }
  return { ...loose, normals };
}

/** xyz of every element made unit length, +Y where it has no direction; a fourth component becomes ±1. */
function unitVectors(data: Float32Array, size: 3 | 4, { path, warn }: PrimitiveContext): Float32Array {
  let broken = 0;
  for (let i = 0; i < data.length; i += size) {
    const length = Math.hypot(data[i], data[i + 1], data[i + 2]);
    const usable = length > 0 && length < Infinity;
    if (!usable) broken++;
    for (let k = 0; k < 3; k++) data[i + k] = usable ? data[i + k] / length : k === 1 ? 1 : 0;
    if (size === 4) data[i + 3] = data[i + 3] < 0 ? -1 : 1;
  }
  if (broken) warn(`${path}: ${broken} ${size === 3 ? 'normals' : 'tangents'} without a direction, +Y taken`);
  return data;
}
