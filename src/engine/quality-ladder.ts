import type { FrameState, OuterRate, SamplesPerLed } from '../stage/frame-state.ts';

/** How well a frame is drawn. */
export type Quality = Pick<FrameState, 'samplesPerLed' | 'outerRate' | 'lodErrorPx'>;

/** What the operator asks for; the whole lattice is always asked for. */
export type QualityWish = Pick<FrameState, 'samplesPerLed' | 'lodErrorPx'>;

/** One step down a ladder. */
export interface QualityStep {
  /** The same step of any ladder has the same name, so that what was learned about it outlives a change of the wish. */
  readonly name: string;
  /** Cost before ÷ cost after, until it has been measured. */
  readonly expectedRatio: number;
  /** What the step can save at most: everything that depends on it. */
  readonly largestRatio: number;
}

/** Qualities from what is asked for down to the least; `steps[k]` leads from `levels[k]` to `levels[k + 1]`. */
export interface QualityLadder {
  readonly levels: readonly Quality[];
  readonly steps: readonly QualityStep[];
}

/** Surfaces are never simplified by the governor beyond this error, LED pixels: from there on a wall looks broken, not soft. */
export const LARGEST_LOD_ERROR_PX = 8;
const LOD_FACTOR = 1.5;

const SAMPLES: readonly SamplesPerLed[] = [8, 4, 1];
const OUTER_RATES: readonly OuterRate[] = [1, 2, 4];

/**
 * What is given up, in order: samples per LED (edges get rougher, nothing is lost), the outer eye's lattice (the audience of that part of
 * the wall are reflections), then detail of surfaces. Giving back goes the same way up.
 */
export function qualityLadder(wish: QualityWish): QualityLadder {
  const levels: Quality[] = [{ ...wish, outerRate: 1 }];
  const steps: QualityStep[] = [];
  const add = (name: string, change: Partial<Quality>, expectedRatio: number, largestRatio: number): void => {
    levels.push({ ...levels.at(-1)!, ...change });
    steps.push({ name, expectedRatio, largestRatio });
  };
  let samples = wish.samplesPerLed;
  for (const fewer of SAMPLES.filter((count) => count < wish.samplesPerLed)) {
    add(`samples ${samples} → ${fewer}`, { samplesPerLed: fewer }, 1.5, samples / fewer);
    samples = fewer;
  }
  // A quarter of the places are shaded and covered; the inner eyes and all that works per triangle stay.
  for (const rate of OUTER_RATES.slice(1)) add(`outer rate ${rate / 2} → ${rate}`, { outerRate: rate }, 1.5, 4);
  for (const error of lodErrorsAfter(wish.lodErrorPx)) add(`LOD error to ${error.toFixed(2)}`, { lodErrorPx: error }, 1.2, LOD_FACTOR ** 2);
  return { levels, steps };
}

/** ×1.5 up to the largest, from one LED pixel on: smaller errors are not seen, and save little. A last step that would be short is taken along. */
function lodErrorsAfter(wishPx: number): number[] {
  const errors: number[] = [];
  let next = Math.max(1, wishPx * LOD_FACTOR);
  while (next < LARGEST_LOD_ERROR_PX / Math.sqrt(LOD_FACTOR)) {
    errors.push(next);
    next *= LOD_FACTOR;
  }
  return wishPx < LARGEST_LOD_ERROR_PX ? [...errors, LARGEST_LOD_ERROR_PX] : errors;
}

export const isSameQuality = (a: Quality, b: Quality): boolean =>
  a.samplesPerLed === b.samplesPerLed && a.outerRate === b.outerRate && a.lodErrorPx === b.lodErrorPx;

/**
 * Where on the ladder of a new wish a show goes on that stood at `drawn` when `before` was wished: nothing that was given up comes back at
 * once (the device could not hold it), and what was drawn as asked is drawn as asked now.
 */
export function levelOnNewLadder({ levels }: QualityLadder, drawn: Quality, before: QualityWish): number {
  const mostSamples = drawn.samplesPerLed < before.samplesPerLed ? drawn.samplesPerLed : Number.POSITIVE_INFINITY;
  const leastErrorPx = drawn.lodErrorPx > before.lodErrorPx ? drawn.lodErrorPx : 0;
  const isAllowed = (level: Quality): boolean =>
    level.outerRate >= drawn.outerRate && level.samplesPerLed <= mostSamples && level.lodErrorPx >= leastErrorPx;
  const level = levels.findIndex(isAllowed);
  return level < 0 ? levels.length - 1 : level;
}
