import { basename, join } from 'node:path';
import { changeParameters, frameParametersFrom, operatorParametersFrom } from '../console/operator-parameters.ts';
import type { OperatorParameters } from '../console/protocol.ts';
import { type Clock, createSystemClock } from '../core/clock.ts';
import { timeOfFrame } from '../core/rational.ts';
import { Governor } from '../engine/governor.ts';
import { type CreateRenderer, sessionOpener } from '../engine/open-session.ts';
import type { QualityWish } from '../engine/quality-ladder.ts';
import { type FrameSink, type ShowEvent, SYSTEM_TIMERS } from '../engine/show-ports.ts';
import { ShowRunner } from '../engine/show-runner.ts';
import { ShowTracking } from '../engine/show-tracking.ts';
import type { GpuDescription, GpuPort } from '../gpu/gpu-context.ts';
import { createStageSources } from '../platform/node/create-source.ts';
import { type LoadedShow, showParameters } from '../platform/node/load-show.ts';
import { ShowRecorder } from '../platform/node/show-recorder.ts';
import { buildFrameState } from '../stage/build-frame-state.ts';
import type { TrackingHealth } from '../tracking/camera-tracker.ts';

export interface LiveShowOptions {
  readonly show: LoadedShow;
  readonly port: GpuPort;
  readonly createRenderer: CreateRenderer;
  readonly clock?: Clock;
  /** Folder for takes that are recorded from the console. */
  readonly takesFolder: string;
  readonly maxFrames?: number;
  /** What the operator starts with, instead of the show's. */
  readonly wish?: Partial<QualityWish>;
  /**
   * `on` when left out: on a GPU, or where a budget is asked for. A preview on a software driver holds no budget whatever it gives up, and is
   * better right than bad. Default budget: of the stage's rate.
   */
  readonly governor?: { readonly on?: boolean; readonly budgetMs?: number };
  readonly onEvent: (event: ShowEvent) => void;
}

/** A show that runs: trackers, operator, governor and runner, wired. Owns what it opens. */
export class LiveShow {
  readonly show: LoadedShow;
  readonly runner: ShowRunner;
  readonly tracking: ShowTracking;
  readonly governor: Governor;
  readonly #options: LiveShowOptions;
  readonly #clock: Clock;
  #operator: OperatorParameters;
  #recorder: ShowRecorder | null = null;

  constructor(options: LiveShowOptions) {
    const { show, port, createRenderer, onEvent, maxFrames, governor: { budgetMs, on = budgetMs !== undefined } = {} } = options;
    const { stage } = show;
    this.show = show;
    this.#options = options;
    this.#clock = options.clock ?? createSystemClock();
    // The scene's clock starts with the show; every frame state of a take carries its own reading.
    const defaults = { ...showParameters(show.document), ...options.wish, sceneStartNs: this.#clock.nowNs() };
    this.#operator = operatorParametersFrom(defaults, stage, on);
    this.governor = new Governor({ rate: stage.rate, wish: this.#operator, on, ...(budgetMs === undefined ? {} : { budgetMs }) });
    this.tracking = new ShowTracking(stage.cameras, createStageSources(stage.cameras, { clock: this.#clock }), (text) =>
      onEvent({ level: 'info', text }),
    );
    this.runner = new ShowRunner({
      rate: stage.rate,
      clock: this.#clock,
      timers: SYSTEM_TIMERS,
      openSession: sessionOpener(port, stage, createRenderer),
      governor: this.governor,
      onGovernorChange: (change) => this.#recorder?.input(this.nowNs(), { type: 'governor', ...change, frame: String(change.frame) }),
      stateOfFrame: (frame) => {
        const timeNs = timeOfFrame(frame, stage.rate);
        const parameters = { ...frameParametersFrom(defaults, this.#operator), ...this.governor.qualityFor(this.#operator) };
        return buildFrameState({ frame, timeNs, parameters, stage, poses: this.tracking.evaluate(timeNs) });
      },
      onEvent,
      ...(maxFrames === undefined ? {} : { maxFrames }),
    });
  }

  get operator(): OperatorParameters {
    return this.#operator;
  }

  /** File of the take that is being recorded. */
  get recording(): string | null {
    return this.#recorder?.file ?? null;
  }

  nowNs(): bigint {
    return this.#clock.nowNs();
  }

  health(): ReadonlyMap<string, TrackingHealth> {
    return new Map([...this.tracking.latest].map(([id, { health }]) => [id, health]));
  }

  /** Opens trackers and the first device. @throws TrackingError, GpuError */
  async open(): Promise<GpuDescription> {
    await this.tracking.start();
    const device = await this.runner.open();
    if (device.kind === 'gpu' && this.#options.governor?.on === undefined) this.set({ governor: true });
    return device;
  }

  addSink(sink: FrameSink): void {
    this.runner.addSink(sink);
  }

  /** Runs until `runner.stop`; then closes everything. */
  async run(): Promise<void> {
    try {
      await this.runner.run();
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.tracking.stop();
    await this.stopRecording();
  }

  /** Takes effect with the next frame. @returns why the change is refused, or undefined. */
  set(change: Partial<OperatorParameters>): string | undefined {
    const changed = changeParameters(this.#operator, change);
    if (typeof changed === 'string') return changed;
    this.#operator = changed;
    this.governor.switch(changed.governor);
    this.#recorder?.input(this.nowNs(), { type: 'set', parameters: change });
    return undefined;
  }

  /** @param file Default: a new name in the takes folder.   @throws TrackingError, OutputError when it cannot be written */
  async startRecording(file?: string): Promise<string> {
    if (this.#recorder) return this.#recorder.file;
    const { stage, document } = this.show;
    const recorder = await ShowRecorder.create(file ?? this.#takeName(), {
      show: document.file,
      stage,
      onEvent: (text) => this.#options.onEvent({ level: 'warn', text }),
    });
    recorder.input(this.nowNs(), { type: 'set', parameters: this.#operator });
    this.#recorder = recorder;
    this.tracking.onSample = (source, sample) => recorder.sample(source, sample);
    this.runner.addSink(recorder);
    return recorder.file;
  }

  async stopRecording(): Promise<string | null> {
    const recorder = this.#recorder;
    if (!recorder) return null;
    this.#recorder = null;
    this.tracking.onSample = null;
    this.runner.removeSink(recorder);
    await recorder.close();
    return recorder.file;
  }

  #takeName(): string {
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    return join(this.#options.takesFolder, `${basename(this.show.document.file).replace(/\.show\.json$|\.json$/, '')}-${stamp}.take`);
  }
}
