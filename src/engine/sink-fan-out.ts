import type { FrameState } from '../stage/frame-state.ts';
import type { FrameResult } from './frame-result.ts';
import type { FrameSink } from './show-ports.ts';

interface Taker {
  busy: boolean;
  missed: number;
}

/** Hands each frame to every sink that is free; a sink that throws is reported and kept, for the next frame may go well. */
export class SinkFanOut {
  readonly #takers = new Map<FrameSink, Taker>();
  readonly #onError: (sink: FrameSink, error: unknown) => void;

  constructor(onError: (sink: FrameSink, error: unknown) => void) {
    this.#onError = onError;
  }

  add(sink: FrameSink): void {
    this.#takers.set(sink, { busy: false, missed: 0 });
  }

  remove(sink: FrameSink): void {
    this.#takers.delete(sink);
  }

  /** Frames that `sink` was not offered, because it still held an earlier one. */
  missedBy(sink: FrameSink): number {
    return this.#takers.get(sink)?.missed ?? 0;
  }

  /** @returns null when every sink is done with the pictures, else a promise of that; never rejects. */
  offer(state: FrameState, result: FrameResult): Promise<unknown> | null {
    const open: Promise<void>[] = [];
    for (const [sink, taker] of this.#takers) {
      if (taker.busy) {
        taker.missed += 1;
        continue;
      }
      try {
        const taken = sink.take(state, result);
        if (!taken) continue;
        taker.busy = true;
        open.push(
          taken
            .catch((error: unknown) => this.#onError(sink, error))
            .finally(() => {
              taker.busy = false;
            }),
        );
      } catch (error) {
        this.#onError(sink, error);
      }
    }
    return open.length > 0 ? Promise.all(open) : null;
  }
}
