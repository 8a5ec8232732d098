import { describe, expect, test } from 'vitest';
import { directionFromSensor, sensorFromDirection } from '../../src/core/lens-math.ts';
import { cameraAt, DISTORTED_LENS, PERFECT_LENS, UNDISTORTING_LENS } from '../picture/picture-cameras.ts';
import { innerWeight, projectPoint, rayOfSensor, referenceCamera, sensorFromTangent, tangentFromSensor } from './lens-reference.ts';

const pose = { name: 'test', eyeM: [1, 2, 3], lookAtM: [0, 1, -2], focalLengthMm: 24, rollDeg: 15, shiftMm: [1.2, -0.7] } as const;
const lenses = { perfect: PERFECT_LENS, 'undistorted-to-distorted': DISTORTED_LENS, 'distorted-to-undistorted': UNDISTORTING_LENS };

// Two implementations of one standard, written apart: they must agree where both answer, to rounding.
describe.each(Object.entries(lenses))('lens %s', (_, lens) => {
  const state = cameraAt(pose, lens);
  const places = Array.from({ length: 81 }, (_, k) => [((k % 9) / 8 - 0.5) * 40, (Math.floor(k / 9) / 8 - 0.5) * 24] as const);

  test('undistorts the sensor as src/core/lens-math.ts does, and back', () => {
    for (const place of places) {
      const product = directionFromSensor(state.lens, place)!;
      const own = tangentFromSensor(state, place)!;
      expect(Math.hypot(product[0] - own[0], -product[1] - own[1])).toBeLessThan(1e-10);
      const there = sensorFromDirection(state.lens, product)!;
      const ownThere = sensorFromTangent(state, own)!;
      expect(Math.hypot(there[0] - place[0], there[1] - place[1])).toBeLessThan(1e-8);
      expect(Math.hypot(ownThere[0] - place[0], ownThere[1] - place[1])).toBeLessThan(1e-8);
    }
  });

  test('projects the point that a ray passes through to where the ray came from', () => {
    const camera = referenceCamera(state);
    for (const place of places) {
      const ray = rayOfSensor(camera, place)!;
      const point = state.entrancePupilM.map((x, k) => x + 7 * ray[k]) as [number, number, number];
      const back = projectPoint(camera, point)!;
      expect(Math.hypot(back[0] - place[0], back[1] - place[1])).toBeLessThan(1e-8);
    }
  });
});

test('distorts by the Brown-Conrady formula', () => {
  // r² = 0.05: R = 1 − 0.12·0.05 + 0.02·0.0025 = 0.99405; x' = 0.2 R + 2 p1 xy + p2 (r² + 2x²); y' = 0.1 R + 2 p2 xy + p1 (r² + 2y²).
  const state = cameraAt({ ...pose, focalLengthMm: 10, shiftMm: [0, 0] }, { ...DISTORTED_LENS, distortionOffsetMm: [0, 0] });
  const [x, y] = sensorFromTangent(state, [0.2, 0.1])!;
  expect(x / 10).toBeCloseTo(0.2 * 0.99405 + 2 * 0.001 * 0.02 - 0.0007 * (0.05 + 0.08), 12);
  expect(y / 10).toBeCloseTo(0.1 * 0.99405 - 2 * 0.0007 * 0.02 + 0.001 * (0.05 + 0.02), 12);
});

test('sees nothing past the fold of the polynomial', () => {
  const fold = cameraAt(pose, { distortionOffsetMm: [0, 0], distortion: { ...DISTORTED_LENS.distortion!, numerator: [-0.3, 0, 0] } });
  // d(r − 0.3 r³)/dr = 0 at r = 1/√0.9 = 1.054.
  expect(sensorFromTangent(fold, [1.04, 0])).not.toBeNull();
  expect(sensorFromTangent(fold, [1.06, 0])).toBeNull();
});

test('weighs LEDs by margin and feather in percent of the sensor width', () => {
  const state = cameraAt({ name: 'straight', eyeM: [0, 0, 0], lookAtM: [0, 0, -1], focalLengthMm: 36 }, PERFECT_LENS);
  const camera = referenceCamera(state);
  // Sensor 36 mm, focal length 36 mm: tangent 0.5 is the edge; margin 5 % = 0.05, feather 4 % = 0.04.
  expect(innerWeight(camera, [0.549, 0, -1])).toBe(1);
  expect(innerWeight(camera, [0.57, 0, -1])).toBeCloseTo(0.5, 12);
  expect(innerWeight(camera, [0.58, 0, -1])).toBeCloseTo(1 - 0.75 ** 2 * (3 - 1.5), 12);
  expect(innerWeight(camera, [0.591, 0, -1])).toBe(0);
  expect(innerWeight(camera, [0, 20.25 / 72 + 0.07, -1])).toBeCloseTo(0.5, 12);
  expect(innerWeight(camera, [0, 0, 1])).toBe(0);
});
