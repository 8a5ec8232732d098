import { MeshoptClusterizer } from 'meshoptimizer/clusterizer';
import { MAX_MESHLET_TRIANGLES, MAX_MESHLET_VERTICES, type MeshletTable } from './scene-data.ts';

/** Weight of facing alike against being close, 0..1, when triangles are grouped: some, so that cones cull. */
const CONE_WEIGHT = 0.25;
/** Added to a cone's cutoff: the GPU tests it in float32 (about 20 roundings of 6e−8). */
const CONE_MARGIN = 2e-6;
/** A cutoff that no eye reaches. */
const NEVER_CULLED = 2;

/** Resolves when the clusterizer's WASM is compiled; `buildMeshlets` may be called after. */
export const meshletsReady = (): Promise<void> => MeshoptClusterizer.ready;

/**
 * Cuts a triangle list into meshlets of at most 128 vertices and 128 triangles. Same input, same output.
 * Spheres contain every vertex and cones every triangle normal, rounded outwards.
 * @param indices Three per triangle, counter-clockwise front, no repeated index in a triangle.
 * @param positions 3 per vertex, mesh-local metres.
 * @param doubleSided Seen from behind too: cones never cull.
 * @returns Ranges and `vertexIndices` count from this mesh's own first entry and vertex.
 */
export function buildMeshlets(indices: Uint32Array, positions: Float32Array, doubleSided: boolean): MeshletTable {
  const buffers = MeshoptClusterizer.buildMeshlets(indices, positions, 3, MAX_MESHLET_VERTICES, MAX_MESHLET_TRIANGLES, CONE_WEIGHT);
  const centres = MeshoptClusterizer.computeMeshletBounds(buffers, positions, 3);
  const count = buffers.meshletCount;
  let triangleCount = 0;
  for (let m = 0; m < count; m++) triangleCount += buffers.meshlets[m * 4 + 3];
  const table = {
    count,
    bounds: new Float32Array(count * 4),
    cone: new Float32Array(count * 4),
    vertexRange: new Uint32Array(count * 2),
    triangleRange: new Uint32Array(count * 2),
    vertexIndices: buffers.vertices,
    triangles: new Uint32Array(triangleCount),
  };
  let firstTriangle = 0;
  for (let m = 0; m < count; m++) {
    const firstVertex = buffers.meshlets[m * 4];
    const firstByte = buffers.meshlets[m * 4 + 1];
    const vertexCount = buffers.meshlets[m * 4 + 2];
    const triangles = buffers.meshlets[m * 4 + 3];
    table.vertexRange.set([firstVertex, vertexCount], m * 2);
    table.triangleRange.set([firstTriangle, triangles], m * 2);
    for (let t = 0; t < triangles; t++) {
      const byte = firstByte + t * 3;
      table.triangles[firstTriangle + t] =
        buffers.triangles[byte] | (buffers.triangles[byte + 1] << 8) | (buffers.triangles[byte + 2] << 16);
    }
    const { centerX, centerY, centerZ, coneAxisX, coneAxisY, coneAxisZ, coneCutoff } = centres[m];
    const meshletVertices = table.vertexIndices.subarray(firstVertex, firstVertex + vertexCount);
    const radius = enclosingRadius(positions, meshletVertices, centerX, centerY, centerZ);
    table.bounds.set([centerX, centerY, centerZ, radius], m * 4);
    const axis = [coneAxisX, coneAxisY, coneAxisZ] as const;
    const cutoff =
      doubleSided || coneCutoff >= 1
        ? NEVER_CULLED
        : coneCutoffAround(axis, positions, meshletVertices, table.triangles.subarray(firstTriangle, firstTriangle + triangles));
    table.cone.set([...axis, cutoff], m * 4);
    firstTriangle += triangles;
  }
  return table;
}

/** Largest distance from the centre to a vertex, rounded up to float32. */
function enclosingRadius(positions: Float32Array, vertices: Uint32Array, x: number, y: number, z: number): number {
  let largest = 0;
  for (const v of vertices) {
    const dx = positions[v * 3] - x;
    const dy = positions[v * 3 + 1] - y;
    const dz = positions[v * 3 + 2] - z;
    largest = Math.max(largest, dx * dx + dy * dy + dz * dz);
  }
  return Math.fround(Math.sqrt(largest) * (1 + 2 ** -22));
}

/**
 * Sine of the widest angle between the axis and a triangle's normal: with it the sphere test of `MeshletTable.cone` is conservative
 * (for angle θ to the axis: cos θ ≥ sin α + r/d implies cos(θ + α) ≥ r/d).
 */
function coneCutoffAround(
  axis: readonly [number, number, number],
  positions: Float32Array,
  vertices: Uint32Array,
  triangles: Uint32Array,
): number {
  let smallestCos = 1;
  for (const packed of triangles) {
    const a = vertices[packed & 255] * 3;
    const b = vertices[(packed >>> 8) & 255] * 3;
    const c = vertices[(packed >>> 16) & 255] * 3;
    const e1x = positions[b] - positions[a];
    const e1y = positions[b + 1] - positions[a + 1];
    const e1z = positions[b + 2] - positions[a + 2];
    const e2x = positions[c] - positions[a];
    const e2y = positions[c + 1] - positions[a + 1];
    const e2z = positions[c + 2] - positions[a + 2];
    const nx = e1y * e2z - e1z * e2y;
    const ny = e1z * e2x - e1x * e2z;
    const nz = e1x * e2y - e1y * e2x;
    const area = Math.hypot(nx, ny, nz);
    if (area > 0) smallestCos = Math.min(smallestCos, (nx * axis[0] + ny * axis[1] + nz * axis[2]) / area);
  }
  if (smallestCos <= 0.05) return NEVER_CULLED;
  return Math.sqrt(1 - smallestCos * smallestCos) + CONE_MARGIN;
}
