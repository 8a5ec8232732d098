/** Waits that double from `firstMs` to `longestMs`; `reset` after a success. One call is pending at most. */
export class Retry {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #nextMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#nextMs = firstMs;
  }

  /** @returns the wait until `call`, ms. */
  schedule(call: () => void): number {
    this.cancel();
    const waitMs = this.#nextMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      call();
    }, waitMs);
    this.#nextMs = Math.min(this.#longestMs, waitMs * 2);
    return waitMs;
  }

  reset(): void {
    this.#nextMs = this.#firstMs;
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
