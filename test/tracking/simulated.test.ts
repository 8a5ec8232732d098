import { expect, test } from 'vitest';
import { ManualClock } from '../../src/core/clock.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { panTiltRollFromQuat } from '../../src/tracking/pan-tilt-roll.ts';
import { createSimulatedMove, DEFAULT_BASE, SIMULATED_MOVES } from '../../src/tracking/simulated-move.ts';
import { createSimulatedSource } from '../../src/tracking/simulated-source.ts';
import { distanceM, MS, S } from './samples.ts';

const T0 = 1_795_354_728_000_000_000n;

test.each(SIMULATED_MOVES)('%s is a function of seed and time alone, and smooth', (move) => {
  const [one, again, other] = [createSimulatedMove(move, 5), createSimulatedMove(move, 5), createSimulatedMove(move, 6)];
  let differs = 0;
  for (let i = 0n; i < 2000n; i++) {
    const at = T0 + i * 10n * MS;
    expect(again(at)).toEqual(one(at));
    if (distanceM(one(at).positionM, other(at).positionM) > 1e-6) differs++;
    // No faster than a crane's arm, 3 m/s.
    expect(distanceM(one(at).positionM, one(at + 10n * MS).positionM)).toBeLessThan(0.03);
  }
  expect(differs).toBeGreaterThan(1000);
  expect(one(T0 + 3600n * S)).toEqual(one(T0));
});

test('hand-held moves as a person does: centimetres of sway, about a degree of turn, tremor of tenths of a millimetre', () => {
  const poseAt = createSimulatedMove('handheld', 11);
  const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  const poses = Array.from({ length: 12_000 }, (_, i) => poseAt(T0 + BigInt(i) * 50n * MS));
  const channel = (i: number) => poses.map(({ positionM }) => positionM[i]! - DEFAULT_BASE.positionM[i]!);
  expect(rms(channel(0))).toBeCloseTo(0.018, 2);
  expect(rms(channel(1))).toBeCloseTo(Math.hypot(0.004, 0.006), 2);
  expect(rms(channel(2))).toBeCloseTo(0.014, 2);
  const angles = poses.map(({ rotation }) => panTiltRollFromQuat(rotation));
  const deg = (values: readonly number[]) => (rms(values) * 180) / Math.PI;
  expect(Math.abs(deg(angles.map(({ panRad }) => panRad)) - 0.7)).toBeLessThan(0.1);
  expect(Math.abs(deg(angles.map(({ rollRad }) => rollRad)) - 0.3)).toBeLessThan(0.05);
  // Tremor: what is left after a line through neighbours 60 ms apart.
  const fine = Array.from({ length: 6000 }, (_, i) => poseAt(T0 + BigInt(i) * 30n * MS).positionM[0]);
  const bend = rms(fine.slice(1, -1).map((x, i) => x - (fine[i]! + fine[i + 2]!) / 2));
  expect(bend).toBeGreaterThan(0.00003);
  expect(bend).toBeLessThan(0.001);
});

test('dolly and crane keep the set in the middle; the crane swings and tilts down', () => {
  const target = [0, 1.5, 0] as const;
  for (const move of ['dolly', 'crane'] as const) {
    const poseAt = createSimulatedMove(move, 1);
    const poses = Array.from({ length: 1200 }, (_, i) => poseAt(T0 + BigInt(i) * 50n * MS));
    for (const { positionM, rotation } of poses) {
      const { panRad, tiltRad } = panTiltRollFromQuat(rotation);
      const range = Math.hypot(target[0] - positionM[0], target[2] - positionM[2]);
      expect(Math.tan(tiltRad)).toBeCloseTo((target[1] - positionM[1]) / range, 9);
      expect(Math.sin(panRad)).toBeCloseTo(-(target[0] - positionM[0]) / range, 9);
    }
    const xs = poses.map(({ positionM }) => positionM[0]);
    const reach = move === 'dolly' ? 1.5 : 3 * Math.sin((50 * Math.PI) / 180);
    expect(Math.max(...xs)).toBeCloseTo(reach, 3);
    expect(Math.min(...xs)).toBeCloseTo(-reach, 3);
    const heights = poses.map(({ positionM }) => positionM[1]);
    expect(Math.max(...heights) - Math.min(...heights)).toBeCloseTo(move === 'dolly' ? 0 : 1.9, 3);
  }
});

test('the source samples on the grid of its rate, whatever the timer does', async () => {
  const clock = new ManualClock(T0 + 3n * MS);
  let tick = () => {};
  let running = false;
  const every = (call: () => void) => {
    tick = call;
    running = true;
    return () => {
      running = false;
    };
  };
  const source = createSimulatedSource({ move: 'dolly', clock, every, rateHz: 100, seed: 2 });
  const samples: CameraSample[] = [];
  await source.start((sample) => samples.push(sample));
  for (const waitMs of [9n, 1n, 14n, 6n, 25n, 0n]) {
    clock.timeNs += waitMs * MS;
    tick();
  }
  expect(samples.map(({ sampleTimestampNs }) => (sampleTimestampNs - T0) / MS)).toEqual([0n, 10n, 20n, 30n, 40n, 50n]);
  const poseAt = createSimulatedMove('dolly', 2);
  for (const sample of samples) expect(sample.positionM).toEqual(poseAt(sample.sampleTimestampNs).positionM);
  clock.timeNs += 3600n * S;
  tick();
  expect(samples.length).toBe(6 + 51);
  expect(source.counters).toMatchObject({ samples: 57, packets: 57 });
  await source.stop();
  expect(running).toBe(false);
});
