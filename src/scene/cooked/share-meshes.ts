import { NONE, type SceneData } from '../scene-data.ts';

/**
 * Draws of a mesh that is equal to another become draws of that one: instancing that the file spelled out is found. Materials stay, they belong to
 * the draw.
 * @param original For each mesh the number of the mesh whose tables it shares; its own where it has tables. Copies and meshes without triangles have
 *   no meshlets in `scene`.
 */
export function shareMeshes(scene: SceneData, original: Uint32Array): SceneData {
  const numberOf = new Uint32Array(scene.meshes.length).fill(NONE);
  const meshes = scene.meshes.filter((mesh, i) => original[i] === i && mesh.meshletCount > 0);
  let kept = 0;
  scene.meshes.forEach((mesh, i) => {
    if (original[i] === i && mesh.meshletCount > 0) numberOf[i] = kept++;
  });
  const target = (mesh: number): number => numberOf[original[mesh]!]!;
  const { instances } = scene;
  const { dynamic } = instances;
  const drawn = Array.from({ length: instances.count }, (_, i) => i).filter((i) => target(instances.mesh[i]!) !== NONE);
  const worldFromMesh = new Float64Array(drawn.length * 12);
  drawn.forEach((i, k) => {
    worldFromMesh.set(instances.worldFromMesh.subarray(i * 12, i * 12 + 12), k * 12);
  });
  // Snapping may have dropped triangles: what is left is counted, at full detail.
  const counted = meshes.map((mesh) => ({ ...mesh, triangleCount: fullDetailTriangles(scene, mesh.firstMeshlet, mesh.meshletCount) }));
  return {
    ...scene,
    meshes: counted,
    instances: {
      count: drawn.length,
      node: Int32Array.from(drawn, (i) => instances.node[i]!),
      mesh: Uint32Array.from(drawn, (i) => target(instances.mesh[i]!)),
      material: Uint32Array.from(drawn, (i) => instances.material[i]!),
      worldFromMesh,
      ...(dynamic ? { dynamic: Uint8Array.from(drawn, (i) => dynamic[i]!) } : {}),
    },
    triangleCount: drawn.reduce((sum, i) => sum + counted[target(instances.mesh[i]!)]!.triangleCount, 0),
  };
}

function fullDetailTriangles({ meshlets, hierarchy }: SceneData, first: number, count: number): number {
  let triangles = 0;
  for (let m = first; m < first + count; m++) if (hierarchy.selfGroup[m] === NONE) triangles += meshlets.triangleRange[m * 2 + 1]!;
  return triangles;
}
