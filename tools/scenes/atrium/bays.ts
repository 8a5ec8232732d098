import type { Vec2, Vec3 } from '../../../src/core/vec.ts';
import { box, lathe, matrixOf, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import { HALL } from './hall-plan.ts';

/** One bay of the east wall, 4.2 m: pier, sill, lower window, spandrel at the gallery, tall arched window above. Local +Z faces the hall. */
export function windowBay(): Soup {
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
  soup.add(
    sheet(
      (s, t) => {
        const [x, y] = curve(s);
        return [x, y + (HALL.heightM - y) * t, front];
      },
      12,
      2,
      (s, t) => {
        const [x, y] = curve(s);
        return [x, -(y + (HALL.heightM - y) * t)];
      },
    ),
  );
  soup.add(
    sheet(
      (s, t) => {
        const [x, y] = curve(1 - s);
        return [x, y + (HALL.heightM - y) * t, -0.45];
      },
      12,
      1,
    ),
  );
  soup.add(
    sheet(
      (s, t) => {
        const [x, y] = curve(s);
        return [x, y, -0.45 + t * (front + 0.45)];
      },
      12,
      1,
    ),
  );
  return soup;
}

/** Steel glazing bars of a bay's two windows. */
export function windowBars(): Soup {
  const soup = new Soup();
  const bar = (x: number, y: number, w: number, h: number): void => void soup.add(box([w, h, 0.07]), matrixOf({ at: [x, y, -0.25] }));
  for (const x of [-1.32, -0.45, 0.45, 1.32]) bar(x, 0.8, 0.05, 3.4);
  for (const y of [0.8, 1.9, 3.0, 4.1]) bar(0, y, 2.7, 0.05);
  for (const x of [-1.32, -0.45, 0.45, 1.32]) bar(x, 6.05, 0.05, Math.abs(x) > 1 ? 3.6 : 4.7);
  for (const y of [6.05, 7.2, 8.4, 9.6]) bar(0, y, 2.7, 0.055);
  const arc = (r: number): Vec3[] =>
    Array.from({ length: 9 }, (_, i) => [-Math.cos((i / 8) * Math.PI) * r, 9.6 + Math.sin((i / 8) * Math.PI) * r, -0.25]);
  soup.add(tube(arc(1.32), 0.04, 4, false));
  soup.add(tube(arc(0.7), 0.025, 4, false));
  return soup;
}

/** Round column, 16 flutes, on a stepped base, with a flared capital; 12 m. */
export function column(): Soup {
  const r = 0.46;
  const profile: Vec2[] = [
    [0.74, 0],
    [0.74, 0.3],
    [0.7, 0.34],
    [0.7, 0.4],
    [0.6, 0.5],
    [0.62, 0.58],
    [0.53, 0.66],
    [r, 0.78],
  ];
  const top: Vec2[] = [
    [r * 0.9, 10.6],
    [r * 0.98, 10.7],
    [r * 0.9, 10.8],
    [r * 0.95, 11.0],
    [0.72, 11.45],
    [0.84, 11.55],
    [0.84, 12],
  ];
  const soup = lathe(profile, 16).add(lathe(top, 12));
  const sides = 32;
  const shaft = sheet(
    (s, t) => {
      const k = Math.round(s * sides);
      const a = ((k % sides) / sides) * 2 * Math.PI;
      const radius = (r - 0.1 * r * t) * (k % 2 === 0 ? 1 : 0.93);
      return [Math.cos(a) * radius, 0.78 + t * 9.82, -Math.sin(a) * radius];
    },
    sides,
    2,
    (s, t) => [s * 2.4, -t * 9.82],
  );
  return soup.add(shaft);
}

/** Brass bands and four leaf scrolls at the capital. */
export function columnBrass(): Soup {
  const soup = new Soup();
  for (const [y, r, h] of [
    [0.78, 0.49, 0.06],
    [2.6, 0.475, 0.05],
    [10.5, 0.44, 0.08],
  ] as const)
    soup.add(
      lathe(
        [
          [r - 0.03, 0],
          [r, 0.01],
          [r - 0.03, h],
        ],
        16,
      ),
      matrixOf({ at: [0, y, 0] }),
    );
  for (let i = 0; i < 8; i++) {
    const a = (i / 8) * 360;
    const leaf = sheet((s, t) => [(s - 0.5) * 0.26 * (1 - t * 0.75), t * 0.62, 0.4 + 0.34 * t * t + 0.04 * Math.sin(s * Math.PI)], 2, 3);
    soup.add(leaf, matrixOf({ at: [0, 10.86, 0], yawDeg: a }));
  }
  return soup;
}
