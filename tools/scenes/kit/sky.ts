import type { Vec3 } from '../../../src/core/vec.ts';
import { clamp01, createNoise, mix, smoothstep } from './noise.ts';
import type { Rgb } from './texture.ts';

/*
 * Clear-sky single scattering after Nishita et al. 1993 ("Display of the Earth taking into account atmospheric scattering") with an
 * isotropic share standing in for higher orders. Coefficients per metre at sea level for 680, 550, 440 nm.
 */
const EARTH_M = 6_360_000;
const TOP_M = 80_000;
const RAYLEIGH: Rgb = [5.8e-6, 13.5e-6, 33.1e-6];
const OZONE: Rgb = [0.65e-6, 1.88e-6, 0.085e-6];
const RAYLEIGH_HEIGHT_M = 8000;
const MIE_HEIGHT_M = 1200;

export interface SkyOptions {
  readonly seed: number;
  /** Degrees clockwise from north (−Z) and above the horizon. */
  readonly sunAzimuthDeg: number;
  readonly sunElevationDeg: number;
  /** Aerosol scattering at sea level per metre; 4e-6 is mountain air, 2e-5 hazy. */
  readonly mie: number;
  /** Multiplies all light: picks what scene-linear 1.0 means. */
  readonly intensity: number;
  /** 0..1, share of the sky with clouds in it. */
  readonly cloudCover: number;
}

export interface Sky {
  /** Unit vector to the sun. */
  readonly sunDirection: Vec3;
  /** Irradiance of the sun on a surface facing it at the ground, scene-linear. */
  readonly sunIrradiance: Rgb;
  /** Radiance from a direction above the horizon, clouds included. */
  radiance(x: number, y: number, z: number): Rgb;
  /** Cloudless radiance just above the horizon at an azimuth (degrees clockwise from north): what far haze fades to. */
  horizon(azimuthDeg: number): Rgb;
}

const density = (h: number, scaleM: number): number => Math.exp(-h / scaleM);
const ozoneDensity = (h: number): number => Math.max(0, 1 - Math.abs(h - 25_000) / 15_000);

/** Optical depths (Rayleigh, Mie, ozone; metres of sea-level air) from altitude `h` along a ray with cosine `mu` to the zenith. */
function depths(h: number, mu: number): readonly [number, number, number] {
  const r = EARTH_M + h;
  const toGround = r * r * (mu * mu - 1) + EARTH_M * EARTH_M;
  if (mu < 0 && toGround > 0) return [1e9, 1e9, 1e9];
  const length = -r * mu + Math.sqrt(r * r * (mu * mu - 1) + (EARTH_M + TOP_M) ** 2);
  const sum: [number, number, number] = [0, 0, 0];
  const steps = 40;
  for (let i = 0; i < steps; i++) {
    const t0 = (i / steps) ** 2 * length;
    const t1 = ((i + 1) / steps) ** 2 * length;
    const t = (t0 + t1) / 2;
    const altitude = Math.sqrt(r * r + t * t + 2 * r * t * mu) - EARTH_M;
    sum[0] += density(altitude, RAYLEIGH_HEIGHT_M) * (t1 - t0);
    sum[1] += density(altitude, MIE_HEIGHT_M) * (t1 - t0);
    sum[2] += ozoneDensity(altitude) * (t1 - t0);
  }
  return sum;
}

const transmittance = (d: readonly number[], mie: number): Rgb => {
  const channel = (c: number): number => Math.exp(-(d[0] * RAYLEIGH[c] + d[1] * mie * 1.1 + d[2] * OZONE[c]));
  return [channel(0), channel(1), channel(2)];
};

const henyeyGreenstein = (cos: number, g: number): number => (1 - g * g) / (4 * Math.PI * (1 + g * g - 2 * g * cos) ** 1.5);

/** Builds a sky: a small table of in-scattered light, then phase functions and clouds per direction. */
export function createSky(options: SkyOptions): Sky {
  const rad = Math.PI / 180;
  const azimuth = options.sunAzimuthDeg * rad;
  const elevation = options.sunElevationDeg * rad;
  const sun: Vec3 = [Math.cos(elevation) * Math.sin(azimuth), Math.sin(elevation), -Math.cos(elevation) * Math.cos(azimuth)];
  const solar: Rgb = [1.05 * options.intensity, 1.0 * options.intensity, 0.93 * options.intensity];
  const scaled = (t: Rgb): Rgb => [t[0] * solar[0], t[1] * solar[1], t[2] * solar[2]];
  const sunIrradiance = scaled(transmittance(depths(2, sun[1]), options.mie));
  const table = scatterTable(sun, options.mie);

  const clear = (x: number, y: number, z: number): Rgb => {
    const cos = x * sun[0] + y * sun[1] + z * sun[2];
    const around = Math.atan2(Math.hypot(x * sun[2] - z * sun[0]), x * sun[0] + z * sun[2]) / Math.PI;
    const light = table(Math.abs(around), Math.max(0, y));
    const rayleighPhase = (3 / (16 * Math.PI)) * (1 + cos * cos);
    const manyPhase: Rgb = [0.025, 0.035, 0.07]; // higher orders: isotropic, bluer than the first
    const miePhase = 0.82 * henyeyGreenstein(cos, 0.76) + 0.18 * henyeyGreenstein(cos, 0.93) + 0.02;
    const channel = (c: number): number =>
      (light[c] * RAYLEIGH[c] * (rayleighPhase + manyPhase[c]) + light[3 + c] * options.mie * miePhase) * solar[c];
    return [channel(0), channel(1), channel(2)];
  };

  const clouds = cloudLayer(options, sun, scaled(transmittance(depths(7000, sun[1] + 0.02), options.mie * 0.6)));
  return {
    sunDirection: sun,
    sunIrradiance,
    horizon: (azimuthDeg) => clear(Math.sin(azimuthDeg * rad) * 0.9997, 0.024, -Math.cos(azimuthDeg * rad) * 0.9997),
    radiance: (x, y, z) => {
      const base = clouds(clear(x, y, z), x, y, z);
      // A disc four times the sun's solid angle at a fraction of its radiance: seen, but adding under 2 % to the light (the sun itself is a light).
      const disc = smoothstep(Math.cos(0.7 * rad), Math.cos(0.45 * rad), x * sun[0] + y * sun[1] + z * sun[2]);
      return [base[0] + disc * sunIrradiance[0] * 40, base[1] + disc * sunIrradiance[1] * 40, base[2] + disc * sunIrradiance[2] * 40];
    },
  };
}

/** Integrals along view rays of light reaching each point times density, by azimuth from the sun (0..1 of π) and height of the direction. */
function scatterTable(sun: Vec3, mie: number): (around: number, y: number) => number[] {
  const columns = 33;
  const rows = 65;
  const values = new Float64Array(columns * rows * 6);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const y = (j / (rows - 1)) ** 2;
      const flat = Math.sqrt(1 - y * y);
      const turn = (i / (columns - 1)) * Math.PI + Math.atan2(sun[0], sun[2]);
      values.set(integrate([flat * Math.sin(turn), y, flat * Math.cos(turn)], sun, mie), (j * columns + i) * 6);
    }
  return (around, y) => {
    const a = clamp01(around) * (columns - 1);
    const b = Math.sqrt(clamp01(y)) * (rows - 1);
    const [i, j] = [Math.min(columns - 2, Math.floor(a)), Math.min(rows - 2, Math.floor(b))];
    return Array.from({ length: 6 }, (_, c) => {
      const at = (ii: number, jj: number): number => values[((j + jj) * columns + i + ii) * 6 + c];
      return mix(mix(at(0, 0), at(1, 0), a - i), mix(at(0, 1), at(1, 1), a - i), b - j);
    });
  };
}

function integrate(direction: Vec3, sun: Vec3, mie: number): number[] {
  const out = [0, 0, 0, 0, 0, 0];
  const mu = direction[1];
  const length = -EARTH_M * mu + Math.sqrt(EARTH_M * EARTH_M * (mu * mu - 1) + (EARTH_M + TOP_M) ** 2);
  const steps = 48;
  let seen: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < steps; i++) {
    const t0 = (i / steps) ** 3 * length;
    const t1 = ((i + 1) / steps) ** 3 * length;
    const t = (t0 + t1) / 2;
    const p: Vec3 = [direction[0] * t, EARTH_M + direction[1] * t, direction[2] * t];
    const r = Math.hypot(...p);
    const h = r - EARTH_M;
    const air = [density(h, RAYLEIGH_HEIGHT_M) * (t1 - t0), density(h, MIE_HEIGHT_M) * (t1 - t0), ozoneDensity(h) * (t1 - t0)];
    const half = [seen[0] + air[0] / 2, seen[1] + air[1] / 2, seen[2] + air[2] / 2];
    const toSun = depths(h, (p[0] * sun[0] + p[1] * sun[1] + p[2] * sun[2]) / r);
    const t3 = transmittance([half[0] + toSun[0], half[1] + toSun[1], half[2] + toSun[2]], mie);
    for (let c = 0; c < 3; c++) {
      out[c] += t3[c] * air[0];
      out[3 + c] += t3[c] * air[1];
    }
    seen = [seen[0] + air[0], seen[1] + air[1], seen[2] + air[2]];
  }
  return out;
}

/** Two decks: combed cirrus at 9 km and rows of small altocumulus at 5 km, lit from below and behind by the low sun. */
function cloudLayer(options: SkyOptions, sun: Vec3, light: Rgb): (sky: Rgb, x: number, y: number, z: number) => Rgb {
  const noise = createNoise(options.seed);
  const cover = options.cloudCover;
  const cirrus = (px: number, pz: number): number => {
    const bend = noise.fbm2(px * 0.05, pz * 0.05, { octaves: 3 }) * 3;
    const [u, v] = [px * 0.8 + pz * 0.6 + bend, pz * 0.8 - px * 0.6 + bend * 0.7];
    const fibres = noise.fbm2(u * 0.06, v * 0.45, { octaves: 6, gain: 0.62 });
    const patches = noise.fbm2(u * 0.035 + 9, v * 0.07, { octaves: 3 });
    return smoothstep(0.75 - cover, 1.35 - cover * 0.6, fibres * 0.75 + patches * 1.1 + 0.5);
  };
  const altocumulus = (px: number, pz: number): number => {
    const warp = noise.fbm2(px * 0.12 + 40, pz * 0.12, { octaves: 4 }) * 2.2;
    const puffs = noise.fbm2(px * 0.5 + warp, pz * 0.85 + warp, { octaves: 6, gain: 0.55 });
    const field = noise.fbm2(px * 0.045 + 3, pz * 0.06 + 17, { octaves: 3 });
    return smoothstep(0.1, 0.62, puffs * 0.55 + field * 1.5 - 0.42 + cover * 0.55);
  };
  return (sky, x, y, z) => {
    if (y < 0.012) return sky;
    const cos = x * sun[0] + y * sun[1] + z * sun[2];
    const [sx, sz] = [sun[0] * 0.9, sun[2] * 0.9];
    const far = smoothstep(0.015, 0.16, y);
    const phase = 0.16 * henyeyGreenstein(cos, 0.6) * Math.PI + 0.075 + 0.02 * (1 - cos);
    const s1 = 9 / (y + 0.07);
    const thin = cirrus(x * s1, z * s1) * 0.5 * far;
    const s2 = 5 / (y + 0.05);
    const puff = altocumulus(x * s2, z * s2);
    const shade = puff > 0 ? clamp01(altocumulus(x * s2 + sx, z * s2 + sz) - puff * 0.35) : 0;
    const dense = puff * 0.85 * far;
    const out: number[] = [];
    for (let c = 0; c < 3; c++) {
      const thinLight = light[c] * phase * 0.62 + sky[c] * 0.55;
      const denseLight = light[c] * phase * mix(0.8, 0.24, shade) + sky[c] * 0.5;
      out.push(mix(mix(sky[c], thinLight, thin), denseLight, dense));
    }
    return [out[0], out[1], out[2]];
  };
}
