import type { Vec3 } from '../../../src/core/vec.ts';
import type { SceneWriter } from '../kit/scene-writer.ts';
import { box, lathe, matrixOf, type Placement, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import { HALL } from './hall-plan.ts';

const RISERS = 15;
const RISE_M = HALL.landingM / RISERS;

/** Grand stair: a wide flight to the landing, two side flights up to the galleries, parapets with brass handrails, a carpet runner. */
export function buildStairs(scene: SceneWriter): void {
  const half = HALL.stairHalfM;
  const run = (HALL.stairFootZ - HALL.landingZ) / RISERS;
  const stone = new Soup();
  const carpet = new Soup();
  for (let i = 0; i < RISERS; i++) {
    const z = HALL.stairFootZ - i * run;
    const spread = i < 3 ? (3 - i) * 0.28 : 0; // the first steps reach out
    stone.add(box([half * 2 + spread * 2, RISE_M, run + 0.06], 0.018), matrixOf({ at: [0, i * RISE_M, z - run / 2 + 0.03] }));
    const [y0, y1] = [i * RISE_M + 0.004, (i + 1) * RISE_M + 0.006];
    carpet.add(
      sheet(
        (s, t) => [(s - 0.5) * 2.6, y0 + (y1 - y0) * t, z + 0.066],
        1,
        1,
        (s, t) => [s, runner(i * (RISE_M + run) + t * RISE_M)],
      ),
    );
    carpet.add(
      sheet(
        (s, t) => [(s - 0.5) * 2.6, y1, z + 0.066 - t * run],
        1,
        1,
        (s, t) => [s, runner(i * (RISE_M + run) + RISE_M + t * run)],
      ),
    );
  }
  const depth = HALL.landingZ - HALL.northZ;
  stone.add(box([half * 2 + 0.6, HALL.landingM, depth], 0.02), matrixOf({ at: [0, 0, HALL.landingZ - depth / 2] }));
  const reach = 7.7 - half - 0.3;
  const tread = reach / RISERS;
  for (const s of [-1, 1])
    for (let i = 0; i < RISERS; i++) {
      const x = half + 0.3 + i * tread;
      const height = (i + 1) * RISE_M;
      stone.add(
        box([tread + 0.03, Math.min(height, 0.5), 2.6], 0.012),
        matrixOf({ at: [s * (x + tread / 2), HALL.landingM + height - Math.min(height, 0.5), HALL.landingZ - 1.6] }),
      );
    }
  stone.add(parapets());
  scene.place('stairs', stone.finish(30), 'limestone');
  scene.place('stair-carpet', carpet.finish(20), 'carpet');
  const bars = handrails();
  scene.place('stair-rails', bars.finish(45), 'brass', undefined, false);
  scene.place('newel-lamp', newelLamp().finish(45), 'brass', newels());
  scene.place('newel-globe', lathe(globe(0.2), 14).finish(70), 'globe', newels(), false);
}

/** Distance along the stair → rows of the carpet picture between its end borders, there and back. */
const runner = (alongM: number): number => 0.28 + 0.44 * Math.abs(((alongM / 1.9) % 2) - 1);

/** Sloped stone sides of the main flight and solid sides of the upper flights. */
function parapets(): Soup {
  const soup = new Soup();
  const [z0, z1] = [HALL.stairFootZ + 0.1, HALL.landingZ];
  for (const s of [-1, 1]) {
    const x = s * (HALL.stairHalfM + 0.15);
    const side = (dx: number, dy: number, z: number, y: number): Vec3 => [x + dx, y + dy, z];
    const [a, b] = [0.16, 0.62];
    const top = [side(-a, b, z0, 0), side(a, b, z0, 0), side(a, b, z1, HALL.landingM), side(-a, b, z1, HALL.landingM)] as const;
    const low = [side(-a, -0.1, z0, 0), side(a, -0.1, z0, 0), side(a, -0.1, z1, 0), side(-a, -0.1, z1, 0)] as const;
    soup
      .quad(top[0], top[1], top[2], top[3])
      .quad(low[1], low[2], top[2], top[1])
      .quad(low[3], low[0], top[0], top[3])
      .quad(low[0], low[1], top[1], top[0]);
    soup.add(box([0.56, 1.15, 0.56], 0.03), matrixOf({ at: [x, 0, z0 + 0.2] }));
    soup.add(box([0.68, 0.1, 0.68], 0.03), matrixOf({ at: [x, 1.15, z0 + 0.2] }));
    const zf = HALL.landingZ - 0.22;
    const [xa, xb] = [s * (HALL.stairHalfM + 0.3), s * 7.75];
    const wall = [
      [xa, 0, zf],
      [xb, 0, zf],
      [xb, HALL.mezzanineM + 0.35, zf],
      [xa, HALL.landingM + 0.35, zf],
    ] as unknown as [Vec3, Vec3, Vec3, Vec3];
    const back = wall.map(([wx, wy, wz]) => [wx, wy, wz - 0.2]) as unknown as [Vec3, Vec3, Vec3, Vec3];
    soup.quad(...(s > 0 ? wall : ([wall[1], wall[0], wall[3], wall[2]] as typeof wall)));
    soup.quad(...(s > 0 ? ([back[1], back[0], back[3], back[2]] as typeof wall) : back));
    soup.quad(...((s > 0 ? [wall[3], wall[2], back[2], back[3]] : [wall[2], wall[3], back[3], back[2]]) as typeof wall));
  }
  return soup.boxUv();
}

function handrails(): Soup {
  const soup = new Soup();
  const rail = (a: Vec3, b: Vec3): void => {
    soup.add(tube([a, b], 0.04, 6));
    const count = Math.round(Math.hypot(b[0] - a[0], b[2] - a[2]) / 0.34);
    for (let i = 0; i <= count; i++) {
      const p = [0, 1, 2].map((c) => a[c] + ((b[c] - a[c]) * i) / count) as unknown as Vec3;
      soup.add(box([0.025, 0.42, 0.025]), matrixOf({ at: [p[0], p[1] - 0.43, p[2]] }));
    }
  };
  for (const s of [-1, 1]) {
    const x = s * (HALL.stairHalfM + 0.15);
    rail([x, 1.06, HALL.stairFootZ - 0.1], [x, HALL.landingM + 1.04, HALL.landingZ]);
    rail([s * (HALL.stairHalfM + 0.3), HALL.landingM + 0.8, HALL.landingZ - 0.32], [s * 7.75, HALL.mezzanineM + 0.8, HALL.landingZ - 0.32]);
  }
  return soup;
}

const newels = (): Placement[] => [-1, 1].map((s) => ({ at: [s * (HALL.stairHalfM + 0.15), 1.25, HALL.stairFootZ + 0.3] }));

function newelLamp(): Soup {
  return lathe(
    [
      [0.2, 0],
      [0.2, 0.05],
      [0.09, 0.1],
      [0.05, 0.3],
      [0.08, 0.5],
      [0.04, 0.6],
      [0.045, 1.05],
      [0.13, 1.1],
      [0.16, 1.16],
      [0.05, 1.17],
    ],
    12,
  );
}

/** Profile of a lamp globe above a 1.15 m stem. */
function globe(r: number): [number, number][] {
  return Array.from({ length: 9 }, (_, i): [number, number] => [
    i === 0 || i === 8 ? 0.001 : Math.sin((i / 8) * Math.PI) * r,
    1.15 + r - Math.cos((i / 8) * Math.PI) * r,
  ]);
}
