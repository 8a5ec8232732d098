import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { buildMeshlets, meshletsReady } from '../meshlets.ts';
import { buildLevels } from './build-levels.ts';
import { flatHierarchy } from './flat-hierarchy.ts';
import type { LodInput, LodMesh } from './lod-mesh.ts';
import { packLevels } from './pack-levels.ts';
import { packVertices } from './pack-vertices.ts';

/** Resolves when the WASM behind `buildClusterHierarchy` is compiled, once per thread. */
export const hierarchyReady = async (): Promise<void> => {
  await Promise.all([meshletsReady(), MeshoptSimplifier.ready]);
};

/**
 * Cuts a mesh into clusters and makes its levels of detail. Pure: same input, same bytes, on every thread and in any order. A cook posts each of
 * `SceneBuilder.meshInputs()` to a worker that has awaited `hierarchyReady`, posts the result back with its buffers transferred, and hands the results
 * to `SceneBuilder.build` in the inputs' order.
 * @param input At least one triangle.
 */
export function buildClusterHierarchy(input: LodInput): LodMesh {
  if (input.detail !== 'flat') return packLevels(input, buildLevels(input));
  const { geometry, doubleSided } = input;
  const meshlets = buildMeshlets(geometry.indices, geometry.positions, doubleSided);
  const { vertices, vertexIndices } = packVertices(geometry, meshlets.vertexIndices);
  return { vertices, meshlets: { ...meshlets, vertexIndices }, hierarchy: flatHierarchy(meshlets) };
}
