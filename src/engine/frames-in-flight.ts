import type { FrameState } from '../stage/frame-state.ts';
import type { RenderSession } from './show-ports.ts';

/** A session and the frames it still owes. */
export interface Running {
  readonly session: RenderSession;
  /** Frames the device works on. */
  rendering: number;
  /** Finished frames that a sink still reads. */
  held: number;
  failuresInARow: number;
  /** When the oldest open frame was handed over; a hung device never answers. */
  oldestNs: bigint;
  /** Uncaptured GPU errors told so far. */
  errorsTold: number;
}

/** A frame that was handed to the device. */
export interface Begun {
  readonly state: FrameState;
  readonly sequence: number;
  readonly startNs: bigint;
  /** Frames before it were dropped while the device was busy. */
  readonly late: boolean;
}
