import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Vec3 } from '../../src/core/vec.ts';
import { buildBrdfLut } from '../../src/scene/brdf-lut.ts';
import { decodeHdr } from '../../src/scene/decode-hdr.ts';
import { evaluateIrradianceSh, projectIrradianceSh } from '../../src/scene/irradiance-sh.ts';
import { directionFromLatLong, type LatLong, latLongFromDirection } from '../../src/scene/lat-long.ts';
import { prefilterEnvironment } from '../../src/scene/prefilter-environment.ts';
import { assetPath } from '../support/shared-assets.ts';

const DIRECTIONS: readonly Vec3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, -1],
  [0, -1, 0],
  [0.6, 0.64, 0.48],
  [-0.36, -0.48, 0.8],
];

function paint(widthPx: number, radiance: (direction: Vec3) => readonly [number, number, number]): LatLong {
  const heightPx = widthPx / 2;
  const rgb = new Float32Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++)
      rgb.set(radiance(directionFromLatLong((x + 0.5) / widthPx, (y + 0.5) / heightPx)), (y * widthPx + x) * 3);
  }
  return { widthPx, heightPx, rgb };
}

describe('lat-long directions', () => {
  test('−Z is the middle, +X right of it, +Y the top row', () => {
    expect(latLongFromDirection([0, 0, -1])).toEqual([0.5, 0.5]);
    expect(latLongFromDirection([1, 0, 0])).toEqual([0.75, 0.5]);
    expect(latLongFromDirection([0, 1, 0])[1]).toBe(0);
    for (const d of DIRECTIONS) {
      const [u, v] = latLongFromDirection(d);
      directionFromLatLong(u, v).forEach((value, k) => {
        expect(value).toBeCloseTo(d[k], 12);
      });
    }
  });
});

describe('irradiance', () => {
  // Radiance 1 + a·d: irradiance over π is 1 + (2/3) a·n exactly (Ramamoorthi and Hanrahan: lobe 1, 2/3, 1/4).
  test('a linear gradient keeps two thirds of its slope', () => {
    const sh = projectIrradianceSh(paint(256, ([x, y, z]) => [1 + 0.5 * x, 1 - 0.8 * y, 1 + 0.3 * z]));
    for (const n of DIRECTIONS) {
      const [r, g, b] = evaluateIrradianceSh(sh, n);
      expect(r).toBeCloseTo(1 + (0.5 * n[0] * 2) / 3, 3);
      expect(g).toBeCloseTo(1 - (0.8 * n[1] * 2) / 3, 3);
      expect(b).toBeCloseTo(1 + (0.3 * n[2] * 2) / 3, 3);
    }
  });

  test('a quadratic sky against numeric integration over the hemisphere', () => {
    const sky = ([x, y, z]: Vec3): [number, number, number] => [y * y, 1 + x * z, 2 + x * y - y * z + x * x - z * z];
    const sh = projectIrradianceSh(paint(256, sky));
    for (const n of DIRECTIONS) {
      const sum = [0, 0, 0];
      const rows = 400;
      for (let j = 0; j < rows; j++) {
        const theta = ((j + 0.5) / rows) * Math.PI;
        for (let i = 0; i < rows * 2; i++) {
          const d = directionFromLatLong((i + 0.5) / (rows * 2), (j + 0.5) / rows);
          const cos = d[0] * n[0] + d[1] * n[1] + d[2] * n[2];
          if (cos <= 0) continue;
          const weight = (cos * Math.sin(theta) * (Math.PI / rows) ** 2) / Math.PI;
          sky(d).forEach((value, k) => {
            sum[k] += value * weight;
          });
        }
      }
      evaluateIrradianceSh(sh, n).forEach((value, k) => {
        expect(Math.abs(value - sum[k])).toBeLessThan(0.003);
      });
    }
  });
});

describe('prefiltered environment', () => {
  test('furnace: a constant sky stays constant everywhere, to 0.5 %', () => {
    for (const width of [8, 100, 512]) {
      const environment = prefilterEnvironment(
        'furnace',
        paint(width, () => [1, 2, 4]),
      );
      let worst = 0;
      for (const level of [...environment.levels, ...environment.specularLevels]) {
        level.forEach((value, i) => {
          worst = Math.max(worst, Math.abs(value / [1, 2, 4][i % 3] - 1));
        });
      }
      expect(worst).toBeLessThan(0.005);
      for (const n of DIRECTIONS) {
        evaluateIrradianceSh(environment.irradianceSh, n).forEach((value, k) => {
          expect(Math.abs(value / [1, 2, 4][k] - 1)).toBeLessThan(0.005);
        });
      }
    }
  });

  test('a lamp: every level peaks towards it, and the peak falls with roughness', () => {
    const lamp: Vec3 = [0.6, 0.64, 0.48];
    const source = paint(512, (d) => (d[0] * lamp[0] + d[1] * lamp[1] + d[2] * lamp[2] > 0.995 ? [100, 100, 100] : [0, 0, 0]));
    const { specularLevels, specularWidthPx } = prefilterEnvironment('lamp', source);
    expect(specularLevels).toHaveLength(6);
    let last = Infinity;
    specularLevels.forEach((level, k) => {
      const width = specularWidthPx >> k;
      expect(level).toHaveLength((width * width * 3) / 2);
      let best = 0;
      for (let i = 0; i < level.length; i += 3) if (level[i] > level[best]) best = i;
      const texel = best / 3;
      const towards = directionFromLatLong(((texel % width) + 0.5) / width, (Math.floor(texel / width) + 0.5) / (width / 2));
      // One texel of the level on the diagonal, and the lamp's own radius of 6°.
      const angle = Math.acos(towards[0] * lamp[0] + towards[1] * lamp[1] + towards[2] * lamp[2]);
      expect(angle).toBeLessThan((2 * Math.PI * 0.75) / width + 0.1);
      expect(level[best]).toBeLessThan(last * 1.001);
      last = level[best];
    });
    // At roughness 1 the lobe is n·l: 100 · 2π(1 − 0.995) / π = 1, times the cosine to the nearest texel centre (up to 28° away).
    expect(last).toBeGreaterThan(0.8);
    expect(last).toBeLessThan(1.05);
  });

  test('roughness 1 against numeric integration of its lobe', () => {
    const sky = ([x, y]: Vec3): [number, number, number] => [1 + x, y > 0 ? 2 : 0.5, 1];
    const { specularLevels, specularWidthPx } = prefilterEnvironment('sky', paint(256, sky));
    const width = specularWidthPx >> 5;
    const level = specularLevels[5];
    for (const texel of [0, 5, 13, 22, 31]) {
      const n = directionFromLatLong(((texel % width) + 0.5) / width, (Math.floor(texel / width) + 0.5) / (width / 2));
      const sum = [0, 0, 0];
      let total = 0;
      const rows = 200;
      for (let j = 0; j < rows; j++) {
        const sin = Math.sin(((j + 0.5) / rows) * Math.PI);
        for (let i = 0; i < rows * 2; i++) {
          const d = directionFromLatLong((i + 0.5) / (rows * 2), (j + 0.5) / rows);
          const cos = d[0] * n[0] + d[1] * n[1] + d[2] * n[2];
          if (cos <= 0) continue;
          // α = 1: D = 1/π everywhere, so the weight is n·l alone (density D/4 · n·l of the estimator's weight, constant dropped).
          total += cos * sin;
          sky(d).forEach((value, k) => {
            sum[k] += value * cos * sin;
          });
        }
      }
      // 1024 samples of blurred mips and a sharp horizon: 2 %.
      for (let k = 0; k < 3; k++) expect(Math.abs(level[texel * 3 + k] / (sum[k] / total) - 1)).toBeLessThan(0.02);
    }
  });

  test('a real 1k panorama takes under 1.5 s of work (three times that where cores are shared), and gives the same bytes again', () => {
    const image = decodeHdr(new Uint8Array(readFileSync(assetPath('hdri/kloppenheim_05_1k.hdr'))), 'sky');
    const start = process.cpuUsage();
    const first = prefilterEnvironment('sky', image);
    const { user } = process.cpuUsage(start);
    expect(user / 1e6).toBeLessThan(4.5);
    expect(first.levels).toHaveLength(11);
    expect(prefilterEnvironment('sky', image)).toEqual(first);
  });
});

describe('split-sum table', () => {
  const size = 64;
  const table = buildBrdfLut(size);
  const at = (nDotV: number, roughness: number): [number, number] => {
    const i = Math.round(nDotV * size - 0.5);
    const j = Math.round(roughness * size - 0.5);
    return [table[(j * size + i) * 2], table[(j * size + i) * 2 + 1]];
  };

  test('never more light out than in, and a mirror loses none', () => {
    expect(table.every((value) => value >= 0)).toBe(true);
    const sums = Array.from({ length: table.length / 2 }, (_, i) => table[i * 2] + table[i * 2 + 1]);
    // Two numbers rounded to float32.
    expect(Math.max(...sums)).toBeLessThanOrEqual(1 + 2 ** -23);
    const [a, b] = at(0.5, 0.008);
    expect(a + b).toBeCloseTo(1, 3);
  });

  test('against numeric integration over the hemisphere', () => {
    for (const [i, j] of [
      [56, 40],
      [32, 32],
      [16, 48],
      [60, 63],
    ] as const) {
      const [nDotV, alpha] = [(i + 0.5) / size, ((j + 0.5) / size) ** 2];
      const v = [Math.sqrt(1 - nDotV ** 2), 0, nDotV];
      const sum = [0, 0];
      const steps = 400;
      for (let p = 0; p < steps; p++) {
        const cos = (p + 0.5) / steps;
        const sin = Math.sqrt(1 - cos * cos);
        for (let q = 0; q < steps; q++) {
          const phi = ((q + 0.5) / steps) * 2 * Math.PI;
          const l = [sin * Math.cos(phi), sin * Math.sin(phi), cos];
          const h = [l[0] + v[0], l[1] + v[1], l[2] + v[2]];
          const length = Math.hypot(...h);
          const [hz, vDotH] = [h[2] / length, (h[0] * v[0] + h[2] * v[2]) / length];
          const a2 = alpha * alpha;
          const d = a2 / (Math.PI * (hz * hz * (a2 - 1) + 1) ** 2);
          const g1 = (c: number) => Math.sqrt(1 + (a2 * (1 - c * c)) / (c * c));
          const g = 2 / (g1(nDotV) + g1(cos));
          const value = ((d * g) / (4 * nDotV)) * ((2 * Math.PI) / (steps * steps));
          sum[0] += value * (1 - (1 - vDotH) ** 5);
          sum[1] += value * (1 - vDotH) ** 5;
        }
      }
      const [a, b] = [table[(j * size + i) * 2], table[(j * size + i) * 2 + 1]];
      expect(Math.abs(a - sum[0])).toBeLessThan(0.01);
      expect(Math.abs(b - sum[1])).toBeLessThan(0.005);
    }
  });
});
