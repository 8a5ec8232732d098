import type { Clock } from '../core/clock.ts';
import type { CameraSample, TrackingSource } from './camera-sample.ts';
import { createSimulatedMove, DEFAULT_BASE, type SimulatedBase, type SimulatedMove } from './simulated-move.ts';
import { createCounters } from './source-counters.ts';

/** Calls `tick` again and again, about every `intervalMs`; the returned function ends it. Platforms give `setInterval`, tests a hand crank. */
export type RepeatTimer = (tick: () => void, intervalMs: number) => () => void;

export interface SimulatedSourceOptions {
  readonly move: SimulatedMove;
  readonly clock: Clock;
  readonly every: RepeatTimer;
  readonly subject?: string;
  /** Samples a second, 1..1000; 60–100 are usual. */
  readonly rateHz?: number;
  readonly seed?: number;
  readonly base?: SimulatedBase;
}

/** An operator that needs no hardware: samples of a move, stamped on a grid of the rate so that the timer's jitter is not in the poses. */
export function createSimulatedSource(options: SimulatedSourceOptions): TrackingSource {
  const rateHz = Math.min(1000, Math.max(1, options.rateHz ?? 100));
  const periodNs = BigInt(Math.round(1e9 / rateHz));
  const poseAt = createSimulatedMove(options.move, options.seed ?? 1, options.base ?? DEFAULT_BASE);
  const counters = createCounters();
  let stopTimer: (() => void) | null = null;
  let nextTick = 0n;

  const emitUpTo = (nowNs: bigint, onSample: (sample: CameraSample) => void): void => {
    const newestTick = nowNs / periodNs;
    // After a stall only the newest half second is made up.
    const oldest = newestTick - BigInt(Math.ceil(rateHz / 2));
    for (let tick = nextTick > oldest ? nextTick : oldest; tick <= newestTick; tick++) {
      const sampleTimestampNs = tick * periodNs;
      counters.packets++;
      counters.samples++;
      onSample({
        subject: options.subject ?? `simulated-${options.move}`,
        ...poseAt(sampleTimestampNs),
        lens: {},
        sensorMm: null,
        sampleTimestampNs,
        receivedAtNs: nowNs,
        sequence: Number(tick & 0xffffffffn),
        timecode: null,
        recording: null,
      });
    }
    nextTick = newestTick + 1n;
  };

  return {
    name: `simulated ${options.move}`,
    counters,
    async start(onSample) {
      stopTimer?.();
      nextTick = options.clock.nowNs() / periodNs;
      emitUpTo(options.clock.nowNs(), onSample);
      stopTimer = options.every(() => emitUpTo(options.clock.nowNs(), onSample), 1000 / rateHz);
    },
    async stop() {
      stopTimer?.();
      stopTimer = null;
    },
  };
}
