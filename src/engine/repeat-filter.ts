const REPEAT_AFTER_NS = 5_000_000_000n;
const KEPT = 64;

/** Tells news from repeats: a failure that comes with each frame is counted each time, and told every five seconds. */
export class RepeatFilter {
  /** Text → when it may be said again. */
  readonly #said = new Map<string, bigint>();

  isNews(text: string, nowNs: bigint): boolean {
    if (nowNs < (this.#said.get(text) ?? 0n)) return false;
    if (this.#said.size >= KEPT) this.#said.clear();
    this.#said.set(text, nowNs + REPEAT_AFTER_NS);
    return true;
  }
}
