import { type ChildProcess, fork } from 'node:child_process';
import { GpuError } from '../../../core/errors.ts';
import type { FinishReply, FramesReply, MeasureAnswer, MeasureJob, MeasureRequest, OpenReply } from './bench-protocol.ts';

/** Last words of a process that failed, characters. */
const TAIL = 2000;

/** A process in which one renderer is measured, so that its memory is its own and its crash ends nothing else. */
export class MeasuredProcess {
  readonly #child: ChildProcess;
  readonly #onProgress: (text: string) => void;
  #stderr = '';
  #waiting: { resolve(answer: MeasureAnswer): void; reject(error: Error): void } | null = null;
  #ended: string | null = null;

  /** @param script Module that calls `serveMeasurements`. @param env Added to ours. */
  constructor(script: string, env: Readonly<Record<string, string>> = {}, onProgress: (text: string) => void = () => {}) {
    this.#onProgress = onProgress;
    this.#child = fork(script, [], {
      // Its stdout is ours no more than its stderr: libraries print there.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
      execArgv: ['--max-old-space-size=16384'],
    });
    const keep = (text: Buffer): void => {
      this.#stderr = (this.#stderr + text.toString()).slice(-TAIL);
    };
    this.#child.stderr?.on('data', keep);
    this.#child.stdout?.on('data', keep);
    this.#child.on('message', (answer: MeasureAnswer) => {
      if ('progress' in answer) this.#onProgress(answer.progress);
      else this.#waiting?.resolve(answer);
    });
    this.#child.on('exit', (code, signal) => {
      this.#ended = signal ? `killed by ${signal}` : `exit code ${code}`;
      this.#waiting?.reject(this.#endedError());
    });
  }

  open = (job: MeasureJob, wall: number): Promise<OpenReply> => this.#ask({ ask: 'open', job, wall }) as Promise<OpenReply>;
  frames = (count: number): Promise<FramesReply> => this.#ask({ ask: 'frames', count }) as Promise<FramesReply>;
  finish = (): Promise<FinishReply> => this.#ask({ ask: 'finish' }) as Promise<FinishReply>;

  stop(): void {
    if (this.#ended === null) this.#child.kill();
  }

  /** @throws GpuError MEASURED_PROCESS when it fails or ends instead of answering. */
  async #ask(request: MeasureRequest): Promise<unknown> {
    if (this.#ended !== null) throw this.#endedError();
    const answered = new Promise<MeasureAnswer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#child.send(request);
    const answer = await answered.finally(() => {
      this.#waiting = null;
    });
    if ('ok' in answer) return answer.ok;
    throw new GpuError('MEASURED_PROCESS', `measuring failed: ${'error' in answer ? answer.error : ''}`);
  }

  #endedError(): GpuError {
    const last = this.#stderr.trim().split('\n').slice(-4).join('; ');
    return new GpuError('MEASURED_PROCESS', `the measured process ended (${this.#ended})`, last ? { hint: last } : {});
  }
}
