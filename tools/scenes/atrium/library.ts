import { createRng } from '../../../src/core/rng.ts';
import type { Vec3 } from '../../../src/core/vec.ts';
import { box, lathe, matrixOf, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import { HALL } from './hall-plan.ts';

/** Bookcase filling a bay of the wall, `height` metres, facing +Z: joinery and rows of spines. */
export function bookcase(height: number, seed: number): { wood: Soup; books: Soup } {
  const rng = createRng(seed);
  const w = HALL.bayM - 0.5;
  const wood = new Soup();
  const books = new Soup();
  const pitch = 0.4;
  const rows = Math.floor((height - 0.75) / pitch);
  for (const x of [-1.5, -0.5, 0.5, 1.5])
    wood.add(box([0.09, height - 0.2, 0.42], 0.01).boxUv([x, 0], true), matrixOf({ at: [(x * w) / 3, 0, 0.21] }));
  wood.add(box([w + 0.12, 0.5, 0.48], 0.015), matrixOf({ at: [0, 0, 0.24] }));
  wood.add(box([w + 0.3, 0.16, 0.56], 0.03), matrixOf({ at: [0, height - 0.2, 0.28] }), [1.1, 1.08, 1.05]);
  wood.add(box([w + 0.1, 0.12, 0.46], 0.02), matrixOf({ at: [0, height - 0.32, 0.24] }));
  for (let r = 0; r <= rows; r++) wood.add(box([w, 0.035, 0.36]), matrixOf({ at: [0, 0.5 + r * pitch, 0.18] }));
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < 3; c++) {
      const cell = w / 3;
      const [x, y, z] = [(c - 1) * cell, 0.535 + r * pitch, 0.25 + rng() * 0.06];
      const [u, v] = [Math.floor(rng() * 7) * 0.17, Math.floor(rng() * 3) * 0.4];
      books.add(
        sheet(
          (s, t) => [x + (s - 0.5) * (cell - 0.09), y + t * 0.365, z],
          1,
          1,
          (s, t) => [u + s * (cell - 0.09), v + 0.4 - t * 0.365],
        ),
      );
    }
  wood.add(box([w, height - 0.4, 0.03]), matrixOf({ at: [0, 0.2, 0.03] }), [0.3, 0.28, 0.26]);
  return { wood, books };
}

/** Rolling ladder leaning on a bookcase, 3.6 m. */
export function ladder(): Soup {
  const soup = new Soup();
  for (const s of [-1, 1])
    soup.add(
      tube(
        [
          [s * 0.24, 0, 0.85],
          [s * 0.24, 3.6, 0],
        ],
        0.03,
        6,
      ),
    );
  for (let i = 1; i < 12; i++) soup.add(box([0.48, 0.03, 0.08]), matrixOf({ at: [0, i * 0.3, 0.85 - i * 0.071] }));
  return soup;
}

/** Curved reception desk, front towards +Z: joinery, brass strips, stone top. */
export function receptionDesk(): { wood: Soup; brass: Soup; top: Soup } {
  const arc = 150;
  const place = matrixOf({ at: [0, 0, -1.6], yawDeg: -180 + (180 - arc) / 2 });
  const bow = (profile: [number, number][]): Soup => new Soup().add(lathe(profile, 26, arc), place);
  const wood = bow([
    [2.0, 0.1],
    [2.0, 1.0],
  ]).add(
    bow([
      [1.45, 1.0],
      [1.45, 0.1],
    ]),
  );
  for (let i = 0; i <= 26; i++) {
    const a = ((i / 26) * arc * Math.PI) / 180;
    wood.add(box([0.05, 0.84, 0.07], 0.012), matrixOf({ at: ribAt(a, place), yawDeg: (a * 180) / Math.PI }), [0.85, 0.85, 0.85]);
  }
  const brass = bow([
    [2.06, 0],
    [2.06, 0.1],
    [1.4, 0.1],
  ])
    .add(
      bow([
        [2.04, 0.94],
        [2.06, 0.96],
        [2.04, 0.98],
      ]),
    )
    .add(
      bow([
        [2.0, 0.53],
        [2.03, 0.55],
        [2.0, 0.57],
      ]),
    );
  const top = bow([
    [2.1, 1.0],
    [2.12, 1.02],
    [2.1, 1.05],
    [1.4, 1.05],
    [1.38, 1.0],
  ]);
  return { wood, brass, top };
}

function ribAt(angle: number, place: ReturnType<typeof matrixOf>): Vec3 {
  const local = [Math.cos(angle) * 2.02, 0.13, -Math.sin(angle) * 2.02];
  return [0, 1, 2].map((c) => place[c] * local[0] + place[4 + c] * local[1] + place[8 + c] * local[2] + place[12 + c]) as unknown as Vec3;
}

/** Ring chandelier hung from `drop` metres above: brass hoops and rods; globes given by `chandelierGlobes`. */
export function chandelier(drop: number): Soup {
  const soup = new Soup();
  for (const [r, y] of [
    [1.25, 0],
    [0.72, 0.55],
  ] as const) {
    soup.add(
      lathe(
        [
          [r - 0.025, 0],
          [r + 0.025, -0.005],
          [r + 0.035, 0.06],
          [r - 0.025, 0.07],
          [r - 0.035, 0.02],
          [r - 0.025, 0],
        ],
        28,
      ),
      matrixOf({ at: [0, y, 0] }),
    );
    for (let i = 0; i < 6; i++) {
      const a = (i / 6) * 2 * Math.PI;
      soup.add(
        tube(
          [
            [Math.cos(a) * r, y + 0.05, Math.sin(a) * r],
            [Math.cos(a) * 0.06, 1.6, Math.sin(a) * 0.06],
          ],
          0.01,
          3,
          false,
        ),
      );
    }
  }
  for (const [x, z, y] of globePlaces())
    soup.add(
      lathe(
        [
          [0.02, -0.16],
          [0.05, -0.14],
          [0.02, 0.02],
        ],
        6,
      ),
      matrixOf({ at: [x, y + 0.28, z] }),
    );
  return soup.add(
    lathe(
      [
        [0, 1.5],
        [0.1, 1.52],
        [0.12, 1.66],
        [0.03, 1.75],
        [0.018, 1.8],
        [0.018, drop],
      ],
      8,
    ),
  );
}

function globePlaces(): [number, number, number][] {
  const ring = (count: number, r: number, y: number, turn: number): [number, number, number][] =>
    Array.from({ length: count }, (_, i) => [
      Math.cos((i / count + turn) * 2 * Math.PI) * r,
      Math.sin((i / count + turn) * 2 * Math.PI) * r,
      y,
    ]);
  return [...ring(10, 1.25, -0.22, 0), ...ring(6, 0.72, 0.33, 0.05)];
}

/** Glass globes of the chandelier, one mesh. */
export function chandelierGlobes(): Soup {
  const soup = new Soup();
  for (const [x, z, y] of globePlaces()) {
    const r = 0.115;
    const profile = Array.from({ length: 5 }, (_, i): [number, number] => [
      i === 0 || i === 4 ? 0 : Math.sin((i / 4) * Math.PI) * r,
      -Math.cos((i / 4) * Math.PI) * r,
    ]);
    soup.add(lathe(profile, 7), matrixOf({ at: [x, y, z] }));
  }
  return soup;
}
