import type { MeshGeometry } from '../mesh-geometry.ts';

/** A mesh, and where it stands: meshes with the same number stand in the same place. */
export interface PlacedGeometry {
  readonly geometry: MeshGeometry;
  readonly place: number;
}

/**
 * Finds where open borders of meshes meet (a surface split by material): those vertices must stay at every level, or a gap would open, because each mesh
 * chooses its level alone. Compared are positions, bit by bit, of meshes in the same place.
 * @returns Per mesh 1 for each vertex to keep; `null` where there is none.
 */
export function findSharedBorders(meshes: readonly PlacedGeometry[]): (Uint8Array | null)[] {
  const shared = findSharedPositions(meshes);
  return meshes.map(({ geometry }, m) => {
    const own = shared[m];
    return own && keepOpenEdges(geometry.indices, own);
  });
}

/** For each mesh and vertex a number > 0 per position that several meshes have, else 0; `null` for a mesh that shares none. */
function findSharedPositions(meshes: readonly PlacedGeometry[]): (Uint32Array | null)[] {
  const total = meshes.reduce((sum, { geometry }) => sum + geometry.positions.length / 3, 0);
  let capacity = 16;
  while (capacity < total * 2) capacity *= 2;
  const mask = capacity - 1;
  const slotMesh = new Int32Array(capacity).fill(-1);
  const slotVertex = new Uint32Array(capacity);
  const several = new Uint8Array(capacity);
  // Adding 0 makes −0 and 0 one position.
  const scratch = new Float32Array(3);
  const bits = new Uint32Array(scratch.buffer);
  const slotOf = (m: number, v: number): number => {
    const { geometry, place } = meshes[m];
    for (let k = 0; k < 3; k++) scratch[k] = geometry.positions[v * 3 + k] + 0;
    const [x, y, z] = scratch;
    let hash = place ^ 0x811c9dc5;
    for (let k = 0; k < 3; k++) {
      hash = Math.imul(hash ^ bits[k], 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      if (slotMesh[slot] < 0) return slot;
      const other = meshes[slotMesh[slot]];
      const { positions } = other.geometry;
      const at = slotVertex[slot] * 3;
      if (other.place === place && positions[at] === x && positions[at + 1] === y && positions[at + 2] === z) return slot;
    }
  };
  const slots = meshes.map(({ geometry }, m) =>
    Uint32Array.from({ length: geometry.positions.length / 3 }, (_, v) => {
      const slot = slotOf(m, v);
      if (slotMesh[slot] < 0) {
        slotMesh[slot] = m;
        slotVertex[slot] = v;
      } else if (slotMesh[slot] !== m) several[slot] = 1;
      return slot;
    }),
  );
  return slots.map((own) => {
    const shared = own.map((slot) => (several[slot] ? slot + 1 : 0));
    return shared.some((s) => s > 0) ? shared : null;
  });
}

/** Ends of edges between shared positions that only one triangle (or one more than in the other direction) has. */
function keepOpenEdges(indices: Uint32Array, shared: Uint32Array): Uint8Array | null {
  const balance = new Map<string, number>();
  for (let i = 0; i < indices.length; i++) {
    const a = shared[indices[i]];
    const b = shared[indices[i % 3 === 2 ? i - 2 : i + 1]];
    if (a === 0 || b === 0 || a === b) continue;
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    balance.set(key, (balance.get(key) ?? 0) + (a < b ? 1 : -1));
  }
  const open = new Set<number>();
  for (const [key, sum] of balance) if (sum !== 0) for (const end of key.split(' ')) open.add(Number(end));
  return open.size > 0 ? Uint8Array.from(shared, (s) => (open.has(s) ? 1 : 0)) : null;
}
