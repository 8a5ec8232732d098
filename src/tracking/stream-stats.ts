import type { CameraSample } from './camera-sample.ts';

/** Health of one stream of samples. */
export interface StreamReport {
  readonly samples: number;
  /** Over the last second or so. */
  readonly ratePerS: number;
  /** Mean deviation of the spacing of arrivals from the spacing of the samples, smoothed as RFC 3550 6.4.1 does; milliseconds. */
  readonly jitterMs: number;
  /** Gaps in the sequence numbers; null: the protocol has none. */
  readonly lost: number | null;
}

/** A gap longer than this is a sender that began again, not loss. */
const LARGEST_GAP = 10_000;
const RATE_WINDOW_NS = 1_000_000_000n;

/** Counts rate, jitter and loss of one stream; constant memory but for the arrivals of the last second. */
export class StreamStats {
  #samples = 0;
  #arrivals: bigint[] = [];
  #last: CameraSample | null = null;
  #meanGapNs = 0;
  #jitterNs = 0;
  #lost = 0;
  #hasSequence = false;

  add(sample: CameraSample): void {
    this.#samples++;
    this.#arrivals.push(sample.receivedAtNs);
    this.#forget(sample.receivedAtNs);
    const last = this.#last;
    this.#last = sample;
    this.#hasSequence ||= sample.sequence !== null;
    if (last === null) return;
    if (last.sequence !== null && sample.sequence !== null) {
      const step = (sample.sequence - last.sequence) >>> 0;
      if (step > 1 && step <= LARGEST_GAP) this.#lost += step - 1;
    }
    const gapNs = Number(sample.receivedAtNs - last.receivedAtNs);
    this.#meanGapNs += (gapNs - this.#meanGapNs) / Math.min(this.#samples - 1, 64);
    // Where samples carry no time of their own, the mean gap stands for it.
    const hasTime = sample.sampleTimestampNs !== sample.receivedAtNs;
    const dueNs = hasTime ? Number(sample.sampleTimestampNs - last.sampleTimestampNs) : this.#meanGapNs;
    this.#jitterNs += (Math.abs(gapNs - dueNs) - this.#jitterNs) / 16;
  }

  report(nowNs: bigint): StreamReport {
    this.#forget(nowNs);
    const spanNs = this.#arrivals.length > 1 ? Number(this.#arrivals.at(-1)! - this.#arrivals[0]!) : 0;
    return {
      samples: this.#samples,
      ratePerS: spanNs > 0 ? ((this.#arrivals.length - 1) * 1e9) / spanNs : 0,
      jitterMs: this.#jitterNs / 1e6,
      lost: this.#hasSequence ? this.#lost : null,
    };
  }

  #forget(nowNs: bigint): void {
    const from = this.#arrivals.findIndex((time) => nowNs - time <= RATE_WINDOW_NS);
    if (from !== 0) this.#arrivals = from < 0 ? [] : this.#arrivals.slice(from);
  }
}
