import type { Clock } from '../core/clock.ts';
import type { Rational } from '../core/rational.ts';
import type { GpuDescription } from '../gpu/gpu-context.ts';
import type { FrameState } from '../stage/frame-state.ts';
import { DeviceTime } from './device-time.ts';
import { FramePacer } from './frame-pacer.ts';
import type { FrameResult } from './frame-result.ts';
import type { Begun, Running } from './frames-in-flight.ts';
import type { Governor, GovernorChange } from './governor.ts';
import { governorChangeText } from './governor-text.ts';
import { RepeatFilter } from './repeat-filter.ts';
import { ShowClock, timecodeOfFrame } from './show-clock.ts';
import type { FrameSink, OpenSession, RenderSession, ShowEvent, Timers } from './show-ports.ts';
import { ShowStats } from './show-stats.ts';
import type { ShowStatus } from './show-status.ts';
import { SinkFanOut } from './sink-fan-out.ts';

/** Everything the show takes from outside. */
export interface ShowRunnerPorts {
  readonly rate: Rational;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly openSession: OpenSession;
  /** The frame's immutable state: poses at the frame's time and the operator's parameters. */
  readonly stateOfFrame: (frame: bigint) => FrameState;
  readonly onEvent: (event: ShowEvent) => void;
  /** Told how long the device works on each frame; `stateOfFrame` asks it how the next one is drawn. */
  readonly governor?: Governor;
  readonly onGovernorChange?: (change: GovernorChange) => void;
  /** A frame that takes longer is taken for a hung device. Default 120 000 ms: a software driver on a busy machine takes tens of seconds. */
  readonly stallMs?: number;
  /** Stop after this many rendered frames. */
  readonly maxFrames?: number;
}

const MAX_IN_FLIGHT = 2;
const FIRST_BACK_OFF_MS = 250;
const LONGEST_BACK_OFF_MS = 8000;
const FAILURES_BEFORE_REBUILD = 3;

/** Runs the show: newest frame → state → picture → sinks, for ever, whatever fails on the way. */
export class ShowRunner {
  readonly #ports: ShowRunnerPorts;
  readonly #clock: ShowClock;
  readonly #pacer: FramePacer;
  readonly #stats: ShowStats;
  readonly #sinks = new SinkFanOut((sink, error) => this.#count(`${sink.name}: ${messageOf(error)}`));
  readonly #repeats = new RepeatFilter();
  readonly #deviceTime: DeviceTime;
  #running: Running | null = null;
  #phase: ShowStatus['phase'] = 'opening';
  #lastState: FrameState | null = null;
  #device: GpuDescription | null = null;
  #losses = 0;
  #begun = 0;
  #delivered = 0;
  #backOffs = 0;
  /** The loop waited for the device since it last named a frame: frames dropped meanwhile are the device's doing, not a sink's. */
  #deviceBusy = false;
  #stopping = false;
  #wake: (() => void) | null = null;

  constructor(ports: ShowRunnerPorts) {
    this.#ports = ports;
    this.#clock = new ShowClock(ports.clock, ports.rate);
    this.#pacer = new FramePacer(this.#clock);
    this.#stats = new ShowStats(ports.clock);
    this.#deviceTime = new DeviceTime(ports.clock);
  }

  /** Opens the first device. @throws what `openSession` throws: a show that cannot start says so and ends. */
  async open(): Promise<GpuDescription> {
    this.#adopt(await this.#ports.openSession());
    return this.#device as GpuDescription;
  }

  /** Renders until `stop` or `maxFrames`; opens the first device if `open` was not called. Frees the device before it resolves. */
  async run(): Promise<void> {
    if (!this.#running && !this.#stopping) await this.open();
    while (!this.#stopping) await this.#step();
    const last = this.#running;
    // Frames already handed over are finished, so that a sink's last file is whole; a hung device is not waited for.
    const deadline = this.#ports.clock.nowNs() + BigInt(Math.round((this.#ports.stallMs ?? 120_000) * 1e6));
    while (last && last === this.#running && last.rendering + last.held > 0 && this.#ports.clock.nowNs() < deadline) await this.#sleep(100);
    this.#running = null;
    this.#phase = 'stopped';
    if (last) this.#free(last.session);
  }

  stop(): void {
    this.#stopping = true;
    this.#wake?.();
  }

  addSink(sink: FrameSink): void {
    this.#sinks.add(sink);
  }

  removeSink(sink: FrameSink): void {
    this.#sinks.remove(sink);
  }

  status(): ShowStatus {
    const { rate } = this.#ports;
    const stats = this.#stats;
    const { sinceFrame, ...governor } = this.#ports.governor?.status() ?? { sinceFrame: null };
    return {
      state: this.#lastState,
      timecode: timecodeOfFrame(this.#lastState?.frame ?? this.#clock.frameNow(), rate),
      phase: this.#phase,
      device: this.#device,
      fps: stats.fps(),
      targetFps: rate.num / rate.den,
      frameMs: stats.frameMs,
      encodeMs: stats.encodeMs,
      gpuMs: stats.gpuMs,
      historyMs: stats.historyMs(),
      framesRendered: stats.rendered,
      framesSkipped: this.#pacer.skipped,
      errors: stats.errors,
      deviceLosses: this.#losses,
      counters: stats.counters,
      passesMs: stats.passesMs,
      governor: 'on' in governor ? { ...governor, since: sinceFrame === null ? null : timecodeOfFrame(sinceFrame, rate) } : null,
    };
  }

  async #step(): Promise<void> {
    const running = this.#running;
    if (!running) return this.#reopen();
    const stallMs = this.#ports.stallMs ?? 120_000;
    const openMs = running.rendering > 0 ? Number(this.#ports.clock.nowNs() - running.oldestNs) / 1e6 : 0;
    if (openMs >= stallMs) return this.#lose(running, `a frame did not finish within ${Math.round(openMs)} ms`);
    const deviceBusy = running.rendering >= this.#depth();
    this.#deviceBusy ||= deviceBusy;
    if (deviceBusy || running.rendering + running.held >= MAX_IN_FLIGHT) return this.#sleep(stallMs - openMs);
    const next = this.#pacer.poll();
    const waited = this.#deviceBusy;
    this.#deviceBusy = false;
    if (next.kind === 'wait') return this.#sleep(next.waitMs);
    this.#begin(running, next.frame, waited && next.skipped > 0);
  }

  /** A second frame in flight helps only where one frame nearly fits its period; behind a slow one it would just wait. */
  #depth(): number {
    const recent = this.#stats.recentFrameMs();
    const periodMs = (1000 * this.#ports.rate.den) / this.#ports.rate.num;
    return recent !== null && recent < 2 * periodMs ? MAX_IN_FLIGHT : 1;
  }

  #begin(running: Running, frame: bigint, late: boolean): void {
    const startNs = this.#ports.clock.nowNs();
    let state: FrameState;
    try {
      state = this.#ports.stateOfFrame(frame);
    } catch (error) {
      this.#count(`no state for the frame: ${messageOf(error)}`);
      return;
    }
    const begun: Begun = { state, sequence: ++this.#begun, startNs, late };
    if (running.rendering === 0) running.oldestNs = startNs;
    running.rendering += 1;
    // An async wrapper: a renderer that throws instead of rejecting must not end the loop either.
    void (async () => running.session.renderer.renderFrame(state))()
      .finally(() => {
        running.rendering -= 1;
        running.oldestNs = this.#ports.clock.nowNs();
      })
      .then((result) => this.#deliver(running, begun, result))
      .catch((error: unknown) => this.#failed(running, error))
      .finally(() => this.#wake?.());
  }

  async #deliver(running: Running, begun: Begun, result: FrameResult): Promise<void> {
    const { state, sequence, startNs } = begun;
    running.failuresInARow = 0;
    this.#backOffs = 0;
    running.held += 1;
    try {
      this.#tellGpuErrors(running);
      // Two frames in flight may finish in either order; sinks never see an older one after a newer.
      if (sequence < this.#delivered) return;
      this.#delivered = sequence;
      this.#stats.frameDone(result, Number(this.#ports.clock.nowNs() - startNs) / 1e6);
      this.#govern(running, begun, result);
      this.#lastState = state;
      const { maxFrames } = this.#ports;
      const wanted = maxFrames === undefined || this.#stats.rendered <= maxFrames;
      if (maxFrames !== undefined && this.#stats.rendered >= maxFrames) this.stop();
      const open = wanted ? this.#sinks.offer(state, result) : null;
      if (open) {
        this.#wake?.();
        await open;
      }
    } finally {
      running.held -= 1;
      result.release();
    }
  }

  #govern(running: Running, { state, startNs, late }: Begun, { timings }: FrameResult): void {
    const { governor, onEvent, onGovernorChange } = this.#ports;
    const timeMs = this.#deviceTime.frameDone(startNs, timings, running.session.device.kind);
    const change = governor?.observe({ frame: state.frame, timeMs, late, drawn: state });
    if (!change) return;
    onEvent({ level: change.kind === 'gave-back' ? 'info' : 'warn', text: governorChangeText(change) });
    onGovernorChange?.(change);
  }

  #tellGpuErrors(running: Running): void {
    const { errors } = running.session;
    const fresh = Math.min(errors.count - running.errorsTold, errors.recent.length);
    running.errorsTold = errors.count;
    for (const { label, message } of fresh > 0 ? errors.recent.slice(-fresh) : []) this.#count(`GPU: ${label}: ${message}`);
  }

  #failed(running: Running, error: unknown): void {
    // Frames of a lost device all fail; the loss itself is the one event.
    if (running !== this.#running) return;
    const lost = (error as { code?: string } | null)?.code === 'DEVICE_LOST';
    if (!lost) this.#count(`frame failed: ${messageOf(error)}`);
    running.failuresInARow += 1;
    if (lost) this.#lose(running, messageOf(error));
    else if (running.failuresInARow >= FAILURES_BEFORE_REBUILD) this.#lose(running, `${running.failuresInARow} frames failed in a row`);
  }

  #count(text: string): void {
    this.#stats.errors += 1;
    if (this.#repeats.isNews(text, this.#ports.clock.nowNs())) this.#ports.onEvent({ level: 'error', text });
  }

  #adopt(session: RenderSession): void {
    const running: Running = { session, rendering: 0, held: 0, failuresInARow: 0, oldestNs: 0n, errorsTold: 0 };
    this.#running = running;
    this.#ports.governor?.restart();
    this.#device = session.device;
    this.#phase = 'running';
    void session.lost.then((info) => this.#lose(running, info.message || info.reason));
  }

  #lose(running: Running, why: string): void {
    if (running !== this.#running) return;
    this.#running = null;
    this.#phase = 'recovering';
    this.#losses += 1;
    this.#ports.onEvent({ level: 'warn', text: `device lost (${why}); the wall holds its last picture while it is rebuilt` });
    this.#free(running.session);
    this.#wake?.();
  }

  async #reopen(): Promise<void> {
    const startNs = this.#ports.clock.nowNs();
    // A device that is lost again before its first frame is not tried again at once.
    if (this.#backOffs > 0) await this.#sleep(Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (this.#backOffs - 1)), true);
    this.#backOffs += 1;
    if (this.#stopping) return;
    try {
      const session = await this.#ports.openSession();
      if (this.#stopping) return this.#free(session);
      this.#adopt(session);
      const ms = Number(this.#ports.clock.nowNs() - startNs) / 1e6;
      this.#ports.onEvent({ level: 'info', text: `device rebuilt in ${Math.round(ms)} ms on ${session.device.adapter}` });
    } catch (error) {
      this.#count(`no device yet: ${messageOf(error)}`);
    }
  }

  #free(session: RenderSession): void {
    try {
      session.destroy();
    } catch (error) {
      this.#ports.onEvent({ level: 'warn', text: `while freeing the device: ${messageOf(error)}` });
    }
  }

  /** Sleeps until the time is over or something happens. @param whole Only `stop` ends it early. */
  async #sleep(delayMs: number, whole = false): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#ports.timers.after(Math.max(0, delayMs), resolve);
      this.#wake = () => {
        if (whole && !this.#stopping) return;
        cancel();
        resolve();
      };
    });
    this.#wake = null;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
