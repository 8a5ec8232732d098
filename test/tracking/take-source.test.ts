import { expect, test } from 'vitest';
import { ManualClock } from '../../src/core/clock.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { createTakeSource } from '../../src/tracking/take-source.ts';
import { MS, S, sampleAt } from './samples.ts';

/** Arrivals 0, 10, 25 ms, each 4 ms after the pose was true. */
const RECORDED = [0n, 10n, 25n].map((ms) => sampleAt(5n * S + ms * MS - 4n * MS, { receivedAtNs: 5n * S + ms * MS }));

async function play(loop: boolean): Promise<{ samples: CameraSample[]; run(ms: number): void; ended: () => number }> {
  const clock = new ManualClock(1000n * S);
  const samples: CameraSample[] = [];
  let tick: (() => void) | null = null;
  let ended = 0;
  const every = (call: () => void) => {
    tick = call;
    return () => {
      tick = null;
    };
  };
  const source = createTakeSource({ name: 'take', load: async () => RECORDED, clock, every, loop, onEnd: () => ended++ });
  await source.start((sample) => samples.push(sample));
  const run = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      clock.timeNs += MS;
      tick?.();
    }
  };
  return { samples, run, ended: () => ended };
}

test('samples arrive with the spacing and the delay that they were recorded with, in the time of now', async () => {
  const { samples, run, ended } = await play(false);
  const seen: [number, number][] = [[0, samples.length]];
  for (let ms = 1; ms <= 40; ms++) {
    run(1);
    if (samples.length !== seen.at(-1)![1]) seen.push([ms, samples.length]);
  }
  expect(seen).toEqual([
    [0, 1],
    [10, 2],
    [25, 3],
  ]);
  expect(samples.map(({ receivedAtNs }) => receivedAtNs - 1000n * S)).toEqual([0n, 10n * MS, 25n * MS]);
  expect(samples.map(({ receivedAtNs, sampleTimestampNs }) => receivedAtNs - sampleTimestampNs)).toEqual([4n * MS, 4n * MS, 4n * MS]);
  expect(ended()).toBe(1);
});

test('a looped take begins again and its time goes on', async () => {
  const { samples, run, ended } = await play(true);
  run(100);
  expect(samples.length).toBeGreaterThanOrEqual(8);
  const times = samples.map(({ sampleTimestampNs }) => sampleTimestampNs);
  expect(times).toEqual(times.toSorted((a, b) => Number(a - b)));
  expect(new Set(times).size).toBe(times.length);
  expect(ended()).toBe(0);
});
