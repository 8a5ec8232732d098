import type { Vec3 } from '../../../src/core/vec.ts';
import type { SceneWriter } from '../kit/scene-writer.ts';
import { lathe, matrixOf, type Placement, tube } from '../kit/shapes.ts';
import { Soup } from '../kit/soup.ts';
import { brokenWall, domeHut, trestleTable } from './buildings.ts';
import { awning, cable, crate, dish, drum, equipmentCase, latticeMast, utilityPole, vaporator } from './props.ts';
import { fromBearing, groundHeight } from './terrain.ts';

/** Placement on the ground at a bearing and distance. */
function on(deg: number, r: number, more: Omit<Placement, 'at'> & { lift?: number } = {}): Placement {
  const [x, z] = fromBearing(deg, r);
  const { lift = 0, ...rest } = more;
  return { at: [x, groundHeight(x, z) + lift, z], ...rest };
}

/** The outpost: huts and masts to the north-west, a trader's awning close by in the west, a fallen dish in the east, a line of poles leading off. */
export function buildCamp(scene: SceneWriter): void {
  placeHuts(scene);
  placeAwning(scene);
  placeMasts(scene);
  placePowerLine(scene);
  placeStores(scene);
}

function placeHuts(scene: SceneWriter): void {
  const hut = domeHut(4.2, 61);
  const huts = [
    on(-36, 27, { yawDeg: 14 }),
    on(-21, 37, { yawDeg: -6, scale: 1.15 }),
    on(-51, 36, { yawDeg: 40, scale: 0.85 }),
    on(-128, 24, { yawDeg: 120 }),
  ];
  scene.place('hut', hut.plaster.finish(44), 'plaster', huts);
  scene.place('hut-openings', hut.dark.finish(30), 'dark', huts, false);
  scene.place('hut-fittings', hut.metal.finish(40), 'metal', huts, false);
  scene.place(
    'garden-wall',
    brokenWall(17.5, -42, -13, 1.5, 63)
      .displace((p) => [p[0], p[1] + groundHeight(p[0], p[2]), p[2]])
      .finish(35),
    'plaster',
  );
}

function placeAwning(scene: SceneWriter): void {
  const feet: readonly [number, number, number][] = [
    [-97, 7.6, 2.5],
    [-63, 7.2, 2.6],
    [-66, 11.2, 3.3],
    [-90, 11.6, 3.2],
  ];
  const heads = feet.map(([deg, r, h]): Vec3 => {
    const [x, z] = fromBearing(deg, r);
    return [x, groundHeight(x, z) + h, z];
  }) as [Vec3, Vec3, Vec3, Vec3];
  scene.place('awning', awning(heads, 0.42, 18, 12).finish(80), 'canvas');
  const poles = new Soup();
  const ropes = new Soup();
  heads.forEach((head, i) => {
    const foot: Vec3 = [head[0] * 1.01, head[1] - feet[i][2] - 0.3, head[2] * 1.01];
    poles.add(tube([foot, [head[0], head[1] + 0.18, head[2]]], 0.055, 7));
    const [gx, gz] = fromBearing(feet[i][0] + (i === 0 || i === 3 ? -9 : 9), feet[i][1] + (i > 1 ? 2.2 : 0.5));
    ropes.add(cable(head, [gx, groundHeight(gx, gz), gz], 0.05, 0.012, 3));
  });
  scene.place('awning-poles', poles.finish(50), 'wood');
  const hem = cable(heads[0], heads[1], 0.75, 0.014, 14);
  const bulbs: Placement[] = Array.from({ length: 6 }, (_, i) => {
    const t = (i + 0.7) / 6.4;
    const at = (k: 0 | 1 | 2): number => heads[0][k] + (heads[1][k] - heads[0][k]) * t;
    return { at: [at(0), at(1) - 0.75 * 4 * t * (1 - t) - 0.09, at(2)] };
  });
  scene.place('awning-ropes', ropes.add(hem).finish(70), 'cable', undefined, false);
  scene.place(
    'bulb',
    lathe(
      [
        [0, -0.09],
        [0.05, -0.07],
        [0.065, -0.02],
        [0.03, 0.05],
        [0, 0.06],
      ],
      8,
    ).finish(70),
    'bulb',
    bulbs,
    false,
  );
  const [lx, lz] = fromBearing(-79, 8.8);
  scene.light({ name: 'awning-lamp', at: [lx, 2.05, lz], color: [1, 0.62, 0.28], intensity: 5, rangeM: 14 });
  const [tx, tz] = fromBearing(-83, 9.4);
  const table: Placement = { at: [tx, groundHeight(tx, tz), tz], yawDeg: 96 };
  scene.place('table', trestleTable().finish(30), 'wood', [table]);
}

function placeMasts(scene: SceneWriter): void {
  scene.place('vaporator', vaporator().finish(40), 'bone', [
    on(-7, 21, { yawDeg: 20 }),
    on(-43, 17.5, { yawDeg: 50 }),
    on(3, 42),
    on(-29, 58, { scale: 1.2 }),
    on(-15, 66, { scale: 1.3 }),
  ]);
  const tower = on(-30, 44);
  scene.place('comms-tower', latticeMast(24, 2.6).finish(40), 'brick', [tower]);
  const bowl = dish(1.5, 20).finish(50);
  scene.place('tower-dish', bowl, 'bone', [
    { at: [tower.at[0] + 0.3, tower.at[1] + 23.6, tower.at[2]], pitchDeg: 62, yawDeg: 30 },
    { at: [tower.at[0] - 0.4, tower.at[1] + 17.5, tower.at[2] + 0.8], pitchDeg: 74, yawDeg: -80, scale: 0.6 },
  ]);
  scene.place('fallen-dish', dish(3.6, 36).finish(50), 'bone', [on(89, 11.6, { yawDeg: 250, pitchDeg: 58, rollDeg: 12, lift: 0.95 })]);
  const mount = new Soup().add(
    lathe(
      [
        [0.9, -0.4],
        [0.9, 0.35],
        [0.75, 0.5],
        [0.4, 0.55],
        [0.36, 1.5],
        [0.5, 1.6],
        [0.5, 1.8],
        [0, 1.85],
      ],
      16,
    ),
  );
  scene.place('dish-mount', mount.finish(35), 'metal', [on(99, 13.2, { rollDeg: -16, pitchDeg: 8 })]);
}

function placePowerLine(scene: SceneWriter): void {
  const poles = Array.from(
    { length: 8 },
    (_, i): Placement => on(30 - 20 / (i + 1.2), 10.5 + i * 23, { yawDeg: -26 + i * 1.5, rollDeg: [3, -2, 5, -4, 2, -6, 3, -2][i] }),
  );
  scene.place('utility-pole', utilityPole().finish(40), 'wood', poles);
  const wires = new Soup();
  for (let i = 0; i + 1 < 5; i++)
    for (const s of [-1, 1]) {
      const end = (p: Placement): Vec3 => {
        const m = matrixOf(p);
        const local = [s, 7.05, 0.14];
        return [0, 1, 2].map((c) => m[c] * local[0] + m[4 + c] * local[1] + m[8 + c] * local[2] + m[12 + c]) as unknown as Vec3;
      };
      wires.add(cable(end(poles[i]), end(poles[i + 1]), 1.1, 0.014 + i * 0.006, 8));
    }
  scene.place('wires', wires.finish(70), 'cable', undefined, false);
}

/** Crates, cases and drums in the places where people would have set them down. */
function placeStores(scene: SceneWriter): void {
  const big = crate([1.2, 0.8, 0.8]).finish(30);
  const small = crate([0.7, 0.5, 0.5]).finish(30);
  scene.place('crate', big, 'wood', [
    on(-72, 7.4, { yawDeg: 62 }),
    on(-76, 8.1, { yawDeg: 75 }),
    on(-69.5, 8.4, { yawDeg: 58 }),
    on(-73, 7.6, { yawDeg: 80, lift: 0.8 }),
    on(-34, 22.5, { yawDeg: 10 }),
    on(33, 9.2, { yawDeg: 25, rollDeg: 7, lift: -0.1 }),
  ]);
  scene.place('small-crate', small, 'wood', [
    on(-66, 7.7, { yawDeg: 20 }),
    on(-70.5, 8.3, { yawDeg: 40, lift: 0.8 }),
    on(-32, 22.2, { yawDeg: 50 }),
    on(29, 8.7, { yawDeg: 70 }),
    on(-83, 9.4, { yawDeg: 100, lift: 0.86, scale: 0.55 }),
  ]);
  scene.place('case', equipmentCase([1.05, 0.55, 0.6]).finish(30), 'teal', [
    on(-56, 7.3, { yawDeg: 30 }),
    on(-54, 7.9, { yawDeg: 48 }),
    on(-55.2, 7.6, { yawDeg: 38, lift: 0.55 }),
    on(36, 8.7, { yawDeg: -30 }),
    on(-80, 10.4, { yawDeg: 85 }),
  ]);
  scene.place('case-long', equipmentCase([1.7, 0.42, 0.5]).finish(30), 'ochre', [
    on(-51, 8.8, { yawDeg: 70 }),
    on(-92, 9.9, { yawDeg: 5 }),
  ]);
  scene.place('drum', drum(14).finish(40), 'brick', [
    on(-46, 8.3),
    on(-44.2, 8.9, { yawDeg: 70 }),
    on(-41, 8.4, { pitchDeg: 88, yawDeg: 35, lift: 0.27 }),
    on(-26, 24),
    on(-25, 24.6, { yawDeg: 40 }),
    on(95, 9.3, { pitchDeg: 86, yawDeg: 120, lift: 0.22 }),
  ]);
  scene.place('drum-teal', drum(14).finish(40), 'teal', [on(-47.5, 9.1, { yawDeg: 130 }), on(-27.2, 24.9), on(-98, 8.6, { yawDeg: 25 })]);
}
