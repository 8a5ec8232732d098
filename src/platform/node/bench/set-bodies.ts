import type { MeshGeometry } from '../../../scene/scene-builder.ts';
import { fractal3, noise3, smoothStep, tilingFractal2 } from './noise.ts';
import { type Mould, meshOfPatches, mouldedCube, type Patch, type Surface } from './surfaces.ts';

/** Half edge of the landscape, metres. */
export const LANDSCAPE_HALF_M = 600;
/** The stage's floor and its surroundings are level up to here. */
const LEVEL_M = 8;

/** Ground height, metres: level round the stage, dunes from there, ridges towards the horizon. */
export function groundHeight(x: number, z: number, seed: number): number {
  const r = Math.sqrt(x * x + z * z);
  const dunes = fractal3(x / 14, 0, z / 14, 5, seed) * 2.4;
  const ridge = 1 - Math.abs(noise3(x / 130, 7, z / 130, seed + 11));
  const peaks = (ridge * ridge * 52 + fractal3(x / 40, 3, z / 40, 4, seed + 17) * 14 - 12) * smoothStep(50, 330, r);
  return smoothStep(LEVEL_M, LEVEL_M + 16, r) * dunes + peaks;
}

/** A landscape of `tiles`² meshes: one grid, fine near the stage and coarse far off, whose tiles share their borders exactly. */
export function landscapeTiles(tiles: number, triangles: number, seed: number): MeshGeometry[] {
  const perEdge = Math.max(1, Math.round(Math.sqrt(triangles / 2) / tiles));
  const place = (t: number): number => Math.sign(t) * Math.abs(t) ** 2.4 * LANDSCAPE_HALF_M;
  const tile = (column: number, row: number): Patch => {
    const surface: Surface = (u, v, out) => {
      const x = place(((column + u) / tiles) * 2 - 1);
      const z = place(((row + v) / tiles) * 2 - 1);
      out[0] = x;
      out[1] = groundHeight(x, z, seed);
      out[2] = z;
    };
    return { surface, columns: perEdge, rows: perEdge, repeats: [40, 40] };
  };
  return Array.from({ length: tiles * tiles }, (_, k) => meshOfPatches([tile(k % tiles, Math.floor(k / tiles))]));
}

/** Edge of a ground tile, metres. */
export const GROUND_TILE_M = 80;

/** A square of rocky ground, level in its middle, whose opposite borders are alike: tiles side by side have no seam. */
export function groundTile(triangles: number, seed: number): MeshGeometry {
  const surface: Surface = (u, v, out) => {
    const [x, z] = [(u - 0.5) * GROUND_TILE_M, (v - 0.5) * GROUND_TILE_M];
    const rocks = tilingFractal2(u, v, 6, 6, seed);
    const dunes = tilingFractal2(u, v, 2, 2, seed + 9);
    out[0] = x;
    out[1] = (3.5 * Math.max(rocks, 0.6 * rocks) + 5 * dunes + 1) * smoothStep(LEVEL_M, LEVEL_M + 14, Math.sqrt(x * x + z * z));
    out[2] = z;
  };
  const perEdge = Math.max(1, Math.round(Math.sqrt(triangles / 2)));
  return meshOfPatches([{ surface, columns: perEdge, rows: perEdge, repeats: [24, 24] }]);
}

/** Edge count of a moulded cube with about this many triangles. */
const cubeEdge = (triangles: number): number => Math.max(2, Math.round(Math.sqrt(triangles / 12)));

/** A boulder about `radiusM` across its half, sitting a third in the ground. */
export function boulder(triangles: number, radiusM: number, seed: number): MeshGeometry {
  const mould: Mould = (q, out) => {
    const [x, y, z] = unit(q);
    const lump = 1 + 0.34 * fractal3(x * 1.6, y * 1.6, z * 1.6, 3, seed) + 0.13 * fractal3(x * 7, y * 7, z * 7, 4, seed + 5);
    // Strata: ledges in height, as weathered sandstone has.
    const ledge = 0.05 * Math.sin((y + 0.2 * noise3(x * 2, y, z * 2, seed)) * 19);
    const r = radiusM * (lump + ledge);
    out[0] = x * r;
    out[1] = y * r * 0.8 + radiusM * 0.3;
    out[2] = z * r;
  };
  return mouldedCube(cubeEdge(triangles), 3, mould);
}

/** A hewn block with worn edges, standing on the ground. */
export function block(triangles: number, sizeM: readonly [number, number, number], seed: number): MeshGeometry {
  const wear = 0.18;
  const mould: Mould = (q, out) => {
    const inner = [0, 1, 2].map((k) => Math.max(wear - 1, Math.min(1 - wear, q[k]!)));
    const rest = Math.sqrt(q.reduce((sum, c, k) => sum + (c - inner[k]!) ** 2, 0)) || 1;
    const chip = wear * (1 + 0.5 * fractal3(q[0]! * 3, q[1]! * 3, q[2]! * 3, 4, seed));
    for (let k = 0; k < 3; k++) out[k] = (inner[k]! + ((q[k]! - inner[k]!) / rest) * chip) * (sizeM[k]! / 2);
    out[1] = out[1]! + sizeM[1] / 2 - 0.05;
  };
  return mouldedCube(cubeEdge(triangles), 2, mould);
}

/** Radius along the height of a body of revolution; `t` from 0 at the foot to 1 at the tip, which must be 0. */
type Profile = (t: number) => readonly [radiusM: number, heightM: number];

/** A body of revolution about +Y with its surface carved: `carve` is added to the radius, metres. */
function revolved(triangles: number, profile: Profile, carve: (angle: number, heightM: number) => number): MeshGeometry {
  const rows = Math.max(3, Math.round(Math.sqrt(triangles / 1.6)));
  const columns = Math.max(5, Math.round(triangles / (2 * rows - 1)));
  const surface: Surface = (u, v, out) => {
    // v runs down as seen from outside; the pole is the last row, so the body is drawn from its foot and u turns the other way.
    const angle = (u >= 1 ? 0 : u) * 2 * Math.PI;
    const [radius, height] = profile(v);
    const r = radius > 0 ? Math.max(0.001, radius + carve(angle, height) * smoothStep(0, 0.15, radius)) : 0;
    out[0] = Math.cos(angle) * r;
    out[1] = height;
    out[2] = Math.sin(angle) * r;
  };
  return meshOfPatches([{ surface, columns, rows, repeats: [4, 6], pole: true }]);
}

/** A fluted column on a base, its top broken off. */
export function brokenColumn(triangles: number, heightM: number, radiusM: number, seed: number): MeshGeometry {
  const profile: Profile = (t) => {
    if (t < 0.08) return [radiusM * 1.35, (t / 0.08) * 0.35];
    if (t < 0.12) return [radiusM * (1.35 - ((t - 0.08) / 0.04) * 0.35), 0.35 + ((t - 0.08) / 0.04) * 0.12];
    if (t < 0.9) return [radiusM * (1 - 0.12 * ((t - 0.12) / 0.78)), 0.47 + ((t - 0.12) / 0.78) * (heightM - 0.47)];
    const s = (t - 0.9) / 0.1;
    return [t >= 1 ? 0 : radiusM * 0.88 * (1 - s), heightM + 0.12 * Math.sin(s * 3)];
  };
  return revolved(triangles, profile, (angle, height) => {
    const [x, z] = [Math.cos(angle), Math.sin(angle)];
    const flute = height > 0.47 ? -0.07 * radiusM * Math.abs(Math.sin(angle * 10)) : 0;
    const worn = 0.16 * radiusM * fractal3(x * 2, height * 1.3, z * 2, 5, seed);
    return flute + Math.min(0.02, worn) + (height > heightM * 0.8 ? worn : 0);
  });
}

/** A jar with a foot, a belly and a neck. */
export function jar(triangles: number, heightM: number, seed: number): MeshGeometry {
  const profile: Profile = (t) => {
    if (t >= 1) return [0, heightM * 0.94];
    if (t > 0.92) return [heightM * 0.16 * (1 - (t - 0.92) / 0.08), heightM * (1 - 0.06 * ((t - 0.92) / 0.08))];
    const s = t / 0.92;
    return [heightM * (0.17 + 0.24 * Math.sin(Math.PI * Math.min(1, s * 1.08)) ** 1.4 - 0.01 * s), heightM * s];
  };
  return revolved(
    triangles,
    profile,
    (angle, height) =>
      0.004 * Math.sin((height / heightM) * 120) + 0.01 * noise3(Math.cos(angle) * 2, height * 4, Math.sin(angle) * 2, seed),
  );
}

function unit(q: Float64Array): readonly [number, number, number] {
  const l = Math.sqrt(q[0]! * q[0]! + q[1]! * q[1]! + q[2]! * q[2]!);
  return [q[0]! / l, q[1]! / l, q[2]! / l];
}
