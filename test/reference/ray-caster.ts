import type { WorldTriangles } from './world-triangles.ts';

/** Nearest hit of a ray E + t·D. */
export interface RayHit {
  /** Index in WorldTriangles, −1 for none. */
  triangle: number;
  t: number;
  /** Weights of the triangle's second and third corner. */
  b1: number;
  b2: number;
}

/** Bounding-volume hierarchy over world triangles, in doubles. */
export interface RayCaster {
  readonly triangles: WorldTriangles;
  /** Casts from (ox, oy, oz) along (dx, dy, dz), which needs no unit length; writes `hit`. Back faces of single-sided materials are not seen. */
  cast(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, hit: RayHit): boolean;
}

const LEAF_TRIANGLES = 4;
const BINS = 12;
/** Rays may pass this far (in barycentric weight) outside an edge, so that a ray exactly along a shared edge cannot fall between two triangles. */
const EDGE_SLACK = 1e-12;
/** Boxes grow by this many metres: flat boxes keep a volume, and rounding at 100 km (1.5e-11) stays inside. */
const BOX_PADDING_M = 1e-7;

interface Tree {
  readonly bounds: number[];
  /** Per node: first, count (0: inner node), second child. */
  readonly links: number[];
  readonly order: Int32Array;
}

export const emptyHit = (): RayHit => ({ triangle: -1, t: Infinity, b1: 0, b2: 0 });

export function createRayCaster(triangles: WorldTriangles): RayCaster {
  const tree = buildTree(triangles);
  const bounds = Float64Array.from(tree.bounds);
  const links = Int32Array.from(tree.links);
  const { order } = tree;
  const { positions: p, ids, doubleSided } = triangles;
  const stack = new Int32Array(256);

  /** Möller–Trumbore; equal distances go to the smaller id (architecture §1). */
  function testTriangle(k: number, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, hit: RayHit): void {
    const a = k * 9;
    const e1x = p[a + 3] - p[a];
    const e1y = p[a + 4] - p[a + 1];
    const e1z = p[a + 5] - p[a + 2];
    const e2x = p[a + 6] - p[a];
    const e2y = p[a + 7] - p[a + 1];
    const e2z = p[a + 8] - p[a + 2];
    const px = dy * e2z - dz * e2y;
    const py = dz * e2x - dx * e2z;
    const pz = dx * e2y - dy * e2x;
    const det = e1x * px + e1y * py + e1z * pz;
    if (det === 0 || (det < 0 && !doubleSided[k])) return;
    const inverse = 1 / det;
    const tx = ox - p[a];
    const ty = oy - p[a + 1];
    const tz = oz - p[a + 2];
    const b1 = (tx * px + ty * py + tz * pz) * inverse;
    if (!(b1 >= -EDGE_SLACK && b1 <= 1 + EDGE_SLACK)) return;
    const qx = ty * e1z - tz * e1y;
    const qy = tz * e1x - tx * e1z;
    const qz = tx * e1y - ty * e1x;
    const b2 = (dx * qx + dy * qy + dz * qz) * inverse;
    if (!(b2 >= -EDGE_SLACK && b1 + b2 <= 1 + EDGE_SLACK)) return;
    const t = (e2x * qx + e2y * qy + e2z * qz) * inverse;
    if (!(t > 0) || t > hit.t || (t === hit.t && ids[k] > ids[hit.triangle])) return;
    hit.triangle = k;
    hit.t = t;
    hit.b1 = b1;
    hit.b2 = b2;
  }

  function cast(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, hit: RayHit): boolean {
    hit.triangle = -1;
    hit.t = Infinity;
    if (triangles.count === 0) return false;
    const ix = 1 / (dx || 1e-300);
    const iy = 1 / (dy || 1e-300);
    const iz = 1 / (dz || 1e-300);
    let top = 0;
    stack[top++] = 0;
    while (top > 0) {
      const node = stack[--top];
      const b = node * 6;
      const x0 = (bounds[b] - ox) * ix;
      const x1 = (bounds[b + 3] - ox) * ix;
      const y0 = (bounds[b + 1] - oy) * iy;
      const y1 = (bounds[b + 4] - oy) * iy;
      const z0 = (bounds[b + 2] - oz) * iz;
      const z1 = (bounds[b + 5] - oz) * iz;
      const near = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1));
      const far = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1));
      if (far < near || far < 0 || near > hit.t) continue;
      const count = links[node * 3 + 1];
      if (count === 0) {
        stack[top++] = links[node * 3];
        stack[top++] = links[node * 3 + 2];
        continue;
      }
      const first = links[node * 3];
      for (let q = first; q < first + count; q++) testTriangle(order[q], ox, oy, oz, dx, dy, dz, hit);
    }
    return hit.triangle >= 0;
  }
  return { triangles, cast };
}

/** Binned surface-area heuristic, recursive; leaves hold at most LEAF_TRIANGLES unless all centroids agree. */
function buildTree(triangles: WorldTriangles): Tree {
  const n = triangles.count;
  const low = new Float64Array(n * 3);
  const high = new Float64Array(n * 3);
  const centre = new Float64Array(n * 3);
  for (let k = 0; k < n; k++) {
    for (let axis = 0; axis < 3; axis++) {
      const corners = [0, 3, 6].map((o) => triangles.positions[k * 9 + o + axis]);
      low[k * 3 + axis] = Math.min(...corners) - BOX_PADDING_M;
      high[k * 3 + axis] = Math.max(...corners) + BOX_PADDING_M;
      centre[k * 3 + axis] = (low[k * 3 + axis] + high[k * 3 + axis]) / 2;
    }
  }
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const bounds: number[] = [];
  const links: number[] = [];
  const growBox = (box: number[], k: number): void => {
    for (let axis = 0; axis < 3; axis++) {
      box[axis] = Math.min(box[axis], low[k * 3 + axis]);
      box[axis + 3] = Math.max(box[axis + 3], high[k * 3 + axis]);
    }
  };
  const emptyBox = (): number[] => [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  const area = (b: number[]): number => {
    const [x, y, z] = [b[3] - b[0], b[4] - b[1], b[5] - b[2]];
    return x >= 0 ? x * y + y * z + z * x : 0;
  };

  function bestSplit(start: number, end: number): { axis: number; at: number } | null {
    let best: { axis: number; at: number; cost: number } | null = null;
    for (let axis = 0; axis < 3; axis++) {
      let c0 = Infinity;
      let c1 = -Infinity;
      for (let i = start; i < end; i++) {
        const c = centre[order[i] * 3 + axis];
        c0 = Math.min(c0, c);
        c1 = Math.max(c1, c);
      }
      if (!(c1 > c0)) continue;
      const boxes = Array.from({ length: BINS }, emptyBox);
      const counts = new Array<number>(BINS).fill(0);
      for (let i = start; i < end; i++) {
        const bin = Math.min(BINS - 1, Math.floor(((centre[order[i] * 3 + axis] - c0) / (c1 - c0)) * BINS));
        growBox(boxes[bin], order[i]);
        counts[bin]++;
      }
      for (let cut = 1; cut < BINS; cut++) {
        const [left, right] = [mergeBoxes(boxes.slice(0, cut)), mergeBoxes(boxes.slice(cut))];
        const leftCount = counts.slice(0, cut).reduce((a, b) => a + b, 0);
        if (leftCount === 0 || leftCount === end - start) continue;
        const cost = area(left) * leftCount + area(right) * (end - start - leftCount);
        if (!best || cost < best.cost) best = { axis, at: c0 + ((c1 - c0) * cut) / BINS, cost };
      }
    }
    return best;
  }

  function build(start: number, end: number): number {
    const node = links.length / 3;
    links.push(start, end - start, 0);
    const box = emptyBox();
    for (let i = start; i < end; i++) growBox(box, order[i]);
    bounds.push(...box);
    if (end - start <= LEAF_TRIANGLES) return node;
    const split = bestSplit(start, end);
    if (!split) return node;
    const part = order.subarray(start, end);
    const left = part.filter((k) => centre[k * 3 + split.axis] < split.at);
    const right = part.filter((k) => !(centre[k * 3 + split.axis] < split.at));
    if (left.length === 0 || right.length === 0) return node;
    part.set(left, 0);
    part.set(right, left.length);
    links[node * 3 + 1] = 0;
    links[node * 3] = build(start, start + left.length);
    links[node * 3 + 2] = build(start + left.length, end);
    return node;
  }
  if (n > 0) build(0, n);
  return { bounds, links, order };
}

function mergeBoxes(boxes: number[][]): number[] {
  const out = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (const b of boxes) {
    for (let axis = 0; axis < 3; axis++) {
      out[axis] = Math.min(out[axis], b[axis]);
      out[axis + 3] = Math.max(out[axis + 3], b[axis + 3]);
    }
  }
  return out;
}
