import type { GpuContext, GpuDescription } from '../gpu/gpu-context.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameState } from '../stage/frame-state.ts';
import type { FrameResult } from './frame-result.ts';

/** What the show needs of a renderer; `WallRenderer` is one. */
export interface FrameRenderer {
  /** Rejects when the frame could not be made; the show counts it and goes on. */
  renderFrame(state: FrameState): Promise<FrameResult>;
  destroy(): void;
}

/** A device with a renderer on it. Whoever opened it calls `destroy`, which frees both. */
export interface RenderSession {
  readonly renderer: FrameRenderer;
  readonly device: GpuDescription;
  /** Uncaptured errors of the device, kept by whoever opened it. */
  readonly errors: GpuContext['errors'];
  /** Resolves with the reason when the device is gone, for whatever cause. */
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  /** A renderer of the same scene for another stage (a camera's own view), on the same device; the caller destroys it. */
  rendererFor(stage: BakedStage): Promise<FrameRenderer>;
  destroy(): void;
}

/** Opens a device and builds the renderer from stage and scene; called again after each loss. */
export type OpenSession = () => Promise<RenderSession>;

/**
 * Takes finished frames: a writer, a preview, a recorder. The pictures are valid until `take` returns or its promise settles.
 * While a promise is open, newer frames are not offered (and counted as missed by this sink), and one place in the device's
 * ring of two is taken: a sink that works for longer than a frame copies the pictures first.
 * Between frames, and while a lost device is rebuilt, a sink keeps showing what it took last.
 */
export interface FrameSink {
  readonly name: string;
  take(state: FrameState, result: FrameResult): void | Promise<void>;
}

/** Something the operator should read. */
export interface ShowEvent {
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** One-shot timers, so that tests own time. */
export interface Timers {
  /** @returns a function that cancels the call. */
  after(delayMs: number, call: () => void): () => void;
}

/** Timers of the host (`setTimeout`), which never spin; delays are rounded up to whole milliseconds. */
export const SYSTEM_TIMERS: Timers = {
  after(delayMs, call) {
    const handle = setTimeout(call, Math.ceil(delayMs));
    return () => clearTimeout(handle);
  },
};
