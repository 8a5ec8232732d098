import type { ClusterStore } from './cluster-store.ts';
import { spatialOrder } from './node-tree.ts';

/** Clusters of a group, about: large groups lock little of their surface, small ones follow the view closely. */
const TARGET_CLUSTERS = 16;
/** A leaf of the tree holds a whole group. */
const MAX_CLUSTERS = 32;
/** Clusters looked at per position: beyond that (the tip of a fan) more neighbours tell nothing new. */
const MAX_SHARERS = 24;

/**
 * Puts neighbouring clusters into groups of about 16, at most 32. The smallest group is merged with the neighbour it shares most positions with, until
 * it is large enough: borders that were locked one level below are dense in vertices, so that they end up inside. What has no neighbour is put together
 * by nearness.
 * @param front Clusters to group. @param positionOf For each vertex the first with the same position.
 * @param head One entry per vertex, all −1; returned so.
 * @returns Groups as places in `front`; same input, same output.
 */
export function partitionClusters(store: ClusterStore, front: readonly number[], positionOf: Uint32Array, head: Int32Array): number[][] {
  if (front.length <= TARGET_CLUSTERS) return [front.map((_, i) => i)];
  const groups = mergeNeighbours(sharedPositions(store, front, positionOf, head));
  return gatherSmall(store, front, groups);
}

/** For each cluster its neighbours and how many positions they share. */
function sharedPositions(store: ClusterStore, front: readonly number[], positionOf: Uint32Array, head: Int32Array): Map<number, number>[] {
  const entryCluster: number[] = [];
  const entryNext: number[] = [];
  front.forEach((cluster, i) => {
    for (const v of store.vertices(cluster)) {
      const p = positionOf[v];
      if (head[p] >= 0 && entryCluster[head[p]] === i) continue;
      entryNext.push(head[p]);
      head[p] = entryCluster.push(i) - 1;
    }
  });
  const neighbours = front.map((cluster, i) => {
    const shared = new Map<number, number>();
    for (const v of store.vertices(cluster)) {
      let steps = 0;
      for (let e = head[positionOf[v]]; e >= 0 && steps < MAX_SHARERS; e = entryNext[e], steps++) {
        if (entryCluster[e] !== i) shared.set(entryCluster[e], (shared.get(entryCluster[e]) ?? 0) + 1);
      }
    }
    return shared;
  });
  for (const cluster of front) for (const v of store.vertices(cluster)) head[positionOf[v]] = -1;
  // A position with many sharers, or with several vertices, may have been counted from one side only: both sides get the larger count.
  neighbours.forEach((shared, i) => {
    for (const [j, weight] of shared) if ((neighbours[j].get(i) ?? 0) < weight) neighbours[j].set(i, weight);
  });
  return neighbours;
}

function mergeNeighbours(neighbours: Map<number, number>[]): number[][] {
  const groups: (number[] | null)[] = neighbours.map((_, i) => [i]);
  const queues: number[][] = Array.from({ length: TARGET_CLUSTERS }, () => []);
  queues[1] = neighbours.map((_, i) => i);
  const done: number[] = [];
  for (let size = 1; size < TARGET_CLUSTERS; ) {
    const queue = queues[size];
    // Queues grow while they are read; a merged group may come back at a larger size only, so one sweep from small to large suffices.
    for (let q = 0; q < queue.length; q++) {
      const g = queue[q];
      const own = groups[g];
      if (own?.length !== size) continue;
      const partner = bestPartner(groups, neighbours[g], size);
      if (partner < 0) {
        done.push(g);
        continue;
      }
      const other = groups[partner]!;
      groups[partner] = null;
      own.push(...other);
      for (const [n, weight] of neighbours[partner]) {
        neighbours[n].delete(partner);
        if (n === g) continue;
        neighbours[g].set(n, (neighbours[g].get(n) ?? 0) + weight);
        neighbours[n].set(g, (neighbours[n].get(g) ?? 0) + weight);
      }
      neighbours[partner].clear();
      if (own.length < TARGET_CLUSTERS) queues[own.length].push(g);
    }
    size++;
  }
  return groups.filter((group) => group !== null);
}

function bestPartner(groups: readonly (number[] | null)[], shared: ReadonlyMap<number, number>, size: number): number {
  let best = -1;
  let bestScore = 0;
  for (const [n, weight] of shared) {
    const other = groups[n]!.length;
    if (size + other > MAX_CLUSTERS * 0.75) continue;
    // Against the root of the size: small groups find a partner before their neighbours are full.
    const score = weight / Math.sqrt(other);
    if (score > bestScore || (score === bestScore && n < best)) {
      best = n;
      bestScore = score;
    }
  }
  return best;
}

/** Groups that stayed small (islands) join others of their kind nearby. */
function gatherSmall(store: ClusterStore, front: readonly number[], groups: number[][]): number[][] {
  const small = groups.filter((group) => group.length < TARGET_CLUSTERS / 2);
  if (small.length < 2) return groups;
  const spheres = new Float32Array(small.length * 4);
  small.forEach((group, i) => {
    for (let k = 0; k < 3; k++) {
      let sum = 0;
      for (const member of group) sum += store.sphere(front[member])[k];
      spheres[i * 4 + k] = sum / group.length;
    }
  });
  const gathered: number[][] = [];
  let current: number[] = [];
  for (const s of spatialOrder(spheres, small.length)) {
    if (current.length + small[s].length > TARGET_CLUSTERS) {
      gathered.push(current);
      current = [];
    }
    current = current.concat(small[s]);
  }
  gathered.push(current);
  return [...groups.filter((group) => group.length >= TARGET_CLUSTERS / 2), ...gathered];
}
