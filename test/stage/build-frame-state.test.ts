import { describe, expect, test } from 'vitest';
import { rotate } from '../../src/core/quat.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import { buildFrameState, type CameraPose, type FrameParameters } from '../../src/stage/build-frame-state.ts';
import {
  stageFromWorldDirection,
  stageFromWorldPoint,
  worldFromStageDirection,
  worldFromStagePoint,
} from '../../src/stage/world-from-stage.ts';
import { cameraEntry, flatStage } from '../support/stages.ts';

const PARAMETERS: FrameParameters = {
  worldFromStage: { positionM: [1, 2, 3], yawRad: 0.5, scale: 2 },
  exposureStops: 1,
  nitsPerUnit: 100,
  samplesPerLed: 4,
};
const build = (cameras: Parameters<typeof cameraEntry>[0][], more: Partial<FrameParameters> = {}, poses: [string, CameraPose][] = []) =>
  buildFrameState({
    frame: 2n ** 32n + 7n,
    timeNs: 5_000_000_000n,
    parameters: { ...PARAMETERS, ...more },
    stage: flatStage({ cameras: cameras.map((camera) => cameraEntry(camera)) }),
    poses: new Map(poses),
  });
const near = (actual: Vec3, expected: Vec3): void =>
  expected.forEach((value, k) => {
    expect(actual[k]).toBeCloseTo(value, 14);
  });

test('carries what show and operator decide', () => {
  expect(build([], { sceneStartNs: 3_500_000_000n })).toEqual({
    frame: 4294967303n,
    timeNs: 5_000_000_000n,
    sceneTimeS: 1.5,
    worldFromStage: PARAMETERS.worldFromStage,
    outerEyeM: [0, 1.7, 0],
    cameras: [],
    exposureStops: 1,
    nitsPerUnit: 100,
    samplesPerLed: 4,
    outerRate: 1,
    lodErrorPx: 1,
    seed: 7,
  });
  expect(build([], { outerRate: 4, lodErrorPx: 0, samplesPerLed: 8 })).toMatchObject({ outerRate: 4, lodErrorPx: 0, samplesPerLed: 8 });
});

test('cameras by priority, equal ones by id; the fifth has no inner frustum', () => {
  const state = build([{ id: 'e', priority: -1 }, { id: 'b' }, { id: 'a' }, { id: 'c', priority: 9 }, { id: 'd' }]);
  expect(state.cameras.map((camera) => [camera.id, camera.enabled])).toEqual([
    ['c', true],
    ['a', true],
    ['b', true],
    ['d', true],
    ['e', false],
  ]);
  const less = build([{ id: 'e', priority: -1 }, { id: 'b' }, { id: 'a' }, { id: 'c', priority: 9 }, { id: 'd' }], {
    camerasEnabled: { a: false },
  });
  expect(less.cameras.filter((camera) => camera.enabled).map((camera) => camera.id)).toEqual(['c', 'b', 'd', 'e']);
});

describe('rest pose', () => {
  const at = (angles: object) => build([{ restPose: { positionM: [1, 2, 3], ...angles } }]).cameras[0];
  const forward = (angles: object): Vec3 => rotate(at(angles).stageFromCamera, [0, 0, -1]);
  const up = (angles: object): Vec3 => rotate(at(angles).stageFromCamera, [0, 1, 0]);
  test('looks along −Z', () => near(forward({}), [0, 0, -1]));
  test('pans left', () => near(forward({ panDeg: 90 }), [-1, 0, 0]));
  test('tilts up', () => near(forward({ tiltDeg: 90 }), [0, 1, 0]));
  test('rolls clockwise seen from behind: its up leans to the right', () => near(up({ rollDeg: 90 }), [1, 0, 0]));
  test('pan, then tilt, then roll', () => {
    // Panned left the camera looks at −X; tilted 30° up: (−cos30, sin30, 0); roll does not move the axis.
    near(forward({ panDeg: 90, tiltDeg: 30, rollDeg: 40 }), [-Math.sqrt(3) / 2, 0.5, 0]);
  });
  test('has no sample', () => expect(at({}).sampleTimestampNs).toBeNull());
});

test('the entrance pupil lies ahead along the optical axis', () => {
  const lens = { focalLengthMm: 24, entrancePupilOffsetM: 0.1 };
  const { cameras } = build([{ lens, restPose: { positionM: [1, 2, 3], panDeg: 90 } }]);
  near(cameras[0].entrancePupilM, [0.9, 2, 3]);
});

test('a tracked camera takes pose, lens and sensor from tracking', () => {
  const lens = { ...build([{}]).cameras[0].lens, pinholeFocalLengthMm: 85, entrancePupilOffsetM: -0.05 };
  const pose: CameraPose = { positionM: [4, 5, 6], rotation: [0, 0, 0, 1], lens, sensorMm: [30, 20], sampleTimestampNs: 99n };
  const [camera] = build([{ id: 'A' }], {}, [['A', pose]]).cameras;
  near(camera.entrancePupilM, [4, 5, 6.05]);
  expect(camera).toMatchObject({
    lens: { pinholeFocalLengthMm: 85 },
    sensorMm: [30, 20],
    sampleTimestampNs: 99n,
    stageFromCamera: [0, 0, 0, 1],
  });
});

describe('world from stage', () => {
  const w = { positionM: [100_000, 2, -3] as Vec3, yawRad: Math.PI / 2, scale: 2 };
  test('yaw turns +X towards −Z, then scale, then position', () => {
    near(worldFromStagePoint(w, [1, 1, 0]), [100_000, 4, -5]);
    near(worldFromStageDirection(w, [1, 0, 0]), [0, 0, -1]);
  });
  test('and back, to doubles 100 km from home', () => {
    const there = worldFromStagePoint({ ...w, yawRad: 0.3 }, [1.25, 2.5, -7]);
    // 100 km leaves 1.5e-11 m of a double.
    stageFromWorldPoint({ ...w, yawRad: 0.3 }, there).forEach((value, k) => {
      expect(value).toBeCloseTo([1.25, 2.5, -7][k], 10);
    });
    near(stageFromWorldDirection(w, worldFromStageDirection(w, [0.2, 0.3, 0.4])), [0.2, 0.3, 0.4]);
  });
});
