/** Frames whose median is the load, and frames over which hitches are counted. */
const SHORT = 8;
const LONG = 64;
/** Of the last eight: with one frame in ten a hitch, six come together less than once an hour at 60 frames a second. */
const OVER_OF_SHORT = 6;
/** Frames in a row that must be far over. */
const FAR_FRAMES = 5;

/** The newest frames drawn at one quality, judged against a budget; fixed memory. */
export class FrameWindow {
  readonly #budgetMs: number;
  readonly #timesMs = new Float64Array(LONG);
  #count = 0;

  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  add(timeMs: number): void {
    this.#timesMs[this.#count++ % LONG] = timeMs;
  }

  clear(): void {
    this.#count = 0;
  }

  /** As many frames as the median needs are there. */
  get isFull(): boolean {
    return this.#count >= SHORT;
  }

  /** Median of the last eight, ms, which sees no hitches; null before there are five. */
  medianMs(): number | null {
    if (this.#count < FAR_FRAMES) return null;
    const count = Math.min(this.#count, SHORT);
    const newest = new Float64Array(count);
    for (let back = 0; back < count; back++) newest[back] = this.#timesMs[(this.#count - 1 - back) % LONG]!;
    return newest.sort()[Math.floor(count / 2)]!;
  }

  /** Six of the last eight are over. */
  get isOver(): boolean {
    return this.#overs(SHORT, this.#budgetMs) >= OVER_OF_SHORT;
  }

  /** All of the last five took more than `factor` budgets: no hitch, and nothing to wait for. */
  isFarOver(factor: number): boolean {
    return this.#overs(FAR_FRAMES, factor * this.#budgetMs) >= FAR_FRAMES;
  }

  /** A quarter of the last 64 are over: hitches so frequent, or a load so close to the budget, that it is not held. */
  get isOftenOver(): boolean {
    return this.#overs(LONG, this.#budgetMs) >= LONG / 4;
  }

  /** Share of the last 64 frames that are over, 0..1. */
  get overShare(): number {
    return this.#count === 0 ? 0 : this.#overs(LONG, this.#budgetMs) / Math.min(this.#count, LONG);
  }

  #overs(frames: number, limitMs: number): number {
    const count = Math.min(this.#count, frames);
    let overs = 0;
    for (let back = 0; back < count; back++) if (this.#timesMs[(this.#count - 1 - back) % LONG]! > limitMs) overs++;
    return overs;
  }
}
