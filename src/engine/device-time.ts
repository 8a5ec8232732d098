import type { Clock } from '../core/clock.ts';
import type { GpuDescription } from '../gpu/gpu-context.ts';
import type { FrameTimings } from './frame-result.ts';

/**
 * Tells how long the device itself was at work on each frame, ms: the load that quality can change.
 *
 * On a GPU with timestamps that is the sum of its passes: waiting behind the frame before, a late event loop and polling are not in it.
 * A software driver is measured from outside, from the frame's start or the end of the frame before, whichever is later, until its canvases
 * could be read: its timestamps are taken on the cores that all else runs on, and leave out what it does between passes (compiling, copying,
 * clearing). The same serves a GPU without timestamps.
 */
export class DeviceTime {
  readonly #clock: Clock;
  #lastDoneNs = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called once per frame, when its canvases can be read. @param startNs When its state was built, by the same clock. */
  frameDone(startNs: bigint, { passesMs }: FrameTimings, kind: GpuDescription['kind']): number {
    const nowNs = this.#clock.nowNs();
    // A clock that was set back leaves the frame before in the future.
    const beforeNs = this.#lastDoneNs <= nowNs ? this.#lastDoneNs : startNs;
    const fromNs = startNs > beforeNs ? startNs : beforeNs;
    this.#lastDoneNs = nowNs;
    let passes = 0;
    for (const label in passesMs) passes += passesMs[label]!;
    return kind === 'gpu' && passes > 0 ? passes : Math.max(0, Number(nowNs - fromNs) / 1e6);
  }
}
