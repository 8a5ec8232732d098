import { PerspectiveCamera, Vector3 } from 'three';
import { expect, test } from 'vitest';
import { anglesOf } from '../../src/console/app/panels/tracking-panel.ts';
import { type ConsoleTile, canvasFromTile } from '../../src/console/app/stage/tile-mapping.ts';
import { fitOrthographic, fitPerspective, lookThrough } from '../../src/console/app/stage/views.ts';
import { facetPlane, frustumOnWall, hitWall } from '../../src/console/app/stage/wall-rays.ts';
import type { ConsoleCamera } from '../../src/console/protocol.ts';
import { multiplyQuat, quatFromAxisAngle } from '../../src/core/quat.ts';
import type { Vec3 } from '../../src/core/vec.ts';

const tile = (turnDeg: ConsoleTile['turnDeg'], flip: boolean): ConsoleTile => ({
  facet: 0,
  i0: 0,
  j0: 0,
  widthPx: 4,
  heightPx: 3,
  canvas: 0,
  xPx: 10,
  yPx: 20,
  turnDeg,
  flip,
});

// The rule of `Tile` in stage/baked-stage.ts, LED by LED; the console's mapping is the same at LED centres.
for (const flip of [false, true])
  for (const turnDeg of [0, 90, 180, 270] as const)
    test(`maps a tile turned ${turnDeg}°${flip ? ' and flipped' : ''} as the stage does`, () => {
      for (let a = 0; a < 4; a++)
        for (let b = 0; b < 3; b++) {
          const m = flip ? 3 - a : a;
          const [x, y] = turnDeg === 0 ? [m, b] : turnDeg === 90 ? [2 - b, m] : turnDeg === 180 ? [3 - m, 2 - b] : [b, 3 - m];
          expect(canvasFromTile(tile(turnDeg, flip), a + 0.5, b + 0.5)).toEqual([10 + x + 0.5, 20 + y + 0.5]);
        }
    });

/** A wall 4 m wide and 3 m high, 5 m in front of the origin, its foot on the floor. */
const wall = facetPlane({
  id: 0,
  wall: 'main',
  originM: [-2, 3, -5],
  u: [1, 0, 0],
  v: [0, -1, 0],
  pitchUM: 0.01,
  pitchVM: 0.01,
  widthPx: 400,
  heightPx: 300,
});

const camera = (change: Partial<ConsoleCamera> = {}): ConsoleCamera => ({
  id: 'A',
  enabled: true,
  entrancePupilM: [0, 1.5, 0],
  stageFromCamera: [0, 0, 0, 1],
  focalLengthMm: 50,
  sensorMm: [20, 10],
  overscanPercent: 10,
  sampleAgeMs: 0,
  health: 'live',
  ...change,
});

test('meets the lit side of a wall, and neither its back nor what lies beside it', () => {
  expect(hitWall([0, 1.5, 0], [0, 0, -1], [wall])).toEqual([0, 1.5, -5]);
  expect(hitWall([0, 1.5, -9], [0, 0, 1], [wall])).toBeNull();
  expect(hitWall([0, 1.5, 0], [0, 0, 1], [wall])).toBeNull();
  expect(hitWall([0, 1.5, 0], [0.41, 0, -1], [wall])).toBeNull();
});

test('finds the sensor on the wall: half width 10 / 50 · 5 m = 1 m, half height 0.5 m', () => {
  const { corners, border } = frustumOnWall(camera(), [wall], 0, 8);
  const expected: Vec3[] = [
    [-1, 2, -5],
    [1, 2, -5],
    [1, 1, -5],
    [-1, 1, -5],
  ];
  const flat = expected.flat();
  for (const [index, value] of corners.flat().entries()) expect(value).toBeCloseTo(flat[index], 9);
  expect(border.length).toBe(4 * 8 * 2);
  // Lifted 0.4 % towards the eye, so that it does not fight with the wall's own surface.
  for (const point of border) expect(point[2]).toBeCloseTo(-5 * 0.996, 9);
});

test('grows the sensor by percent of its width on every side: 10 % of 20 mm is 0.2 m on the wall', () => {
  const { corners } = frustumOnWall(camera(), [wall], 10, 4);
  expect(corners[0][0]).toBeCloseTo(-1.2, 9);
  expect(corners[0][1]).toBeCloseTo(2.2, 9);
});

test('draws no border where the sensor looks past the wall', () => {
  const aside = camera({ stageFromCamera: quatFromAxisAngle([0, 1, 0], Math.PI) });
  expect(frustumOnWall(aside, [wall], 0, 8).border).toEqual([]);
});

test('reads pan, tilt and roll back from a pose', () => {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const pose = multiplyQuat(
    quatFromAxisAngle([0, 1, 0], radians(33)),
    multiplyQuat(quatFromAxisAngle([1, 0, 0], radians(-12)), quatFromAxisAngle([0, 0, -1], radians(7))),
  );
  const angles = anglesOf({ stageFromCamera: pose });
  expect(angles.panDeg).toBeCloseTo(33, 6);
  expect(angles.tiltDeg).toBeCloseTo(-12, 6);
  expect(angles.rollDeg).toBeCloseTo(7, 6);
});

const points: Vec3[] = [
  [-4, 0, -3],
  [4, 0, -3],
  [-4, 5, -3],
  [4, 5, -3],
  [0, 1.5, 6],
];

for (const aspect of [0.6, 1, 2.4])
  test(`fits all points between the buttons, aspect ${aspect}`, () => {
    const frame = { aspect, coveredTop: 0.15, coveredBottom: 0.1 };
    for (const { camera: fitted } of [
      fitPerspective(points, [0, 0, 1], frame),
      fitOrthographic(points, [0, 0, 1], frame, 'plan'),
      fitOrthographic(points, [0, 0, 1], frame, 'front'),
    ]) {
      fitted.updateMatrixWorld();
      const seen = points.map((point) => new Vector3(...point).project(fitted));
      const tops = seen.map((point) => point.y);
      const sides = seen.map((point) => Math.abs(point.x));
      expect(Math.max(...tops)).toBeLessThanOrEqual(1 - 2 * 0.15 + 1e-6);
      expect(Math.min(...tops)).toBeGreaterThanOrEqual(-1 + 2 * 0.1 - 1e-6);
      expect(Math.max(...sides)).toBeLessThanOrEqual(1);
      // Fitted, not merely seen: something reaches near an edge.
      expect(Math.max(...sides, Math.max(...tops) / 0.7, -Math.min(...tops) / 0.8)).toBeGreaterThan(0.85);
    }
  });

for (const aspect of [1, 16 / 9, 3])
  test(`looks through a camera with the whole sensor in view, aspect ${aspect}`, () => {
    const view = new PerspectiveCamera();
    const gate = lookThrough(view, camera(), aspect);
    const tanY = Math.tan((view.fov * Math.PI) / 360);
    // The gate's share of the view is the sensor's share of the field: tangents 0.2 and 0.1.
    expect(gate.height * tanY).toBeCloseTo(0.1, 6);
    expect(gate.width * tanY * aspect).toBeCloseTo(0.2, 6);
    expect(Math.max(gate.width, gate.height)).toBeCloseTo(0.9, 6);
  });
