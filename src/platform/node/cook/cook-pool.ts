import { Worker } from 'node:worker_threads';
import { OutputError, SceneError } from '../../../core/errors.ts';
import type { CookJob, CookResult } from './cook-jobs.ts';

/** JavaScript heap of a worker; the tables of meshes and pictures are not counted in it. */
const MAX_HEAP_MB = 4096;

type Answer = { readonly result: CookResult | null } | { readonly error: { name?: string; message: string; code?: string; file?: string } };

/** Worker threads that take jobs as they become free. */
export class CookPool {
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #threads: number;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /**
   * Does a job in the next free thread; its result is kept in `file`.
   * @returns The result; `null` for textures, which are in the file alone.
   * @throws SceneError COOK_THREAD when the thread dies, and what the job throws
   */
  async run(job: CookJob, file: string): Promise<CookResult | null> {
    const worker = await this.#take();
    try {
      return await ask(worker, job, file);
    } catch (error) {
      this.#all.delete(worker);
      void worker.terminate();
      throw error;
    } finally {
      if (this.#all.has(worker)) this.#give(worker);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
    this.#all.clear();
  }

  async #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#all.size < this.#threads) {
      const worker = new Worker(new URL('./cook-thread.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
      this.#all.add(worker);
      return worker;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next) next(worker);
    else this.#idle.push(worker);
  }
}

function ask(worker: Worker, job: CookJob, file: string): Promise<CookResult | null> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      worker.off('message', answered).off('error', failed).off('exit', ended);
      end();
    };
    const answered = (answer: Answer): void => settle(() => ('result' in answer ? resolve(answer.result) : reject(errorOf(answer.error))));
    const failed = (cause: Error): void =>
      settle(() => reject(new SceneError('COOK_THREAD', `a ${job.kind} could not be cooked: ${cause.message}`, { cause })));
    const ended = (code: number): void =>
      settle(() => reject(new SceneError('COOK_THREAD', `a ${job.kind} could not be cooked: its thread ended with code ${code}`)));
    worker.on('message', answered).on('error', failed).on('exit', ended);
    worker.postMessage({ job, file });
  });
}

/** The thread's error as one of ours: its message is complete already but for the code that the constructor adds. */
function errorOf({ name, message, code, file }: { name?: string; message: string; code?: string; file?: string }): Error {
  if (!code) return new Error(message);
  const text = message.replace(` [${code}]`, '').replace(file ? `${file}: ` : '', '');
  const detail = file ? { file } : {};
  return name === 'OutputError' ? new OutputError(code, text, detail) : new SceneError(code, text, detail);
}
