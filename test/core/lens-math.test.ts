import { describe, expect, test } from 'vitest';
import type { Distortion, LensState } from '../../src/core/lens.ts';
import { directionFromSensor, distortTangent, lensValidRadius, sensorFromDirection, undistortTangent } from '../../src/core/lens-math.ts';
import { foldRadius } from '../../src/core/lens-polynomial.ts';
import { createRng } from '../../src/core/rng.ts';

const NONE: Distortion = { direction: 'undistorted-to-distorted', numerator: [0, 0, 0], denominator: [0, 0, 0], tangential: [0, 0] };
const lensOf = (changes: Partial<LensState> = {}): LensState => ({
  pinholeFocalLengthMm: 24,
  projectionOffsetMm: [0, 0],
  distortionOffsetMm: [0, 0],
  entrancePupilOffsetM: 0,
  distortion: null,
  focusDistanceM: null,
  ...changes,
});

/** OpenCV 5.0.0 `projectPoints`, fx 1200, fy 1210, cx 970, cy 530, no rotation; k = k1 k2 p1 p2 k3 k4 k5 k6; points (x, y, z), y down. */
const OPENCV_POINTS = [
  [0, 0, 1],
  [0.3, -0.2, 1],
  [-0.55, 0.31, 1],
  [0.8, 0.45, 2],
  [-0.9, -0.6, 1.5],
  [0.05, 0.6, 1],
] as const;
const OPENCV_VECTORS = [
  {
    name: 'k1 k2 k3',
    k: [-0.21, 0.08, 0, 0, -0.012, 0, 0, 0],
    pixels: [
      [970, 530],
      [1320.64922896, 294.285796088],
      [357.3585688781076, 878.1845466876089],
      [1430.4187139410938, 791.143739313464],
      [314.26381312, 89.199563264],
      [1026.02895296875, 1207.9503309218749],
    ],
  },
  {
    name: 'with decentring',
    k: [-0.12, 0.03, 0.0011, -0.0007, 0.004, 0, 0, 0],
    pixels: [
      [970, 530],
      [1324.1508836799999, 292.03152930399995],
      [336.96292106996407, 890.1163181519037],
      [1438.3166409779687, 796.0040363281291],
      [288.2744089600001, 72.71465491200007],
      [1027.40846359375, 1228.809346984375],
    ],
  },
  {
    name: 'rational',
    k: [0.35, -0.11, 0.0006, 0.0009, 0.02, 0.52, 0.03, -0.004],
    pixels: [
      [970, 530],
      [1322.019963868136, 293.55311762197516],
      [359.0321100828128, 877.767461716268],
      [1432.6434295572606, 792.4294629754463],
      [320.9164942510207, 93.67164335763061],
      [1026.4705366584835, 1208.8195185676518],
    ],
  },
  {
    name: 'pincushion',
    k: [0.09, 0.02, -0.0004, 0.0003, 0.001, 0, 0, 0],
    pixels: [
      [970, 530],
      [1334.5036709199999, 284.94107232600004],
      [284.70909609749094, 919.3622948779259],
      [1459.633993838242, 807.5693313879405],
      [212.52500224000016, 20.430953728000077],
      [1032.2215455859375, 1281.1262015898437],
    ],
  },
] as const;

const openCv = (k: readonly number[]): Distortion => ({
  direction: 'undistorted-to-distorted',
  numerator: [k[0], k[1], k[4]],
  denominator: [k[5], k[6], k[7]],
  tangential: [k[2], k[3]],
});

for (const { name, k, pixels } of OPENCV_VECTORS) {
  test(`agrees with OpenCV: ${name}`, () => {
    const distortion = openCv(k);
    OPENCV_POINTS.forEach(([x, y, z], index) => {
      const [dx, dy] = distortTangent(distortion, [x / z, y / z])!;
      expect(1200 * dx + 970).toBeCloseTo(pixels[index][0], 8);
      expect(1210 * dy + 530).toBeCloseTo(pixels[index][1], 8);
      const back = undistortTangent(distortion, [dx, dy])!;
      expect(Math.hypot(back[0] - x / z, back[1] - y / z)).toBeLessThan(1e-12);
    });
  });
}

test('a D-U polynomial is the inverse of the U-D one with the same numbers', () => {
  const forward = openCv(OPENCV_VECTORS[1].k);
  const backward: Distortion = { ...forward, direction: 'distorted-to-undistorted' };
  const there = distortTangent(forward, [0.31, -0.22])!;
  expect(undistortTangent(backward, [0.31, -0.22])).toEqual(there);
  const back = distortTangent(backward, there)!;
  expect(Math.hypot(back[0] - 0.31, back[1] + 0.22)).toBeLessThan(1e-13);
});

describe('the sensor', () => {
  test('a pinhole lens puts tan(angle)·F on the sensor, y down', () => {
    expect(sensorFromDirection(lensOf(), [1, 0.5, -4])).toEqual([6, -3]);
    expect(sensorFromDirection(lensOf(), [0, 0, 1])).toBeNull();
  });
  test('the projection offset moves the axis to +x and down', () => {
    expect(sensorFromDirection(lensOf({ projectionOffsetMm: [0.5, 0.25] }), [0, 0, -1])).toEqual([0.5, 0.25]);
    // Frustum of protocols.md §1.6: left edge of the sensor at (−w/2 − ΔPx) / F.
    expect(directionFromSensor(lensOf({ projectionOffsetMm: [0.5, 0.25] }), [-18, 0])![0]).toBeCloseTo((-18 - 0.5) / 24, 14);
  });
  test('a distortion centre off the axis leaves itself in place', () => {
    const lens = lensOf({
      distortion: { ...NONE, numerator: [-0.2, 0, 0] },
      distortionOffsetMm: [1.2, -0.6],
      projectionOffsetMm: [0.3, 0],
    });
    const [x, y] = sensorFromDirection(lens, [1.2 / 24, 0.6 / 24, -1])!;
    expect(x).toBeCloseTo(1.5, 13);
    expect(y).toBeCloseTo(-0.6, 13);
  });
  test('rays and projections are inverse for 2000 random points and lenses', () => {
    const random = createRng(11);
    const between = (a: number, b: number): number => a + (b - a) * random();
    let worst = 0;
    for (let k = 0; k < 2000; k++) {
      const lens = lensOf({
        pinholeFocalLengthMm: between(18, 80),
        projectionOffsetMm: [between(-1, 1), between(-1, 1)],
        distortionOffsetMm: [between(-0.5, 0.5), between(-0.5, 0.5)],
        distortion: {
          direction: random() < 0.5 ? 'undistorted-to-distorted' : 'distorted-to-undistorted',
          numerator: [between(-0.15, 0.15), between(-0.02, 0.05), between(-0.002, 0.002)],
          denominator: [between(-0.05, 0.1), between(0, 0.02), 0],
          tangential: [between(-1e-3, 1e-3), between(-1e-3, 1e-3)],
        },
      });
      const point = [between(-18, 18), between(-10, 10)] as const;
      const back = sensorFromDirection(lens, directionFromSensor(lens, point)!)!;
      worst = Math.max(worst, Math.hypot(back[0] - point[0], back[1] - point[1]));
    }
    expect(worst).toBeLessThan(1e-10);
  });
});

describe('the fold', () => {
  const barrel: Distortion = { ...NONE, numerator: [-0.3, 0, 0] };
  // d/dr (r + k r³) = 0 at r = 1/√(−3k) = 1.0541, where r_d = ⅔ r = 0.7027 (prototype report: 0.703).
  test('lies at 1/√(−3 k1)', () => {
    // The Jacobian is cut at 1e-3 and its slope there is −2/r·⅔: 8e-4 in r.
    expect(foldRadius(barrel)).toBeGreaterThan(1 / Math.sqrt(0.9) - 2e-3);
    expect(foldRadius(barrel)).toBeLessThanOrEqual(1 / Math.sqrt(0.9));
  });
  test('nothing is seen past it, in both directions', () => {
    expect(undistortTangent(barrel, [0.702, 0])).not.toBeNull();
    expect(undistortTangent(barrel, [0.704, 0])).toBeNull();
    expect(undistortTangent(barrel, [50, -3])).toBeNull();
    expect(distortTangent(barrel, [1.05, 0])).not.toBeNull();
    // Without the guard this far direction would land at r_d = −0.3·1.7³ + 1.7 = 0.226, inside the picture.
    expect(distortTangent(barrel, [1.7, 0])).toBeNull();
  });
  test('a far branch of the polynomial does not count', () => {
    // r − 0.5 r³ + 0.09 r⁵ folds at r = 0.960 and rises again past 1.553 (roots of 1 − 1.5 r² + 0.45 r⁴).
    const moustache: Distortion = { ...NONE, numerator: [-0.5, 0.09, 0] };
    expect(distortTangent(moustache, [2.5, 0])).toBeNull();
    expect(undistortTangent(moustache, [3, 0])).toBeNull();
  });
  test('a denominator that reaches zero ends the model', () => {
    expect(foldRadius({ ...NONE, denominator: [-0.25, 0, 0] })).toBeLessThanOrEqual(2);
  });
  test('not-a-number in, nothing out', () => {
    expect(undistortTangent(barrel, [Number.NaN, 0])).toBeNull();
    expect(distortTangent(barrel, [Number.POSITIVE_INFINITY, 0])).toBeNull();
  });
});

describe('valid radius', () => {
  test('of a pinhole lens: the grown sensor corner, plus one percent', () => {
    const { radius, coversSensor } = lensValidRadius(lensOf(), [36, 20.25], 3.6);
    expect(radius).toBeCloseTo((1.01 * Math.hypot(18 + 3.6, 10.125 + 3.6)) / 24, 12);
    expect(coversSensor).toBe(true);
  });
  test('k1 = −0.3 at 40° is served, at 70° it is not (prototype report, finding 8)', () => {
    const barrel: Distortion = { ...NONE, numerator: [-0.3, 0, 0] };
    const at = (hfovDeg: number) => lensOf({ pinholeFocalLengthMm: 18 / Math.tan((hfovDeg * Math.PI) / 360), distortion: barrel });
    expect(lensValidRadius(at(40), [36, 20.25], 3.6).coversSensor).toBe(true);
    const wide = lensValidRadius(at(70), [36, 20.25], 3.6);
    expect(wide.coversSensor).toBe(false);
    expect(wide.radius).toBeLessThan(1 / Math.sqrt(0.9));
  });
});
