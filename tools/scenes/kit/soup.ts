import type { mat4 } from 'gl-matrix';
import type { Vec2, Vec3 } from '../../../src/core/vec.ts';
import type { Rgb } from './texture.ts';

/** Indexed triangles ready for a glTF primitive. */
export interface IndexedMesh {
  readonly positions: Float32Array<ArrayBuffer>;
  readonly normals: Float32Array<ArrayBuffer>;
  readonly uv0: Float32Array<ArrayBuffer>;
  readonly uv1: Float32Array<ArrayBuffer> | null;
  /** Linear RGB, 3 per vertex. */
  readonly colors: Float32Array<ArrayBuffer>;
  readonly indices: Uint32Array<ArrayBuffer>;
}

/**
 * Triangles under construction, three loose corners each: positions in metres, UV in metres (materials scale them), linear colours.
 * Normals come last, from a crease angle, so shapes only need to say where their corners are.
 */
export class Soup {
  readonly positions: number[] = [];
  readonly uvs: number[] = [];
  readonly colors: number[] = [];

  get triangleCount(): number {
    return this.positions.length / 9;
  }

  triangle(a: Vec3, b: Vec3, c: Vec3, uvA: Vec2 = [0, 0], uvB: Vec2 = [0, 0], uvC: Vec2 = [0, 0], color: Rgb = [1, 1, 1]): this {
    this.positions.push(...a, ...b, ...c);
    this.uvs.push(...uvA, ...uvB, ...uvC);
    this.colors.push(...color, ...color, ...color);
    return this;
  }

  /** Counter-clockwise corners seen from the front. */
  quad(
    a: Vec3,
    b: Vec3,
    c: Vec3,
    d: Vec3,
    uv: readonly [Vec2, Vec2, Vec2, Vec2] = [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  ): this {
    this.triangle(a, b, c, uv[0], uv[1], uv[2]);
    return this.triangle(a, c, d, uv[0], uv[2], uv[3]);
  }

  /** Copies `other` in, moved by `matrix` (mirroring keeps faces outward) and multiplied by `tint`. */
  add(other: Soup, matrix?: mat4, tint: Rgb = [1, 1, 1]): this {
    const m = matrix ?? IDENTITY;
    const mirrored = determinant3(m) < 0;
    for (let corner = 0; corner < other.positions.length / 3; corner++) {
      const source = mirrored ? corner - (corner % 3) + (2 - (corner % 3)) : corner;
      const [x, y, z] = other.positions.slice(source * 3, source * 3 + 3);
      this.positions.push(
        m[0] * x + m[4] * y + m[8] * z + m[12],
        m[1] * x + m[5] * y + m[9] * z + m[13],
        m[2] * x + m[6] * y + m[10] * z + m[14],
      );
      this.uvs.push(other.uvs[source * 2], other.uvs[source * 2 + 1]);
      for (let c = 0; c < 3; c++) this.colors.push(other.colors[source * 3 + c] * tint[c]);
    }
    return this;
  }

  /** UV in metres from the axis each face looks along; `offset` shifts the pattern so that copies differ, `swap` turns the grain by 90°. */
  boxUv(offset: Vec2 = [0, 0], swap = false): this {
    for (let t = 0; t < this.triangleCount; t++) {
      const n = this.#faceNormal(t);
      const [ax, ay, az] = [Math.abs(n[0]), Math.abs(n[1]), Math.abs(n[2])];
      for (let k = 0; k < 3; k++) {
        const i = (t * 3 + k) * 3;
        const [x, y, z] = [this.positions[i], this.positions[i + 1], this.positions[i + 2]];
        const [u, v] = ay >= ax && ay >= az ? [x, z] : ax >= az ? [-z * Math.sign(n[0]), -y] : [x * Math.sign(n[2]), -y];
        this.uvs[(t * 3 + k) * 2] = (swap ? v : u) + offset[0];
        this.uvs[(t * 3 + k) * 2 + 1] = (swap ? u : v) + offset[1];
      }
    }
    return this;
  }

  /** Multiplies each corner's colour by `shade(position, faceNormal)`. */
  tint(shade: (position: Vec3, normal: Vec3) => Rgb): this {
    for (let corner = 0; corner < this.positions.length / 3; corner++) {
      const i = corner * 3;
      const color = shade([this.positions[i], this.positions[i + 1], this.positions[i + 2]], this.#faceNormal(Math.floor(corner / 3)));
      for (let c = 0; c < 3; c++) this.colors[i + c] *= color[c];
    }
    return this;
  }

  /** Moves every corner; equal positions must stay equal. */
  displace(move: (position: Vec3) => Vec3): this {
    for (let i = 0; i < this.positions.length; i += 3) {
      const p = move([this.positions[i], this.positions[i + 1], this.positions[i + 2]]);
      for (let c = 0; c < 3; c++) this.positions[i + c] = p[c];
    }
    return this;
  }

  /** Welds corners and gives them normals: faces meeting at less than `creaseDeg` are smoothed. `uv1` computes a second UV set. */
  finish(creaseDeg: number, uv1?: (position: Vec3) => Vec2): IndexedMesh {
    const keys = new Map<string, number[]>();
    const key = (i: number): string =>
      `${Math.round(this.positions[i] * 5e3)},${Math.round(this.positions[i + 1] * 5e3)},${Math.round(this.positions[i + 2] * 5e3)}`;
    const faces: Vec3[] = [];
    const areas: number[] = [];
    for (let t = 0; t < this.triangleCount; t++) {
      const n = this.#faceNormal(t, areas);
      faces.push(n);
      for (let k = 0; k < 3; k++) {
        const id = key((t * 3 + k) * 3);
        const list = keys.get(id);
        if (list) list.push(t);
        else keys.set(id, [t]);
      }
    }
    const cosCrease = Math.cos((creaseDeg * Math.PI) / 180);
    const vertices = new Map<string, number>();
    const out = { p: [] as number[], n: [] as number[], uv: [] as number[], uv1: [] as number[], c: [] as number[], index: [] as number[] };
    for (let corner = 0; corner < this.positions.length / 3; corner++) {
      const t = Math.floor(corner / 3);
      if (areas[t] < 1e-12) continue;
      const i = corner * 3;
      const n = smoothNormal(faces, areas, keys.get(key(i))!, t, cosCrease);
      const uv = [this.uvs[corner * 2], this.uvs[corner * 2 + 1]];
      const color = this.colors.slice(i, i + 3);
      const id = `${key(i)}|${n.map((v) => Math.round(v * 500))}|${uv.map((v) => Math.round(v * 5e3))}|${color.map((v) => Math.round(v * 255))}`;
      let vertex = vertices.get(id);
      if (vertex === undefined) {
        vertex = out.p.length / 3;
        vertices.set(id, vertex);
        out.p.push(this.positions[i], this.positions[i + 1], this.positions[i + 2]);
        out.n.push(...n);
        out.uv.push(...uv);
        if (uv1) out.uv1.push(...uv1([this.positions[i], this.positions[i + 1], this.positions[i + 2]]));
        out.c.push(...color);
      }
      out.index.push(vertex);
    }
    return {
      positions: Float32Array.from(out.p),
      normals: Float32Array.from(out.n),
      uv0: Float32Array.from(out.uv),
      uv1: uv1 ? Float32Array.from(out.uv1) : null,
      colors: Float32Array.from(out.c),
      indices: Uint32Array.from(out.index),
    };
  }

  #faceNormal(t: number, areas?: number[]): Vec3 {
    const p = this.positions;
    const i = t * 9;
    const [ux, uy, uz] = [p[i + 3] - p[i], p[i + 4] - p[i + 1], p[i + 5] - p[i + 2]];
    const [vx, vy, vz] = [p[i + 6] - p[i], p[i + 7] - p[i + 1], p[i + 8] - p[i + 2]];
    const n: Vec3 = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    const l = Math.hypot(...n);
    if (areas) areas[t] = l / 2;
    return l > 0 ? [n[0] / l, n[1] / l, n[2] / l] : [0, 1, 0];
  }
}

const IDENTITY: mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function determinant3(m: mat4): number {
  return m[0] * (m[5] * m[10] - m[9] * m[6]) - m[4] * (m[1] * m[10] - m[9] * m[2]) + m[8] * (m[1] * m[6] - m[5] * m[2]);
}

function smoothNormal(faces: readonly Vec3[], areas: readonly number[], around: readonly number[], self: number, cosCrease: number): Vec3 {
  const own = faces[self];
  const sum = [0, 0, 0];
  for (const t of around) {
    const f = faces[t];
    if (f[0] * own[0] + f[1] * own[1] + f[2] * own[2] < cosCrease) continue;
    for (let c = 0; c < 3; c++) sum[c] += f[c] * areas[t];
  }
  const l = Math.hypot(sum[0], sum[1], sum[2]);
  return l > 0 ? [sum[0] / l, sum[1] / l, sum[2] / l] : own;
}
