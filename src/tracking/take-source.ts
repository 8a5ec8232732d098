import type { Clock } from '../core/clock.ts';
import type { CameraSample, TrackingSource } from './camera-sample.ts';
import type { RepeatTimer } from './simulated-source.ts';
import { createCounters } from './source-counters.ts';

export interface TakeSourceOptions {
  readonly name: string;
  /** In the order in which they were recorded. Called at `start`, so that a missing file is an error of that moment. */
  readonly load: () => Promise<readonly CameraSample[]>;
  readonly clock: Clock;
  readonly every: RepeatTimer;
  /** Begin again when the last sample has been played; else it is held. */
  readonly loop?: boolean;
  /** Called when the last sample of a take that does not loop has been played. */
  readonly onEnd?: () => void;
}

const TICK_MS = 2;

/**
 * Replays recorded samples with the timing of their arrival. Arrival and sample times are both shifted by the same span, so that the
 * first sample arrives now and the delay between truth and arrival stays what it was.
 */
export function createTakeSource(options: TakeSourceOptions): TrackingSource {
  const { clock, every, loop = false } = options;
  const counters = createCounters();
  let stopTimer: (() => void) | null = null;

  return {
    name: options.name,
    counters,
    async start(onSample, onEvent) {
      stopTimer?.();
      stopTimer = null;
      const samples = await options.load();
      if (samples.length === 0) {
        onEvent?.(`${options.name}: the take has no tracking samples`);
        options.onEnd?.();
        return;
      }
      let shiftNs = clock.nowNs() - samples[0]!.receivedAtNs;
      let next = 0;
      const play = (): void => {
        const nowNs = clock.nowNs();
        while (next < samples.length && samples[next]!.receivedAtNs + shiftNs <= nowNs) {
          const sample = samples[next++]!;
          counters.packets++;
          counters.samples++;
          onSample({
            ...sample,
            sampleTimestampNs: sample.sampleTimestampNs + shiftNs,
            receivedAtNs: sample.receivedAtNs + shiftNs,
          });
        }
        if (next < samples.length) return;
        if (loop) {
          next = 0;
          shiftNs = nowNs - samples[0]!.receivedAtNs + averageGapNs(samples);
          return;
        }
        stopTimer?.();
        stopTimer = null;
        options.onEnd?.();
      };
      stopTimer = every(play, TICK_MS);
      play();
    },
    async stop() {
      stopTimer?.();
      stopTimer = null;
    },
  };
}

/** The pause between the last sample and the first of the next round; at least a millisecond, so that a round always takes time. */
function averageGapNs(samples: readonly CameraSample[]): bigint {
  const spanNs = samples.at(-1)!.receivedAtNs - samples[0]!.receivedAtNs;
  const gapNs = samples.length > 1 ? spanNs / BigInt(samples.length - 1) : 0n;
  return gapNs > 1_000_000n ? gapNs : 1_000_000n;
}
