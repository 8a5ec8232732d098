import { afterEach, describe, expect, test } from 'vitest';
import type { CameraSample, TrackingSource } from '../../src/tracking/camera-sample.ts';

/** One adapter under test: a source, and a way to make it receive. */
export interface TrackingSourceCase {
  readonly source: TrackingSource;
  /** Makes the source receive at least `count` samples; called after `start`. */
  feed(count: number): Promise<void>;
  /** Sends something that is no sample; absent where a source cannot receive such a thing. */
  feedGarbage?(): Promise<void>;
  close?(): Promise<void>;
}

/** Waits until `done`, or fails by name. */
export async function waitFor(what: string, done: () => boolean, timeoutMs = 5_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!done()) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What every `TrackingSource` keeps to. */
export function describeTrackingSource(name: string, create: () => Promise<TrackingSourceCase>): void {
  describe(`tracking source: ${name}`, () => {
    const open: TrackingSourceCase[] = [];
    const make = async (): Promise<TrackingSourceCase> => {
      const made = await create();
      open.push(made);
      return made;
    };
    afterEach(async () => {
      for (const { source, close } of open.splice(0)) {
        await source.stop();
        await close?.();
      }
    });

    test('has a name and counts from zero', async () => {
      const { source } = await make();
      expect(source.name).not.toBe('');
      expect(source.counters).toEqual({ packets: 0, bytes: 0, samples: 0, partial: 0, rejected: {} });
    });

    test('hands on samples that are whole, and counts them', async () => {
      const { source, feed } = await make();
      const samples: CameraSample[] = [];
      await source.start((sample) => samples.push(sample));
      await feed(5);
      await waitFor('five samples', () => samples.length >= 5);
      expect(source.counters.samples).toBe(samples.length);
      expect(source.counters.packets).toBeGreaterThanOrEqual(1);
      for (const sample of samples) {
        expect(sample.subject).not.toBe('');
        expect([...sample.positionM, ...sample.rotation].every(Number.isFinite)).toBe(true);
        expect(Math.hypot(...sample.rotation)).toBeCloseTo(1, 9);
        expect(typeof sample.sampleTimestampNs).toBe('bigint');
        const latency = sample.receivedAtNs - sample.sampleTimestampNs;
        expect(latency < 5_000_000_000n && latency > -5_000_000_000n).toBe(true);
      }
    });

    test('says nothing after stop, and stops as often as it is told', async () => {
      const { source, feed } = await make();
      await source.stop();
      let heard = 0;
      await source.start(() => heard++);
      await feed(2);
      await waitFor('two samples', () => heard >= 2);
      await source.stop();
      await source.stop();
      const after = heard;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(heard).toBe(after);
    });

    test('starts again after a stop', async () => {
      const { source, feed } = await make();
      await source.start(() => {});
      await source.stop();
      let heard = 0;
      await source.start(() => heard++);
      await feed(2);
      await waitFor('two samples', () => heard >= 2);
    });

    test('counts what is no sample, and goes on', async () => {
      const { source, feed, feedGarbage } = await make();
      if (!feedGarbage) return;
      let heard = 0;
      await source.start(() => heard++);
      await feedGarbage();
      const rejected = () => Object.values(source.counters.rejected).reduce((sum, count) => sum + count, 0);
      await waitFor('a reject', () => rejected() > 0);
      expect(heard).toBe(0);
      await feed(2);
      await waitFor('two samples', () => heard >= 2);
    });
  });
}
