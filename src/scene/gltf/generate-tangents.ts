import { MeshoptTangents } from 'meshoptimizer/tangents';

/** Resolves when `generateTangents` may be called. */
export const tangentsReady = (): Promise<void> => MeshoptTangents.ready;

/**
 * Tangents per triangle corner in MikkTSpace's construction, with glTF's sense of handedness: the bitangent is
 * `cross(normal, tangent) · w` and points to the top of the picture (v grows downwards, so `w` is MikkTSpace's with the sign turned).
 * @returns 4 per corner.
 */
export function generateTangents(indices: Uint32Array, positions: Float32Array, normals: Float32Array, uv: Float32Array): Float32Array {
  const tangents = MeshoptTangents.generateTangents(indices, positions, 3, normals, 3, uv, 2, ['Compatible']);
  for (let i = 3; i < tangents.length; i += 4) tangents[i] = -tangents[i];
  return tangents;
}
