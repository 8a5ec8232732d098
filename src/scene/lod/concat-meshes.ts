import { ATTRIBUTES } from '../mesh-geometry.ts';
import { type ClusterHierarchy, type MeshletTable, NONE, type VertexTable } from '../scene-data.ts';
import type { LodMesh } from './lod-mesh.ts';

/** Where a mesh's part of the scene-wide tables starts. */
export interface MeshStart {
  readonly meshlet: number;
  readonly node: number;
}

/** Tables of a scene, one mesh after another, with numbers counted over the whole scene. */
export interface MeshTables {
  readonly vertices: VertexTable;
  readonly meshlets: MeshletTable;
  readonly hierarchy: ClusterHierarchy;
  /** One per mesh. */
  readonly starts: readonly MeshStart[];
}

/** Puts the meshes of a scene into common tables. */
export function concatMeshes(meshes: readonly LodMesh[]): MeshTables {
  const start = { meshlet: 0, node: 0 };
  const starts = meshes.map(({ meshlets, hierarchy }) => {
    const own = { ...start };
    start.meshlet += meshlets.count;
    start.node += hierarchy.nodes.count;
    return own;
  });
  return { vertices: concatVertices(meshes), meshlets: concatMeshlets(meshes), hierarchy: concatHierarchies(meshes, starts), starts };
}

const vertexCountOf = (mesh: LodMesh): number => mesh.vertices.positions.length / 3;

function concatVertices(meshes: readonly LodMesh[]): VertexTable {
  const count = meshes.reduce((sum, mesh) => sum + vertexCountOf(mesh), 0);
  const packed: Record<string, Float32Array> = {};
  for (const [attribute, size, absent] of ATTRIBUTES) {
    const out = new Float32Array(count * size);
    let offset = 0;
    for (const mesh of meshes) {
      const length = vertexCountOf(mesh) * size;
      const data = mesh.vertices[attribute];
      if (data) out.set(data, offset);
      else if (absent !== 0) out.fill(absent, offset, offset + length);
      offset += length;
    }
    packed[attribute] = out;
  }
  return { count, ...packed } as unknown as VertexTable;
}

function concatMeshlets(meshes: readonly LodMesh[]): MeshletTable {
  const all = meshes.map((mesh) => mesh.meshlets);
  const vertexRange = concat(Uint32Array, all, (m) => m.vertexRange);
  const triangleRange = concat(Uint32Array, all, (m) => m.triangleRange);
  const vertexIndices = concat(Uint32Array, all, (m) => m.vertexIndices);
  let meshlet = 0;
  let vertex = 0;
  let index = 0;
  let triangle = 0;
  for (const mesh of meshes) {
    const table = mesh.meshlets;
    for (let m = 0; m < table.count; m++, meshlet++) {
      vertexRange[meshlet * 2] += index;
      triangleRange[meshlet * 2] += triangle;
    }
    for (let i = 0; i < table.vertexIndices.length; i++) vertexIndices[index + i] += vertex;
    vertex += vertexCountOf(mesh);
    index += table.vertexIndices.length;
    triangle += table.triangles.length;
  }
  return {
    count: meshlet,
    bounds: concat(Float32Array, all, (m) => m.bounds),
    cone: concat(Float32Array, all, (m) => m.cone),
    vertexRange,
    triangleRange,
    vertexIndices,
    triangles: concat(Uint32Array, all, (m) => m.triangles),
  };
}

function concatHierarchies(meshes: readonly LodMesh[], starts: readonly MeshStart[]): ClusterHierarchy {
  const all = meshes.map((mesh) => mesh.hierarchy);
  const nodes = all.map((hierarchy) => hierarchy.nodes);
  const selfGroup = concat(Uint32Array, all, (h) => h.selfGroup);
  const parentGroup = concat(Uint32Array, all, (h) => h.parentGroup);
  const first = concat(Uint32Array, nodes, (n) => n.first);
  let group = 0;
  all.forEach((hierarchy, mesh) => {
    const { meshlet, node } = starts[mesh];
    for (const table of [selfGroup, parentGroup]) {
      for (let m = 0; m < hierarchy.selfGroup.length; m++) if (table[meshlet + m] !== NONE) table[meshlet + m] += group;
    }
    for (let n = 0; n < hierarchy.nodes.count; n++) first[node + n] += hierarchy.nodes.leaf[n] ? meshlet : node;
    group += hierarchy.groups.count;
  });
  return {
    groups: {
      count: group,
      sphere: concat(Float32Array, all, (h) => h.groups.sphere),
      error: concat(Float32Array, all, (h) => h.groups.error),
    },
    selfGroup,
    parentGroup,
    nodes: {
      count: first.length,
      sphere: concat(Float32Array, nodes, (n) => n.sphere),
      lodSphere: concat(Float32Array, nodes, (n) => n.lodSphere),
      maxError: concat(Float32Array, nodes, (n) => n.maxError),
      first,
      size: concat(Uint32Array, nodes, (n) => n.size),
      leaf: concat(Uint8Array, nodes, (n) => n.leaf),
    },
    depth: all.reduce((depth, hierarchy) => Math.max(depth, hierarchy.depth), 0),
  };
}

function concat<T, A extends Float32Array | Uint32Array | Uint8Array>(
  type: new (length: number) => A,
  tables: readonly T[],
  part: (table: T) => A,
): A {
  const out = new type(tables.reduce((sum, table) => sum + part(table).length, 0));
  let offset = 0;
  for (const table of tables) {
    out.set(part(table), offset);
    offset += part(table).length;
  }
  return out;
}
