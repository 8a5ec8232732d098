import type { SceneData } from '../../src/scene/scene-data.ts';

/** A scene as one list of world-space triangles in doubles, wound counter-clockwise seen from the front. */
export interface WorldTriangles {
  readonly scene: SceneData;
  readonly count: number;
  /** 9 per triangle, metres, world space. */
  readonly positions: Float64Array;
  /** Engine id: meshlet-instance << 7 | triangle of the meshlet. */
  readonly ids: Uint32Array;
  readonly instance: Uint32Array;
  /** 3 per triangle: index in the scene's VertexTable, in the order of `positions`. */
  readonly vertex: Uint32Array;
  readonly doubleSided: Uint8Array;
  /** Engine id → index in this list. */
  readonly indexOfId: ReadonlyMap<number, number>;
}

/**
 * Writes every instance's triangles out in world space. A mirrored instance (negative determinant) turns its winding round, as glTF 2.0 §3.7.4 asks.
 * Independent of the engine: no meshlet bounds, cones or float32 involved.
 */
export function flattenScene(scene: SceneData): WorldTriangles {
  const { instances, meshes, meshlets, vertices, materials } = scene;
  let count = 0;
  for (let i = 0; i < instances.count; i++) count += meshes[instances.mesh[i]].triangleCount;
  const positions = new Float64Array(count * 9);
  const ids = new Uint32Array(count);
  const instance = new Uint32Array(count);
  const vertex = new Uint32Array(count * 3);
  const doubleSided = new Uint8Array(count);
  const indexOfId = new Map<number, number>();
  let t = 0;
  let meshletInstance = 0;
  for (let i = 0; i < instances.count; i++) {
    const mesh = meshes[instances.mesh[i]];
    const m = instances.worldFromMesh.subarray(i * 12, i * 12 + 12);
    const determinant = m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8]);
    const corners = determinant < 0 ? [0, 2, 1] : [0, 1, 2];
    const material = materials[instances.material[i]];
    for (let k = mesh.firstMeshlet; k < mesh.firstMeshlet + mesh.meshletCount; k++, meshletInstance++) {
      const [firstVertex] = meshlets.vertexRange.subarray(k * 2, k * 2 + 1);
      const [firstTriangle, triangleCount] = meshlets.triangleRange.subarray(k * 2, k * 2 + 2);
      for (let q = 0; q < triangleCount; q++, t++) {
        if (t >= count) throw new Error(`scene ${scene.name}: meshlets of instance ${i} hold more triangles than the mesh says`);
        const packed = meshlets.triangles[firstTriangle + q];
        corners.forEach((corner, slot) => {
          const v = meshlets.vertexIndices[firstVertex + ((packed >> (8 * corner)) & 255)];
          const [x, y, z] = vertices.positions.subarray(v * 3, v * 3 + 3);
          for (let row = 0; row < 3; row++) {
            positions[t * 9 + slot * 3 + row] = m[row * 4] * x + m[row * 4 + 1] * y + m[row * 4 + 2] * z + m[row * 4 + 3];
          }
          vertex[t * 3 + slot] = v;
        });
        ids[t] = ((meshletInstance << 7) | q) >>> 0;
        indexOfId.set(ids[t], t);
        instance[t] = i;
        doubleSided[t] = material.doubleSided ? 1 : 0;
      }
    }
  }
  if (t !== count) throw new Error(`scene ${scene.name}: meshlets hold ${t} triangles, the meshes say ${count}`);
  return { scene, count, positions, ids, instance, vertex, doubleSided, indexOfId };
}
