import type { MeshGrid } from './packed-scene.ts';
import type { ClusterHierarchy, MeshletTable, VertexTable } from './scene-data.ts';

// Words as the shaders read them (shaders/geometry.wgsl, shaders/passes/scene-bindings.wgsl).

/** Sphere 4, cone 4, first vertex index, vertices, first triangle, triangles, self group, parent group, 2 unused. */
export const MESHLET_WORDS = 16;
/** Words per vertex in the attribute buffer: normal, tangent, colour (2), uv0 (2), uv1 (2). */
export const ATTRIBUTE_WORDS = 8;
/** Bits per axis of a position on its mesh's grid. */
export const GRID_BITS = 21;

/** Writes meshlets [first, first + count), MESHLET_WORDS each; ranges and groups count scene-wide. */
export function packMeshlets(meshlets: MeshletTable, hierarchy: ClusterHierarchy, first = 0, count = meshlets.count): Uint32Array {
  const words = new Uint32Array(count * MESHLET_WORDS);
  const floats = new Float32Array(words.buffer);
  for (let k = 0; k < count; k++) {
    const i = first + k;
    const at = k * MESHLET_WORDS;
    for (let c = 0; c < 4; c++) {
      floats[at + c] = meshlets.bounds[i * 4 + c]!;
      floats[at + 4 + c] = meshlets.cone[i * 4 + c]!;
    }
    words[at + 8] = meshlets.vertexRange[i * 2]!;
    words[at + 9] = meshlets.vertexRange[i * 2 + 1]!;
    words[at + 10] = meshlets.triangleRange[i * 2]!;
    words[at + 11] = meshlets.triangleRange[i * 2 + 1]!;
    words[at + 12] = hierarchy.selfGroup[i]!;
    words[at + 13] = hierarchy.parentGroup[i]!;
  }
  return words;
}

/** Positions as integers on the mesh's grid, two words each (`PositionFormat` 'grid'). */
export function packGridPositions(positions: Float32Array, [x, y, z, step]: MeshGrid): Uint32Array {
  const last = 2 ** GRID_BITS - 1;
  const toGrid = (value: number, origin: number): number => Math.min(last, Math.max(0, Math.round((value - origin) / step)));
  const words = new Uint32Array((positions.length / 3) * 2);
  for (let v = 0; v * 3 < positions.length; v++) {
    const gx = toGrid(positions[v * 3]!, x);
    const gy = toGrid(positions[v * 3 + 1]!, y);
    const gz = toGrid(positions[v * 3 + 2]!, z);
    words[v * 2] = (gx | (gy << 21)) >>> 0;
    words[v * 2 + 1] = ((gy >>> 11) | (gz << 10)) >>> 0;
  }
  return words;
}

/** Positions that `packGridPositions` packed, 3 floats each. */
export function unpackGridPositions(words: Uint32Array, [x, y, z, step]: MeshGrid): Float32Array {
  const positions = new Float32Array((words.length / 2) * 3);
  for (let v = 0; v * 2 < words.length; v++) {
    const [low, high] = [words[v * 2]!, words[v * 2 + 1]!];
    positions[v * 3] = x + step * (low & 0x1fffff);
    positions[v * 3 + 1] = y + step * ((low >>> 21) | ((high & 0x3ff) << 11));
    positions[v * 3 + 2] = z + step * (high >>> 10);
  }
  return positions;
}

/**
 * Packs what shading reads of each vertex (shaders/passes/scene-bindings.wgsl): octahedral normal and tangent as 2 × snorm16 — the lowest
 * bit of the tangent's first half is its handedness (1 = −1) and that of the second is clear — colour as 4 × unorm16, uvs as float32.
 */
export function packAttributes(vertices: VertexTable): Uint32Array {
  const words = new Uint32Array(vertices.count * ATTRIBUTE_WORDS);
  const floats = new Float32Array(words.buffer);
  const { normals, tangents, colors, uv0, uv1 } = vertices;
  for (let i = 0; i < vertices.count; i++) {
    const at = i * ATTRIBUTE_WORDS;
    words[at] = encodeOctahedral(normals[3 * i]!, normals[3 * i + 1]!, normals[3 * i + 2]!);
    const tangent = encodeOctahedral(tangents[4 * i]!, tangents[4 * i + 1]!, tangents[4 * i + 2]!);
    words[at + 1] = ((tangent & 0xfffefffe) | (tangents[4 * i + 3]! < 0 ? 1 : 0)) >>> 0;
    words[at + 2] = unorm16(colors[4 * i]!) | (unorm16(colors[4 * i + 1]!) << 16);
    words[at + 3] = unorm16(colors[4 * i + 2]!) | (unorm16(colors[4 * i + 3]!) << 16);
    floats[at + 4] = uv0[2 * i]!;
    floats[at + 5] = uv0[2 * i + 1]!;
    floats[at + 6] = uv1[2 * i]!;
    floats[at + 7] = uv1[2 * i + 1]!;
  }
  return words;
}

/** Unit vector → two snorm16 octahedral coordinates in one word, x low (Cigolle et al. 2014). The zero vector becomes +z. */
export function encodeOctahedral(x: number, y: number, z: number): number {
  const sum = Math.abs(x) + Math.abs(y) + Math.abs(z);
  let [u, v] = sum > 0 ? [x / sum, y / sum] : [0, 0];
  if (z < 0) [u, v] = [(1 - Math.abs(v)) * (u >= 0 ? 1 : -1), (1 - Math.abs(u)) * (v >= 0 ? 1 : -1)];
  return ((Math.round(u * 32767) & 0xffff) | ((Math.round(v * 32767) & 0xffff) << 16)) >>> 0;
}

const unorm16 = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 65535);
