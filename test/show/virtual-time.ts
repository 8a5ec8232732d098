import type { Clock } from '../../src/core/clock.ts';
import type { Timers } from '../../src/engine/show-ports.ts';

/** A clock and timers that move only when told: a whole show runs in microseconds, the same way each time. */
export class VirtualTime implements Clock, Timers {
  #nowNs: bigint;
  #next = 0;
  readonly #calls = new Map<number, { readonly atNs: bigint; readonly call: () => void }>();

  constructor(startNs = 0n) {
    this.#nowNs = startNs;
  }

  nowNs(): bigint {
    return this.#nowNs;
  }

  /** Moves the clock without running timers, as a clock set by someone else. */
  setNs(ns: bigint): void {
    this.#nowNs = ns;
  }

  get pending(): number {
    return this.#calls.size;
  }

  after(delayMs: number, call: () => void): () => void {
    const id = this.#next++;
    this.#calls.set(id, { atNs: this.#nowNs + BigInt(Math.ceil(delayMs * 1e6)), call });
    return () => this.#calls.delete(id);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Runs every timer due in the next `ms`, in order of time, with all promise work between. */
  async advance(ms: number): Promise<void> {
    const endNs = this.#nowNs + BigInt(Math.round(ms * 1e6));
    await settle();
    for (;;) {
      let first: [number, { readonly atNs: bigint; readonly call: () => void }] | null = null;
      for (const entry of this.#calls) if (entry[1].atNs <= endNs && (!first || entry[1].atNs < first[1].atNs)) first = entry;
      if (!first) break;
      this.#calls.delete(first[0]);
      if (first[1].atNs > this.#nowNs) this.#nowNs = first[1].atNs;
      first[1].call();
      await settle();
    }
    this.#nowNs = endNs;
  }
}

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
