/** One primitive as triangles; attributes per vertex as in `VertexTable`, `null` where the source has none. */
export interface MeshGeometry {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly tangents: Float32Array | null;
  readonly uv0: Float32Array | null;
  readonly uv1: Float32Array | null;
  readonly colors: Float32Array | null;
  /** Three per triangle, counter-clockwise front; no index twice in a triangle. */
  readonly indices: Uint32Array;
}

/** Floats per vertex of each attribute, and the value where absent. */
export const ATTRIBUTES = [
  ['positions', 3, 0],
  ['normals', 3, 0],
  ['tangents', 4, 0],
  ['uv0', 2, 0],
  ['uv1', 2, 0],
  ['colors', 4, 1],
] as const;
