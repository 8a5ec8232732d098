import type { ShowClock } from './show-clock.ts';

/** What the loop does next: render `frame`, or sleep. */
export type PacerStep =
  | { readonly kind: 'frame'; readonly frame: bigint; readonly skipped: number }
  | { readonly kind: 'wait'; readonly waitMs: number };

/**
 * Names the frame to render: always the newest one by the clock, each at most once. A renderer that is late is never made later:
 * the frames that passed meanwhile are skipped and counted, not queued.
 */
export class FramePacer {
  readonly #clock: ShowClock;
  #last: bigint | null = null;
  #skipped = 0;
  #resyncs = 0;

  constructor(clock: ShowClock) {
    this.#clock = clock;
  }

  /** Frames that were never asked for, because a newer one was due. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Times the clock was set back by more than a second. */
  get resyncs(): number {
    return this.#resyncs;
  }

  poll(): PacerStep {
    const newest = this.#clock.frameNow();
    const { rate } = this.#clock;
    // A clock set back (PTP grandmaster change) must not freeze the wall until the old time comes round again.
    if (this.#last !== null && newest + BigInt(Math.ceil(rate.num / rate.den)) < this.#last) {
      this.#last = null;
      this.#resyncs += 1;
    }
    if (this.#last !== null && newest <= this.#last) return { kind: 'wait', waitMs: Math.max(0, this.#clock.msUntil(this.#last + 1n)) };
    const skipped = this.#last === null ? 0 : Number(newest - this.#last - 1n);
    this.#skipped += skipped;
    this.#last = newest;
    return { kind: 'frame', frame: newest, skipped };
  }
}
