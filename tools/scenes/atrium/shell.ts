import type { Vec2, Vec3 } from '../../../src/core/vec.ts';
import type { SceneWriter } from '../kit/scene-writer.ts';
import { box, matrixOf, type Placement, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import { column, columnBrass, windowBars, windowBay } from './bays.ts';
import { buildCeiling, buildGalleries } from './galleries.ts';
import { bayZ, COLUMN_ZS, HALL } from './hall-plan.ts';

const W = HALL.halfWidthM;
const LENGTH = HALL.southZ - HALL.northZ;

/** Places of one module per bay on the east (faces −X) and west side. */
export const eastBays = (y: number, from = 0, to: number = HALL.bays): Placement[] =>
  Array.from({ length: to - from }, (_, i) => ({ at: [W, y, bayZ(i + from)] as Vec3, yawDeg: -90 }));
export const westBays = (y: number, from = 0, to: number = HALL.bays): Placement[] =>
  Array.from({ length: to - from }, (_, i) => ({ at: [-W, y, bayZ(i + from)] as Vec3, yawDeg: 90 }));

/** Floor, walls, columns, galleries and ceiling of the hall. */
export function buildShell(scene: SceneWriter): void {
  const floor = sheet(
    (s, t) => [(s * 2 - 1) * (W + 0.3), -0.02, HALL.southZ + 0.3 - t * (LENGTH + 0.6)],
    30,
    44,
    (s, t): Vec2 => [(s * 2 - 1) * (W + 0.3), -t * (LENGTH + 0.6)],
  );
  scene.place('floor', floor.finish(30), 'marble');
  scene.place('window-bay', windowBay().finish(32), 'limestone', eastBays(0));
  scene.place('window-bars', windowBars().finish(30), 'steel', eastBays(0), false);
  const backs = sheet((s, t) => [(s - 0.5) * HALL.bayM, t * HALL.heightM, 0], 4, 10).add(
    box([HALL.bayM, HALL.heightM, 0.3]),
    matrixOf({ at: [0, 0, -0.17] }),
  );
  scene.place('west-wall', backs.finish(30), 'limestone', westBays(0));
  scene.place(
    'column',
    column().finish(36),
    'limestone',
    COLUMN_ZS.flatMap((z): Placement[] => [{ at: [-HALL.columnX, 0, z] }, { at: [HALL.columnX, 0, z] }]),
  );
  scene.place(
    'column-brass',
    columnBrass().finish(40),
    'brass',
    COLUMN_ZS.flatMap((z): Placement[] => [{ at: [-HALL.columnX, 0, z] }, { at: [HALL.columnX, 0, z] }]),
  );
  buildEnds(scene);
  buildGalleries(scene);
  buildCeiling(scene);
}

/** North wall with a great arched window behind the landing; south wall with closed doors. */
function buildEnds(scene: SceneWriter): void {
  const north = new Soup();
  const half = 3.0;
  const spring = 7.6;
  const z = HALL.northZ;
  for (const s of [-1, 1]) {
    const from = s < 0 ? -W : half;
    north.add(
      sheet(
        (u, t) => [from + (W - half) * u, HALL.heightM * t, z],
        14,
        14,
        (u, t) => [from + (W - half) * u, -HALL.heightM * t],
      ),
    );
    north.add(box([W - half, HALL.heightM, 0.5]), matrixOf({ at: [(s * (W + half)) / 2, 0, z - 0.26] }));
    north.add(box([0.5, HALL.heightM, 0.24], 0.03), matrixOf({ at: [s * (half + 0.5), 0, z + 0.1] }), [1.05, 1.04, 1.02]);
  }
  const curve = (t: number): Vec2 => [-Math.cos(t * Math.PI) * half, spring + Math.sin(t * Math.PI) * half];
  north.add(
    sheet(
      (s, t) => {
        const [x, y] = curve(s);
        return [x, y + (HALL.heightM - y) * t, z];
      },
      20,
      2,
      (s, t) => {
        const [x, y] = curve(s);
        return [x, -(y + (HALL.heightM - y) * t)];
      },
    ),
  );
  north.add(
    sheet(
      (s, t) => {
        const [x, y] = curve(s);
        return [x, y, z - 0.5 + t * 0.5];
      },
      20,
      1,
    ),
  );
  north.add(box([half * 2, 3.5, 0.5]), matrixOf({ at: [0, 0, z - 0.25] }));
  north.add(box([half * 2 + 0.3, 0.1, 0.8], 0.02), matrixOf({ at: [0, 3.5, z - 0.1] }));
  scene.place('north-wall', north.finish(32), 'limestone');
  const bars = new Soup();
  const arc = (r: number): Vec3[] =>
    Array.from({ length: 21 }, (_, i) => [-Math.cos((i / 20) * Math.PI) * r, spring + Math.sin((i / 20) * Math.PI) * r, z - 0.3]);
  for (const r of [2.96, 2.0, 1.0]) bars.add(tube(arc(r), r > 2.5 ? 0.07 : 0.04, 4, false));
  for (let i = 1; i < 8; i++) {
    const a = (i / 8) * Math.PI;
    bars.add(
      tube(
        [
          [-Math.cos(a) * 1.0, spring + Math.sin(a) * 1.0, z - 0.3],
          [-Math.cos(a) * 2.96, spring + Math.sin(a) * 2.96, z - 0.3],
        ],
        0.03,
        4,
        false,
      ),
    );
  }
  for (let i = 0; i <= 6; i++)
    bars.add(box([i % 6 === 0 ? 0.1 : 0.05, spring - 3.5, 0.08]), matrixOf({ at: [-2.96 + i * (5.92 / 6), 3.55, z - 0.3] }));
  for (let k = 0; k <= 4; k++) bars.add(box([5.92, 0.05, 0.08]), matrixOf({ at: [0, 3.55 + k * 1.02, z - 0.3] }));
  scene.place('north-bars', bars.finish(35), 'brass', undefined, false);
  const south = sheet(
    (s, t) => [W - 2 * W * s, HALL.heightM * t, HALL.southZ],
    12,
    8,
    (s, t) => [-2 * W * s, -HALL.heightM * t],
  ).add(box([2 * W, HALL.heightM, 0.4]), matrixOf({ at: [0, 0, HALL.southZ + 0.22] }));
  scene.place('south-wall', south.finish(30), 'limestone');
  const doors = new Soup();
  for (const x of [-4, 0, 4])
    for (const s of [-1, 1])
      doors
        .add(box([1.35, 4.2, 0.16], 0.03), matrixOf({ at: [x + s * 0.7, 0, HALL.southZ - 0.1] }))
        .add(box([0.9, 1.6, 0.05], 0.02), matrixOf({ at: [x + s * 0.7, 2.2, HALL.southZ - 0.2] }));
  scene.place('doors', doors.finish(30), 'walnut');
}
