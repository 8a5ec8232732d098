import { expect, test } from 'vitest';
import { rotate } from '../../src/core/quat.ts';
import type { StageCamera } from '../../src/stage/baked-stage.ts';
import { CameraTracker } from '../../src/tracking/camera-tracker.ts';
import { quatFromPanTiltRoll } from '../../src/tracking/pan-tilt-roll.ts';
import { angleBetween, MS, S, sampleAt } from './samples.ts';

const LENS = {
  pinholeFocalLengthMm: 35,
  projectionOffsetMm: [0, 0],
  distortionOffsetMm: [0, 0],
  entrancePupilOffsetM: 0.1,
  distortion: { direction: 'undistorted-to-distorted', numerator: [0.1, 0, 0], denominator: [0, 0, 0], tangential: [0, 0] },
  focusDistanceM: 3,
} as const;

const CAMERA: StageCamera = {
  id: 'A',
  sensorMm: [36, 24],
  resolutionPx: [1920, 1080],
  lens: LENS,
  overscanPercent: 10,
  featherPercent: 2,
  priority: 0,
  tracking: {
    kind: 'freed-udp',
    port: 40_000,
    multicast: null,
    subject: 'cam',
    move: null,
    file: null,
    stageFromTracker: { positionM: [10, 0.5, -2], yawRad: Math.PI / 2 },
    delayMs: 0,
  },
  restPose: { positionM: [0, 1.5, 4], panRad: 0.3, tiltRad: -0.1, rollRad: 0 },
};
const T0 = 1_795_354_728_000_000_000n;
const withTracking = (changes: Partial<NonNullable<StageCamera['tracking']>>): StageCamera => ({
  ...CAMERA,
  tracking: { ...CAMERA.tracking!, ...changes },
});

test('before any sample, and untracked, it stands at the rest pose', () => {
  for (const camera of [CAMERA, { ...CAMERA, tracking: null }]) {
    const tracker = new CameraTracker(camera);
    if (camera.tracking === null) expect(tracker.push(sampleAt(T0))).toBe(false);
    const state = tracker.evaluate(T0);
    expect(state).toMatchObject({ health: 'rest', positionM: [0, 1.5, 4], sampleTimestampNs: null, lens: LENS, sensorMm: [36, 24] });
    expect(angleBetween(state.rotation, quatFromPanTiltRoll({ panRad: 0.3, tiltRad: -0.1, rollRad: 0 }))).toBeLessThan(1e-12);
  }
});

test('stage = position + yaw · tracker, the pupil lies ahead on the axis', () => {
  const tracker = new CameraTracker(CAMERA);
  const rotation = quatFromPanTiltRoll({ panRad: 0, tiltRad: 0.5, rollRad: 0 });
  expect(tracker.push(sampleAt(T0, { positionM: [1, 2, 3], rotation }))).toBe(true);
  const state = tracker.evaluate(T0);
  // Ry(90°): (x, y, z) → (z, y, −x).
  [13, 2.5, -3].forEach((expected, i) => {
    expect(state.positionM[i]).toBeCloseTo(expected, 12);
  });
  const forward = rotate(state.rotation, [0, 0, -1]);
  [-Math.cos(0.5), Math.sin(0.5), 0].forEach((expected, i) => {
    expect(forward[i]).toBeCloseTo(expected, 12);
    expect(state.entrancePupilM[i]).toBeCloseTo(state.positionM[i]! + 0.1 * expected, 12);
  });
  expect(state).toMatchObject({ health: 'live', ageNs: 0n, sampleTimestampNs: T0 });
});

test('what the tracker says of lens and sensor goes over the stage file, field by field', () => {
  const events: string[] = [];
  const tracker = new CameraTracker(CAMERA, (event) => events.push(event));
  for (const i of [0n, 1n]) {
    tracker.push(sampleAt(T0 + i, { lens: { pinholeFocalLengthMm: 50, distortion: null, entrancePupilOffsetM: 0 }, sensorMm: [24, 18] }));
  }
  const state = tracker.evaluate(T0 + 1n);
  expect(state.lens).toEqual({ ...LENS, pinholeFocalLengthMm: 50, distortion: null, entrancePupilOffsetM: 0 });
  expect(state.sensorMm).toEqual([24, 18]);
  expect(state.entrancePupilM).toEqual(state.positionM);
  expect(events).toEqual([expect.stringContaining('24 × 18 mm')]);
});

test('the delay moves the samples in time', () => {
  const tracker = new CameraTracker(withTracking({ delayMs: 12.5 }));
  tracker.push(sampleAt(T0, { positionM: [0, 0, 0] }));
  tracker.push(sampleAt(T0 + 10n * MS, { positionM: [0, 1, 0] }));
  const { positionM, sampleTimestampNs } = tracker.evaluate(T0 + 17_500_000n);
  expect(positionM[1]).toBeCloseTo(0.5 + 0.5, 12);
  expect(sampleTimestampNs).toBe(T0 + 12_500_000n);
});

test('a dropout is held and told by its age', () => {
  const tracker = new CameraTracker(CAMERA);
  tracker.push(sampleAt(T0, { positionM: [0, 1, 0] }));
  expect(tracker.evaluate(T0 + S)).toMatchObject({ health: 'held', ageNs: S, positionM: [10, 1.5, -2] });
});

test('timestamps of another epoch give way to the time of arrival, said once', () => {
  for (const [offsetNs, foreign] of [
    [-5n * S, false],
    [-5n * S - 1n, true],
    [37n * S, true],
    [-T0, true],
  ] as const) {
    const events: string[] = [];
    const tracker = new CameraTracker(CAMERA, (event) => events.push(event));
    for (let i = 0n; i < 5n; i++) tracker.push(sampleAt(T0 + i * MS + offsetNs, { receivedAtNs: T0 + i * MS }));
    expect(tracker.history.newest!.sampleTimestampNs).toBe(T0 + 4n * MS + (foreign ? 0n : offsetNs));
    expect(events).toEqual(foreign ? [expect.stringContaining('using the time of arrival')] : []);
  }
});

test('subjects are told apart by subject, stream and label', () => {
  const heard = (subject: string | null, sample: Parameters<typeof sampleAt>[1]) =>
    new CameraTracker(withTracking({ subject })).push(sampleAt(T0, sample));
  expect(heard('7', { subject: '7' })).toBe(true);
  expect(heard('7', { subject: '8' })).toBe(false);
  expect(heard('u#2', { subject: 'u', sourceNumber: 2 })).toBe(true);
  expect(heard('u#2', { subject: 'u', sourceNumber: 3 })).toBe(false);
  expect(heard('A cam', { subject: 'u', label: 'A cam' })).toBe(true);
  expect(heard(null, { subject: 'whoever' })).toBe(true);
});

test('without a subject it stays with the first one heard until that one is silent', () => {
  const tracker = new CameraTracker(withTracking({ subject: null }));
  expect(tracker.push(sampleAt(T0, { subject: 'one' }))).toBe(true);
  expect(tracker.push(sampleAt(T0 + 900n * MS, { subject: 'two' }))).toBe(false);
  expect(tracker.push(sampleAt(T0 + 950n * MS, { subject: 'one' }))).toBe(true);
  expect(tracker.push(sampleAt(T0 + 1900n * MS, { subject: 'two' }))).toBe(false);
  expect(tracker.push(sampleAt(T0 + 1950n * MS, { subject: 'two', positionM: [0, 9, 0] }))).toBe(true);
  expect(tracker.evaluate(T0 + 1950n * MS).positionM[1]).toBeCloseTo(9.5, 12);
});
