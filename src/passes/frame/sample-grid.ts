import type { FrameState, OuterRate, SamplesPerLed } from '../../stage/frame-state.ts';

/** Samples of one eye: columns × rows per LED, or one per rate × rate LEDs. */
export interface SampleGrid {
  readonly columns: number;
  readonly rows: number;
  readonly rate: number;
}

const GRIDS: Readonly<Record<SamplesPerLed, SampleGrid>> = {
  1: { columns: 1, rows: 1, rate: 1 },
  4: { columns: 2, rows: 2, rate: 1 },
  8: { columns: 4, rows: 2, rate: 1 },
};
const COARSE_GRIDS: Readonly<Record<OuterRate, SampleGrid | null>> = {
  1: null,
  2: { columns: 1, rows: 1, rate: 2 },
  4: { columns: 1, rows: 1, rate: 4 },
};

/** Samples of a film camera's eye. */
export const innerGrid = (state: FrameState): SampleGrid => GRIDS[state.samplesPerLed];

/** Samples of the outer eye: below the full lattice, one per block of LEDs. */
export const outerGrid = (state: FrameState): SampleGrid => COARSE_GRIDS[state.outerRate] ?? GRIDS[state.samplesPerLed];
