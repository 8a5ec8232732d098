import type { MeshGeometry } from '../mesh-geometry.ts';
import type { ClusterHierarchy, MeshletTable } from '../scene-data.ts';

/**
 * How much is done about levels of detail. 'flat': none, a bounding-volume tree alone; 'light': while a scene is loaded live; 'full': when it is
 * cooked.
 */
export type LodDetail = 'flat' | 'light' | 'full';

/** Which attributes a material shows: what is not shown may change freely when a surface is simplified. */
export interface ShownAttributes {
  readonly normals: boolean;
  readonly uv0: boolean;
  readonly uv1: boolean;
  readonly colors: boolean;
}

/** What a mesh's hierarchy is made from: plain data, so that it can be posted to a worker thread. */
export interface LodInput {
  /** Equal vertices welded in `indices`, every triangle with three different corners and finite positions. */
  readonly geometry: MeshGeometry;
  readonly detail: LodDetail;
  /** Seen from behind too: cones never cull. */
  readonly doubleSided: boolean;
  readonly shown: ShownAttributes;
  /** 1 per vertex that stays at every level, because another mesh ends there too; `null` where there is none. */
  readonly keep: Uint8Array | null;
}

/** A mesh with all its levels; vertices, meshlets, groups and nodes count from 0, and node 0 is the root. Typed arrays own their buffers. */
export interface LodMesh {
  /** In the order in which meshlets use them first; `indices` is empty. */
  readonly vertices: MeshGeometry;
  readonly meshlets: MeshletTable;
  readonly hierarchy: ClusterHierarchy;
}
