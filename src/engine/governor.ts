import type { Rational } from '../core/rational.ts';
import { FrameWindow } from './frame-window.ts';
import {
  isSameQuality,
  levelOnNewLadder,
  type Quality,
  type QualityLadder,
  type QualityStep,
  type QualityWish,
  qualityLadder,
} from './quality-ladder.ts';

/** What the governor learns of one finished frame. */
export interface GovernedFrame {
  readonly frame: bigint;
  /** The device's own time for it, ms (`deviceTimeMs`). */
  readonly timeMs: number;
  /** Frames before it were dropped because the device was still busy: over budget, whatever its own time; once with the frame that caused it. */
  readonly late: boolean;
  /** How it was drawn; a frame that was begun before the last change says nothing about the quality of now. */
  readonly drawn: Quality;
}

/** Something the operator should read; `out-of-steps` is told once until a step has been given back. */
export interface GovernorChange {
  readonly kind: 'gave-up' | 'gave-back' | 'out-of-steps';
  readonly frame: bigint;
  readonly from: Quality;
  readonly to: Quality;
  readonly level: number;
  readonly steps: number;
  /** Median of the last eight frames, ms, and the share of the last 64 that took longer than the budget. */
  readonly loadMs: number;
  readonly overShare: number;
  readonly budgetMs: number;
}

export interface GovernorStatus {
  readonly on: boolean;
  /** Steps given up, of so many. */
  readonly level: number;
  readonly steps: number;
  readonly drawn: Quality;
  readonly wish: QualityWish;
  /** First frame that saw the level of now decided; null before any change. */
  readonly sinceFrame: bigint | null;
  readonly budgetMs: number;
  /** Median of the last eight frames drawn like this, ms; null before there are five. */
  readonly loadMs: number | null;
  /** Everything is given up and the budget still not held. */
  readonly isOutOfSteps: boolean;
}

export interface GovernorOptions {
  readonly rate: Rational;
  readonly wish: QualityWish;
  /** Default: the period of the rate less a tenth, which is left for copies and for the time between frames. */
  readonly budgetMs?: number;
  /** Default true. */
  readonly on?: boolean;
}

const MARGIN = 0.9;
/** Beyond this many budgets steps are taken together. */
const FAR_OVER = 1.5;
/** A step comes back when it is predicted to need at most this share of the budget, for as long as its patience. */
const HEADROOM = 0.7;
/** Nothing comes back while more than this share of frames hitches. */
const MOST_HITCHES = 1 / 8;
const FIRST_PATIENCE_S = 2;
const LONGEST_PATIENCE_S = 256;
/** A step given up again this soon after it came back has failed; one that held this long is trusted again. */
const FAILED_WITHIN_S = 30;
const HELD_AFTER_S = 60;
/** After so many patiences with room to spare a ratio that forbids the step is doubted by a fifth. */
const DOUBT_AFTER = 15;
const DOUBT = 0.8;

/** What is known of one step, kept across ladders. */
interface StepMemory {
  ratio: number;
  patienceS: number;
}

/**
 * Holds the frame budget: decides, from the times of finished frames, how well the next ones are drawn.
 *
 * Deterministic: no clock, no randomness; time is counted in frame numbers. Its decision is part of the frame state (samples per LED, outer
 * rate, LOD error), so a take replays what was drawn. In a cluster only the node that builds frame states runs one; nodes that render
 * draw what the state says, and are equal because they decide nothing.
 *
 * It never changes what the operator asked for, only what is drawn. When six of the last eight frames are over budget (or a quarter of the
 * last 64) a step is given up, several when five in a row are far over; a step comes back when the load (median of eight) × what the step was seen to cost
 * leaves headroom for a while. A step that fails after coming back waits twice as long the next time.
 * Where quality does not help, it ends at the bottom and keeps still.
 */
export class Governor {
  readonly budgetMs: number;
  readonly #periodS: number;
  readonly #memory = new Map<string, StepMemory>();
  readonly #window: FrameWindow;
  /** The frame before was over budget by its own time: frames dropped behind it are its doing, and counted with it. */
  #wasOver = false;
  #on: boolean;
  #wish: QualityWish;
  #ladder: QualityLadder;
  #level = 0;
  #sinceFrame: bigint | null = null;
  #isOutOfSteps = false;
  /** The step whose effect is being measured, and the load before it. */
  #trial: { readonly step: QualityStep; readonly beforeMs: number; readonly back: boolean } | null = null;
  /** Since when the next step would fit; since when there is room but the step's ratio forbids it. */
  #roomSince: bigint | null = null;
  #doubtSince: bigint | null = null;
  #cameBackAt: bigint | null = null;

  constructor({ rate, wish, budgetMs, on = true }: GovernorOptions) {
    this.#periodS = rate.den / rate.num;
    this.budgetMs = budgetMs ?? MARGIN * 1000 * this.#periodS;
    this.#window = new FrameWindow(this.budgetMs);
    this.#on = on;
    this.#wish = { samplesPerLed: wish.samplesPerLed, lodErrorPx: wish.lodErrorPx };
    this.#ladder = qualityLadder(this.#wish);
  }

  /** How the next frame is drawn. @param wish What the operator asks for now. */
  qualityFor(wish: QualityWish): Quality {
    const { samplesPerLed, lodErrorPx } = wish;
    if (samplesPerLed !== this.#wish.samplesPerLed || lodErrorPx !== this.#wish.lodErrorPx) this.#rebuild({ samplesPerLed, lodErrorPx });
    return this.#ladder.levels[this.#level]!;
  }

  /** Off: what is asked for is drawn, whatever it costs. On again: it begins with what is asked for. */
  switch(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    this.#level = 0;
    this.#sinceFrame = null;
    this.#isOutOfSteps = false;
    this.restart();
  }

  /** Forgets the times of past frames; for a device that was rebuilt. What is given up stays so until the new one proves faster. */
  restart(): void {
    this.#window.clear();
    this.#trial = null;
    this.#cameBackAt = null;
    this.#roomSince = null;
    this.#doubtSince = null;
  }

  /** Takes a finished frame in. @returns what changes with the next frame, if anything. */
  observe({ frame, timeMs, late, drawn }: GovernedFrame): GovernorChange | null {
    const dropped = late && !this.#wasOver;
    this.#wasOver = timeMs > this.budgetMs;
    if (!this.#on || !isSameQuality(drawn, this.#ladder.levels[this.#level]!)) return null;
    this.#window.add(dropped ? Math.max(timeMs, this.budgetMs * 1.001) : timeMs);
    const loadMs = this.#window.medianMs();
    if (loadMs === null) return null;
    const over = this.#window.isOver || this.#window.isOftenOver || this.#window.isFarOver(FAR_OVER);
    this.#learn(loadMs, over);
    return over ? this.#giveUp(frame, loadMs) : this.#giveBack(frame, loadMs);
  }

  status(): GovernorStatus {
    return {
      on: this.#on,
      level: this.#level,
      steps: this.#ladder.steps.length,
      drawn: this.#ladder.levels[this.#level]!,
      wish: this.#wish,
      sinceFrame: this.#sinceFrame,
      budgetMs: this.budgetMs,
      loadMs: this.#window.medianMs(),
      isOutOfSteps: this.#isOutOfSteps,
    };
  }

  #giveUp(frame: bigint, loadMs: number): GovernorChange | null {
    this.#roomSince = null;
    this.#doubtSince = null;
    const { steps } = this.#ladder;
    if (this.#level === steps.length) {
      if (this.#isOutOfSteps) return null;
      this.#isOutOfSteps = true;
      return this.#change('out-of-steps', frame, this.#level, loadMs);
    }
    this.#judgeReturn(frame);
    let to = this.#level + 1;
    let predictedMs = loadMs / this.#memoryOf(steps[this.#level]!).ratio;
    if (this.#window.isFarOver(FAR_OVER))
      while (to < steps.length && predictedMs > MARGIN * this.budgetMs) predictedMs /= this.#memoryOf(steps[to++]!).ratio;
    // Of steps taken together none can be told from the others.
    const trial = to === this.#level + 1 ? { step: steps[this.#level]!, beforeMs: loadMs, back: false } : null;
    const change = this.#change('gave-up', frame, to, loadMs);
    this.#trial = trial;
    return change;
  }

  #giveBack(frame: bigint, loadMs: number): GovernorChange | null {
    if (this.#level === 0 || !this.#window.isFull) return null;
    const step = this.#ladder.steps[this.#level - 1]!;
    const memory = this.#memoryOf(step);
    const roomMs = this.#window.overShare > MOST_HITCHES ? 0 : HEADROOM * this.budgetMs;
    if (loadMs * memory.ratio > roomMs) {
      this.#roomSince = null;
      this.#doubtSince = loadMs > roomMs ? null : earlier(this.#doubtSince, frame);
      if (this.#doubtSince === null || this.#secondsSince(this.#doubtSince, frame) < DOUBT_AFTER * memory.patienceS) return null;
      // Scenes and cameras change; what a step cost an hour ago is no law.
      memory.ratio = 1 + DOUBT * (memory.ratio - 1);
      this.#doubtSince = frame;
      return null;
    }
    this.#roomSince = earlier(this.#roomSince, frame);
    if (this.#secondsSince(this.#roomSince, frame) < memory.patienceS) return null;
    this.#isOutOfSteps = false;
    const trial = { step, beforeMs: loadMs, back: true };
    const change = this.#change('gave-back', frame, this.#level - 1, loadMs);
    this.#trial = trial;
    this.#cameBackAt = frame;
    return change;
  }

  /** The step that is given up now may be one that had just come back. */
  #judgeReturn(frame: bigint): void {
    if (this.#cameBackAt === null) return;
    const heldS = this.#secondsSince(this.#cameBackAt, frame);
    const memory = this.#memoryOf(this.#ladder.steps[this.#level]!);
    if (heldS < FAILED_WITHIN_S) memory.patienceS = Math.min(LONGEST_PATIENCE_S, 2 * memory.patienceS);
    else if (heldS >= HELD_AFTER_S) memory.patienceS = FIRST_PATIENCE_S;
  }

  #change(kind: GovernorChange['kind'], frame: bigint, to: number, loadMs: number): GovernorChange {
    const { levels, steps } = this.#ladder;
    const from = levels[this.#level]!;
    const { overShare } = this.#window;
    if (to !== this.#level) {
      this.#level = to;
      this.#sinceFrame = frame;
      this.restart();
    }
    return { kind, frame, from, to: levels[to]!, level: to, steps: steps.length, loadMs, overShare, budgetMs: this.budgetMs };
  }

  /** Measures the last step once its window is full, or at once when the next one is given up. */
  #learn(loadMs: number, over: boolean): void {
    const trial = this.#trial;
    if (!trial || (!this.#window.isFull && !over)) return;
    this.#trial = null;
    const measured = trial.back ? loadMs / trial.beforeMs : trial.beforeMs / loadMs;
    const memory = this.#memoryOf(trial.step);
    const ratio = Math.min(trial.step.largestRatio, Math.max(1, measured));
    // Steps come back in calm, but are given up when the load moves, upward as a rule: then the measure is half the load's, or all of it.
    if (trial.back) memory.ratio = ratio;
    else if (measured >= 1) memory.ratio = (memory.ratio + ratio) / 2;
  }

  #memoryOf(step: QualityStep): StepMemory {
    let memory = this.#memory.get(step.name);
    if (!memory) {
      memory = { ratio: step.expectedRatio, patienceS: FIRST_PATIENCE_S };
      this.#memory.set(step.name, memory);
    }
    return memory;
  }

  #rebuild(wish: QualityWish): void {
    const drawn = this.#ladder.levels[this.#level]!;
    const ladder = qualityLadder(wish);
    this.#level = this.#level === 0 ? 0 : levelOnNewLadder(ladder, drawn, this.#wish);
    this.#ladder = ladder;
    this.#wish = wish;
    this.#isOutOfSteps &&= this.#level === ladder.steps.length;
    if (this.#level === 0) this.#sinceFrame = null;
    this.restart();
  }

  #secondsSince(since: bigint, frame: bigint): number {
    return Number(frame - since) * this.#periodS;
  }
}

/** Keeps a beginning, unless the show's clock was set back before it. */
const earlier = (since: bigint | null, frame: bigint): bigint => (since === null || frame < since ? frame : since);
