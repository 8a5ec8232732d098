import { type ClusterHierarchy, NONE, type SceneData, type VertexTable } from '../scene-data.ts';

/** Leaves of a mesh's tree, coarse first: all clusters of a leaf are replaced by the same group, so they are needed together. */
export interface CoarseFirst {
  /** The scene with its meshlets, their lists and their vertices in that order, mesh by mesh. */
  readonly scene: SceneData;
  /** Leaves of all meshes in the order of the tables. */
  readonly leaves: {
    readonly count: number;
    readonly mesh: Uint32Array;
    readonly firstMeshlet: Uint32Array;
    readonly meshlets: Uint32Array;
    /** Vertices that no leaf before uses; they follow those of the leaf before. */
    readonly newVertices: Uint32Array;
    /** Error of the group that replaces the leaf's clusters, mesh-local metres; Infinity at the coarsest. */
    readonly error: Float32Array;
  };
}

/**
 * Sorts each mesh's clusters by the error of what replaces them, largest first, so that what any threshold keeps is a prefix of the mesh's tables.
 * Trees, groups and meshes stay as they are; only meshlets, their lists and vertices move.
 */
export function orderCoarseFirst(scene: SceneData): CoarseFirst {
  const { meshlets, hierarchy } = scene;
  const order = sortLeaves(scene);
  const oldOf = new Uint32Array(meshlets.count);
  const nodesFirst = hierarchy.nodes.first.slice();
  const firstMeshlet = new Uint32Array(order.length);
  const sizes = new Uint32Array(order.length);
  let next = 0;
  order.forEach(({ node }, leaf) => {
    const from = hierarchy.nodes.first[node]!;
    nodesFirst[node] = firstMeshlet[leaf] = next;
    sizes[leaf] = hierarchy.nodes.size[node]!;
    for (let k = 0; k < sizes[leaf]!; k++, next++) {
      oldOf[next] = from + k;
    }
  });
  const lists = moveLists(scene, oldOf);
  const { vertices, vertexIndices, usedBefore } = renumberVertices(scene.vertices, lists.vertexIndices);
  const newVertices = firstMeshlet.map((first, leaf) => {
    const end = first + sizes[leaf]!;
    const listEnd = end === meshlets.count ? lists.vertexIndices.length : lists.vertexRange[end * 2]!;
    return usedBefore[listEnd]! - usedBefore[lists.vertexRange[first * 2]!]!;
  });
  const picked = <A extends Float32Array | Uint32Array>(table: A, size: number): A => pick(table, size, oldOf);
  const ordered: ClusterHierarchy = {
    ...hierarchy,
    selfGroup: picked(hierarchy.selfGroup, 1),
    parentGroup: picked(hierarchy.parentGroup, 1),
    nodes: { ...hierarchy.nodes, first: nodesFirst },
  };
  return {
    scene: {
      ...scene,
      vertices,
      meshlets: { count: meshlets.count, bounds: picked(meshlets.bounds, 4), cone: picked(meshlets.cone, 4), ...lists, vertexIndices },
      hierarchy: ordered,
    },
    leaves: {
      count: order.length,
      mesh: Uint32Array.from(order, (leaf) => leaf.mesh),
      firstMeshlet,
      meshlets: sizes,
      newVertices,
      error: Float32Array.from(order, (leaf) => leaf.error),
    },
  };
}

function sortLeaves({ meshes, hierarchy }: SceneData): { node: number; mesh: number; error: number }[] {
  const { nodes, groups, parentGroup } = hierarchy;
  return meshes.flatMap((mesh, m) => {
    const leaves: { node: number; mesh: number; error: number }[] = [];
    const open = [mesh.rootNode];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const first = nodes.first[node]!;
      if (nodes.leaf[node]) {
        const parent = parentGroup[first]!;
        leaves.push({ node, mesh: m, error: parent === NONE ? Infinity : groups.error[parent]! });
      } else for (let k = 0; k < nodes.size[node]!; k++) open.push(first + k);
    }
    return leaves.sort((a, b) => (a.error === b.error ? 0 : b.error - a.error) || nodes.first[a.node]! - nodes.first[b.node]!);
  });
}

/** Vertex lists and triangles in the meshlets' new order. */
function moveLists({ meshlets }: SceneData, oldOf: Uint32Array) {
  const vertexRange = new Uint32Array(oldOf.length * 2);
  const triangleRange = new Uint32Array(oldOf.length * 2);
  const vertexIndices = new Uint32Array(meshlets.vertexIndices.length);
  const triangles = new Uint32Array(meshlets.triangles.length);
  let vertex = 0;
  let triangle = 0;
  for (let m = 0; m < oldOf.length; m++) {
    const [firstVertex, vertexCount] = [meshlets.vertexRange[oldOf[m]! * 2]!, meshlets.vertexRange[oldOf[m]! * 2 + 1]!];
    const [firstTriangle, triangleCount] = [meshlets.triangleRange[oldOf[m]! * 2]!, meshlets.triangleRange[oldOf[m]! * 2 + 1]!];
    vertexIndices.set(meshlets.vertexIndices.subarray(firstVertex, firstVertex + vertexCount), vertex);
    triangles.set(meshlets.triangles.subarray(firstTriangle, firstTriangle + triangleCount), triangle);
    vertexRange[m * 2] = vertex;
    vertexRange[m * 2 + 1] = vertexCount;
    triangleRange[m * 2] = triangle;
    triangleRange[m * 2 + 1] = triangleCount;
    vertex += vertexCount;
    triangle += triangleCount;
  }
  return { vertexRange, triangleRange, vertexIndices: vertexIndices.subarray(0, vertex), triangles: triangles.subarray(0, triangle) };
}

/** Vertices in order of first use. `usedBefore[i]`: how many different ones the list's first i entries name. */
function renumberVertices(vertices: VertexTable, list: Uint32Array) {
  const newOf = new Uint32Array(vertices.count).fill(NONE);
  const oldOf = new Uint32Array(vertices.count);
  const vertexIndices = new Uint32Array(list.length);
  const usedBefore = new Uint32Array(list.length + 1);
  let used = 0;
  for (let i = 0; i < list.length; i++) {
    const v = list[i]!;
    if (newOf[v] === NONE) {
      newOf[v] = used;
      oldOf[used++] = v;
    }
    vertexIndices[i] = newOf[v]!;
    usedBefore[i + 1] = used;
  }
  const order = oldOf.subarray(0, used);
  const moved: VertexTable = {
    count: used,
    positions: pick(vertices.positions, 3, order),
    normals: pick(vertices.normals, 3, order),
    tangents: pick(vertices.tangents, 4, order),
    uv0: pick(vertices.uv0, 2, order),
    uv1: pick(vertices.uv1, 2, order),
    colors: pick(vertices.colors, 4, order),
  };
  return { vertices: moved, vertexIndices, usedBefore };
}

/** Items of a table in another order. */
function pick<A extends Float32Array | Uint32Array>(table: A, size: number, oldOf: Uint32Array): A {
  const out = new (table.constructor as new (length: number) => A)(oldOf.length * size);
  for (let i = 0; i < oldOf.length; i++) {
    const from = oldOf[i]! * size;
    for (let k = 0; k < size; k++) out[i * size + k] = table[from + k]!;
  }
  return out;
}
