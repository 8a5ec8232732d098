import { GpuError } from '../core/errors.ts';
import type { FrameState } from '../stage/frame-state.ts';
import type { FrameResult } from './frame-result.ts';
import type { OpenSession, RenderSession, ShowEvent } from './show-ports.ts';

/** A run of frames without a clock: every frame is rendered, however long it takes. */
export interface SequencePorts {
  readonly openSession: OpenSession;
  readonly stateOfFrame: (frame: bigint) => FrameState;
  /** Writes the frame; pictures are valid until the promise settles. What it throws ends the run. */
  readonly write: (state: FrameState, result: FrameResult, session: RenderSession) => Promise<void>;
  readonly onFrame: (frame: bigint, done: number) => void;
  readonly onEvent: (event: ShowEvent) => void;
  readonly stopped: () => boolean;
}

const TRIES_PER_FRAME = 3;

/**
 * Renders `frames` in order, one frame being written while the next is rendered. A lost device is opened again and the frame
 * rendered again: rendering is a pure function of the frame's state, so the picture is the same.
 * @returns frames written.
 * @throws GpuError when a frame fails three times; whatever `write` throws.
 */
export async function renderSequence(frames: readonly bigint[], ports: SequencePorts): Promise<number> {
  let session = await ports.openSession();
  let done = 0;
  let writing: Promise<void> = Promise.resolve();
  let failed = false;
  try {
    for (const frame of frames) {
      if (ports.stopped() || failed) break;
      const state = ports.stateOfFrame(frame);
      let result: FrameResult | null = null;
      for (let tries = 1; !result; tries += 1) {
        try {
          result = await session.renderer.renderFrame(state);
          failOnGpuErrors(session);
        } catch (error) {
          result?.release();
          result = null;
          if (tries >= TRIES_PER_FRAME || (error as { code?: string }).code !== 'DEVICE_LOST') throw error;
          ports.onEvent({ level: 'warn', text: `frame ${frame}: ${(error as Error).message}; opening the device again` });
          await writing;
          session.destroy();
          session = await ports.openSession();
        }
      }
      const finished: FrameResult = result;
      const from = session;
      await writing.catch((error: unknown) => {
        finished.release();
        throw error;
      });
      writing = ports
        .write(state, finished, from)
        .then(() => ports.onFrame(frame, ++done))
        .finally(() => finished.release());
      // Seen by the next `await writing`; marked here so that it is never an unhandled rejection.
      writing.catch(() => {
        failed = true;
      });
    }
    await writing;
    return done;
  } finally {
    await writing.catch(() => {});
    session.destroy();
  }
}

/** In a render farm a wrong picture is worse than none. */
function failOnGpuErrors({ errors }: RenderSession): void {
  if (errors.count === 0) return;
  const last = errors.recent.at(-1);
  throw new GpuError('GPU_ERRORS', `${errors.count} uncaptured GPU errors`, { path: last?.label ?? '', got: last?.message ?? 'no text' });
}
