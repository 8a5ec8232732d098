import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../src/core/clock.ts';
import { timeOfFrame } from '../../src/core/rational.ts';
import { FramePacer } from '../../src/engine/frame-pacer.ts';
import { ShowClock, timecodeOfFrame } from '../../src/engine/show-clock.ts';

const NS = 1_000_000_000n;
const LEAP_NS = 37n * NS;

describe('frame pacer', () => {
  test('frame N is asked for at epoch + N/rate, once, and the wait ends exactly there', () => {
    const rate = { num: 24000, den: 1001 };
    const clock = new ManualClock(1_800_000_000n * NS);
    const pacer = new FramePacer(new ShowClock(clock, rate));
    // ST 2059-1, 7: N = floor(t · rate).
    const first = (1_800_000_000n * 24000n) / 1001n;
    expect(pacer.poll()).toEqual({ kind: 'frame', frame: first, skipped: 0 });
    for (let n = first + 1n; n < first + 100n; n += 1n) {
      const step = pacer.poll();
      if (step.kind !== 'wait') throw new Error(`asked for ${step.frame} before its time`);
      const dueNs = (n * 1001n * NS + 23999n) / 24000n;
      expect(step.waitMs).toBeCloseTo(Number(dueNs - clock.timeNs) / 1e6, 6);
      clock.timeNs = dueNs - 1n;
      expect(pacer.poll().kind).toBe('wait');
      clock.timeNs = dueNs;
      expect(pacer.poll()).toEqual({ kind: 'frame', frame: n, skipped: 0 });
    }
    expect(pacer.skipped).toBe(0);
  });

  test('a late renderer gets the newest frame; those between are counted, not queued', () => {
    const clock = new ManualClock(0n);
    const pacer = new FramePacer(new ShowClock(clock, { num: 25, den: 1 }));
    expect(pacer.poll()).toEqual({ kind: 'frame', frame: 0n, skipped: 0 });
    clock.timeNs = 1_030_000_000n; // frame 25 began at 1.000 s
    expect(pacer.poll()).toEqual({ kind: 'frame', frame: 25n, skipped: 24 });
    expect(pacer.poll()).toEqual({ kind: 'wait', waitMs: 10 });
    expect(pacer.skipped).toBe(24);
  });

  test('a clock set back by more than a second is followed; by less is waited for', () => {
    const clock = new ManualClock(100n * NS);
    const pacer = new FramePacer(new ShowClock(clock, { num: 25, den: 1 }));
    pacer.poll();
    clock.timeNs = 99n * NS + NS / 2n;
    expect(pacer.poll()).toEqual({ kind: 'wait', waitMs: 540 });
    clock.timeNs = 10n * NS;
    expect(pacer.poll()).toEqual({ kind: 'frame', frame: 250n, skipped: 0 });
    expect(pacer.resyncs).toBe(1);
  });
});

describe('timecode', () => {
  // Frames counted from midnight UTC; labels from ST 12-1: drop-frame leaves out labels 0 and 1 of each minute but every tenth.
  const midnightFrame = (day: bigint, rate: { num: number; den: number }): bigint => {
    const t = day * 86_400n * NS + LEAP_NS;
    const num = BigInt(rate.num);
    const den = BigInt(rate.den) * NS;
    return (t * num + den - 1n) / den;
  };
  const cases: [number, number, bigint, string][] = [
    [24, 1, 0n, '00:00:00:00'],
    [24, 1, 24n * 3661n + 5n, '01:01:01:05'],
    [24, 1, 24n * 86_400n - 1n, '23:59:59:23'],
    [24000, 1001, 24n * 60n, '00:01:00:00'],
    [30000, 1001, 1799n, '00:00:59;29'],
    [30000, 1001, 1800n, '00:01:00;02'],
    [30000, 1001, 17_981n, '00:09:59;29'],
    [30000, 1001, 17_982n, '00:10:00;00'],
    [30000, 1001, 107_892n, '01:00:00;00'],
    [60000, 1001, 3600n, '00:01:00;04'],
    [60000, 1001, 35_964n, '00:10:00;00'],
    [120, 1, 119n, '00:00:00:119'],
  ];
  for (const [num, den, count, label] of cases) {
    test(`${num}/${den}: frame ${count} of the day is ${label}`, () => {
      const rate = { num, den };
      const frame = midnightFrame(20_779n, rate) + count;
      expect(timecodeOfFrame(frame, rate)).toBe(label);
    });
  }

  test('the last frame before midnight belongs to the old day', () => {
    const rate = { num: 25, den: 1 };
    const frame = midnightFrame(20_780n, rate) - 1n;
    expect(timeOfFrame(frame, rate)).toBeLessThan(20_780n * 86_400n * NS + LEAP_NS);
    expect(timecodeOfFrame(frame, rate)).toBe('23:59:59:24');
  });
});
