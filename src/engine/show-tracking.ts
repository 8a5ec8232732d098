import type { StageCamera } from '../stage/baked-stage.ts';
import type { CameraSample, SourceCounters, TrackingSource } from '../tracking/camera-sample.ts';
import { CameraTracker, type TrackedCamera } from '../tracking/camera-tracker.ts';

/** A source and the cameras that take their samples from it. */
export interface TrackingFeed {
  readonly source: TrackingSource;
  readonly cameraIds: readonly string[];
}

/** A source and what it has done so far. */
export interface SourceReport {
  readonly name: string;
  readonly counters: Readonly<SourceCounters>;
  /** Samples a second since the report before. */
  readonly ratePerS: number;
}

interface Feed {
  readonly source: TrackingSource;
  readonly trackers: CameraTracker[];
  samplesBefore: number;
}

/** All trackers of a show: sources in, poses at a time out. Owns the sources. */
export class ShowTracking {
  readonly #trackers: readonly CameraTracker[];
  readonly #feeds: readonly Feed[];
  readonly #latest = new Map<string, TrackedCamera>();
  readonly #onEvent: (text: string) => void;
  #reportedAtNs = 0n;

  /** Hears every sample, for recording a take. */
  onSample: ((source: string, sample: CameraSample) => void) | null = null;

  constructor(cameras: readonly StageCamera[], feeds: readonly TrackingFeed[], onEvent: (text: string) => void) {
    this.#onEvent = onEvent;
    this.#trackers = cameras.map((camera) => new CameraTracker(camera, onEvent));
    this.#feeds = feeds.map(({ source, cameraIds }) => ({
      source,
      trackers: this.#trackers.filter(({ camera }) => cameraIds.includes(camera.id)),
      samplesBefore: 0,
    }));
  }

  /** Opens every source. @throws TrackingError of the first that cannot be opened; the others are closed again. */
  async start(): Promise<void> {
    const started = await Promise.allSettled(
      this.#feeds.map(({ source, trackers }) =>
        source.start((sample) => {
          for (const tracker of trackers) tracker.push(sample);
          this.onSample?.(source.name, sample);
        }, this.#onEvent),
      ),
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (!failed) return;
    await this.stop();
    throw failed.reason;
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#feeds.map(({ source }) => source.stop()));
  }

  /** Every camera at `timeNs` (TAI), in the stage's order; its rest pose where nothing is tracked. */
  evaluate(timeNs: bigint): ReadonlyMap<string, TrackedCamera> {
    for (const tracker of this.#trackers) this.#latest.set(tracker.camera.id, tracker.evaluate(timeNs));
    return this.#latest;
  }

  /** What `evaluate` gave last. */
  get latest(): ReadonlyMap<string, TrackedCamera> {
    return this.#latest;
  }

  report(nowNs: bigint): SourceReport[] {
    const elapsedS = Number(nowNs - this.#reportedAtNs) / 1e9;
    const first = this.#reportedAtNs === 0n;
    this.#reportedAtNs = nowNs;
    return this.#feeds.map((feed) => {
      const { name, counters } = feed.source;
      const ratePerS = first || elapsedS <= 0 ? 0 : (counters.samples - feed.samplesBefore) / elapsedS;
      feed.samplesBefore = counters.samples;
      return { name, counters, ratePerS };
    });
  }
}
