import { buildMeshlets, meshletsReady } from '../meshlets.ts';
import { flatHierarchy } from './flat-hierarchy.ts';
import type { LodInput, LodMesh } from './lod-mesh.ts';
import { packVertices } from './pack-vertices.ts';

/** Resolves when the WASM behind `buildClusterHierarchy` is compiled, once per thread. */
export const hierarchyReady = async (): Promise<void> => {
  await meshletsReady();
};

/**
 * Cuts a mesh into clusters and makes its levels of detail. Pure: same input, same bytes, on every thread.
 * @param input At least one triangle.
 */
export function buildClusterHierarchy({ geometry, doubleSided }: LodInput): LodMesh {
  const meshlets = buildMeshlets(geometry.indices, geometry.positions, doubleSided);
  const { vertices, vertexIndices } = packVertices(geometry, meshlets.vertexIndices);
  return { vertices, meshlets: { ...meshlets, vertexIndices }, hierarchy: flatHierarchy(meshlets) };
}
