import { createRng } from '../../../src/core/rng.ts';
import type { Vec3 } from '../../../src/core/vec.ts';
import { box, lathe, matrixOf, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';

const FRAMES = 13;
const SPACING_M = 6.2;
const AROUND = 22;

/** Radius of the hull at station 0..1 (stern to bow), metres. */
const hullRadius = (t: number): number =>
  9.2 * Math.min(1, 0.72 + t * 1.1) * (t > 0.62 ? Math.sqrt(Math.max(0.03, 1 - ((t - 0.62) / 0.42) ** 2)) : 1);

/** Point on the hull: station 0..1, angle in turns (0 = keel, ½ = back), flattened below, inset metres. */
function hullPoint(t: number, turn: number, inset: number): Vec3 {
  const r = hullRadius(t) - inset;
  const a = turn * 2 * Math.PI;
  const squash = Math.cos(a) > 0 ? 0.8 : 1;
  return [Math.sin(a) * r * 1.12, -Math.cos(a) * r * squash, -t * (FRAMES - 1) * SPACING_M];
}

/** Freighter that came down long ago, bow along −Z, 75 m: frames and stringers bare where plates fell, three engine bells at the stern. */
export function wreckedFreighter(): { skin: Soup; bones: Soup; bells: Soup } {
  const rng = createRng(9090);
  const bones = new Soup();
  for (let f = 0; f < FRAMES; f++) {
    const t = f / (FRAMES - 1);
    const broken = f === 7 ? [0.36, 0.58] : f === 9 ? [0.44, 0.5] : [2, 2];
    const points: Vec3[] = [];
    const flush = (): void => {
      if (points.length > 1) bones.add(tube(points, 0.3, 4), undefined, [0.75, 0.72, 0.7]);
      points.length = 0;
    };
    for (let k = 0; k <= AROUND; k++) {
      const turn = k / AROUND;
      if (turn > broken[0] && turn < broken[1]) flush();
      else points.push(hullPoint(t, turn, 0.45));
    }
    flush();
  }
  for (let s = 0; s < 11; s++) {
    const turn = 0.18 + (s / 10) * 0.64;
    const last = 0.55 + rng() * 0.45;
    const path = Array.from({ length: FRAMES }, (_, f) => f / (FRAMES - 1))
      .filter((t) => t <= last)
      .map((t) => hullPoint(t, turn, 0.25));
    if (path.length > 1) bones.add(tube(path, 0.13, 4), undefined, [0.8, 0.78, 0.76]);
  }
  const skin = new Soup();
  for (let f = 0; f + 1 < FRAMES; f++)
    for (let k = 0; k < AROUND; k++) {
      const turn = (k + 0.5) / AROUND;
      const shade = 0.78 + rng() * 0.34;
      const bow = f > 9 ? 0.25 : 0;
      // Plates hold on the lee side and at the bow; the weather side, turned to the stage, shows its ribs.
      const lost = turn > 0.5 ? 0.78 : 0.2;
      if (rng() < lost - bow || (f === 7 && turn > 0.3)) continue;
      plate(skin, f, k, shade, rng() < 0.14 ? 0.8 : 0);
    }
  const bells = new Soup();
  for (const [x, y] of [
    [-4.4, -1.6],
    [4.4, -1.6],
    [0, 4.2],
  ] as const) {
    const profile: [number, number][] = [
      [1.2, 2.2],
      [1.5, 1.4],
      [1.7, 0.2],
      [2.6, -1.8],
      [3.1, -3.2],
      [3.2, -3.3],
      [3.0, -3.2],
      [2.3, -1.4],
      [1.1, 0.2],
      [0, 0.4],
    ];
    bells.add(lathe([...profile].reverse(), 22), matrixOf({ at: [x, y, 1.2], pitchDeg: -90 }));
  }
  bells.add(
    lathe(
      [
        [0, 0],
        [8.0, 0],
        [8.4, 0.6],
        [8.4, 1.2],
      ]
        .map(([r, y]): [number, number] => [r, y])
        .reverse(),
      26,
    ),
    matrixOf({ at: [0, 0, 0.9], pitchDeg: -90, scale: [1.0, 1, 0.92] }),
    [0.55, 0.52, 0.5],
  );
  return { skin, bones, bells };
}

/** One bay of hull plating, two pieces along, bent out by `curl` metres at one corner. */
function plate(skin: Soup, f: number, k: number, shade: number, curl: number): void {
  const gap = 0.012;
  const at = (df: number, dk: number, inset: number): Vec3 => hullPoint((f + df) / (FRAMES - 1), (k + dk) / AROUND, inset);
  const width = 2.8;
  for (const [d0, d1] of [
    [gap, 0.5 - gap],
    [0.5, 1 - gap],
  ]) {
    const u = [d0 * SPACING_M + f * SPACING_M, d1 * SPACING_M + f * SPACING_M];
    const v = [k * width, (k + 1) * width];
    const corners: [Vec3, Vec3, Vec3, Vec3] = [at(d0, gap, 0), at(d1, gap, d0 > 0.3 ? -curl : 0), at(d1, 1 - gap, 0), at(d0, 1 - gap, 0)];
    const quad = new Soup().quad(...corners, [
      [u[0], v[0]],
      [u[1], v[0]],
      [u[1], v[1]],
      [u[0], v[1]],
    ]);
    skin.add(quad, undefined, [shade, shade * 0.98, shade * 0.95]);
  }
}

/** Debris: a torn slab of hull, to lie half buried. */
export function hullShard(): Soup {
  const soup = new Soup().add(box([4.2, 0.14, 2.6], 0.03));
  for (const x of [-1.5, 0, 1.5]) soup.add(box([0.16, 0.5, 2.7], 0.02), matrixOf({ at: [x, 0.12, 0] }), [0.7, 0.68, 0.66]);
  return soup.displace((p) => [p[0], p[1] + 0.07 * p[0] * p[0] - 0.05 * p[2] * p[0], p[2]]);
}
