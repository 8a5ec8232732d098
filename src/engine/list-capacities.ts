import type { ListCapacities } from '../passes/frame/frame-lists.ts';
import { COUNTS, MAX_TREE_LEVELS } from '../passes/frame/frame-lists.ts';

/** Room that frames of a scene and stage start with; lists that overflow grow. */
export function initialCapacities(meshletInstances: number, instances: number, leds: number): ListCapacities {
  // Detail is chosen by LED, so lists follow the wall, not the scene, once the scene is large.
  const clusters = Math.min(2 * meshletInstances, Math.max(4096, 2 * instances, leds >> 3));
  return {
    entries: Math.max(1024, clusters),
    // Records also carry the blocks of large ones: room for every LED to be covered several times.
    records: Math.max(16_384, leds),
    nodes: Math.max(4096, clusters),
    clusters: Math.max(4096, clusters),
  };
}

/** Items of each list, from the frame's counters. */
function usedOf(counts: Uint32Array): ListCapacities & { readonly jobs: number } {
  let nodes = 0;
  for (let k = 0; k < 2 * MAX_TREE_LEVELS; k++) nodes += counts[COUNTS.levels + k]!;
  return {
    entries: counts[COUNTS.entries]!,
    records: Math.max(counts[COUNTS.records]!, counts[COUNTS.jobs]!, counts[COUNTS.pairs]!),
    jobs: counts[COUNTS.jobs]!,
    nodes: Math.max(nodes, counts[COUNTS.hiddenNodes]!),
    clusters: Math.max(counts[COUNTS.clusters]!, counts[COUNTS.hiddenClusters]!),
  };
}

/** Grows what a frame overflowed, by a quarter more than it asked for. @returns Items that did not fit. */
export function growCapacities(capacities: ListCapacities, counts: Uint32Array): number {
  const used = usedOf(counts);
  let missing = 0;
  for (const key of ['entries', 'records', 'nodes', 'clusters'] as const) {
    if (used[key] <= capacities[key]) continue;
    missing += used[key] - capacities[key];
    capacities[key] = Math.ceil(used[key] * 1.25);
  }
  return missing;
}
