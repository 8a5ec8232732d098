import type { Vec3 } from '../../../src/core/vec.ts';
import { clamp01, createNoise, mix, smoothstep } from '../kit/noise.ts';
import { type IndexedMesh, Soup } from '../kit/soup.ts';
import type { Rgb } from '../kit/texture.ts';
import { fromBearing, groundHeight, hazeTint, hazeUv } from './terrain.ts';

export interface MesaSpec {
  readonly seed: number;
  readonly bearingDeg: number;
  readonly distanceM: number;
  /** Half width across and along the line of sight, metres, at the foot of the cliff. */
  readonly radiusM: readonly [across: number, along: number];
  readonly heightM: number;
  readonly segments: number;
}

/** Sandstone bands by height, shared by all mesas as one deposit: cream, orange, deep red. */
function stratumColor(heightM: number, noise: ReturnType<typeof createNoise>): Rgb {
  const band = noise.fbm2(3.3, heightM / 44, { octaves: 4, gain: 0.7 });
  const pale = smoothstep(0.12, 0.36, band);
  const dark = smoothstep(-0.1, -0.36, band);
  const base: Rgb = [mix(mix(1.02, 1.16, pale), 0.8, dark), mix(mix(0.95, 1.24, pale), 0.62, dark), mix(mix(0.9, 1.25, pale), 0.55, dark)];
  return base;
}

const deposit = createNoise(8100);

/** A table mountain: talus slope, fluted cliff with ledges, a second smaller step, an eroded flat top. */
export function mesa(spec: MesaSpec): IndexedMesh {
  const noise = createNoise(spec.seed);
  const [cx, cz] = fromBearing(spec.bearingDeg, spec.distanceM);
  const [ax, az] = fromBearing(spec.bearingDeg + 90, 1);
  const base = groundHeight(cx, cz) - 6;
  // Rows: share of the height, outset of the foot in heights (negative = inset by share of the radius), strength of the flutes.
  const rows: readonly (readonly [number, number, number])[] = [
    [0, 0.95, 0.25],
    [0.08, 0.66, 0.4],
    [0.2, 0.34, 0.7],
    [0.34, 0.1, 1],
    [0.38, 0.02, 1],
    [0.56, 0, 1],
    [0.6, -0.03, 1],
    [0.76, -0.045, 0.95],
    [0.79, -0.1, 0.85],
    [0.94, -0.115, 0.8],
    [0.985, -0.14, 0.7],
    [1.0, -0.3, 0.4],
    [1.005, -1, 0],
  ];
  const point = (i: number, k: number): Vec3 => {
    const a = (i / spec.segments) * Math.PI * 2;
    const [h, outset, flute] = rows[k];
    const [c, s] = [Math.cos(a), Math.sin(a)];
    const broad = noise.fbm2(c * 1.3 + 5, s * 1.3, { octaves: 3 });
    const flutes = noise.ridged2(c * 4.2, s * 4.2 + h * 0.3, { octaves: 3 }) - 0.5;
    const gully = noise.fbm2(c * 9 + 2, s * 9 + h * 0.8, { octaves: 2 });
    const shrink = outset <= -1 ? 0.02 : 1 + Math.min(0, outset);
    const out = Math.max(0, outset) * spec.heightM * (1 + 0.3 * gully);
    const shape = 1 + 0.34 * broad + (flutes * 0.2 + gully * 0.06) * flute;
    const across = (spec.radiusM[0] * shrink * shape + out) * c;
    const along = (spec.radiusM[1] * shrink * shape + out) * s;
    const notch = Math.max(0, noise.fbm2(c * 5 + 31, s * 5, { octaves: 3 }) - 0.12) * 0.5;
    const top = h > 0.7 ? noise.fbm2(c * 2 + 11, s * 2, { octaves: 4 }) * 0.09 - notch * (h > 0.9 ? 1 : 0.4) : 0;
    const x = cx + ax * across - (cx / spec.distanceM) * along;
    const z = cz + az * across - (cz / spec.distanceM) * along;
    return [x, base + spec.heightM * (h + top), z];
  };
  const soup = new Soup();
  const reach = Math.max(...spec.radiusM);
  for (let k = 0; k + 1 < rows.length; k++)
    for (let i = 0; i < spec.segments; i++) {
      const u0 = (i / spec.segments) * reach * 5.5;
      const u1 = ((i + 1) / spec.segments) * reach * 5.5;
      const [v0, v1] = [-rows[k][0] * spec.heightM, -rows[k + 1][0] * spec.heightM];
      soup.quad(point(i, k), point((i + 1) % spec.segments, k), point((i + 1) % spec.segments, k + 1), point(i, k + 1), [
        [u0, v0],
        [u1, v0],
        [u1, v1],
        [u0, v1],
      ]);
    }
  soup.tint((p, n) => {
    const share = clamp01((p[1] - base) / spec.heightM);
    const cliff = clamp01(1 - Math.abs(n[1]) * 1.3);
    const stratum = stratumColor(p[1], deposit);
    const talus: Rgb = [0.8, 0.72, 0.68];
    const foot = mix(0.8, 1, smoothstep(0, 0.4, share));
    const rock = [0, 1, 2].map((c) => mix(talus[c], stratum[c], smoothstep(0.24, 0.4, share) * (0.35 + 0.65 * cliff)) * foot * 0.78);
    const haze = hazeTint(p);
    return [rock[0] * haze[0], rock[1] * haze[1], rock[2] * haze[2]];
  });
  return soup.finish(46, hazeUv);
}

/** A mountain range as a ridged strip along an arc of bearings, facing the stage. */
export function range(seed: number, fromDeg: number, toDeg: number, distanceM: number, heightM: number, segments: number): IndexedMesh {
  const noise = createNoise(seed);
  const rows = 5;
  const point = (i: number, k: number): Vec3 => {
    const t = i / segments;
    const bearing = fromDeg + (toDeg - fromDeg) * t;
    const arc = ((bearing * Math.PI) / 180) * distanceM;
    const ends = smoothstep(0, 0.12, t) * smoothstep(1, 0.88, t);
    const s = k / rows;
    const crest =
      0.45 +
      0.75 * noise.ridged2(arc / (heightM * 7), 1.7, { octaves: 5, gain: 0.48 }) +
      0.4 * noise.fbm2(arc / (heightM * 16), 4, { octaves: 3 });
    const spur = noise.fbm2(arc / (heightM * 1.7) + s * 0.9, s * 2.2 + 7, { octaves: 4 });
    const depth = s * heightM * 3.2 + spur * heightM * 1.5 * (1 - s) * smoothstep(0, 0.3, s + 0.2);
    const [x, z] = fromBearing(bearing, distanceM + depth);
    return [x, -60 + heightM * crest * ends * s ** 1.25, z];
  };
  const soup = new Soup();
  for (let k = 0; k < rows; k++)
    for (let i = 0; i < segments; i++) {
      const corner = (di: number, dk: number): Vec3 => point(i + di, k + dk);
      const uv = (p: Vec3) => [p[0] + p[2] * 0.3, -p[1] * 2] as const;
      const [a, b, c, d] = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
      soup.quad(a, b, c, d, [uv(a), uv(b), uv(c), uv(d)]);
    }
  soup.tint((p) => {
    const haze = hazeTint(p);
    const tone = 0.62 + 0.2 * noise.fbm2(p[0] / 900, p[2] / 900, { octaves: 3 });
    return [haze[0] * tone, haze[1] * tone * 0.92, haze[2] * tone * 0.95];
  });
  return soup.finish(60, hazeUv);
}
