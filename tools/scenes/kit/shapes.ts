import { mat4, quat } from 'gl-matrix';
import type { Vec2, Vec3 } from '../../../src/core/vec.ts';
import { cross, normalize, sub } from '../../../src/core/vec.ts';
import { Soup } from './soup.ts';

/** Position (metres), turns in degrees (yaw about +Y left-positive, then pitch about X, then roll about Z) and scale. */
export interface Placement {
  readonly at: Vec3;
  readonly yawDeg?: number;
  readonly pitchDeg?: number;
  readonly rollDeg?: number;
  readonly scale?: number | Vec3;
}

/** Rotation and scale of a placement as glTF wants them. */
export function partsOf(p: Placement): { rotation: [number, number, number, number]; scale: [number, number, number] } {
  const half = Math.PI / 360;
  const q = quat.create();
  const axis = (x: number, y: number, z: number, deg: number): void => {
    const s = Math.sin(deg * half);
    quat.multiply(q, q, [x * s, y * s, z * s, Math.cos(deg * half)]);
  };
  axis(0, 1, 0, p.yawDeg ?? 0);
  axis(1, 0, 0, p.pitchDeg ?? 0);
  axis(0, 0, 1, p.rollDeg ?? 0);
  const s = p.scale ?? 1;
  return { rotation: [q[0], q[1], q[2], q[3]], scale: typeof s === 'number' ? [s, s, s] : [s[0], s[1], s[2]] };
}

/** Column-major matrix of a placement. */
export function matrixOf(p: Placement): mat4 {
  const { rotation, scale } = partsOf(p);
  const out: mat4 = new Array(16).fill(0) as unknown as mat4;
  return mat4.fromRotationTranslationScale(out, rotation, [p.at[0], p.at[1], p.at[2]], scale);
}

/** Box of `size` metres centred on x and z, standing on y = 0 (or centred with `centred`), edges cut by `bevel` metres so that they catch light. */
export function box(size: Vec3, bevel = 0, centred = false): Soup {
  const [w, h, d] = [size[0] / 2, size[1] / 2, size[2] / 2];
  const b = Math.min(bevel, w * 0.49, h * 0.49, d * 0.49);
  const soup = new Soup();
  const y0 = centred ? 0 : h;
  const half: Vec3 = [w, h, d];
  const at = (p: readonly number[]): Vec3 => [p[0], p[1] + y0, p[2]];
  for (let axis = 0; axis < 3; axis++)
    for (const sign of [1, -1]) {
      const u = (axis + 1) % 3;
      const v = (axis + 2) % 3;
      const point = (su: number, sv: number): Vec3 => {
        const p = [0, 0, 0];
        p[axis] = sign * half[axis];
        p[u] = su * (half[u] - b);
        p[v] = sv * (half[v] - b);
        return at(p);
      };
      const ring: [Vec3, Vec3, Vec3, Vec3] = [point(-1, -1), point(1, -1), point(1, 1), point(-1, 1)];
      soup.quad(...((sign > 0 ? ring : [ring[3], ring[2], ring[1], ring[0]]) as [Vec3, Vec3, Vec3, Vec3]));
    }
  if (b > 0) addBevels(soup, half, b, at);
  return soup.boxUv();
}

function addBevels(soup: Soup, half: Vec3, b: number, at: (p: readonly number[]) => Vec3): void {
  const corner = (s: readonly number[], face: number): Vec3 => at([0, 1, 2].map((i) => s[i] * (half[i] - (i === face ? 0 : b))));
  for (let axis = 0; axis < 3; axis++) {
    const u = (axis + 1) % 3;
    const v = (axis + 2) % 3;
    for (const su of [1, -1])
      for (const sv of [1, -1]) {
        const s = (sa: number): number[] => {
          const out = [0, 0, 0];
          out[axis] = sa;
          out[u] = su;
          out[v] = sv;
          return out;
        };
        const q: [Vec3, Vec3, Vec3, Vec3] = [corner(s(-1), u), corner(s(1), u), corner(s(1), v), corner(s(-1), v)];
        soup.quad(...((su * sv < 0 ? q : [q[3], q[2], q[1], q[0]]) as [Vec3, Vec3, Vec3, Vec3]));
      }
  }
  for (const sx of [1, -1])
    for (const sy of [1, -1])
      for (const sz of [1, -1]) {
        const s = [sx, sy, sz];
        const [a, c, d] = [corner(s, 0), corner(s, 1), corner(s, 2)];
        if (sx * sy * sz > 0) soup.triangle(a, c, d);
        else soup.triangle(a, d, c);
      }
}

/** Turns a profile of (radius, y) about +Y; the profile runs so that its right-hand side is outside (bottom to top for a wall). */
export function lathe(profile: readonly Vec2[], segments: number, arcDeg = 360): Soup {
  const soup = new Soup();
  const arc = (arcDeg * Math.PI) / 180;
  const point = (i: number, k: number): Vec3 => {
    const a = i === segments && arcDeg === 360 ? 0 : (i / segments) * arc;
    return [profile[k][0] * Math.cos(a), profile[k][1], -profile[k][0] * Math.sin(a)];
  };
  let along = 0;
  for (let k = 0; k + 1 < profile.length; k++) {
    const step = Math.hypot(profile[k + 1][0] - profile[k][0], profile[k + 1][1] - profile[k][1]);
    const radius = Math.max(profile[k][0], profile[k + 1][0]);
    for (let i = 0; i < segments; i++) {
      const [u0, u1] = [(i / segments) * arc * radius, ((i + 1) / segments) * arc * radius];
      const [v0, v1] = [-along, -along - step];
      const [a, b, c, d] = [point(i, k), point(i + 1, k), point(i + 1, k + 1), point(i, k + 1)];
      if (profile[k][0] > 0) soup.triangle(a, b, c, [u0, v0], [u1, v0], [u1, v1]);
      if (profile[k + 1][0] > 0) soup.triangle(a, c, d, [u0, v0], [u1, v1], [u0, v1]);
    }
    along += step;
  }
  return soup;
}

/** Round bar along a path of points, `sides` faces around; closed ends; u runs along it (the way wood grain does). `radius` may vary along 0..1. */
export function tube(path: readonly Vec3[], radius: number | ((t: number) => number), sides: number, capped = true): Soup {
  const soup = new Soup();
  const rings: Vec3[][] = [];
  let up: Vec3 = [0.13, 0.97, 0.21];
  let along = 0;
  const lengths: number[] = [];
  for (let i = 0; i < path.length; i++) {
    const direction = normalize(sub(path[Math.min(i + 1, path.length - 1)], path[Math.max(i - 1, 0)]));
    if (Math.abs(direction[0] * up[0] + direction[1] * up[1] + direction[2] * up[2]) > 0.97) up = [0.9, 0.05, 0.43];
    const side = normalize(cross(up, direction));
    const top = cross(direction, side);
    up = top;
    const r = typeof radius === 'number' ? radius : radius(i / (path.length - 1));
    if (i > 0) along += Math.hypot(...sub(path[i], path[i - 1]));
    lengths.push(along);
    rings.push(
      Array.from({ length: sides }, (_, k): Vec3 => {
        const a = (k / sides) * Math.PI * 2;
        const [c, s] = [Math.cos(a) * r, Math.sin(a) * r];
        return [path[i][0] + side[0] * c + top[0] * s, path[i][1] + side[1] * c + top[1] * s, path[i][2] + side[2] * c + top[2] * s];
      }),
    );
  }
  const girth = 2 * Math.PI * (typeof radius === 'number' ? radius : radius(0.5));
  for (let i = 0; i + 1 < rings.length; i++)
    for (let k = 0; k < sides; k++) {
      const n = (k + 1) % sides;
      const [u0, u1] = [(k / sides) * girth, ((k + 1) / sides) * girth];
      soup.quad(rings[i][k], rings[i][n], rings[i + 1][n], rings[i + 1][k], [
        [lengths[i], u0],
        [lengths[i], u1],
        [lengths[i + 1], u1],
        [lengths[i + 1], u0],
      ]);
    }
  if (capped)
    for (let k = 1; k + 1 < sides; k++) {
      soup.triangle(rings[0][0], rings[0][k + 1], rings[0][k]);
      const last = rings[rings.length - 1];
      soup.triangle(last[0], last[k], last[k + 1]);
    }
  return soup;
}

/** Parametric sheet: `point(s, t)` over 0..1 × 0..1, front where ∂s × ∂t points; UV in metres along the first edges unless given. */
export function sheet(point: (s: number, t: number) => Vec3, columns: number, rows: number, uv?: (s: number, t: number) => Vec2): Soup {
  const soup = new Soup();
  const width = Math.hypot(...sub(point(1, 0.5), point(0, 0.5)));
  const height = Math.hypot(...sub(point(0.5, 1), point(0.5, 0)));
  const map = uv ?? ((s: number, t: number): Vec2 => [s * width, -t * height]);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const [s0, s1, t0, t1] = [i / columns, (i + 1) / columns, j / rows, (j + 1) / rows];
      soup.quad(point(s0, t0), point(s1, t0), point(s1, t1), point(s0, t1), [map(s0, t0), map(s1, t0), map(s1, t1), map(s0, t1)]);
    }
  return soup;
}

/** Unit sphere from a subdivided octahedron (8·4^levels triangles). */
export function sphere(levels: number): Soup {
  let faces: [Vec3, Vec3, Vec3][] = [];
  for (const sx of [1, -1])
    for (const sy of [1, -1])
      for (const sz of [1, -1]) {
        const [x, y, z]: [Vec3, Vec3, Vec3] = [
          [sx, 0, 0],
          [0, sy, 0],
          [0, 0, sz],
        ];
        faces.push(sx * sy * sz > 0 ? [x, y, z] : [x, z, y]);
      }
  const middle = (a: Vec3, b: Vec3): Vec3 => normalize([a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
  for (let l = 0; l < levels; l++)
    faces = faces.flatMap(([a, b, c]): [Vec3, Vec3, Vec3][] => {
      const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
      return [
        [a, ab, ca],
        [ab, b, bc],
        [ca, bc, c],
        [ab, bc, ca],
      ];
    });
  const soup = new Soup();
  for (const [a, b, c] of faces) soup.triangle(a, b, c);
  return soup.boxUv();
}
