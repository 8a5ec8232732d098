/** Triangles per leaf. */
const LEAF = 4;

/** Boxes over the triangles of a small mesh (a complete binary tree along a Morton curve), to find what lies near a point. */
export class TriangleTree {
  /** Three per triangle, in the order of the leaves. */
  readonly corners: Uint32Array;
  /** Place of each triangle of the leaves in the list it came from. */
  readonly source: Uint32Array;
  readonly #positions: Float32Array;
  readonly #leaves: number;
  /** 6 per node: minimum, maximum; node 1 is the root, 2n and 2n + 1 its children. */
  readonly #boxes: Float32Array;
  readonly #stack = new Int32Array(64);
  readonly #stackNear = new Float64Array(64);

  /** @param indices Three per triangle. @param positions 3 per vertex. */
  constructor(indices: Uint32Array, positions: Float32Array) {
    const count = indices.length / 3;
    this.#positions = positions;
    this.source = mortonOrder(indices, positions);
    this.corners = new Uint32Array(indices.length);
    for (let t = 0; t < count; t++) for (let k = 0; k < 3; k++) this.corners[t * 3 + k] = indices[this.source[t] * 3 + k];
    let leaves = 1;
    while (leaves * LEAF < count) leaves *= 2;
    this.#leaves = leaves;
    this.#boxes = new Float32Array(leaves * 2 * 6);
    for (let n = leaves * 2 - 1; n > 0; n--) this.#bound(n, count);
  }

  /**
   * Calls `visit` with triangles near a point, nearer boxes first, while a box is nearer than the bound that `visit` returned last.
   * @param within Square of the first bound.
   */
  nearest(x: number, y: number, z: number, within: number, visit: (triangle: number, within: number) => number): void {
    const count = this.source.length;
    const stack = this.#stack;
    const near = this.#stackNear;
    let bound = within;
    let top = 0;
    stack[top] = 1;
    near[top++] = this.#distance(1, x, y, z);
    while (top > 0) {
      const node = stack[--top];
      if (near[top] >= bound) continue;
      if (node >= this.#leaves) {
        const first = (node - this.#leaves) * LEAF;
        const end = Math.min(first + LEAF, count);
        for (let t = first; t < end; t++) bound = visit(t, bound);
        continue;
      }
      const left = this.#distance(node * 2, x, y, z);
      const right = this.#distance(node * 2 + 1, x, y, z);
      const leftFirst = left <= right;
      stack[top] = leftFirst ? node * 2 + 1 : node * 2;
      near[top++] = leftFirst ? right : left;
      stack[top] = leftFirst ? node * 2 : node * 2 + 1;
      near[top++] = leftFirst ? left : right;
    }
  }

  #distance(node: number, x: number, y: number, z: number): number {
    const b = this.#boxes;
    const n = node * 6;
    const dx = x < b[n] ? b[n] - x : x > b[n + 3] ? x - b[n + 3] : 0;
    const dy = y < b[n + 1] ? b[n + 1] - y : y > b[n + 4] ? y - b[n + 4] : 0;
    const dz = z < b[n + 2] ? b[n + 2] - z : z > b[n + 5] ? z - b[n + 5] : 0;
    return dx * dx + dy * dy + dz * dz;
  }

  #bound(node: number, count: number): void {
    const b = this.#boxes;
    const n = node * 6;
    for (let k = 0; k < 3; k++) {
      let min = Infinity;
      let max = -Infinity;
      if (node < this.#leaves) {
        min = Math.min(b[n * 2 + k], b[n * 2 + 6 + k]);
        max = Math.max(b[n * 2 + 3 + k], b[n * 2 + 9 + k]);
      } else {
        const first = (node - this.#leaves) * LEAF * 3;
        const end = Math.min(first + LEAF * 3, count * 3);
        for (let i = first; i < end; i++) {
          const p = this.#positions[this.corners[i] * 3 + k];
          if (p < min) min = p;
          if (p > max) max = p;
        }
      }
      b[n + k] = min;
      b[n + 3 + k] = max;
    }
  }
}

/** Triangles along a Morton curve through their centres. */
function mortonOrder(indices: Uint32Array, positions: Float32Array): Uint32Array {
  const count = indices.length / 3;
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < indices.length; i++) {
    for (let k = 0; k < 3; k++) {
      const p = positions[indices[i] * 3 + k];
      if (p < min[k]) min[k] = p;
      if (p > max[k]) max[k] = p;
    }
  }
  const scale = 1023 / Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2], 1e-30) / 3;
  // Code and number in one double: sorts natively, and ties go to the smaller number.
  const keys = new Float64Array(count);
  for (let t = 0; t < count; t++) {
    const [a, b, c] = [indices[t * 3] * 3, indices[t * 3 + 1] * 3, indices[t * 3 + 2] * 3];
    let code = 0;
    for (let k = 0; k < 3; k++) code |= spread((positions[a + k] + positions[b + k] + positions[c + k] - 3 * min[k]) * scale) << k;
    keys[t] = code * 2 ** 21 + t;
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => key % 2 ** 21);
}

/** Spreads 10 bits to every third bit. */
function spread(value: number): number {
  let x = value & 1023;
  x = (x | (x << 16)) & 0x030000ff;
  x = (x | (x << 8)) & 0x0300f00f;
  x = (x | (x << 4)) & 0x030c30c3;
  return (x | (x << 2)) & 0x09249249;
}
