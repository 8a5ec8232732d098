import type { ClusterHierarchy } from '../scene-data.ts';
import { enclosingSphere } from './bounding-sphere.ts';

type NodeTable = ClusterHierarchy['nodes'];

/** Leaves of the trees in meshlet order: leaf after leaf, level after level. */
export interface TreeLeaves {
  /** First meshlet of each leaf. */
  readonly first: Uint32Array;
  readonly size: Uint32Array;
  /** 4 per leaf: holds its clusters. */
  readonly sphere: Float32Array;
  /** 4 per leaf: holds its parent group. */
  readonly lodSphere: Float32Array;
  /** Error of its parent group, metres. */
  readonly error: Float32Array;
  /** Leaves of each level, coarsest first; none empty. */
  readonly levels: readonly number[];
}

const MAX_CHILDREN = 8;

/** Work still to be numbered: leaves `lo..hi−1`, or whole levels `lo..hi−1`. */
interface Pending {
  readonly levels: boolean;
  readonly lo: number;
  readonly hi: number;
  readonly depth: number;
}

/**
 * Bounding-volume tree over the leaves of a mesh, breadth first, root 0. Every level of detail has a subtree of its own near the root, so that a
 * traversal drops the levels too fine for a distance one by one, and within a level what is out of view. Leaves are not reordered: consecutive ones
 * go together (`spatialOrder` makes that good).
 */
export function buildNodeTree(leaves: TreeLeaves): { nodes: NodeTable; depth: number } {
  const levelStart = [0];
  for (const count of leaves.levels) levelStart.push(levelStart[levelStart.length - 1] + count);
  const queue: Pending[] = [{ levels: true, lo: 0, hi: leaves.levels.length, depth: 1 }];
  const first: number[] = [];
  const size: number[] = [];
  const leaf: number[] = [];
  const leafOf: number[] = [];
  let depth = 1;
  for (let n = 0; n < queue.length; n++) {
    const item = queue[n];
    const only = item.levels && item.hi - item.lo === 1;
    const lo = only ? levelStart[item.lo] : item.lo;
    const hi = only ? levelStart[item.hi] : item.hi;
    const overLevels = item.levels && !only;
    depth = Math.max(depth, item.depth);
    const isLeaf = !overLevels && hi - lo === 1;
    leaf.push(isLeaf ? 1 : 0);
    leafOf.push(isLeaf ? lo : -1);
    if (isLeaf) {
      first.push(leaves.first[lo]);
      size.push(leaves.size[lo]);
      continue;
    }
    const cuts = overLevels ? levelCuts(lo, hi) : evenCuts(lo, hi);
    first.push(queue.length);
    size.push(cuts.length - 1);
    for (let c = 1; c < cuts.length; c++) queue.push({ levels: overLevels, lo: cuts[c - 1], hi: cuts[c], depth: item.depth + 1 });
  }
  const nodes = {
    count: queue.length,
    sphere: new Float32Array(queue.length * 4),
    lodSphere: new Float32Array(queue.length * 4),
    maxError: new Float32Array(queue.length),
    first: Uint32Array.from(first),
    size: Uint32Array.from(size),
    leaf: Uint8Array.from(leaf),
  };
  boundNodes(nodes, leafOf, leaves);
  return { nodes, depth };
}

/** Children come after their parent, so from the back every node finds its children done. */
function boundNodes(nodes: NodeTable, leafOf: readonly number[], leaves: TreeLeaves): void {
  for (let n = nodes.count - 1; n >= 0; n--) {
    if (nodes.leaf[n]) {
      const l = leafOf[n];
      nodes.sphere.set(leaves.sphere.subarray(l * 4, l * 4 + 4), n * 4);
      nodes.lodSphere.set(leaves.lodSphere.subarray(l * 4, l * 4 + 4), n * 4);
      nodes.maxError[n] = leaves.error[l];
      continue;
    }
    const children = Array.from({ length: nodes.size[n] }, (_, k) => nodes.first[n] + k);
    enclosingSphere(nodes.sphere, children, nodes.sphere, n * 4);
    enclosingSphere(nodes.lodSphere, children, nodes.lodSphere, n * 4);
    nodes.maxError[n] = Math.max(...children.map((c) => nodes.maxError[c]));
  }
}

/** Up to 8 parts: halves of halves of halves, the first the larger. */
function evenCuts(lo: number, hi: number): number[] {
  let cuts = [lo, hi];
  while (cuts.length <= MAX_CHILDREN / 2 + 1 && cuts.length - 1 < hi - lo) {
    cuts = cuts.flatMap((cut, i) => (i > 0 && cut - cuts[i - 1] > 1 ? [halfway(cuts[i - 1], cut), cut] : [cut]));
  }
  return cuts;
}

/** One child per level; where there are more than 8, the coarsest (small, and rarely skipped) share the first child. */
function levelCuts(lo: number, hi: number): number[] {
  const alone = Math.min(hi - lo, MAX_CHILDREN) - (hi - lo > MAX_CHILDREN ? 1 : 0);
  const cuts = Array.from({ length: alone + 1 }, (_, k) => hi - alone + k);
  return cuts[0] > lo ? [lo, ...cuts] : cuts;
}

const halfway = (lo: number, hi: number): number => lo + ((hi - lo + 1) >> 1);

/**
 * Order in which neighbours in space are neighbours in the list: halved along the longest axis of the centres, and so on, exactly as the tree cuts.
 * Ties go to the smaller number.
 * @param spheres 4 per item; only centres count. @returns Item numbers.
 */
export function spatialOrder(spheres: Float32Array, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const stack: [number, number][] = [[0, count]];
  for (let range = stack.pop(); range; range = stack.pop()) {
    const [lo, hi] = range;
    if (hi - lo < 2) continue;
    const axis = longestAxis(spheres, order, lo, hi);
    order.subarray(lo, hi).sort((a, b) => spheres[a * 4 + axis] - spheres[b * 4 + axis] || a - b);
    const middle = halfway(lo, hi);
    stack.push([lo, middle], [middle, hi]);
  }
  return order;
}

function longestAxis(spheres: Float32Array, order: Uint32Array, lo: number, hi: number): number {
  let axis = 0;
  let longest = -1;
  for (let k = 0; k < 3; k++) {
    let min = Infinity;
    let max = -Infinity;
    for (let i = lo; i < hi; i++) {
      const x = spheres[order[i] * 4 + k];
      min = Math.min(min, x);
      max = Math.max(max, x);
    }
    if (max - min > longest) {
      longest = max - min;
      axis = k;
    }
  }
  return axis;
}
