import type { Vec2, Vec3 } from '../../../src/core/vec.ts';
import { clamp01, createNoise, mix, smoothstep } from '../kit/noise.ts';
import type { Sky } from '../kit/sky.ts';
import { type IndexedMesh, Soup } from '../kit/soup.ts';
import { makeGradientPng, type Rgb } from '../kit/texture.ts';

/** Distance over which haze swallows 63 % of what lies behind it, metres. */
const HAZE_M = 13_000;
const noise = createNoise(7001);

/** Bearing of a point from the stage, degrees clockwise from north (−Z). */
export const bearingDeg = (x: number, z: number): number => (Math.atan2(x, -z) * 180) / Math.PI;
/** Point at a bearing and distance. */
export const fromBearing = (deg: number, r: number): Vec2 => [r * Math.sin((deg * Math.PI) / 180), -r * Math.cos((deg * Math.PI) / 180)];

/**
 * Ground height in metres: level under the stage, low dunes about it, then the edge of a plateau and a plain 45 m below
 * that runs to the horizon.
 */
export function groundHeight(x: number, z: number): number {
  const r = Math.hypot(x, z);
  const near = smoothstep(9, 55, r);
  const dunes = noise.fbm2(x / 46, z / 46, { octaves: 4 }) * 1.5 + noise.fbm2(x / 9, z / 9, { octaves: 2 }) * 0.22;
  const berm = smoothstep(26, 58, r) * (1 - smoothstep(58, 120, r)) * noise.fbm2(x / 30 + 9, z / 30, { octaves: 3 }) * 1.1;
  const edge = 190 + 90 * noise.fbm2(x / 160, z / 160 + 3, { octaves: 4 });
  const fall = smoothstep(edge, edge + 340, r);
  const plain =
    noise.fbm2(x / 900, z / 900, { octaves: 5 }) * 16 + noise.ridged2(x / 2600, z / 2600, { octaves: 4 }) * 12 * smoothstep(600, 3000, r);
  return -0.03 + near * (dunes + berm) * (1 - 0.6 * fall) - 46 * fall + plain * fall;
}

/** How much light of something at a distance is replaced by haze, 0..1. */
export const hazeAt = (distanceM: number): number => 1 - Math.exp(-distanceM / HAZE_M);

/** Second UV set of distant surfaces: bearing and haze; the haze picture below is read with it. */
export function hazeUv(p: Vec3): Vec2 {
  return [bearingDeg(p[0], p[2]) / 360 + 0.5, hazeAt(Math.hypot(p[0], p[1], p[2]))];
}

/** Vertex colour factor of a distant surface: what haze lets through, blue less than red. */
export function hazeTint(p: Vec3): Rgb {
  const through = 1 - hazeAt(Math.hypot(p[0], p[1], p[2]));
  return [through, through ** 1.06, through ** 1.18];
}

/**
 * In-scattered haze as an emissive picture over `hazeUv`: with `hazeTint` it gives exact aerial perspective for an eye near the stage,
 * in plain core glTF. @returns the PNG and its peak, the emissive factor.
 */
export async function hazePicture(sky: Sky): Promise<{ png: Uint8Array; peak: number }> {
  const limit = 1.6; // the band about the sun would otherwise take all the 8-bit codes
  const horizon = (u: number): Rgb => sky.horizon((u - 0.5) * 360).map((v) => Math.min(v, limit)) as unknown as Rgb;
  const png = await makeGradientPng(512, (u, v) => {
    const h = horizon(u);
    const density: Rgb = [v * 0.93, v * 0.97, 1 - (1 - v) ** 1.12];
    return [(h[0] / limit) * density[0], (h[1] / limit) * density[1], (h[2] / limit) * density[2]];
  });
  return { png, peak: limit };
}

/** Large-scale colour of the ground, a factor on the sand texture. */
export function groundTint(x: number, z: number): Rgb {
  const r = Math.hypot(x, z);
  const patch = noise.fbm2(x / 14, z / 14 + 50, { octaves: 4 });
  const wide = noise.fbm2(x / 420, z / 420, { octaves: 4 });
  const scrub = smoothstep(0.02, 0.4, noise.fbm2(x / 240 + 8, z / 170, { octaves: 5 })) * smoothstep(180, 500, r);
  const wash = smoothstep(0.72, 0.93, noise.ridged2(x / 1300 + 4, z / 900, { octaves: 4 })) * smoothstep(300, 900, r);
  const base = 0.84 + patch * 0.2 + wide * 0.25 * smoothstep(60, 500, r);
  const red: Rgb = [1.0, mix(1, 0.8, clamp01(0.5 + wide)), mix(1, 0.62, clamp01(0.5 + wide))];
  const dark = mix(1, 0.5, scrub);
  const pale = 1 + 0.25 * wash;
  return [base * red[0] * dark * pale, base * red[1] * dark * pale * mix(1, 1.02, scrub), base * red[2] * dark * pale];
}

/** Rings about the origin from `innerM` to `outerM`, each wider than the last by the same factor: detail falls with distance. */
export function groundRings(innerM: number, outerM: number, rings: number, segments: number, far: boolean): IndexedMesh {
  const soup = new Soup();
  const radius = (k: number): number =>
    k === 0 && innerM === 0 ? 0 : Math.max(innerM, 1.2) * (outerM / Math.max(innerM, 1.2)) ** (k / rings);
  const point = (i: number, k: number): Vec3 => {
    const [x, z] = fromBearing((i / segments) * 360 - 180, radius(k));
    return [x, groundHeight(x, z), z];
  };
  for (let k = 0; k < rings; k++)
    for (let i = 0; i < segments; i++) {
      const corners = [point(i, k), point(i, k + 1), point(i + 1, k + 1), point(i + 1, k)] as const;
      const uv = corners.map((p): Vec2 => [p[0], p[2]]) as unknown as readonly [Vec2, Vec2, Vec2, Vec2];
      const [a, b, c, d] = corners;
      soup.triangle(a, c, b, uv[0], uv[2], uv[1]);
      if (radius(k) > 0) soup.triangle(a, d, c, uv[0], uv[3], uv[2]);
    }
  soup.tint((p) => {
    const tint = groundTint(p[0], p[2]);
    const haze = far ? hazeTint(p) : ([1, 1, 1] as const);
    return [tint[0] * haze[0], tint[1] * haze[1], tint[2] * haze[2]];
  });
  return soup.finish(180, far ? hazeUv : undefined);
}
