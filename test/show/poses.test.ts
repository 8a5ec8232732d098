import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock } from '../../src/core/clock.ts';
import { length, sub } from '../../src/core/vec.ts';
import { ShowTracking } from '../../src/engine/show-tracking.ts';
import { createStageSources } from '../../src/platform/node/create-source.ts';
import { createOfflinePoses } from '../../src/platform/node/offline-poses.ts';
import { TakeWriter } from '../../src/platform/node/take-file.ts';
import type { StageCamera } from '../../src/stage/baked-stage.ts';
import type { TrackingEntry } from '../../src/stage/stage-document.ts';
import type { CameraSample, TrackingSource } from '../../src/tracking/camera-sample.ts';
import { cameraEntry, flatStage } from '../support/stages.ts';

const NS = 1_000_000_000n;
const stageWith = (...tracking: TrackingEntry[]) =>
  flatStage({
    cameras: tracking.map((entry, k) =>
      cameraEntry({ id: `cam-${k}`, tracking: entry, restPose: { positionM: [k, 1.6, 2], panDeg: 10 * k } }),
    ),
  });
const MOVED: TrackingEntry = { kind: 'simulated', move: 'handheld', stageFromTracker: { positionM: [5, 0, -3], yawDeg: 90 }, delayMs: 30 };

test('offline: a simulated pose is a function of the frame’s time alone', async () => {
  const stage = stageWith({ kind: 'simulated', move: 'dolly' }, MOVED);
  const [a, b] = [await createOfflinePoses(stage), await createOfflinePoses(stage)];
  const times = [0n, 41_666_667n, 3n * NS, 100n * NS, 7n];
  const inOrder = times.map((time) => a.evaluate(time));
  const backwards = [...times]
    .reverse()
    .map((time) => b.evaluate(time))
    .reverse();
  expect(inOrder).toEqual(backwards);
  expect(inOrder[0].get('cam-0')?.positionM).not.toEqual(inOrder[2].get('cam-0')?.positionM);
  expect(a.notices).toEqual([]);
  for (const poses of inOrder)
    for (const [id, pose] of poses) {
      expect(pose.health).toBe('live');
      expect(pose.ageNs).toBe(0n);
      // The operator moves about where the stage file puts the camera, in whatever space the tracker is (dolly ± a few metres).
      const rest = stage.cameras.find((camera) => camera.id === id)?.restPose.positionM ?? [0, 0, 0];
      expect(length(sub(pose.positionM, rest))).toBeLessThan(id === 'cam-0' ? 3 : 0.3);
    }
});

test('offline and live agree: the same operator at the same time', async () => {
  const stage = stageWith(MOVED);
  const clock = new ManualClock(1_800_000_000n * NS);
  const feeds = createStageSources(stage.cameras, { clock });
  const live = new ShowTracking(stage.cameras, feeds, () => {});
  await live.start();
  await live.stop();
  // The source emits on a grid of its rate; at a sample's own time (and its delay) there is nothing to interpolate.
  const timeNs = clock.timeNs + 30_000_000n;
  const offline = await createOfflinePoses(stage);
  const [a, b] = [live.evaluate(timeNs).get('cam-0'), offline.evaluate(timeNs).get('cam-0')];
  expect(a?.positionM).toEqual(b?.positionM);
  expect(a?.rotation).toEqual(b?.rotation);
});

test('offline: network trackers are named and stand at rest; a take begins with frame 0', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cyc-poses-'));
  try {
    const file = join(folder, 'a.take');
    const writer = await TakeWriter.create(file);
    for (let k = 0; k < 5; k += 1) writer.sample('s', sampleAt(1_800_000_000n * NS + BigInt(k) * 100_000_000n, [k, 0, 0]));
    await writer.close();
    const stage = stageWith({ kind: 'freed-udp', port: 40_000 }, { kind: 'take', file });
    const poses = await createOfflinePoses(stage);
    expect(poses.notices).toHaveLength(1);
    expect(poses.notices[0]).toMatch(/^camera cam-0: freed-udp is live only/);
    const at = (timeNs: bigint) => poses.evaluate(timeNs);
    expect(at(0n).get('cam-0')).toMatchObject({ health: 'rest', positionM: [0, 1.6, 2] });
    expect(at(0n).get('cam-1')?.positionM[0]).toBeCloseTo(0, 9);
    expect(at(150_000_000n).get('cam-1')?.positionM[0]).toBeCloseTo(1.5, 1);
    expect(at(400_000_000n).get('cam-1')?.positionM[0]).toBeCloseTo(4, 9);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a source that cannot be opened closes the others and is named', async () => {
  const log: string[] = [];
  const source = (name: string, fails: boolean): TrackingSource => ({
    name,
    counters: { packets: 0, bytes: 0, samples: 0, partial: 0, rejected: {} },
    start: async () => {
      log.push(`start ${name}`);
      if (fails) throw new Error(`port of ${name} is taken`);
    },
    stop: async () => {
      log.push(`stop ${name}`);
    },
  });
  const feeds = [source('one', false), source('two', true)].map((entry) => ({ source: entry, cameraIds: [] }));
  await expect(new ShowTracking([], feeds, () => {}).start()).rejects.toThrow('port of two is taken');
  expect(log.sort()).toEqual(['start one', 'start two', 'stop one', 'stop two']);
});

test('samples reach every camera of their source; rates are per second', async () => {
  let push: (sample: CameraSample) => void = () => {};
  const counters = { packets: 0, bytes: 0, samples: 0, partial: 0, rejected: {} };
  const feed: TrackingSource = {
    name: 'udp',
    counters,
    start: async (onSample) => {
      push = onSample;
    },
    stop: async () => {},
  };
  const stage = stageWith({ kind: 'freed-udp', port: 1, subject: 'x' }, { kind: 'freed-udp', port: 1, subject: 'y' });
  const cameras: readonly StageCamera[] = stage.cameras;
  const tracking = new ShowTracking(cameras, [{ source: feed, cameraIds: cameras.map(({ id }) => id) }], () => {});
  const heard: string[] = [];
  tracking.onSample = (name, sample) => heard.push(`${name}/${sample.subject}`);
  await tracking.start();
  tracking.report(NS);
  for (const subject of ['x', 'y', 'z']) push({ ...sampleAt(NS, [7, 0, 0]), subject });
  counters.samples = 3;
  const poses = tracking.evaluate(NS);
  expect([...poses.values()].map(({ health, positionM }) => [health, positionM[0]])).toEqual([
    ['live', 7],
    ['live', 7],
  ]);
  expect(heard).toEqual(['udp/x', 'udp/y', 'udp/z']);
  expect(tracking.report(2n * NS)).toMatchObject([{ name: 'udp', ratePerS: 3 }]);
});

const sampleAt = (timeNs: bigint, positionM: readonly [number, number, number]): CameraSample => ({
  subject: 'take',
  positionM,
  rotation: [0, 0, 0, 1],
  lens: {},
  sensorMm: null,
  sampleTimestampNs: timeNs,
  receivedAtNs: timeNs,
  sequence: null,
  timecode: null,
  recording: null,
});
