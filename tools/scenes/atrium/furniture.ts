import type { Vec3 } from '../../../src/core/vec.ts';
import { box, lathe, matrixOf, sheet, sphere, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';

/** Upholstered block with swollen faces; `size` metres, standing on y = 0. */
export function cushion(size: Vec3, levels = 2): Soup {
  const puff = (v: number): number => Math.sign(v) * Math.abs(v) ** 0.38;
  const soup = sphere(levels).displace((p) => {
    const q = [puff(p[0]), puff(p[1]), puff(p[2])];
    const m = Math.max(...q.map(Math.abs)) * 0.25 + 0.75 * Math.hypot(q[0], q[1], q[2]) ** 0.35;
    return [(q[0] / m) * size[0] * 0.5, (q[1] / m) * size[1] * 0.5 + size[1] / 2, (q[2] / m) * size[2] * 0.5];
  });
  return soup.boxUv();
}

/** Club sofa or chair, `seats` wide, facing +Z: leather parts and feet. */
export function clubSofa(seats: number): { leather: Soup; feet: Soup } {
  const w = seats * 0.62;
  const leather = new Soup().add(box([w + 0.36, 0.26, 0.86], 0.05), matrixOf({ at: [0, 0.14, 0] }), [0.85, 0.85, 0.85]);
  for (let i = 0; i < seats; i++) {
    const x = (i - (seats - 1) / 2) * 0.62;
    leather.add(cushion([0.63, 0.2, 0.68]), matrixOf({ at: [x, 0.34, 0.08] }));
    leather.add(cushion([0.63, 0.52, 0.22]), matrixOf({ at: [x, 0.42, -0.26], pitchDeg: -10 }));
  }
  for (const s of [-1, 1]) leather.add(cushion([0.24, 0.5, 0.92]), matrixOf({ at: [s * (w / 2 + 0.12), 0.14, 0.02] }));
  leather.add(cushion([w + 0.42, 0.66, 0.22]), matrixOf({ at: [0, 0.16, -0.38], pitchDeg: -7 }), [0.92, 0.92, 0.92]);
  const feet = new Soup();
  for (const sx of [-1, 1])
    for (const sz of [-1, 1])
      feet.add(
        lathe(
          [
            [0.02, 0],
            [0.035, 0.14],
          ],
          8,
        ),
        matrixOf({ at: [sx * (w / 2 + 0.1), 0, sz * 0.34] }),
      );
  return { leather, feet };
}

/** Low round table: top with a rim, brass frame of crossing rods. */
export function roundTable(radius: number, height: number): { top: Soup; frame: Soup } {
  const top = lathe(
    [
      [0, height - 0.05],
      [radius - 0.03, height - 0.05],
      [radius, height - 0.035],
      [radius, height - 0.01],
      [radius - 0.015, height],
      [0, height],
    ],
    28,
  );
  for (let i = 0; i < top.uvs.length / 2; i++) [top.uvs[i * 2], top.uvs[i * 2 + 1]] = [top.positions[i * 3], top.positions[i * 3 + 2]];
  const frame = new Soup();
  for (let i = 0; i < 4; i++) {
    const a = (i / 4) * 2 * Math.PI + 0.4;
    const at = (r: number, y: number, da: number): Vec3 => [Math.cos(a + da) * r, y, Math.sin(a + da) * r];
    frame.add(tube([at(radius * 0.85, 0, 0), at(radius * 0.3, height * 0.5, 0.5), at(radius * 0.8, height - 0.05, 1)], 0.016, 5, false));
  }
  return {
    top,
    frame: frame.add(
      lathe(
        [
          [radius * 0.36, height * 0.48],
          [radius * 0.38, height * 0.5],
          [radius * 0.36, height * 0.52],
        ],
        20,
      ),
    ),
  };
}

/** Library table with a green blotter line, turned legs; 3 × 1.1 m. */
export function libraryTable(): Soup {
  const soup = new Soup()
    .add(box([3, 0.06, 1.1], 0.012), matrixOf({ at: [0, 0.72, 0] }))
    .add(box([2.8, 0.12, 0.94], 0.01), matrixOf({ at: [0, 0.6, 0] }), [0.85, 0.85, 0.85]);
  for (const sx of [-1, 1])
    for (const sz of [-1, 1])
      soup.add(
        lathe(
          [
            [0.04, 0],
            [0.045, 0.08],
            [0.03, 0.14],
            [0.055, 0.3],
            [0.04, 0.5],
            [0.06, 0.56],
            [0.06, 0.6],
          ],
          8,
        ),
        matrixOf({ at: [sx * 1.3, 0, sz * 0.4] }),
      );
  return soup;
}

/** Banker's lamp: brass stand; shade (own material, lit from within). */
export function bankersLamp(): { stand: Soup; shade: Soup } {
  const stand = lathe(
    [
      [0, 0],
      [0.1, 0],
      [0.1, 0.02],
      [0.04, 0.04],
      [0.014, 0.08],
      [0.014, 0.34],
      [0.03, 0.36],
      [0, 0.38],
    ],
    12,
  );
  const shade = sheet(
    (s, t) => [(s - 0.5) * 0.34, 0.36 + Math.sin(t * Math.PI) * 0.075, 0.11 - Math.cos((1 - t) * Math.PI) * 0.09 - 0.05],
    1,
    6,
  );
  return { stand, shade };
}

/** Floor lamp 1.7 m: stand and drum shade. */
export function floorLamp(): { stand: Soup; shade: Soup } {
  return {
    stand: lathe(
      [
        [0, 0],
        [0.17, 0],
        [0.17, 0.02],
        [0.03, 0.05],
        [0.016, 0.1],
        [0.016, 1.4],
        [0.03, 1.42],
        [0, 1.5],
      ],
      12,
    ),
    shade: lathe(
      [
        [0.27, 1.32],
        [0.19, 1.68],
      ],
      20,
    ).add(
      lathe(
        [
          [0.19, 1.679],
          [0.27, 1.321],
        ],
        20,
      ),
    ),
  };
}
