import { expect, test } from 'vitest';
import { createSystemClock } from '../../../src/core/clock.ts';
import { createStageSources, createTrackingSource, simulatedBaseOf } from '../../../src/platform/node/create-source.ts';
import type { StageCamera, TrackingSourceConfig } from '../../../src/stage/baked-stage.ts';
import { CameraTracker } from '../../../src/tracking/camera-tracker.ts';
import { quatFromPanTiltRoll } from '../../../src/tracking/pan-tilt-roll.ts';
import { waitFor } from '../../contracts/tracking-source.ts';
import { angleBetween, distanceM } from '../../tracking/samples.ts';

const clock = createSystemClock();
const CONFIG: TrackingSourceConfig = {
  kind: 'freed-udp',
  port: null,
  multicast: null,
  subject: null,
  move: null,
  file: null,
  stageFromTracker: { positionM: [1, 0, 2], yawRad: 0.7 },
  delayMs: 0,
};

const camera = (id: string, changes: Partial<TrackingSourceConfig> | null): StageCamera => ({
  id,
  sensorMm: [36, 24],
  resolutionPx: [1920, 1080],
  lens: {
    pinholeFocalLengthMm: 35,
    projectionOffsetMm: [0, 0],
    distortionOffsetMm: [0, 0],
    entrancePupilOffsetM: 0,
    distortion: null,
    focusDistanceM: null,
  },
  overscanPercent: 10,
  featherPercent: 2,
  priority: 0,
  tracking: changes && { ...CONFIG, ...changes },
  restPose: { positionM: [0.5, 1.6, 5], panRad: 0.4, tiltRad: -0.1, rollRad: 0.02 },
});

test('cameras that share a port share a socket, with the groups of all', () => {
  const shared = createStageSources(
    [
      camera('a', { kind: 'opentrackio-udp', port: 55_555, multicast: '239.135.1.1' }),
      camera('b', { kind: 'opentrackio-udp', multicast: '239.135.1.2' }),
      camera('c', { kind: 'freed-udp', port: 6301, subject: '1' }),
      camera('d', { kind: 'freed-udp', port: 6301, subject: '2' }),
      camera('e', { kind: 'freed-udp', port: 6302 }),
      camera('f', { kind: 'simulated', move: 'dolly' }),
      camera('g', { kind: 'simulated', move: 'dolly' }),
      camera('h', null),
    ],
    { clock },
  );
  expect(shared.map(({ source, cameraIds }) => [source.name, cameraIds])).toEqual([
    ['opentrackio udp 55555 239.135.1.1 239.135.1.2', ['a', 'b']],
    ['freed udp 6301', ['c', 'd']],
    ['freed udp 6302', ['e']],
    ['simulated dolly', ['f']],
    ['simulated dolly', ['g']],
  ]);
});

test('every kind makes its source; a take without a file is refused', () => {
  expect(createTrackingSource({ ...CONFIG, kind: 'opentrackio-ws', port: 1234 }, { clock }).name).toBe('opentrackio ws 1234');
  expect(createTrackingSource({ ...CONFIG, kind: 'take', file: 'x.take' }, { clock }).name).toBe('take x.take');
  expect(() => createTrackingSource({ ...CONFIG, kind: 'take' }, { clock })).toThrow('tracking.file: a take needs a file');
});

test('a simulated camera moves about its rest pose on the stage', async () => {
  const stageCamera = camera('a', { kind: 'simulated', move: 'handheld' });
  const [shared] = createStageSources([stageCamera], { clock, seed: 4 });
  const tracker = new CameraTracker(stageCamera);
  await shared!.source.start((sample) => tracker.push(sample));
  await waitFor('samples', () => tracker.history.size > 3);
  await shared!.source.stop();
  const { positionM, rotation, health } = tracker.evaluate(clock.nowNs());
  expect(health).toBe('live');
  expect(distanceM(positionM, stageCamera.restPose.positionM)).toBeLessThan(0.15);
  expect(distanceM(positionM, stageCamera.restPose.positionM)).toBeGreaterThan(0);
  expect(angleBetween(rotation, quatFromPanTiltRoll(stageCamera.restPose))).toBeLessThan(0.1);
  expect(simulatedBaseOf(camera('b', { stageFromTracker: { positionM: [0, 0, 0], yawRad: 0 } })).positionM).toEqual([0.5, 1.6, 5]);
});
