import type { Vec3 } from '../../../src/core/vec.ts';
import type { SceneWriter } from '../kit/scene-writer.ts';
import { box, lathe, matrixOf, type Placement, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import { bayZ, COLUMN_ZS, HALL } from './hall-plan.ts';

const W = HALL.halfWidthM;
const LENGTH = HALL.southZ - HALL.northZ;
const MID_Z = (HALL.southZ + HALL.northZ) / 2;

/** Gallery slabs with a stepped fascia, brass rails and strips of light under the edge. */
export function buildGalleries(scene: SceneWriter): void {
  const slab = new Soup();
  const depth = W - HALL.columnX + 0.45;
  const x = W - depth / 2;
  for (const s of [-1, 1]) {
    const edge = s * (W - depth);
    const [y0, y1] = [HALL.mezzanineM - HALL.slabM, HALL.mezzanineM];
    const fromZ = HALL.landingZ + 0.2;
    const long = HALL.southZ - fromZ;
    slab.add(
      sheet(
        (u, t) => [edge + (s * (W + 0.3) - edge) * (s > 0 ? u : 1 - u), y1, HALL.southZ - t * LENGTH],
        5,
        26,
        (u, t) => [u * depth, -t * LENGTH],
      ),
    );
    slab.add(
      sheet(
        (u, t) => [edge + (s * (W + 0.3) - edge) * (s > 0 ? u : 1 - u), y0, HALL.southZ - (1 - t) * LENGTH],
        6,
        30,
        (u, t) => [u * depth, -t * LENGTH],
      ),
      undefined,
      [0.96, 0.94, 0.9],
    );
    slab.add(box([0.3, HALL.slabM + 0.1, long], 0.02), matrixOf({ at: [edge - s * 0.02, y0 - 0.05, (HALL.southZ + fromZ) / 2] }));
    slab.add(box([0.16, 0.14, long], 0.02), matrixOf({ at: [edge - s * 0.2, y0 + 0.26, (HALL.southZ + fromZ) / 2] }), [1.05, 1.03, 1]);
    slab.add(
      box([0.5, 0.3, HALL.landingZ - HALL.northZ + 0.2]),
      matrixOf({ at: [s * (W - depth + 0.55), y0 + 0.1, (HALL.landingZ + HALL.northZ) / 2 + 0.1] }),
    );
    for (const z of COLUMN_ZS) slab.add(box([depth - 0.5, 0.34, 0.4], 0.02), matrixOf({ at: [s * x, y0 - 0.34, z] }));
    scene.place(
      s > 0 ? 'strip-east' : 'strip-west',
      box([0.05, 0.04, long]).finish(30),
      'strip',
      [{ at: [edge + s * 0.2, y0 - 0.07, (HALL.southZ + fromZ) / 2] }],
      false,
    );
  }
  scene.place('gallery', slab.finish(30), 'limestone');
  const places = [-1, 1].flatMap((s) =>
    Array.from(
      { length: HALL.bays - 1 },
      (_, i): Placement => ({ at: [s * (W - depth - 0.02), HALL.mezzanineM, bayZ(i + 1)], yawDeg: 90 }),
    ),
  );
  scene.place('gallery-rail', railing(HALL.bayM).finish(40), 'brass', places, false);
}

/** Rail 1.05 m high along local x: top tube, posts, crossed panels between them. */
function railing(length: number): Soup {
  const soup = new Soup()
    .add(
      tube(
        [
          [-length / 2, 1.05, 0],
          [length / 2, 1.05, 0],
        ],
        0.035,
        6,
        false,
      ),
    )
    .add(box([length, 0.03, 0.05]), matrixOf({ at: [0, 0.12, 0] }));
  const posts = Math.max(2, Math.round(length / 1.05));
  for (let i = 0; i <= posts; i++) soup.add(box([0.05, 1.04, 0.05]), matrixOf({ at: [-length / 2 + (i * length) / posts, 0, 0] }));
  const step = length / posts;
  for (let i = 0; i < posts; i++) {
    const mid = -length / 2 + (i + 0.5) * step;
    for (const r of [-1, 1])
      soup.add(
        tube(
          [
            [mid - (r * step) / 2, 0.15, 0],
            [mid + (r * step) / 2, 0.98, 0],
          ],
          0.012,
          3,
          false,
        ),
      );
    soup.add(
      lathe(
        [
          [0.17, -0.012],
          [0.2, 0],
          [0.17, 0.012],
          [0.145, 0],
        ],
        8,
      ),
      matrixOf({ at: [mid, 0.565, 0], pitchDeg: 90 }),
    );
  }
  return soup;
}

/** Coffered ceiling about a glazed barrel vault. */
export function buildCeiling(scene: SceneWriter): void {
  const y = HALL.heightM;
  const k = HALL.skylightHalfM;
  const ceiling = new Soup();
  const slab = (x0: number, x1: number, z0: number, z1: number): void =>
    void ceiling.add(box([x1 - x0, 0.4, z1 - z0]), matrixOf({ at: [(x0 + x1) / 2, y, (z0 + z1) / 2] }));
  slab(-W - 0.8, -k, HALL.northZ - 0.4, HALL.southZ + 0.4);
  slab(k, W + 0.8, HALL.northZ - 0.4, HALL.southZ + 0.4);
  slab(-k, k, HALL.northZ - 0.4, HALL.skylightNorthZ);
  slab(-k, k, HALL.skylightSouthZ, HALL.southZ + 0.4);
  for (const s of [-1, 1]) {
    for (const z of COLUMN_ZS) ceiling.add(box([W - k, 0.5, 0.55], 0.03), matrixOf({ at: [(s * (W + k)) / 2, y - 0.5, z] }));
    for (const x of [k + 0.25, 7.4, 10.2]) ceiling.add(box([0.5, 0.42, LENGTH], 0.03), matrixOf({ at: [s * x, y - 0.42, MID_Z] }));
    ceiling.add(
      box([0.35, 1.1, HALL.skylightSouthZ - HALL.skylightNorthZ], 0.03),
      matrixOf({ at: [s * (k + 0.1), y - 0.2, (HALL.skylightNorthZ + HALL.skylightSouthZ) / 2] }),
      [1.05, 1.03, 1],
    );
  }
  scene.place('ceiling', ceiling.finish(30), 'plaster');
  const ribs = new Soup();
  const arc = (z: number): Vec3[] =>
    Array.from({ length: 13 }, (_, i) => [-Math.cos((i / 12) * Math.PI) * k, y + 0.8 + Math.sin((i / 12) * Math.PI) * 2.3, z]);
  for (let i = 0; i <= 16; i++) ribs.add(tube(arc(HALL.skylightNorthZ + i * 2.1), i % 2 === 0 ? 0.11 : 0.05, 4, false));
  for (const i of [1, 2, 3, 4, 6, 8, 9, 10, 11]) {
    const p = arc(0)[i];
    ribs.add(
      tube(
        [
          [p[0], p[1], HALL.skylightNorthZ],
          [p[0], p[1], HALL.skylightSouthZ],
        ],
        i === 6 ? 0.09 : 0.04,
        4,
        false,
      ),
    );
  }
  scene.place('skylight-ribs', ribs.finish(40), 'steel', undefined, false);
}
