import type { Vec2, Vec3 } from '../../../src/core/vec.ts';
import type { SceneWriter } from '../kit/scene-writer.ts';
import { box, lathe, matrixOf, type Placement, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import { bayZ, COLUMN_ZS, HALL } from './hall-plan.ts';

const W = HALL.halfWidthM;
const LENGTH = HALL.southZ - HALL.northZ;
const MID_Z = (HALL.southZ + HALL.northZ) / 2;

/** Places of one module per bay on the east (faces −X) and west side. */
export const eastBays = (y: number, from = 0, to: number = HALL.bays): Placement[] =>
  Array.from({ length: to - from }, (_, i) => ({ at: [W, y, bayZ(i + from)] as Vec3, yawDeg: -90 }));
export const westBays = (y: number, from = 0, to: number = HALL.bays): Placement[] =>
  Array.from({ length: to - from }, (_, i) => ({ at: [-W, y, bayZ(i + from)] as Vec3, yawDeg: 90 }));

/** Floor, walls, columns, galleries and ceiling of the hall. */
export function buildShell(scene: SceneWriter): void {
  const floor = sheet((s, t) => [(s * 2 - 1) * (W + 0.3), -0.02, HALL.southZ + 0.3 - t * (LENGTH + 0.6)], 30, 44, (s, t): Vec2 => [(s * 2 - 1) * (W + 0.3), -t * (LENGTH + 0.6)]);
  scene.place('floor', floor.finish(30), 'marble');
  scene.place('window-bay', windowBay().finish(32), 'limestone', eastBays(0));
  scene.place('window-bars', windowBars().finish(30), 'steel', eastBays(0), false);
  const backs = sheet((s, t) => [(s - 0.5) * HALL.bayM, t * HALL.heightM, 0], 4, 10).add(box([HALL.bayM, HALL.heightM, 0.3]), matrixOf({ at: [0, 0, -0.17] }));
  scene.place('west-wall', backs.finish(30), 'limestone', westBays(0));
  scene.place('column', column().finish(36), 'limestone', COLUMN_ZS.flatMap((z): Placement[] => [{ at: [-HALL.columnX, 0, z] }, { at: [HALL.columnX, 0, z] }]));
  scene.place('column-brass', columnBrass().finish(40), 'brass', COLUMN_ZS.flatMap((z): Placement[] => [{ at: [-HALL.columnX, 0, z] }, { at: [HALL.columnX, 0, z] }]));
  buildEnds(scene);
  buildGalleries(scene);
  buildCeiling(scene);
}

/** One bay of the east wall, 4.2 m: pier, sill, lower window, spandrel at the gallery, tall arched window above. Local +Z faces the hall. */
function windowBay(): Soup {
  const b = HALL.bayM / 2;
  const half = 1.35;
  const soup = new Soup();
  for (const s of [-1, 1]) soup.add(box([b - half, HALL.heightM, 0.55], 0.02), matrixOf({ at: [(s * (b + half)) / 2, 0, -0.2] }));
  for (const s of [-1, 1]) soup.add(box([0.34, HALL.heightM, 0.14], 0.02), matrixOf({ at: [s * (b - 0.17), 0, 0.12] }), [1.04, 1.03, 1.01]);
  soup.add(box([half * 2 + 0.1, 0.75, 0.5]), matrixOf({ at: [0, 0, -0.2] }));
  soup.add(box([half * 2 + 0.2, 0.08, 0.75], 0.015), matrixOf({ at: [0, 0.75, -0.1] }));
  soup.add(box([half * 2 + 0.1, 1.85, 0.5]), matrixOf({ at: [0, 4.15, -0.2] }));
  soup.add(box([half * 2 + 0.2, 0.08, 0.75], 0.015), matrixOf({ at: [0, 6.0, -0.1] }));
  const spring = 9.6;
  const front = 0.075;
  const curve = (t: number): Vec2 => [-Math.cos(t * Math.PI) * half, spring + Math.sin(t * Math.PI) * half];
  soup.add(sheet((s, t) => { const [x, y] = curve(s); return [x, y + (HALL.heightM - y) * t, front]; }, 12, 2, (s, t) => { const [x, y] = curve(s); return [x, -(y + (HALL.heightM - y) * t)]; }));
  soup.add(sheet((s, t) => { const [x, y] = curve(1 - s); return [x, y + (HALL.heightM - y) * t, -0.45]; }, 12, 1));
  soup.add(sheet((s, t) => { const [x, y] = curve(s); return [x, y, -0.45 + t * (front + 0.45)]; }, 12, 1));
  return soup;
}

/** Steel glazing bars of a bay's two windows. */
function windowBars(): Soup {
  const soup = new Soup();
  const bar = (x: number, y: number, w: number, h: number): void => void soup.add(box([w, h, 0.07]), matrixOf({ at: [x, y, -0.25] }));
  for (const x of [-1.32, -0.45, 0.45, 1.32]) bar(x, 0.8, 0.05, 3.4);
  for (const y of [0.8, 1.9, 3.0, 4.1]) bar(0, y, 2.7, 0.05);
  for (const x of [-1.32, -0.45, 0.45, 1.32]) bar(x, 6.05, 0.05, Math.abs(x) > 1 ? 3.6 : 4.7);
  for (const y of [6.05, 7.2, 8.4, 9.6]) bar(0, y, 2.7, 0.055);
  const arc = (r: number): Vec3[] => Array.from({ length: 11 }, (_, i) => [-Math.cos((i / 10) * Math.PI) * r, 9.6 + Math.sin((i / 10) * Math.PI) * r, -0.25]);
  soup.add(tube(arc(1.32), 0.04, 4, false));
  soup.add(tube(arc(0.7), 0.025, 4, false));
  return soup;
}

/** Round column, 16 flutes, on a stepped base, with a flared capital; 12 m. */
function column(): Soup {
  const r = 0.46;
  const profile: Vec2[] = [[0.74, 0], [0.74, 0.3], [0.7, 0.34], [0.7, 0.4], [0.6, 0.5], [0.62, 0.58], [0.53, 0.66], [r, 0.78]];
  const top: Vec2[] = [[r * 0.9, 10.6], [r * 0.98, 10.7], [r * 0.9, 10.8], [r * 0.95, 11.0], [0.72, 11.45], [0.84, 11.55], [0.84, 12]];
  const soup = lathe(profile, 16).add(lathe(top, 12));
  const sides = 32;
  const shaft = sheet(
    (s, t) => {
      const k = Math.round(s * sides);
      const a = ((k % sides) / sides) * 2 * Math.PI;
      const radius = (r - 0.1 * r * t) * (k % 2 === 0 ? 1 : 0.93);
      return [Math.cos(a) * radius, 0.78 + t * 9.82, -Math.sin(a) * radius];
    },
    sides, 3, (s, t) => [s * 2.4, -t * 9.82],
  );
  return soup.add(shaft);
}

/** Brass bands and four leaf scrolls at the capital. */
function columnBrass(): Soup {
  const soup = new Soup();
  for (const [y, r, h] of [[0.78, 0.49, 0.06], [2.6, 0.475, 0.05], [10.5, 0.44, 0.08]] as const) soup.add(lathe([[r - 0.03, 0], [r, 0.01], [r - 0.03, h]], 16), matrixOf({ at: [0, y, 0] }));
  for (let i = 0; i < 8; i++) {
    const a = (i / 8) * 360;
    const leaf = sheet((s, t) => [(s - 0.5) * 0.26 * (1 - t * 0.75), t * 0.62, 0.4 + 0.34 * t * t + 0.04 * Math.sin(s * Math.PI)], 2, 3);
    soup.add(leaf, matrixOf({ at: [0, 10.86, 0], yawDeg: a }));
  }
  return soup;
}

/** North wall with a great arched window behind the landing; south wall with closed doors. */
function buildEnds(scene: SceneWriter): void {
  const north = new Soup();
  const half = 3.0;
  const spring = 7.6;
  const z = HALL.northZ;
  for (const s of [-1, 1]) {
    const from = s < 0 ? -W : half;
    north.add(sheet((u, t) => [from + (W - half) * u, HALL.heightM * t, z], 14, 14, (u, t) => [from + (W - half) * u, -HALL.heightM * t]));
    north.add(box([W - half, HALL.heightM, 0.5]), matrixOf({ at: [(s * (W + half)) / 2, 0, z - 0.26] }));
    north.add(box([0.5, HALL.heightM, 0.24], 0.03), matrixOf({ at: [s * (half + 0.5), 0, z + 0.1] }), [1.05, 1.04, 1.02]);
  }
  const curve = (t: number): Vec2 => [-Math.cos(t * Math.PI) * half, spring + Math.sin(t * Math.PI) * half];
  north.add(sheet((s, t) => { const [x, y] = curve(s); return [x, y + (HALL.heightM - y) * t, z]; }, 20, 2, (s, t) => { const [x, y] = curve(s); return [x, -(y + (HALL.heightM - y) * t)]; }));
  north.add(sheet((s, t) => { const [x, y] = curve(s); return [x, y, z - 0.5 + t * 0.5]; }, 20, 1));
  north.add(box([half * 2, 3.5, 0.5]), matrixOf({ at: [0, 0, z - 0.25] }));
  north.add(box([half * 2 + 0.3, 0.1, 0.8], 0.02), matrixOf({ at: [0, 3.5, z - 0.1] }));
  scene.place('north-wall', north.finish(32), 'limestone');
  const bars = new Soup();
  const arc = (r: number): Vec3[] => Array.from({ length: 21 }, (_, i) => [-Math.cos((i / 20) * Math.PI) * r, spring + Math.sin((i / 20) * Math.PI) * r, z - 0.3]);
  for (const r of [2.96, 2.0, 1.0]) bars.add(tube(arc(r), r > 2.5 ? 0.07 : 0.04, 4, false));
  for (let i = 1; i < 8; i++) {
    const a = (i / 8) * Math.PI;
    bars.add(tube([[-Math.cos(a) * 1.0, spring + Math.sin(a) * 1.0, z - 0.3], [-Math.cos(a) * 2.96, spring + Math.sin(a) * 2.96, z - 0.3]], 0.03, 4, false));
  }
  for (let i = 0; i <= 6; i++) bars.add(box([i % 6 === 0 ? 0.1 : 0.05, spring - 3.5, 0.08]), matrixOf({ at: [-2.96 + i * (5.92 / 6), 3.55, z - 0.3] }));
  for (let k = 0; k <= 4; k++) bars.add(box([5.92, 0.05, 0.08]), matrixOf({ at: [0, 3.55 + k * 1.02, z - 0.3] }));
  scene.place('north-bars', bars.finish(35), 'brass', undefined, false);
  const south = sheet((s, t) => [W - 2 * W * s, HALL.heightM * t, HALL.southZ], 12, 8, (s, t) => [-2 * W * s, -HALL.heightM * t]).add(box([2 * W, HALL.heightM, 0.4]), matrixOf({ at: [0, 0, HALL.southZ + 0.22] }));
  scene.place('south-wall', south.finish(30), 'limestone');
  const doors = new Soup();
  for (const x of [-4, 0, 4]) for (const s of [-1, 1]) doors.add(box([1.35, 4.2, 0.16], 0.03), matrixOf({ at: [x + s * 0.7, 0, HALL.southZ - 0.1] })).add(box([0.9, 1.6, 0.05], 0.02), matrixOf({ at: [x + s * 0.7, 2.2, HALL.southZ - 0.2] }));
  scene.place('doors', doors.finish(30), 'walnut');
}

/** Gallery slabs with a stepped fascia, brass rails and strips of light under the edge. */
function buildGalleries(scene: SceneWriter): void {
  const slab = new Soup();
  const depth = W - HALL.columnX + 0.45;
  const x = W - depth / 2;
  for (const s of [-1, 1]) {
    const edge = s * (W - depth);
    const [y0, y1] = [HALL.mezzanineM - HALL.slabM, HALL.mezzanineM];
    const fromZ = HALL.landingZ + 0.2;
    const long = HALL.southZ - fromZ;
    slab.add(sheet((u, t) => [edge + (s * W - edge) * (s > 0 ? u : 1 - u), y1, HALL.southZ - t * LENGTH], 5, 26, (u, t) => [u * depth, -t * LENGTH]));
    slab.add(sheet((u, t) => [edge + (s * W - edge) * (s > 0 ? u : 1 - u), y0, HALL.southZ - (1 - t) * LENGTH], 6, 30, (u, t) => [u * depth, -t * LENGTH]), undefined, [0.96, 0.94, 0.9]);
    slab.add(box([0.3, HALL.slabM + 0.1, long], 0.02), matrixOf({ at: [edge - s * 0.02, y0 - 0.05, (HALL.southZ + fromZ) / 2] }));
    slab.add(box([0.16, 0.14, long], 0.02), matrixOf({ at: [edge - s * 0.2, y0 + 0.26, (HALL.southZ + fromZ) / 2] }), [1.05, 1.03, 1]);
    slab.add(box([0.5, 0.3, HALL.landingZ - HALL.northZ + 0.2]), matrixOf({ at: [s * (W - depth + 0.55), y0 + 0.1, (HALL.landingZ + HALL.northZ) / 2 + 0.1] }));
    for (const z of COLUMN_ZS) slab.add(box([depth - 0.5, 0.34, 0.4], 0.02), matrixOf({ at: [s * x, y0 - 0.34, z] }));
    scene.place(s > 0 ? 'strip-east' : 'strip-west', box([0.05, 0.04, long]).finish(30), 'strip', [{ at: [edge + s * 0.2, y0 - 0.07, (HALL.southZ + fromZ) / 2] }], false);
  }
  scene.place('gallery', slab.finish(30), 'limestone');
  const places = [-1, 1].flatMap((s) => Array.from({ length: HALL.bays - 1 }, (_, i): Placement => ({ at: [s * (W - depth - 0.02), HALL.mezzanineM, bayZ(i + 1)], yawDeg: 90 })));
  scene.place('gallery-rail', railing(HALL.bayM).finish(40), 'brass', places, false);
}

/** Rail 1.05 m high along local x: top tube, posts, crossed panels between them. */
export function railing(length: number): Soup {
  const soup = new Soup().add(tube([[-length / 2, 1.05, 0], [length / 2, 1.05, 0]], 0.035, 6, false)).add(box([length, 0.03, 0.05]), matrixOf({ at: [0, 0.12, 0] }));
  const posts = Math.max(2, Math.round(length / 1.05));
  for (let i = 0; i <= posts; i++) soup.add(box([0.05, 1.04, 0.05]), matrixOf({ at: [-length / 2 + (i * length) / posts, 0, 0] }));
  const step = length / posts;
  for (let i = 0; i < posts; i++) {
    const mid = -length / 2 + (i + 0.5) * step;
    for (const r of [-1, 1]) soup.add(tube([[mid - (r * step) / 2, 0.15, 0], [mid + (r * step) / 2, 0.98, 0]], 0.012, 3, false));
    soup.add(lathe([[0.17, -0.012], [0.2, 0], [0.17, 0.012], [0.145, 0]], 8), matrixOf({ at: [mid, 0.565, 0], pitchDeg: 90 }));
  }
  return soup;
}

/** Coffered ceiling about a glazed barrel vault. */
function buildCeiling(scene: SceneWriter): void {
  const y = HALL.heightM;
  const k = HALL.skylightHalfM;
  const ceiling = new Soup();
  const slab = (x0: number, x1: number, z0: number, z1: number): void => void ceiling.add(box([x1 - x0, 0.4, z1 - z0]), matrixOf({ at: [(x0 + x1) / 2, y, (z0 + z1) / 2] }));
  slab(-W - 0.4, -k, HALL.northZ - 0.4, HALL.southZ + 0.4);
  slab(k, W + 0.4, HALL.northZ - 0.4, HALL.southZ + 0.4);
  slab(-k, k, HALL.northZ - 0.4, HALL.skylightNorthZ);
  slab(-k, k, HALL.skylightSouthZ, HALL.southZ + 0.4);
  for (const s of [-1, 1]) {
    for (const z of COLUMN_ZS) ceiling.add(box([W - k, 0.5, 0.55], 0.03), matrixOf({ at: [(s * (W + k)) / 2, y - 0.5, z] }));
    for (const x of [k + 0.25, 7.4, 10.2]) ceiling.add(box([0.5, 0.42, LENGTH], 0.03), matrixOf({ at: [s * x, y - 0.42, MID_Z] }));
    ceiling.add(box([0.35, 1.1, HALL.skylightSouthZ - HALL.skylightNorthZ], 0.03), matrixOf({ at: [s * (k + 0.1), y - 0.2, (HALL.skylightNorthZ + HALL.skylightSouthZ) / 2] }), [1.05, 1.03, 1]);
  }
  scene.place('ceiling', ceiling.finish(30), 'plaster');
  const ribs = new Soup();
  const arc = (z: number): Vec3[] => Array.from({ length: 13 }, (_, i) => [-Math.cos((i / 12) * Math.PI) * k, y + 0.8 + Math.sin((i / 12) * Math.PI) * 2.3, z]);
  for (let i = 0; i <= 16; i++) ribs.add(tube(arc(HALL.skylightNorthZ + i * 2.1), i % 2 === 0 ? 0.11 : 0.05, 4, false));
  for (const i of [1, 2, 3, 4, 6, 8, 9, 10, 11]) {
    const p = arc(0)[i];
    ribs.add(tube([[p[0], p[1], HALL.skylightNorthZ], [p[0], p[1], HALL.skylightSouthZ]], i === 6 ? 0.09 : 0.04, 4, false));
  }
  scene.place('skylight-ribs', ribs.finish(40), 'steel', undefined, false);
}
