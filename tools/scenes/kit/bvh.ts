/** Triangles sorted into a tree of boxes for yes/no ray queries (occlusion baking). */
export class Bvh {
  readonly #triangles: Float64Array;
  readonly #order: Uint32Array;
  #bounds: Float64Array = new Float64Array(0);
  /** Per node: right child (left is next), or −1 − first for leaves; count in leaves. */
  #link: Int32Array = new Int32Array(0);
  #count: Int32Array = new Int32Array(0);
  /** Axis the node was split along: the nearer child is visited first. */
  #axis: Uint8Array = new Uint8Array(0);
  #nodes = 0;
  readonly #stack = new Int32Array(128);

  /** @param triangles 9 numbers each, world space, metres. */
  constructor(triangles: Float64Array) {
    this.#triangles = triangles;
    const count = triangles.length / 9;
    this.#order = Uint32Array.from({ length: count }, (_, i) => i);
    const centres = new Float64Array(count * 3);
    for (let i = 0; i < count; i++)
      for (let c = 0; c < 3; c++) centres[i * 3 + c] = (triangles[i * 9 + c] + triangles[i * 9 + 3 + c] + triangles[i * 9 + 6 + c]) / 3;
    this.#bounds = new Float64Array(count * 12 + 6);
    this.#link = new Int32Array(count * 2 + 1);
    this.#axis = new Uint8Array(count * 2 + 1);
    this.#count = new Int32Array(count * 2 + 1);
    if (count > 0) this.#build(0, count, centres);
  }

  #build(first: number, end: number, centres: Float64Array): void {
    const node = this.#nodes++;
    const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
    for (let i = first; i < end; i++)
      for (let k = 0; k < 9; k++) {
        const v = this.#triangles[this.#order[i] * 9 + k];
        const c = k % 3;
        if (v < box[c]) box[c] = v;
        if (v > box[c + 3]) box[c + 3] = v;
      }
    this.#bounds.set(box, node * 6);
    this.#link[node] = -1 - first;
    this.#count[node] = end - first;
    if (end - first <= 4) return;
    const size = [box[3] - box[0], box[4] - box[1], box[5] - box[2]];
    const axis = size[0] > size[1] && size[0] > size[2] ? 0 : size[1] > size[2] ? 1 : 2;
    const sorted = this.#order.subarray(first, end).sort((a, b) => centres[a * 3 + axis] - centres[b * 3 + axis] || a - b);
    const middle = first + (sorted.length >> 1);
    this.#count[node] = 0;
    this.#axis[node] = axis;
    this.#build(first, middle, centres);
    this.#link[node] = this.#nodes;
    this.#build(middle, end, centres);
  }

  /** Distance in metres of some hit nearer than `maxM`, or `maxM` where the ray is free. The nearest hit with `nearest`. */
  cast(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, maxM: number, nearest: boolean): number {
    const ix = 1 / dx;
    const iy = 1 / dy;
    const iz = 1 / dz;
    const b = this.#bounds;
    const links = this.#link;
    const counts = this.#count;
    const axes = this.#axis;
    const stack = this.#stack;
    let best = maxM;
    let top = 0;
    if (this.#nodes > 0) stack[top++] = 0;
    while (top > 0) {
      const node = stack[--top];
      const o = node * 6;
      const x0 = (b[o] - ox) * ix;
      const x1 = (b[o + 3] - ox) * ix;
      const y0 = (b[o + 1] - oy) * iy;
      const y1 = (b[o + 4] - oy) * iy;
      const z0 = (b[o + 2] - oz) * iz;
      const z1 = (b[o + 5] - oz) * iz;
      const enter = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1), 0);
      const leave = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1), best);
      if (!(enter <= leave)) continue;
      const count = counts[node];
      if (count === 0) {
        const axis = axes[node];
        const leftFirst = (axis === 0 ? dx : axis === 1 ? dy : dz) > 0;
        stack[top++] = leftFirst ? links[node] : node + 1;
        stack[top++] = leftFirst ? node + 1 : links[node];
        continue;
      }
      const first = -1 - links[node];
      for (let i = first; i < first + count; i++) {
        const t = this.#hit(this.#order[i] * 9, ox, oy, oz, dx, dy, dz);
        if (t < best) {
          best = t;
          if (!nearest) return best;
        }
      }
    }
    return best;
  }

  /** Möller & Trumbore, both sides. */
  #hit(i: number, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number {
    const p = this.#triangles;
    const ax = p[i];
    const ay = p[i + 1];
    const az = p[i + 2];
    const e1x = p[i + 3] - ax;
    const e1y = p[i + 4] - ay;
    const e1z = p[i + 5] - az;
    const e2x = p[i + 6] - ax;
    const e2y = p[i + 7] - ay;
    const e2z = p[i + 8] - az;
    const px = dy * e2z - dz * e2y;
    const py = dz * e2x - dx * e2z;
    const pz = dx * e2y - dy * e2x;
    const det = e1x * px + e1y * py + e1z * pz;
    if (Math.abs(det) < 1e-14) return Infinity;
    const inv = 1 / det;
    const tx = ox - ax;
    const ty = oy - ay;
    const tz = oz - az;
    const u = (tx * px + ty * py + tz * pz) * inv;
    if (u < 0 || u > 1) return Infinity;
    const qx = ty * e1z - tz * e1y;
    const qy = tz * e1x - tx * e1z;
    const qz = tx * e1y - ty * e1x;
    const v = (dx * qx + dy * qy + dz * qz) * inv;
    if (v < 0 || u + v > 1) return Infinity;
    const t = (e2x * qx + e2y * qy + e2z * qz) * inv;
    return t > 1e-4 ? t : Infinity;
  }
}
