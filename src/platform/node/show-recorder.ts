import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FrameResult } from '../../engine/frame-result.ts';
import type { FrameSink } from '../../engine/show-ports.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import type { FrameState } from '../../stage/frame-state.ts';
import type { CameraSample } from '../../tracking/camera-sample.ts';
import { outputErrorOf } from './atomic-file.ts';
import { sha256Hex } from './content-hash.ts';
import { type Take, TakeWriter } from './take-file.ts';

/** SHA-256 of a frame's canvases, hex, by processor. */
export type CanvasHashes = Readonly<Record<string, string>>;

export interface RecorderOptions {
  readonly show: string;
  readonly stage: BakedStage;
  readonly onEvent: (text: string) => void;
}

/** Records a running show: every tracking sample, every operator's input, and of every frame its state and its canvases' hashes. */
export class ShowRecorder implements FrameSink {
  readonly name: string;
  readonly #writer: TakeWriter;
  readonly #stage: BakedStage;

  private constructor(writer: TakeWriter, stage: BakedStage) {
    this.name = `take ${writer.file}`;
    this.#writer = writer;
    this.#stage = stage;
  }

  /** @throws TrackingError TAKE_EXISTS, CANNOT_WRITE; OutputError for a folder that cannot be made */
  static async create(file: string, { show, stage, onEvent }: RecorderOptions): Promise<ShowRecorder> {
    await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
      throw outputErrorOf(error, dirname(file));
    });
    return new ShowRecorder(await TakeWriter.create(file, { show, stage: stage.file, onEvent }), stage);
  }

  get file(): string {
    return this.#writer.file;
  }

  get records(): number {
    return this.#writer.records;
  }

  /** Hashes before it returns: the pictures may be given back at once. */
  take(state: FrameState, result: FrameResult): void {
    this.#writer.frame(state);
    this.#writer.input(state.timeNs, { type: 'canvases', frame: String(state.frame), sha256: hashCanvases(this.#stage, result) });
  }

  sample(source: string, sample: CameraSample): void {
    this.#writer.sample(source, sample);
  }

  input(timeNs: bigint, input: unknown): void {
    this.#writer.input(timeNs, input);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}

/** Hashes of the canvases' bytes, as they lie in `CanvasImage.data`. */
export function hashCanvases(stage: BakedStage, { canvases }: FrameResult): CanvasHashes {
  return Object.fromEntries(canvases.map(({ canvas, data }) => [stage.canvases[canvas].processor, sha256Hex(data)]));
}

/** What the recorder wrote of each frame's canvases. */
export function recordedHashes(take: Take): ReadonlyMap<bigint, CanvasHashes> {
  const hashes = new Map<bigint, CanvasHashes>();
  for (const { input } of take.inputs) {
    const { type, frame, sha256 } = (input ?? {}) as { type?: unknown; frame?: unknown; sha256?: unknown };
    if (type === 'canvases' && typeof frame === 'string' && /^-?\d+$/.test(frame) && typeof sha256 === 'object' && sha256 !== null)
      hashes.set(BigInt(frame), sha256 as CanvasHashes);
  }
  return hashes;
}
