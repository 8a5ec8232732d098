import type { ClusterStore } from './cluster-store.ts';
import type { Piece } from './simplify-piece.ts';

/**
 * Cuts the surface of a group of clusters out of its mesh.
 * @param clusters Numbers in `store`. @param positions Of the mesh. @param positionOf For each vertex the first with the same position.
 * @param lookOf For each vertex the first in its place that looks the same; only those are used.
 * @param lock Whether one of those first vertices must stay where it is.
 * @param localOf Scratch, one entry per vertex of the mesh, all −1; returned so.
 */
export function cutPiece(
  store: ClusterStore,
  clusters: readonly number[],
  positions: Float32Array,
  positionOf: Uint32Array,
  lookOf: Uint32Array,
  lock: (position: number) => boolean,
  localOf: Int32Array,
): Piece {
  let triangleCount = 0;
  let most = 0;
  for (const c of clusters) {
    triangleCount += store.triangles(c).length;
    most += store.vertices(c).length;
  }
  const indices = new Uint32Array(triangleCount * 3);
  const vertices = new Uint32Array(most);
  let count = 0;
  let used = 0;
  for (const c of clusters) {
    const own = store.vertices(c);
    for (const vertex of own) {
      const v = lookOf[vertex];
      if (localOf[v] >= 0) continue;
      localOf[v] = count;
      vertices[count++] = v;
    }
    for (const packed of store.triangles(c)) {
      indices[used++] = localOf[lookOf[own[packed & 255]]];
      indices[used++] = localOf[lookOf[own[(packed >>> 8) & 255]]];
      indices[used++] = localOf[lookOf[own[packed >>> 16]]];
    }
  }
  const picked = vertices.slice(0, count);
  const local = new Float32Array(count * 3);
  const welded = new Float32Array(count * 3);
  const locked = new Uint8Array(count);
  const localPosition = new Uint32Array(count);
  const firstAt = new Map<number, number>();
  let anyLocked = false;
  for (let i = 0; i < count; i++) {
    const v = picked[i];
    localOf[v] = -1;
    const position = positionOf[v];
    for (let k = 0; k < 3; k++) {
      local[i * 3 + k] = positions[v * 3 + k];
      welded[i * 3 + k] = positions[position * 3 + k];
    }
    if (lock(position)) {
      locked[i] = 1;
      anyLocked = true;
    }
    const first = firstAt.get(position);
    if (first === undefined) firstAt.set(position, i);
    localPosition[i] = first ?? i;
  }
  return { indices, positions: local, weldedPositions: welded, vertices: picked, positionOf: localPosition, locked, anyLocked };
}
