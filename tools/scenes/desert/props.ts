import type { Vec3 } from '../../../src/core/vec.ts';
import { box, lathe, matrixOf, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import type { Rgb } from '../kit/texture.ts';

/** Wooden crate with battens, `size` metres. */
export function crate(size: Vec3): Soup {
  const [w, h, d] = size;
  const soup = new Soup().add(box([w - 0.05, h - 0.04, d - 0.05]), matrixOf({ at: [0, 0.02, 0] }), [0.85, 0.82, 0.78]);
  const batten = 0.07;
  for (const sx of [-1, 1])
    for (const sz of [-1, 1]) soup.add(box([batten, h, batten]), matrixOf({ at: [(sx * (w - batten)) / 2, 0, (sz * (d - batten)) / 2] }));
  for (const y of [0, h - batten]) {
    for (const s of [-1, 1]) {
      soup.add(box([w - 2 * batten, batten, 0.05]), matrixOf({ at: [0, y, (s * (d - 0.05)) / 2] }));
      soup.add(box([0.05, batten, d - 2 * batten]), matrixOf({ at: [(s * (w - 0.05)) / 2, y, 0] }));
    }
  }
  return soup;
}

/** Equipment case of painted metal with ribs, latches and corner blocks. */
export function equipmentCase(size: Vec3): Soup {
  const [w, h, d] = size;
  const soup = new Soup().add(box(size, 0.035));
  for (const t of [-0.3, 0, 0.3]) soup.add(box([0.05, h * 0.96, d + 0.03], 0.012), matrixOf({ at: [t * w, 0, 0] }), [0.8, 0.8, 0.8]);
  soup.add(box([w + 0.02, 0.03, d + 0.02], 0.01), matrixOf({ at: [0, h * 0.68, 0] }), [0.35, 0.35, 0.35]);
  for (const t of [-0.15, 0.15])
    soup.add(box([0.09, 0.1, 0.03], 0.008), matrixOf({ at: [t * w, h * 0.64, d / 2 + 0.02] }), [0.5, 0.5, 0.5]);
  return soup;
}

/** Fuel drum, 0.58 × 0.88 m, with rolled hoops. */
export function drum(segments: number): Soup {
  const r = 0.29;
  const profile: [number, number][] = [
    [0, 0],
    [r - 0.015, 0],
    [r, 0.015],
  ];
  for (const y of [0.29, 0.59]) profile.push([r, y - 0.025], [r + 0.018, y], [r, y + 0.025]);
  profile.push([r, 0.86], [r - 0.012, 0.88], [r - 0.03, 0.88], [r - 0.035, 0.862], [0, 0.862]);
  return lathe(profile, segments);
}

/** Mast that draws water from the air: tapered pole, collars, fins, head; 5.2 m. */
export function vaporator(): Soup {
  const soup = new Soup().add(
    lathe(
      [
        [0.42, -0.3],
        [0.42, 0.18],
        [0.3, 0.26],
        [0.17, 0.5],
        [0.13, 2.1],
        [0.2, 2.16],
        [0.2, 2.5],
        [0.11, 2.58],
        [0.085, 3.9],
        [0.17, 3.98],
        [0.19, 4.5],
        [0.12, 4.62],
        [0.05, 4.72],
        [0.03, 5.2],
        [0, 5.2],
      ],
      12,
    ),
  );
  for (let i = 0; i < 6; i++) {
    const a = i * 60;
    soup.add(
      box([0.62, 0.72, 0.03]),
      matrixOf({ at: [Math.cos((a * Math.PI) / 180) * 0.42, 2.72, -Math.sin((a * Math.PI) / 180) * 0.42], yawDeg: a }),
      [0.82, 0.8, 0.78],
    );
    soup.add(
      box([0.3, 0.26, 0.02]),
      matrixOf({ at: [Math.cos((a * Math.PI) / 180) * 0.24, 1.35, -Math.sin((a * Math.PI) / 180) * 0.24], yawDeg: a }),
      [0.6, 0.58, 0.56],
    );
  }
  for (const y of [2.7, 3.46])
    soup.add(
      lathe(
        [
          [0.2, 0],
          [0.74, 0.015],
          [0.74, 0.04],
          [0.2, 0.05],
        ],
        16,
      ),
      matrixOf({ at: [0, y, 0] }),
      [0.7, 0.68, 0.66],
    );
  return soup;
}

/** Parabolic dish of `radius` metres facing +Y, apex at the origin: skin (both sides), rim, ribs on the back, feed on three struts. */
export function dish(radius: number, segments: number): Soup {
  const depth = radius * 0.32;
  const curve = [0.06, 0.3, 0.55, 0.8, 1].map((t): [number, number] => [radius * t, depth * t * t]);
  const soup = new Soup().add(lathe([...curve].reverse(), segments)).add(
    lathe(
      curve.map(([r, y]): [number, number] => [r, y - 0.05]),
      segments,
    ),
    undefined,
    [0.72, 0.7, 0.68],
  );
  const ring = (r: number, y: number, thick: number, sides: number): Soup =>
    tube(
      Array.from(
        { length: segments + 1 },
        (_, i): Vec3 => [Math.cos((i / segments) * 2 * Math.PI) * r, y, Math.sin((i / segments) * 2 * Math.PI) * r],
      ),
      thick,
      sides,
      false,
    );
  soup.add(ring(radius, depth, 0.07, 6), undefined, [0.75, 0.75, 0.75]);
  for (let i = 0; i < 12; i++) {
    const a = (i / 12) * 2 * Math.PI;
    const rib = [0.1, 0.4, 0.7, 1].map((t): Vec3 => [Math.cos(a) * radius * t, depth * t * t - 0.16 + 0.08 * t, Math.sin(a) * radius * t]);
    soup.add(tube(rib, 0.045, 4, false), undefined, [0.6, 0.58, 0.56]);
  }
  for (let i = 0; i < 3; i++) {
    const a = (i / 3) * 2 * Math.PI + 0.4;
    soup.add(
      tube(
        [
          [Math.cos(a) * radius * 0.8, depth * 0.64, Math.sin(a) * radius * 0.8],
          [0, radius * 0.85, 0],
        ],
        0.035,
        5,
        false,
      ),
    );
  }
  return soup.add(
    lathe(
      [
        [0, -0.1],
        [0.22, -0.05],
        [0.3, 0.25],
        [0.16, 0.5],
        [0, 0.5],
      ],
      12,
    ),
    matrixOf({ at: [0, radius * 0.8, 0] }),
    [0.6, 0.6, 0.6],
  );
}

/** Square lattice mast with bracing, `height` metres, `foot` metres wide at the ground. */
export function latticeMast(height: number, foot: number): Soup {
  const soup = new Soup();
  const bays = Math.round(height / 2.2);
  const corner = (k: number, t: number): Vec3 => {
    const w = (foot / 2) * (1 - 0.82 * t);
    return [(k === 0 || k === 3 ? -1 : 1) * w, height * t, (k < 2 ? -1 : 1) * w];
  };
  for (let k = 0; k < 4; k++) {
    soup.add(tube([corner(k, -0.02), corner(k, 0.5), corner(k, 1)], 0.055, 4));
    for (let b = 0; b < bays; b++) {
      const [t0, t1] = [b / bays, (b + 1) / bays];
      soup.add(tube([corner(k, t0), corner((k + 1) % 4, t1)], 0.028, 3, false), undefined, [0.8, 0.8, 0.8]);
      soup.add(tube([corner(k, t1), corner((k + 1) % 4, t1)], 0.028, 3, false), undefined, [0.85, 0.85, 0.85]);
    }
  }
  return soup;
}

/** Sagging cable between two points as a thin bar; `sag` metres at the middle. */
export function cable(a: Vec3, b: Vec3, sag: number, radius: number, pieces: number): Soup {
  const path = Array.from({ length: pieces + 1 }, (_, i): Vec3 => {
    const t = i / pieces;
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t - sag * 4 * t * (1 - t), a[2] + (b[2] - a[2]) * t];
  });
  return tube(path, radius, 3, false);
}

/** Wooden pole with two crossarms and insulators, 7.5 m. */
export function utilityPole(): Soup {
  const soup = new Soup().add(
    tube(
      [
        [0, -0.5, 0],
        [0.05, 3.5, 0],
        [0.02, 7.5, 0.04],
      ],
      (t) => 0.15 - 0.05 * t,
      8,
    ),
  );
  for (const [y, w] of [
    [6.9, 2.2],
    [6.1, 1.6],
  ] as const) {
    soup.add(box([w, 0.13, 0.11]), matrixOf({ at: [0, y, 0.14] }));
    for (const s of [-1, 1]) {
      soup.add(
        lathe(
          [
            [0.05, 0],
            [0.06, 0.08],
            [0, 0.16],
          ],
          6,
        ),
        matrixOf({ at: [(s * (w - 0.2)) / 2, y + 0.12, 0.14] }),
        [0.35, 0.4, 0.42],
      );
      soup.add(box([0.04, 0.75, 0.03]), matrixOf({ at: [s * 0.32, y - 0.5, 0.12], rollDeg: s * 38 }), [0.5, 0.5, 0.5]);
    }
  }
  return soup;
}

/**
 * Awning stretched over four corners with sag between them and a scalloped front hem; both faces are drawn by a double-sided material.
 * Corners: front left, front right, back right, back left.
 */
export function awning(corners: readonly [Vec3, Vec3, Vec3, Vec3], sag: number, columns: number, rows: number): Soup {
  const [a, b, c, d] = corners;
  return sheet(
    (s, t) => {
      const at = (k: 0 | 1 | 2): number => (a[k] * (1 - s) + b[k] * s) * (1 - t) + (d[k] * (1 - s) + c[k] * s) * t;
      const belly = 4 * s * (1 - s) * (0.35 + 0.65 * 4 * t * (1 - t)) * sag;
      const ripple = Math.sin(s * 21 + t * 5) * 0.03 * (1 - Math.abs(2 * t - 1)) + Math.sin(s * 9 - t * 13) * 0.025;
      return [at(0), at(1) - belly + ripple, at(2)];
    },
    columns,
    rows,
  );
}

/** Factor-only colours of paint laid over the rust texture. */
export const PAINT = {
  teal: [0.3, 0.62, 0.6],
  ochre: [0.98, 0.62, 0.24],
  bone: [0.98, 0.9, 0.78],
  brick: [0.72, 0.28, 0.2],
} satisfies Record<string, Rgb>;
