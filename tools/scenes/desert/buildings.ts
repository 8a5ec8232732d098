import type { Vec3 } from '../../../src/core/vec.ts';
import { createNoise } from '../kit/noise.ts';
import { box, lathe, matrixOf, sheet, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';

/** What a hut is made of; each part goes to its own material. */
export interface Hut {
  readonly plaster: Soup;
  readonly dark: Soup;
  readonly metal: Soup;
}

/** Mud dome, `radius` metres, door facing +Z, with a porch arch, roof vent, port-hole windows and a pipe. */
export function domeHut(radius: number, seed: number): Hut {
  const noise = createNoise(seed);
  const profile: [number, number][] = [
    [radius * 1.04, -0.8],
    [radius * 1.03, 0.25],
    [radius * 0.985, 0.4],
  ];
  for (let i = 1; i <= 9; i++) {
    const a = (i / 9) * 90 * (Math.PI / 180);
    profile.push([Math.max(0, radius * 0.985 * Math.cos(a) ** 0.86), 0.4 + radius * 0.8 * Math.sin(a)]);
  }
  profile[profile.length - 1][0] = 0;
  const plaster = lathe(profile, 30).displace((p) => {
    const bump = 1 + 0.02 * noise.fbm3(p[0] * 0.7, p[1] * 0.7, p[2] * 0.7, 3);
    return [p[0] * bump, p[1], p[2] * bump];
  });
  const door = radius * 0.93;
  plaster.add(porch(1.15, 2.15, 0.9), matrixOf({ at: [0, 0, door] }));
  const dark = sheet((s, t) => [(s - 0.5) * 1.2, t * 2.1, 0], 1, 1).add(sheet((s, t) => [(s - 0.5) * 1.2, t * 2.1, 0], 1, 1));
  const metal = new Soup();
  const darkAll = new Soup().add(dark, matrixOf({ at: [0, -0.02, door + 0.18] }));
  for (const deg of [52, -48, 128]) {
    const a = (deg * Math.PI) / 180;
    const place = matrixOf({ at: [Math.sin(a) * radius * 0.9, 1.55, Math.cos(a) * radius * 0.9], yawDeg: deg, pitchDeg: 78 });
    plaster.add(
      lathe(
        [
          [0.5, -0.25],
          [0.46, 0.2],
          [0.3, 0.2],
          [0.28, 0.02],
        ],
        14,
      ),
      place,
    );
    darkAll.add(
      lathe(
        [
          [0.3, 0.05],
          [0, 0.05],
        ],
        14,
      ),
      place,
    );
  }
  plaster.add(
    lathe(
      [
        [0.75, -0.2],
        [0.6, 0.28],
        [0.42, 0.3],
        [0.4, 0.1],
      ],
      18,
    ),
    matrixOf({ at: [0, radius * 0.8 + 0.38, 0] }),
  );
  metal.add(
    lathe(
      [
        [0.36, 0],
        [0.34, 0.55],
        [0.5, 0.62],
        [0.5, 0.7],
        [0.16, 0.9],
        [0, 0.9],
      ],
      16,
    ),
    matrixOf({ at: [0, radius * 0.8 + 0.5, 0] }),
  );
  metal.add(
    tube(
      [
        [radius * 0.7, 0.2, -radius * 0.75],
        [radius * 0.72, radius * 0.62, -radius * 0.45],
        [radius * 0.5, radius * 1.12, -radius * 0.3],
        [radius * 0.5, radius * 1.3, -radius * 0.3],
      ],
      0.07,
      8,
    ),
  );
  return { plaster, dark: darkAll, metal };
}

/** Rounded arch frame, `w` × `h` opening, `d` deep, opening along +Z. */
function porch(w: number, h: number, d: number): Soup {
  const outline: [number, number][] = [
    [-w / 2, -0.6],
    [-w / 2, h - w / 2],
  ];
  for (let i = 1; i <= 7; i++) outline.push([-Math.cos((i / 8) * Math.PI) * (w / 2), h - w / 2 + Math.sin((i / 8) * Math.PI) * (w / 2)]);
  outline.push([w / 2, h - w / 2], [w / 2, -0.6]);
  const thick = 0.28;
  const outer = outline.map(([x, y]): [number, number] => [
    x * (1 + (2 * thick) / w),
    y > h - w / 2 ? h - w / 2 + (y - (h - w / 2)) * (1 + (2 * thick) / w) : y,
  ]);
  const soup = new Soup();
  for (let i = 0; i + 1 < outline.length; i++) {
    const [a, b, c, e] = [outline[i], outline[i + 1], outer[i], outer[i + 1]];
    const at = ([x, y]: [number, number], z: number): Vec3 => [x, y, z];
    soup.quad(at(a, d), at(b, d), at(e, d), at(c, d));
    soup.quad(at(c, d), at(e, d), at(e, -0.6), at(c, -0.6));
    soup.quad(at(b, d), at(a, d), at(a, 0), at(b, 0));
  }
  const flipped = new Soup();
  for (let t = 0; t < soup.triangleCount; t++) {
    const corner = (k: number): Vec3 => soup.positions.slice((t * 3 + k) * 3, (t * 3 + k) * 3 + 3) as unknown as Vec3;
    flipped.triangle(corner(0), corner(2), corner(1));
  }
  return flipped.boxUv();
}

/** Crumbling garden wall along an arc, thickness 0.45 m, height about `height`, from angle `from` to `to` degrees (bearing-like, about the origin). */
export function brokenWall(radius: number, from: number, to: number, height: number, seed: number): Soup {
  const noise = createNoise(seed);
  const pieces = Math.max(8, Math.round(((to - from) / 360) * 2 * Math.PI * radius * 3));
  const at = (t: number, r: number, y: number): Vec3 => {
    const a = ((from + (to - from) * t) * Math.PI) / 180;
    return [Math.sin(a) * r, y, -Math.cos(a) * r];
  };
  const course = 0.17; // bricks fall a course at a time
  const top = (t: number): number =>
    Math.max(
      1,
      Math.round((height * (0.78 + 0.7 * noise.fbm2(t * 5, 2.2, { octaves: 3 })) * Math.min(1, 6 * t + 0.3, 6 * (1 - t) + 0.3)) / course),
    ) * course;
  const soup = new Soup();
  for (let i = 0; i < pieces; i++) {
    const [t0, t1] = [i / pieces, (i + 1) / pieces];
    const [h0, h1] = [top(t0), top(t1)];
    const [inner, outer, lip] = [radius, radius + 0.45, 0.06];
    soup.quad(at(t1, inner - lip, -0.6), at(t0, inner - lip, -0.6), at(t0, inner, h0), at(t1, inner, h1));
    soup.quad(at(t0, outer + lip, -0.6), at(t1, outer + lip, -0.6), at(t1, outer, h1), at(t0, outer, h0));
    soup.quad(at(t1, inner, h1), at(t0, inner, h0), at(t0, outer, h0), at(t1, outer, h1));
  }
  soup.quad(at(0, radius + 0.45, -0.6), at(0, radius + 0.45, top(0)), at(0, radius, top(0)), at(0, radius, -0.6));
  soup.quad(at(1, radius, -0.6), at(1, radius, top(1)), at(1, radius + 0.45, top(1)), at(1, radius + 0.45, -0.6));
  return soup.boxUv().tint((p) => (p[1] > height * 0.6 ? [1.2, 1.18, 1.15] : [1.1, 1.06, 1.02]));
}

/** Work table of planks on trestles, 2.2 × 0.8 × 0.85 m. */
export function trestleTable(): Soup {
  const soup = new Soup();
  for (const z of [-0.27, 0, 0.27]) soup.add(box([2.2, 0.05, 0.25], 0.008).boxUv([z * 3, z * 7]), matrixOf({ at: [0, 0.8, z] }));
  for (const x of [-0.85, 0.85])
    for (const s of [-1, 1]) soup.add(box([0.07, 0.86, 0.09]), matrixOf({ at: [x, -0.02, s * 0.26], pitchDeg: s * -10 }), [0.8, 0.8, 0.8]);
  return soup;
}
