import { parentPort } from 'node:worker_threads';
import { CycError } from '../../../core/errors.ts';
import { type CookJob, runJob } from './cook-jobs.ts';
import { writePiece } from './part-folder.ts';

// Runs in a worker thread of `cook-pool.ts`, one job after another.

/** A job, and the file that keeps its result for a later run. */
export interface JobMessage {
  readonly job: CookJob;
  readonly file: string;
}

parentPort?.on('message', async ({ job, file }: JobMessage) => {
  try {
    const result = await runJob(job);
    await writePiece(file, result);
    // Textures are read back from their files when they are written out: they would fill the memory.
    const answer = job.kind === 'texture' ? null : result;
    parentPort?.postMessage({ result: answer }, [...buffersOf(answer)]);
  } catch (error) {
    const { message, code, detail } = error as CycError;
    parentPort?.postMessage({ error: error instanceof CycError ? { name: error.name, message, code, file: detail.file } : { message } });
  }
});

/** Every buffer that a result's arrays own. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) buffersOf(part, found);
  return found;
}
