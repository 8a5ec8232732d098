import { GpuError } from '../core/errors.ts';
import type { FrameState } from '../stage/frame-state.ts';
import type { OpenSession, RenderSession, ShowEvent } from './show-ports.ts';

/** A run of frames without a clock: every frame is rendered, however long it takes. `Picture`: what one frame makes. */
export interface SequencePorts<Picture> {
  readonly openSession: OpenSession;
  readonly stateOfFrame: (frame: bigint) => FrameState;
  /** Makes the frame's pictures; called again on a new device when the old one is lost meanwhile. */
  readonly render: (session: RenderSession, state: FrameState) => Promise<Picture>;
  /** Writes them; what it throws ends the run. */
  readonly write: (state: FrameState, picture: Picture) => Promise<void>;
  /** Called once for every picture, written or not. */
  readonly release: (picture: Picture) => void;
  readonly onFrame: (frame: bigint, done: number) => void;
  readonly onEvent: (event: ShowEvent) => void;
  readonly stopped: () => boolean;
}

const TRIES_PER_FRAME = 3;

/**
 * Renders `frames` in order, one frame being written while the next is rendered. A lost device is opened again and the frame
 * rendered again: rendering is a pure function of the frame's state, so the picture is the same.
 * @returns frames written.
 * @throws GpuError when the device is lost three times in one frame, or errors that nobody caught came up; whatever `render` and `write` throw.
 */
export async function renderSequence<Picture>(frames: readonly bigint[], ports: SequencePorts<Picture>): Promise<number> {
  let session = await ports.openSession();
  let done = 0;
  let writing: Promise<void> = Promise.resolve();
  const reopen = async (): Promise<RenderSession> => {
    await writing;
    session.destroy();
    session = await ports.openSession();
    return session;
  };
  try {
    for (const frame of frames) {
      if (ports.stopped()) break;
      const state = ports.stateOfFrame(frame);
      const picture = await renderSurely(session, state, reopen, ports);
      await writing.catch((error: unknown) => {
        ports.release(picture);
        throw error;
      });
      writing = ports
        .write(state, picture)
        .then(() => ports.onFrame(frame, ++done))
        .finally(() => ports.release(picture));
      // Seen by the next `await writing`; marked here so that it is never an unhandled rejection.
      writing.catch(() => {});
    }
    await writing;
    return done;
  } finally {
    await writing.catch(() => {});
    session.destroy();
  }
}

async function renderSurely<Picture>(
  first: RenderSession,
  state: FrameState,
  reopen: () => Promise<RenderSession>,
  ports: SequencePorts<Picture>,
): Promise<Picture> {
  let session = first;
  for (let tries = 1; ; tries += 1) {
    try {
      const picture = await ports.render(session, state);
      if (session.errors.count === 0) return picture;
      ports.release(picture);
      throw gpuErrors(session);
    } catch (error) {
      if (tries >= TRIES_PER_FRAME || (error as { code?: string }).code !== 'DEVICE_LOST') throw error;
      ports.onEvent({ level: 'warn', text: `frame ${state.frame}: ${(error as Error).message}; opening the device again` });
      session = await reopen();
    }
  }
}

/** In a render farm a wrong picture is worse than none. */
function gpuErrors({ errors }: RenderSession): GpuError {
  const last = errors.recent.at(-1);
  return new GpuError('GPU_ERRORS', `${errors.count} uncaptured GPU errors`, { path: last?.label ?? '', got: last?.message ?? 'no text' });
}
