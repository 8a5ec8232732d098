import { createRng } from '../../../src/core/rng.ts';
import type { Vec2, Vec3 } from '../../../src/core/vec.ts';
import { box, lathe, matrixOf, sheet, sphere, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';

/** Grand piano, keys towards +Z, lid open on the right: lacquered case, brass hinges and pedals, keys. */
export function grandPiano(): { case: Soup; keys: Soup; brass: Soup } {
  const outline: Vec2[] = [
    [-0.75, 0.55],
    [0.75, 0.55],
    [0.75, 0.1],
    [0.72, -0.35],
    [0.6, -0.75],
    [0.38, -1.0],
    [0.2, -1.25],
    [0.05, -1.5],
    [-0.2, -1.68],
    [-0.5, -1.7],
    [-0.7, -1.58],
    [-0.75, -1.35],
  ];
  const body = new Soup();
  const [low, high] = [0.66, 0.98];
  outline.forEach(([x, z], i) => {
    const [nx, nz] = outline[(i + 1) % outline.length];
    body.quad([x, low, z], [nx, low, nz], [nx, high, nz], [x, high, z]);
    const [ix, iz, jx, jz] = [x * 0.95, z * 0.95 - 0.02, nx * 0.95, nz * 0.95 - 0.02];
    body.quad([x, high, z], [nx, high, nz], [jx, high, jz], [ix, high, iz]);
    body.quad([ix, high, iz], [jx, high, jz], [jx, high - 0.14, jz], [ix, high - 0.14, iz]);
  });
  const cap = (y: number, up: boolean, lift: (x: number) => number, scale: number): void => {
    for (let i = 1; i + 1 < outline.length; i++) {
      const p = [outline[0], outline[up ? i : i + 1], outline[up ? i + 1 : i]].map(
        ([x, z]): Vec3 => [x * scale, y + lift(x), z * scale - (1 - scale) * 0.4],
      );
      body.triangle(p[0], p[1], p[2]);
    }
  };
  cap(low, false, () => 0, 1);
  cap(high - 0.14, true, () => 0, 0.95);
  const raised = (x: number): number => (x + 0.75) * 0.62;
  cap(high + 0.06, true, raised, 1.01);
  cap(high + 0.03, false, raised, 1.01);
  for (const [x, z] of [
    [-0.6, 0.25],
    [0.6, 0.25],
    [-0.3, -1.35],
  ] as const)
    body.add(
      lathe(
        [
          [0.05, 0.06],
          [0.07, 0.3],
          [0.09, 0.66],
        ],
        10,
      ),
      matrixOf({ at: [x, 0, z] }),
    );
  body
    .add(box([1.46, 0.06, 0.34], 0.015), matrixOf({ at: [0, 0.66, 0.7] }))
    .add(box([0.1, 0.2, 0.34], 0.02), matrixOf({ at: [-0.7, 0.68, 0.7] }))
    .add(box([0.1, 0.2, 0.34], 0.02), matrixOf({ at: [0.7, 0.68, 0.7] }));
  body.add(box([1.3, 0.36, 0.02]), matrixOf({ at: [0, 0.98, 0.28], pitchDeg: -18 })).add(
    tube(
      [
        [0.72, 0.98, -0.1],
        [0.68, 1.8, -0.15],
      ],
      0.015,
      5,
    ),
  );
  body.add(box([0.95, 0.12, 0.4], 0.04), matrixOf({ at: [0, 0.42, 1.25] }));
  for (const sx of [-1, 1]) for (const sz of [-1, 1]) body.add(box([0.05, 0.42, 0.05]), matrixOf({ at: [sx * 0.42, 0, 1.25 + sz * 0.15] }));
  const keys = box([1.26, 0.03, 0.15], 0.004);
  const whole = new Soup().add(keys, matrixOf({ at: [0, 0.725, 0.79] }));
  for (let i = 0; i < 36; i++)
    if (![2, 6].includes(i % 7))
      whole.add(box([0.016, 0.015, 0.09]), matrixOf({ at: [-0.61 + i * 0.0345, 0.755, 0.76] }), [0.02, 0.02, 0.02]);
  const brass = new Soup();
  for (const x of [-0.12, 0, 0.12]) brass.add(box([0.04, 0.02, 0.16], 0.005), matrixOf({ at: [x, 0.07, 0.3] }));
  for (const [x, z] of [
    [-0.6, 0.25],
    [0.6, 0.25],
    [-0.3, -1.35],
  ] as const)
    brass.add(
      lathe(
        [
          [0, 0],
          [0.05, 0],
          [0.05, 0.06],
        ],
        10,
      ),
      matrixOf({ at: [x, 0, z] }),
    );
  return { case: body.boxUv(), keys: whole, brass };
}

/** Terrestrial globe on a stand: ball and brass meridian, 1.25 m. */
export function standingGlobe(): { ball: Soup; stand: Soup } {
  const ball = sphere(3)
    .displace((p) => [p[0] * 0.36, p[1] * 0.36 + 0.86, p[2] * 0.36])
    .boxUv();
  const ring = Array.from(
    { length: 25 },
    (_, i): Vec3 => [Math.sin((i / 24) * 2 * Math.PI) * 0.4, 0.86 + Math.cos((i / 24) * 2 * Math.PI) * 0.4, 0],
  );
  const stand = new Soup().add(tube(ring, 0.014, 4, false)).add(
    lathe(
      [
        [0.26, 0],
        [0.26, 0.04],
        [0.05, 0.1],
        [0.03, 0.3],
        [0.06, 0.44],
        [0, 0.46],
      ],
      14,
    ),
  );
  return { ball, stand };
}

/** Broad-leaved plant in a pot, about `height` metres: pot and leaves (colours in the vertices). */
export function pottedPlant(seed: number, height: number, leaves: number): { pot: Soup; foliage: Soup } {
  const rng = createRng(seed);
  const pot = lathe(
    [
      [0, 0],
      [0.24, 0],
      [0.3, 0.1],
      [0.35, 0.55],
      [0.38, 0.58],
      [0.38, 0.63],
      [0.33, 0.63],
      [0.31, 0.55],
      [0, 0.55],
    ],
    12,
  );
  const foliage = new Soup();
  for (let stem = 0; stem < 3; stem++)
    foliage.add(
      tube(
        [
          [0, 0.5, 0],
          [(rng() - 0.5) * 0.2, height * 0.45, (rng() - 0.5) * 0.2],
          [(rng() - 0.5) * 0.5, height * 0.85, (rng() - 0.5) * 0.5],
        ],
        0.018,
        4,
        false,
      ),
      undefined,
      [0.12, 0.085, 0.04],
    );
  for (let i = 0; i < leaves; i++) {
    const t = i / leaves;
    const length = 0.62 - 0.22 * t + rng() * 0.15;
    const droop = 0.5 - 0.5 * t + rng() * 0.4;
    const leaf = sheet(
      (s, k) => {
        const width = Math.sin(Math.PI * Math.min(1, k * 0.96 + 0.04)) ** 0.75 * 0.15;
        return [(s - 0.5) * 2 * width, 0.1 * k + Math.abs(s - 0.5) * width * 0.9 - droop * k * k * length * 0.8, k * length];
      },
      2,
      3,
    );
    const tone = 0.65 + rng() * 0.6;
    const place = matrixOf({
      at: [(rng() - 0.5) * 0.3, 0.62 + (height - 0.75) * t ** 0.8, (rng() - 0.5) * 0.3],
      yawDeg: i * 137.5 + rng() * 30,
      pitchDeg: -20 - 45 * t,
    });
    foliage.add(leaf, place, [0.05 * tone, 0.125 * tone, 0.032 * tone]);
  }
  return { pot, foliage };
}
