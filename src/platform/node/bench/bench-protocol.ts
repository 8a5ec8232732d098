import type { BenchRow } from '../../../outputs/bench-result.ts';
import type { ShadowMapPx } from '../../../stage/show.ts';
import type { FrameQuality } from './bench-move.ts';
import type { WallSpec } from './bench-stage.ts';
import type { SceneSpec } from './bench-works.ts';

/** What every measured process is told first. */
export interface MeasureJob {
  readonly scene: SceneSpec;
  readonly walls: readonly { readonly label: string; readonly x: number | null; readonly wall: WallSpec; readonly share?: number }[];
  readonly quality: FrameQuality;
  readonly seed: number;
  /** Edge of the sun's shadow maps. */
  readonly shadowMapPx: ShadowMapPx;
  /** Frames drawn before any is counted: shaders compile, lists find their size. */
  readonly warmFrames: number;
  /** Ours only: the device without a driver, in place of the one that renders. */
  readonly backend?: 'null';
  /** Folder for a picture of the first facet and of the inner view; null: none. */
  readonly picturesFolder: string | null;
}

/** Requests, answered in turn. Ours and the peers' processes speak the same. */
export type MeasureRequest =
  | { readonly ask: 'open'; readonly job: MeasureJob; readonly wall: number }
  | { readonly ask: 'frames'; readonly count: number }
  /** Everything about the opened wall; closes it. */
  | { readonly ask: 'finish' };

export interface OpenReply {
  readonly name: string;
  readonly version: string;
  readonly setup: string;
  readonly firstFrameMs: number;
  readonly adapter: string;
}
export interface FramesReply {
  readonly frameMs: readonly number[];
  readonly scriptMs: readonly number[];
}
export interface FinishReply {
  readonly rssBytes: number;
  /** Ours only. */
  readonly row: BenchRow | null;
}
export type MeasureReply = OpenReply | FramesReply | FinishReply;

/** Wire form of an answer. */
export type MeasureAnswer = { readonly ok: MeasureReply } | { readonly error: string } | { readonly progress: string };

/** Serves requests of the parent process, one at a time; ends with it. Errors go back as text, so that the bench goes on without this one. */
export function serveMeasurements(handle: (request: MeasureRequest, progress: (text: string) => void) => Promise<MeasureReply>): void {
  const send = (answer: MeasureAnswer): void => void process.send?.(answer);
  let queue: Promise<void> = Promise.resolve();
  process.on('message', (request: MeasureRequest) => {
    queue = queue.then(async () => {
      try {
        send({ ok: await handle(request, (progress) => send({ progress })) });
      } catch (error) {
        send({ error: error instanceof Error ? error.message : String(error) });
      }
    });
  });
  process.on('disconnect', () => process.exit(0));
}
