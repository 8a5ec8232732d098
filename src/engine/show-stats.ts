import type { Clock } from '../core/clock.ts';
import type { FrameCounters, FrameResult, FrameTimings } from './frame-result.ts';

const HISTORY_FRAMES = 120;
const RATE_WINDOW_NS = 4_000_000_000n;

/** Counters of a frame in which nothing was drawn. */
export const NO_COUNTERS: FrameCounters = {
  instances: 0,
  instancesTested: 0,
  nodesTested: 0,
  clustersTested: 0,
  clustersOccluded: 0,
  clustersDrawn: 0,
  trianglesSetUp: 0,
  trianglesRasterized: 0,
  ledsLit: 0,
  ledsShaded: 0,
  ledsShadedInFeather: 0,
  ledsInFeather: 0,
  surfacesShaded: 0,
  texelsRead: 0,
  bytesWritten: 0,
  dispatches: 0,
  draws: 0,
  allocations: 0,
  overflows: 0,
};

/** Figures of the running show; fixed memory, whatever its length. */
export class ShowStats {
  readonly #clock: Clock;
  readonly #doneNs = new BigInt64Array(HISTORY_FRAMES);
  readonly #totalMs = new Float64Array(HISTORY_FRAMES);
  #rendered = 0;
  /** Of the newest frame. */
  counters: FrameCounters = NO_COUNTERS;
  passesMs: FrameTimings['passesMs'] = {};
  encodeMs = 0;
  gpuMs = 0;
  frameMs = 0;
  /** Frames that failed, states that could not be built, sinks that threw. */
  errors = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get rendered(): number {
    return this.#rendered;
  }

  /** @param totalMs From the moment the state was built until the canvases could be read. */
  frameDone(result: FrameResult, totalMs: number): void {
    const slot = this.#rendered % HISTORY_FRAMES;
    this.#doneNs[slot] = this.#clock.nowNs();
    this.#totalMs[slot] = totalMs;
    this.#rendered += 1;
    this.counters = result.counters;
    this.passesMs = result.timings.passesMs;
    this.encodeMs = result.timings.encodeMs;
    this.gpuMs = result.timings.gpuMs;
    this.frameMs = totalMs;
  }

  /** Frames per second over the last four seconds; falls to 0 when frames stop. */
  fps(): number {
    const now = this.#clock.nowNs();
    const kept = Math.min(this.#rendered, HISTORY_FRAMES);
    let count = 0;
    let first = now;
    for (let back = 1; back <= kept; back += 1) {
      const at = this.#doneNs[(this.#rendered - back) % HISTORY_FRAMES];
      if (now - at > RATE_WINDOW_NS) break;
      first = at;
      count += 1;
    }
    // `count` frames span `count − 1` intervals up to the newest; time since then counts only once it is longer than an interval.
    if (count < 2) return count === 0 ? 0 : Math.min(1, 1e9 / Number(RATE_WINDOW_NS));
    const newest = this.#doneNs[(this.#rendered - 1) % HISTORY_FRAMES];
    const spanS = Number(newest - first) / 1e9;
    const idleS = Number(now - newest) / 1e9;
    const meanS = spanS / (count - 1);
    return idleS > 2 * meanS ? count / (spanS + idleS) : (count - 1) / Math.max(spanS, 1e-6);
  }

  /** Mean time of the last frames, ms; null before the first. */
  recentFrameMs(frames = 8): number | null {
    const count = Math.min(frames, this.#rendered, HISTORY_FRAMES);
    if (count === 0) return null;
    let sum = 0;
    for (let back = 1; back <= count; back += 1) sum += this.#totalMs[(this.#rendered - back) % HISTORY_FRAMES];
    return sum / count;
  }

  /** Frame times, ms, newest last (≤ 120). */
  historyMs(): number[] {
    const count = Math.min(this.#rendered, HISTORY_FRAMES);
    return Array.from({ length: count }, (_, i) => this.#totalMs[(this.#rendered - count + i) % HISTORY_FRAMES]);
  }
}
