/** Triangles sorted into a tree of boxes for yes/no ray queries (occlusion baking). */
export class Bvh {
  readonly #triangles: Float64Array;
  readonly #order: Uint32Array;
  readonly #bounds: number[] = [];
  /** Per node: right child (left is next), or −1 − first for leaves; count in leaves. */
  readonly #link: number[] = [];
  readonly #count: number[] = [];
  readonly #stack = new Int32Array(128);

  /** @param triangles 9 numbers each, world space, metres. */
  constructor(triangles: Float64Array) {
    this.#triangles = triangles;
    const count = triangles.length / 9;
    this.#order = Uint32Array.from({ length: count }, (_, i) => i);
    const centres = new Float64Array(count * 3);
    for (let i = 0; i < count; i++)
      for (let c = 0; c < 3; c++) centres[i * 3 + c] = (triangles[i * 9 + c] + triangles[i * 9 + 3 + c] + triangles[i * 9 + 6 + c]) / 3;
    if (count > 0) this.#build(0, count, centres);
  }

  #build(first: number, end: number, centres: Float64Array): void {
    const node = this.#link.length;
    const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
    for (let i = first; i < end; i++)
      for (let k = 0; k < 9; k++) {
        const v = this.#triangles[this.#order[i] * 9 + k];
        const c = k % 3;
        if (v < box[c]) box[c] = v;
        if (v > box[c + 3]) box[c + 3] = v;
      }
    this.#bounds.push(...box);
    this.#link.push(-1 - first);
    this.#count.push(end - first);
    if (end - first <= 4) return;
    const size = [box[3] - box[0], box[4] - box[1], box[5] - box[2]];
    const axis = size[0] > size[1] && size[0] > size[2] ? 0 : size[1] > size[2] ? 1 : 2;
    const sorted = this.#order.subarray(first, end).sort((a, b) => centres[a * 3 + axis] - centres[b * 3 + axis] || a - b);
    const middle = first + (sorted.length >> 1);
    this.#count[node] = 0;
    this.#build(first, middle, centres);
    this.#link[node] = this.#link.length;
    this.#build(middle, end, centres);
  }

  /** Distance in metres of some hit nearer than `maxM`, or `maxM` where the ray is free. The nearest hit with `nearest`. */
  cast(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, maxM: number, nearest: boolean): number {
    const [ix, iy, iz] = [1 / dx, 1 / dy, 1 / dz];
    const b = this.#bounds;
    let best = maxM;
    let top = 0;
    if (this.#link.length > 0) this.#stack[top++] = 0;
    while (top > 0) {
      const node = this.#stack[--top];
      const o = node * 6;
      const [x0, x1] = [(b[o] - ox) * ix, (b[o + 3] - ox) * ix];
      const [y0, y1] = [(b[o + 1] - oy) * iy, (b[o + 4] - oy) * iy];
      const [z0, z1] = [(b[o + 2] - oz) * iz, (b[o + 5] - oz) * iz];
      const enter = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1), 0);
      const leave = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1), best);
      if (!(enter <= leave)) continue;
      const count = this.#count[node];
      if (count === 0) {
        this.#stack[top++] = this.#link[node];
        this.#stack[top++] = node + 1;
        continue;
      }
      const first = -1 - this.#link[node];
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
    const [ax, ay, az] = [p[i], p[i + 1], p[i + 2]];
    const [e1x, e1y, e1z] = [p[i + 3] - ax, p[i + 4] - ay, p[i + 5] - az];
    const [e2x, e2y, e2z] = [p[i + 6] - ax, p[i + 7] - ay, p[i + 8] - az];
    const [px, py, pz] = [dy * e2z - dz * e2y, dz * e2x - dx * e2z, dx * e2y - dy * e2x];
    const det = e1x * px + e1y * py + e1z * pz;
    if (Math.abs(det) < 1e-14) return Infinity;
    const inv = 1 / det;
    const [tx, ty, tz] = [ox - ax, oy - ay, oz - az];
    const u = (tx * px + ty * py + tz * pz) * inv;
    if (u < 0 || u > 1) return Infinity;
    const [qx, qy, qz] = [ty * e1z - tz * e1y, tz * e1x - tx * e1z, tx * e1y - ty * e1x];
    const v = (dx * qx + dy * qy + dz * qz) * inv;
    if (v < 0 || u + v > 1) return Infinity;
    const t = (e2x * qx + e2y * qy + e2z * qz) * inv;
    return t > 1e-4 ? t : Infinity;
  }
}
