import type { CameraSample } from './camera-sample.ts';
import { interpolateSamples } from './interpolate-samples.ts';

export interface HistoryOptions {
  /** Samples kept; at 120 Hz 512 are four seconds. */
  readonly capacity?: number;
  /** A newest sample older than this is 'held', ns. */
  readonly staleAfterNs?: bigint;
  /** A stream whose timestamps move by more than this against the time of arrival has had its clock set, ns. */
  readonly clockStepNs?: bigint;
}

/** 'live': inside the samples or just past them; 'held': the last sample is old, or the time lies before the first; 'none': no sample. */
export type HistoryState = 'live' | 'held' | 'none';

export interface HistoryResult {
  readonly state: HistoryState;
  readonly sample: CameraSample | null;
  /** Asked-for time less the time of the newest sample at or before it, ns; 0 without a sample, negative before the first. */
  readonly ageNs: bigint;
}

/** What became of a sample that was put in. */
export type InsertResult = 'added' | 'replaced' | 'late' | 'suspect' | 'clock-step';

/**
 * The newest samples of one camera, in order of their timestamps. Takes them in any order; bounded. A sample whose timestamp does not
 * fit the stream's clock waits: if the next one agrees with it the clock was set and the history starts anew, else it was a glitch and is
 * dropped. Lens fields that a sample leaves out are carried on from the one before it.
 */
export class SampleHistory {
  readonly #capacity: number;
  readonly #staleAfterNs: bigint;
  readonly #clockStepNs: bigint;
  #samples: CameraSample[] = [];
  #suspect: CameraSample | null = null;
  #offsetNs = 0n;
  /** Times the clock of the stream was set. */
  clockSteps = 0;
  /** Samples dropped because they fit neither clock. */
  glitches = 0;

  constructor(options: HistoryOptions = {}) {
    this.#capacity = Math.max(2, options.capacity ?? 512);
    this.#staleAfterNs = options.staleAfterNs ?? 200_000_000n;
    this.#clockStepNs = options.clockStepNs ?? 1_000_000_000n;
  }

  get size(): number {
    return this.#samples.length;
  }

  get newest(): CameraSample | null {
    return this.#samples.at(-1) ?? null;
  }

  clear(): void {
    this.#samples = [];
    this.#suspect = null;
  }

  insert(sample: CameraSample): InsertResult {
    const offsetNs = sample.sampleTimestampNs - sample.receivedAtNs;
    if (this.#samples.length > 0 && distance(offsetNs, this.#offsetNs) > this.#clockStepNs) return this.#weigh(sample, offsetNs);
    if (this.#suspect !== null) this.glitches++;
    this.#suspect = null;
    this.#offsetNs = offsetNs;
    return this.#place(sample);
  }

  #weigh(sample: CameraSample, offsetNs: bigint): InsertResult {
    const first = this.#suspect;
    this.#suspect = sample;
    if (first === null) return 'suspect';
    if (distance(offsetNs, first.sampleTimestampNs - first.receivedAtNs) > this.#clockStepNs) {
      this.glitches++;
      return 'suspect';
    }
    const lens = this.newest?.lens ?? {};
    this.clear();
    this.clockSteps++;
    this.#offsetNs = offsetNs;
    this.#place({ ...first, lens: { ...lens, ...first.lens } });
    this.#place(sample);
    return 'clock-step';
  }

  #place(sample: CameraSample): InsertResult {
    const samples = this.#samples;
    const at = this.#countUpTo(sample.sampleTimestampNs);
    const before = samples[at - 1];
    const merged = before === undefined ? sample : { ...sample, lens: { ...before.lens, ...sample.lens } };
    if (before !== undefined && before.sampleTimestampNs === sample.sampleTimestampNs) {
      samples[at - 1] = merged;
      return 'replaced';
    }
    if (at === 0 && samples.length >= this.#capacity) return 'late';
    samples.splice(at, 0, merged);
    if (samples.length > this.#capacity) samples.shift();
    return 'added';
  }

  /** Number of samples at or before `timeNs`. */
  #countUpTo(timeNs: bigint): number {
    let low = 0;
    let high = this.#samples.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#samples[middle]!.sampleTimestampNs <= timeNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The pose at `timeNs`, in the clock of the timestamps: between two samples interpolated, past the ends the end is held. */
  evaluate(timeNs: bigint): HistoryResult {
    const at = this.#countUpTo(timeNs);
    const before = this.#samples[at - 1];
    const after = this.#samples[at];
    if (before === undefined) {
      if (after === undefined) return { state: 'none', sample: null, ageNs: 0n };
      return { state: 'held', sample: after, ageNs: timeNs - after.sampleTimestampNs };
    }
    const ageNs = timeNs - before.sampleTimestampNs;
    if (after === undefined) return { state: ageNs > this.#staleAfterNs ? 'held' : 'live', sample: before, ageNs };
    const t = Number(ageNs) / Number(after.sampleTimestampNs - before.sampleTimestampNs);
    return { state: 'live', sample: interpolateSamples(before, after, t), ageNs };
  }
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);
