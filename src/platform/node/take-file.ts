import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CycError, TrackingError } from '../../core/errors.ts';
import type { FrameState } from '../../stage/frame-state.ts';
import { frameStateFromJson } from '../../stage/frame-state-json.ts';
import type { CameraSample } from '../../tracking/camera-sample.ts';
import {
  formatTakeHeader,
  formatTakeRecord,
  MAX_TAKE_LINE,
  parseTakeHeader,
  parseTakeRecord,
  TAKE_SCHEMA,
  type TakeHeader,
  type TakeRecord,
} from '../../tracking/take-format.ts';

const FLUSH_MS = 50;
/** Records that wait for a disk that does not take them; beyond it they are dropped and counted. */
const MAX_WAITING_CHARS = 64 << 20;

export interface TakeWriterOptions {
  readonly show?: string | null;
  readonly stage?: string | null;
  /** Replace a file that is there. */
  readonly overwrite?: boolean;
  /** Hears of a disk that fails; recording goes on trying. */
  readonly onEvent?: (message: string) => void;
}

/** Appends to a `*.take` file; what is recorded is on its way to the disk within 100 ms. Recording never throws: failures are told and counted. */
export class TakeWriter {
  readonly file: string;
  /** Records accepted. */
  records = 0;
  /** Records lost because the disk failed or did not keep up. */
  dropped = 0;
  readonly #handle: FileHandle;
  readonly #onEvent: (message: string) => void;
  #waiting: string[] = [];
  #waitingChars = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;
  #failed = false;

  private constructor(file: string, handle: FileHandle, options: TakeWriterOptions) {
    this.file = file;
    this.#handle = handle;
    this.#onEvent = options.onEvent ?? (() => {});
  }

  /** Creates the file and writes its header. @throws TrackingError TAKE_EXISTS or CANNOT_WRITE */
  static async create(file: string, options: TakeWriterOptions = {}): Promise<TakeWriter> {
    const header: TakeHeader = {
      schema: TAKE_SCHEMA,
      show: options.show ?? null,
      stage: options.stage ?? null,
      created: new Date().toISOString(),
    };
    try {
      const handle = await open(file, options.overwrite ? 'w' : 'wx');
      await handle.write(formatTakeHeader(header));
      return new TakeWriter(file, handle, options);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'EEXIST')
        throw new TrackingError('TAKE_EXISTS', 'the file is there already', { file, hint: 'choose another name', cause });
      throw new TrackingError('CANNOT_WRITE', 'cannot write the take', {
        file,
        got: code ?? message,
        expected: 'a path in a folder that can be written',
        cause,
      });
    }
  }

  sample(source: string, sample: CameraSample): void {
    this.#add({ kind: 'sample', source, sample });
  }

  /** An operator's input: anything that JSON can hold. */
  input(timeNs: bigint, input: unknown): void {
    this.#add({ kind: 'input', timeNs, input });
  }

  frame(state: FrameState): void {
    this.#add({ kind: 'frame', state });
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    while (this.#writing !== null) await this.#writing;
    if (this.#waiting.length > 0) await this.#flush();
    await this.#handle.close();
  }

  #add(record: TakeRecord): void {
    const line = formatTakeRecord(record);
    if (this.#closed || this.#waitingChars + line.length > MAX_WAITING_CHARS) {
      this.dropped++;
      return;
    }
    this.records++;
    this.#waiting.push(line);
    this.#waitingChars += line.length;
    this.#timer ??= setTimeout(() => this.#onTimer(), FLUSH_MS);
  }

  #onTimer(): void {
    this.#timer = null;
    if (this.#writing !== null) return;
    this.#writing = this.#flush().finally(() => {
      this.#writing = null;
      if (this.#waiting.length > 0 && !this.#closed) this.#timer ??= setTimeout(() => this.#onTimer(), FLUSH_MS);
    });
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingChars = 0;
    try {
      await this.#handle.appendFile(lines.join(''));
      this.#failed = false;
    } catch (error) {
      this.dropped += lines.length;
      if (!this.#failed) this.#onEvent(`${this.file}: ${(error as Error).message}; records are lost`);
      this.#failed = true;
    }
  }
}

/** A whole take in memory. */
export interface Take {
  readonly header: TakeHeader;
  readonly samples: readonly { readonly source: string; readonly sample: CameraSample }[];
  readonly inputs: readonly { readonly timeNs: bigint; readonly input: unknown }[];
  readonly frames: readonly FrameState[];
  /** What was left out, for the operator. */
  readonly warnings: readonly string[];
}

/** Reads a take. A last line cut short is left out with a warning. @throws TrackingError TAKE_NOT_FOUND or BAD_TAKE, StageError BAD_FRAME_STATE */
export async function readTake(file: string): Promise<Take> {
  const warnings: string[] = [];
  const samples: Take['samples'][number][] = [];
  const inputs: Take['inputs'][number][] = [];
  const frames: FrameState[] = [];
  let header: TakeHeader | null = null;
  let lineNumber = 0;
  for await (const { line, last } of readLines(file)) {
    lineNumber++;
    if (line === '') continue;
    if (last && !isWhole(line)) {
      if (header === null) break;
      warnings.push(`${file}: line ${lineNumber} is cut short (recording ended in the middle of it); left out`);
      break;
    }
    if (header === null) {
      header = parseTakeHeader(line, file);
      continue;
    }
    const record = parseTakeRecord(line, file, lineNumber);
    if (record.kind === 'sample') samples.push(record);
    else if (record.kind === 'input') inputs.push(record);
    else frames.push(frameStateFromJson(record.state, file, `line ${lineNumber}.state`));
  }
  if (header === null) throw new TrackingError('BAD_TAKE', 'no header', { file, expected: `a first line with "schema":"${TAKE_SCHEMA}"` });
  return { header, samples, inputs, frames, warnings };
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Lines of a file; `last` on the one that ends the file. Never holds more than the longest line allowed. */
async function* readLines(file: string): AsyncGenerator<{ line: string; last: boolean }> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield { line: line.endsWith('\r') ? line.slice(0, -1) : line, last: false };
      if (rest.length > MAX_TAKE_LINE) {
        const expected = `at most ${MAX_TAKE_LINE}`;
        throw new TrackingError('BAD_TAKE', 'a line is too long', { file, got: `more than ${rest.length - 1} characters`, expected });
      }
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (cause instanceof CycError || code === undefined) throw cause;
    throw new TrackingError(code === 'ENOENT' ? 'TAKE_NOT_FOUND' : 'CANNOT_READ', 'cannot read the take', {
      file,
      got: code ?? message,
      cause,
    });
  }
  if (rest !== '') yield { line: rest, last: true };
}
