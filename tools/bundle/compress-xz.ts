import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Decides the bytes, so it does not depend on the machine. Several streams in one file are one .xz file (format 1.2, section 2). */
const CHUNK_BYTES = 32 << 20;

type Answer = { readonly done: number } | { readonly compressed: Uint8Array };

/**
 * Compresses with xz on all processors. The same bytes give the same bytes.
 * @param preset 0..9. At 9 the result is smallest, and unpacking it takes 65 MiB of memory.
 * @param onProgress Told after each part of the input, in bytes since the last call.
 */
export async function compressXz(data: Uint8Array, preset: number, onProgress: (bytes: number) => void = () => {}): Promise<Uint8Array> {
  const chunks = Array.from({ length: Math.max(1, Math.ceil(data.length / CHUNK_BYTES)) }, (_, k) =>
    data.subarray(k * CHUNK_BYTES, (k + 1) * CHUNK_BYTES),
  );
  const results = new Array<Uint8Array>(chunks.length);
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./compress-thread.ts', import.meta.url), { workerData: { preset } });
    try {
      while (next < chunks.length) {
        const index = next++;
        results[index] = await compressChunk(worker, chunks[index], onProgress);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), chunks.length) }, work));
  return Buffer.concat(results);
}

function compressChunk(worker: Worker, chunk: Uint8Array, onProgress: (bytes: number) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const answered = (answer: Answer): void => {
      if ('done' in answer) {
        onProgress(answer.done);
        return;
      }
      worker.off('message', answered).off('error', failed);
      resolve(answer.compressed);
    };
    const failed = (error: Error): void => reject(error);
    worker.on('message', answered).on('error', failed);
    // Copied: a view would carry the whole archive over.
    worker.postMessage(chunk.slice());
  });
}
