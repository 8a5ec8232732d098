import { createRng } from '../../../src/core/rng.ts';
import { encodeHdr, makeLatLong } from '../kit/hdr.ts';
import { mix, smoothstep } from '../kit/noise.ts';
import { SceneWriter } from '../kit/scene-writer.ts';
import type { Placement } from '../kit/shapes.ts';
import { createSky, type Sky } from '../kit/sky.ts';
import {
  canvasTexture,
  plasterTexture,
  rustTexture,
  sandTexture,
  strataTexture,
  weatheredWoodTexture,
} from '../textures/desert-textures.ts';
import { buildCamp } from './camp.ts';
import { type MesaSpec, mesa, range } from './landmarks.ts';
import { boulder, deadTree, tussock } from './nature.ts';
import { PAINT } from './props.ts';
import { bearingDeg, fromBearing, groundHeight, groundRings, hazePicture } from './terrain.ts';
import { hullShard, wreckedFreighter } from './wreck.ts';

export const DESERT_SUN = { azimuthDeg: -64, elevationDeg: 11 };

const MESAS: readonly MesaSpec[] = [
  { seed: 1, bearingDeg: -9, distanceM: 2600, radiusM: [520, 330], heightM: 330, segments: 80 },
  { seed: 2, bearingDeg: 15, distanceM: 1750, radiusM: [95, 80], heightM: 235, segments: 56 },
  { seed: 3, bearingDeg: 24, distanceM: 4300, radiusM: [900, 450], heightM: 420, segments: 64 },
  { seed: 4, bearingDeg: -33, distanceM: 5200, radiusM: [620, 420], heightM: 520, segments: 56 },
  { seed: 5, bearingDeg: -21, distanceM: 3700, radiusM: [85, 75], heightM: 330, segments: 40 },
  { seed: 6, bearingDeg: 58, distanceM: 2300, radiusM: [430, 300], heightM: 290, segments: 72 },
  { seed: 7, bearingDeg: 83, distanceM: 1500, radiusM: [120, 100], heightM: 210, segments: 52 },
  { seed: 8, bearingDeg: 99, distanceM: 3400, radiusM: [700, 360], heightM: 380, segments: 52 },
  { seed: 9, bearingDeg: -88, distanceM: 3000, radiusM: [330, 300], heightM: 300, segments: 56 },
  { seed: 10, bearingDeg: -50, distanceM: 7800, radiusM: [1100, 600], heightM: 560, segments: 44 },
  { seed: 12, bearingDeg: 41, distanceM: 7000, radiusM: [500, 400], heightM: 640, segments: 36 },
  { seed: 13, bearingDeg: 150, distanceM: 3800, radiusM: [900, 500], heightM: 380, segments: 36 },
  { seed: 14, bearingDeg: -140, distanceM: 3100, radiusM: [500, 400], heightM: 320, segments: 36 },
];

/** Sky of the scene; sunlit sand comes out near 0.5 scene-linear. */
export function desertSky(): Sky {
  return createSky({
    seed: 5,
    sunAzimuthDeg: DESERT_SUN.azimuthDeg,
    sunElevationDeg: DESERT_SUN.elevationDeg,
    mie: 8e-6,
    intensity: 7.2,
    cloudCover: 0.4,
  });
}

/** Sky above, warm ground below (light bounced off the sand), as Radiance .hdr. */
export function desertEnvironment(sky: Sky): Uint8Array {
  const ground = [0.3, 0.17, 0.08];
  return encodeHdr(
    makeLatLong(1024, 512, (x, y, z) => {
      if (y >= 0.0) return sky.radiance(x, Math.max(y, 0.002), z);
      const haze = sky.horizon(bearingDeg(x, z));
      const t = smoothstep(0, -0.06, y);
      return [0, 1, 2].map((c) => mix(Math.min(1.6, haze[c]), ground[c], t));
    }),
  );
}

/** The whole scene; parts are placed by compass bearing and distance from the stage centre. */
export async function buildDesertOutpost(sky: Sky): Promise<SceneWriter> {
  const scene = new SceneWriter('desert-outpost');
  const [sand, strata, rust, plaster, canvas, wood] = await Promise.all([
    sandTexture(),
    strataTexture(),
    rustTexture(),
    plasterTexture(),
    canvasTexture(),
    weatheredWoodTexture(),
  ]);
  const haze = await hazePicture(sky);
  const hazy = {
    emissive: [haze.peak, haze.peak, haze.peak] as const,
    emissivePicture: { bytes: haze.png, mime: 'image/png' as const },
    emissiveUv: 1 as const,
  };
  scene.material({ name: 'sand', textures: sand, roughness: 0.95 });
  scene.material({ name: 'plain', textures: sand, tileM: 36, normalScale: 0.6, roughness: 0.97, ...hazy });
  scene.material({ name: 'cliff', textures: strata, tileM: 170, roughness: 0.93, ...hazy });
  scene.material({ name: 'boulder', textures: strata, tileM: 9, normalScale: 0.35, roughness: 0.9 });
  scene.material({ name: 'plaster', textures: plaster, roughness: 0.93 });
  scene.material({ name: 'canvas', textures: canvas, roughness: 0.9, doubleSided: true });
  scene.material({ name: 'wood', textures: wood, roughness: 0.88 });
  scene.material({ name: 'hull', textures: rust, tileM: 5, color: [0.7, 0.74, 0.76], doubleSided: true });
  scene.material({ name: 'metal', textures: rust });
  for (const [name, color] of Object.entries(PAINT)) scene.material({ name, textures: rust, color });
  scene.material({ name: 'grass', roughness: 0.9, doubleSided: true });
  scene.material({ name: 'dark', color: [0.012, 0.01, 0.009], roughness: 1 });
  scene.material({ name: 'cable', color: [0.03, 0.028, 0.026], roughness: 0.7 });
  scene.material({ name: 'bulb', color: [0.9, 0.7, 0.4], roughness: 0.4, emissive: [4, 2.1, 0.75] });

  scene.place('ground-near', groundRings(0, 60, 22, 112, false), 'sand');
  scene.place('ground-far', groundRings(60, 42_000, 26, 112, true), 'plain', undefined, false);
  for (const spec of MESAS) scene.place(`mesa-${spec.seed}`, mesa(spec), 'cliff', undefined, false);
  scene.place('range-north', range(71, -75, 62, 19_000, 1150, 150), 'cliff', undefined, false);
  scene.place('range-far', range(72, 20, 175, 27_000, 1500, 110), 'cliff', undefined, false);
  scene.place('range-south', range(73, 165, 300, 24_000, 1300, 70), 'cliff', undefined, false);

  placeWreck(scene);
  placeNature(scene);
  buildCamp(scene);
  scene.bakeOcclusion({ rays: 28, reachM: 2.6, power: 1.15, bounce: [0.26, 0.17, 0.1] }, 150);
  return scene;
}

function placeWreck(scene: SceneWriter): void {
  const { skin, bones, bells } = wreckedFreighter();
  const [x, z] = fromBearing(35, 74);
  const at: Placement = { at: [x, groundHeight(x, z) + 1.6, z], yawDeg: 34, pitchDeg: -5, rollDeg: 13 };
  scene.place('wreck-skin', skin.finish(25), 'hull', [at]);
  scene.place('wreck-frames', bones.finish(50), 'hull', [at]);
  scene.place('wreck-engines', bells.finish(40), 'hull', [at]);
  const shards = (
    [
      [28, 38, 40, 22],
      [44, 30, 110, -16],
      [22, 55, 200, 34],
      [57, 52, 300, 20],
      [17, 27, 75, -25],
    ] as const
  ).map(([deg, r, yawDeg, rollDeg]): Placement => {
    const [sx, sz] = fromBearing(deg, r);
    return { at: [sx, groundHeight(sx, sz) - 0.35, sz], yawDeg, rollDeg, pitchDeg: 9, scale: 0.7 + (r % 7) * 0.08 };
  });
  scene.place('hull-shard', hullShard().finish(40), 'hull', shards);
}

function placeNature(scene: SceneWriter): void {
  const rng = createRng(4242);
  const on = (deg: number, r: number, sink: number, scale: Placement['scale'], yawDeg: number): Placement => {
    const [x, z] = fromBearing(deg, r);
    return { at: [x, groundHeight(x, z) - sink, z], yawDeg, pitchDeg: (rng() - 0.5) * 16, scale: scale ?? 1 };
  };
  // Near groups by hand: they frame the views to the north-east, east and north.
  const groups: readonly (readonly [number, number, number])[] = [
    [51, 7.3, 0.95],
    [58, 8.6, 1.6],
    [64, 7, 0.5],
    [48, 9.4, 0.75],
    [17, 8.4, 0.42],
    [21, 8.9, 0.7],
    [-12, 9.3, 0.5],
    [-8, 10.5, 0.85],
    [104, 7.8, 1.5],
    [111, 8.8, 2.1],
    [-100, 8.2, 0.9],
    [150, 9, 1.4],
    [-150, 10, 1.6],
  ];
  const meshes = [boulder(11, 3), boulder(12, 3), boulder(13, 3)];
  meshes.forEach((mesh, m) => {
    const near = groups
      .filter((_, i) => i % 3 === m)
      .map(([deg, r, s]) => on(deg, r, 0.18 * s, [s, s * (0.75 + rng() * 0.4), s], rng() * 360));
    scene.place(`boulder-${m}`, mesh, 'boulder', near);
  });
  const stones: Placement[] = [];
  for (let i = 0; i < 44; i++) {
    const r = 6.9 + rng() ** 2 * 60;
    const s = 0.09 + rng() ** 3 * (0.35 + r / 40);
    stones.push(on(rng() * 360, r, 0.08 * s, [s * 1.2, s, s], rng() * 360));
  }
  scene.place('stone-a', boulder(21, 2), 'boulder', stones.slice(0, 22), false);
  scene.place('stone-b', boulder(22, 2), 'boulder', stones.slice(22), false);
  const tufts: Placement[] = [];
  for (const [deg, r] of groups)
    for (let i = 0; i < 2; i++)
      tufts.push(on(deg + (rng() - 0.5) * 14, Math.max(7, r - 0.2 + rng() * 1.1), 0, 0.7 + rng() * 0.7, rng() * 360));
  for (let i = 0; i < 40; i++) tufts.push(on(rng() * 360, 7 + rng() ** 1.6 * 34, 0, 0.6 + rng() * 0.9, rng() * 360));
  scene.place('tussock-a', tussock(31, 26), 'grass', tufts.slice(0, 33), false);
  scene.place('tussock-b', tussock(32, 20), 'grass', tufts.slice(33), false);
  scene.place('dead-tree', deadTree(52, 4.6), 'wood', [on(74, 9.2, 0.1, 1, 200), on(-121, 16, 0.1, 1.2, 40)]);
}
