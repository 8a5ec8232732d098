import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import lzma from 'lzma-native';

// Runs in a worker thread of `compress-xz.ts`: one chunk after another, each a whole .xz stream.

const { preset } = workerData as { preset: number };
const STEP_BYTES = 1 << 20;

function* stepsOf(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.length; at += STEP_BYTES) {
    const step = chunk.subarray(at, at + STEP_BYTES);
    yield step;
    parentPort?.postMessage({ done: step.length });
  }
}

parentPort?.on('message', async (chunk: Uint8Array) => {
  const compressed = await buffer(Readable.from(stepsOf(chunk)).pipe(lzma.createCompressor({ preset })));
  parentPort?.postMessage({ compressed });
});
