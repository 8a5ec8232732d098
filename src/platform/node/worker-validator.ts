import { Worker } from 'node:worker_threads';
import type { GltfValidator, ValidationRequest } from '../../scene/scene-ports.ts';

type Report = Awaited<ReturnType<GltfValidator['validate']>>;

/** Longer than the largest file that it is given takes (192 MiB: about 3 s), short of what a person takes for a hang. */
const TIMEOUT_MS = 7000;
/** JavaScript heap of the worker; the files themselves are not counted in it. */
const MAX_HEAP_MB = 1024;

/** The worker that waits for requests; all validators of the process share it. */
let idleWorker: Worker | null = null;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Khronos' validator in a worker thread: what it throws asynchronously and the time and memory that it takes stay there. A worker that
 * fails or takes too long is ended; the next request gets a new one. An idle worker does not keep the process alive.
 */
export function createWorkerValidator(): GltfValidator {
  return {
    validate(request) {
      const report = queue.then(() => ask(request));
      queue = report;
      return report;
    },
  };
}

function ask(request: ValidationRequest): Promise<Report> {
  const worker = idleWorker ?? startWorker();
  idleWorker = null;
  worker.ref();
  return new Promise((resolve) => {
    const settle = (report: Report, alive: boolean): void => {
      clearTimeout(timer);
      worker.off('message', answered).off('error', failed).off('exit', failed);
      if (alive) {
        worker.unref();
        idleWorker = worker;
      } else {
        void worker.terminate();
      }
      resolve(report);
    };
    const answered = (report: Report): void => settle(report, true);
    const failed = (): void => settle(null, false);
    const timer = setTimeout(failed, TIMEOUT_MS);
    worker.on('message', answered).on('error', failed).on('exit', failed);
    worker.postMessage(request);
  });
}

function startWorker(): Worker {
  const worker = new Worker(new URL('./validator-thread.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  // Errors between requests and while it ends must not reach the process.
  worker.on('error', () => {});
  worker.on('exit', () => {
    if (idleWorker === worker) idleWorker = null;
  });
  return worker;
}
