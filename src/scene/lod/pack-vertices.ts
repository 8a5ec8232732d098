import { ATTRIBUTES, type MeshGeometry } from '../mesh-geometry.ts';

/**
 * Renumbers vertices in the order in which meshlets use them first, so that a meshlet's vertices lie close in memory; unused ones are dropped.
 * @param vertexIndices Into `source`. @returns The picked vertices, and `vertexIndices` into them.
 */
export function packVertices(source: MeshGeometry, vertexIndices: Uint32Array): { vertices: MeshGeometry; vertexIndices: Uint32Array } {
  const count = source.positions.length / 3;
  const packedOf = new Int32Array(count).fill(-1);
  const order = new Uint32Array(count);
  const packed = new Uint32Array(vertexIndices.length);
  let used = 0;
  for (let i = 0; i < vertexIndices.length; i++) {
    const v = vertexIndices[i];
    if (packedOf[v] < 0) {
      packedOf[v] = used;
      order[used++] = v;
    }
    packed[i] = packedOf[v];
  }
  const pick = (data: Float32Array | null, size: number): Float32Array | null => {
    if (!data) return null;
    const out = new Float32Array(used * size);
    for (let v = 0; v < used; v++) for (let k = 0; k < size; k++) out[v * size + k] = data[order[v] * size + k];
    return out;
  };
  const picked = Object.fromEntries(ATTRIBUTES.map(([name, size]) => [name, pick(source[name], size)]));
  return { vertices: { ...(picked as unknown as MeshGeometry), indices: new Uint32Array(0) }, vertexIndices: packed };
}
