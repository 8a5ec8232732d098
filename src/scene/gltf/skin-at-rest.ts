import type { Document, GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';
import { IDENTITY_4X4, multiply4x4 } from '../matrix.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import { readFloats } from './read-floats.ts';

/** Vertex data that a skin bends, 3, 3 and 4 floats per vertex. */
export interface Bendable {
  readonly positions: Float32Array;
  readonly normals: Float32Array | null;
  readonly tangents: Float32Array | null;
}

/**
 * Matrices that take bound vertices of a skin to world space with the joints where the file leaves them (glTF 2.0 §3.7.3.3; the skinned
 * node's own transform is ignored).
 * @param nodeOf Number in the `NodeTable` by number in the file.
 * @returns One column-major matrix per joint.
 * @throws SceneError GLTF_SKIN
 */
export function jointMatrices(
  json: GLTF.IGLTF,
  document: Document,
  skinIndex: number,
  nodeOf: ReadonlyMap<number, number>,
  builder: SceneBuilder,
  file: string,
): Float64Array[] {
  const skin = json.skins![skinIndex];
  const inverse = skin.inverseBindMatrices === undefined ? null : document.getRoot().listAccessors()[skin.inverseBindMatrices];
  const bind = inverse?.getArray() ? readFloats(inverse, 16) : null;
  return skin.joints.map((joint, i) => {
    const node = nodeOf.get(joint);
    if (node === undefined || (bind && bind.length < (i + 1) * 16)) {
      const path = `skins[${skinIndex}].joints[${i}]`;
      throw new SceneError('GLTF_SKIN', 'joint is not drawn with this scene or has no bind matrix', { file, path, got: `node ${joint}` });
    }
    return multiply4x4(builder.worldMatrix(node), bind ? bind.subarray(i * 16, i * 16 + 16) : IDENTITY_4X4);
  });
}

/**
 * Moves vertices in place by their joints.
 * @param joints 4 joint numbers per vertex. @param weights 4 per vertex, sum 1.
 * @returns False when a vertex names a joint that the skin does not have; nothing after it is moved.
 */
export function bendAtRest(shape: Bendable, joints: Float32Array, weights: Float32Array, matrices: readonly Float64Array[]): boolean {
  const blend = new Float64Array(16);
  for (let v = 0; v < shape.positions.length / 3; v++) {
    blend.fill(0);
    for (let k = 0; k < 4; k++) {
      const weight = weights[v * 4 + k];
      if (weight === 0) continue;
      const matrix = matrices[joints[v * 4 + k]];
      if (!matrix) return false;
      for (let i = 0; i < 16; i++) blend[i] += weight * matrix[i];
    }
    transform(shape.positions, v * 3, blend, 1);
    if (shape.normals) transform(shape.normals, v * 3, blend, 0);
    if (shape.tangents) transform(shape.tangents, v * 4, blend, 0);
  }
  return true;
}

function transform(data: Float32Array, at: number, m: Float64Array, w: 0 | 1): void {
  const [x, y, z] = [data[at], data[at + 1], data[at + 2]];
  for (let row = 0; row < 3; row++) data[at + row] = m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row] * w;
}
