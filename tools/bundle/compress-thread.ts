import { parentPort, workerData } from 'node:worker_threads';
import { XzCompressor } from '@napi-rs/lzma';

// Runs in a worker thread of `compress-xz.ts`: one chunk after another, each a whole .xz stream.

const { preset } = workerData as { preset: number };
const STEP_BYTES = 1 << 20;

parentPort?.on('message', async (chunk: Uint8Array) => {
  const compressor = new XzCompressor({ preset });
  const parts: Uint8Array[] = [];
  for (let at = 0; at < chunk.length; at += STEP_BYTES) {
    const step = chunk.subarray(at, at + STEP_BYTES);
    parts.push(compressor.update(step));
    parentPort?.postMessage({ done: step.length });
  }
  parts.push(await compressor.finish());
  parentPort?.postMessage({ compressed: Buffer.concat(parts) });
});
