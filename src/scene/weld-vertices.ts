/** One attribute of a vertex list: `size` floats per vertex. */
export interface AttributeArray {
  readonly data: Float32Array;
  readonly size: number;
}

/**
 * Finds vertices that are equal in every bit of every attribute (open-addressing hash, no object per vertex).
 * @returns For each vertex the number of its first equal, 0..count−1: `remap[v] === v` for the kept ones.
 */
export function findEqualVertices(count: number, attributes: readonly AttributeArray[]): Uint32Array {
  const words = attributes.map((a) => ({ data: new Uint32Array(a.data.buffer, a.data.byteOffset, a.data.length), size: a.size }));
  let capacity = 16;
  while (capacity < count * 2) capacity *= 2;
  const mask = capacity - 1;
  const slots = new Int32Array(capacity).fill(-1);
  const remap = new Uint32Array(count);
  for (let vertex = 0; vertex < count; vertex++) {
    let hash = 0x811c9dc5;
    for (const { data, size } of words) {
      for (let k = 0; k < size; k++) {
        hash = Math.imul(hash ^ data[vertex * size + k], 0x5bd1e995);
        hash ^= hash >>> 15;
      }
    }
    let slot = hash & mask;
    while (slots[slot] >= 0 && !equalVertices(words, slots[slot], vertex)) slot = (slot + 1) & mask;
    if (slots[slot] < 0) slots[slot] = vertex;
    remap[vertex] = slots[slot];
  }
  return remap;
}

function equalVertices(words: readonly { data: Uint32Array; size: number }[], a: number, b: number): boolean {
  for (const { data, size } of words) {
    for (let k = 0; k < size; k++) if (data[a * size + k] !== data[b * size + k]) return false;
  }
  return true;
}
