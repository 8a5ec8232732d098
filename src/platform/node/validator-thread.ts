import { parentPort } from 'node:worker_threads';
import { validateBytes, validateString } from 'gltf-validator';
import type { ValidationRequest } from '../../scene/scene-ports.ts';

// Runs in a worker thread of `worker-validator.ts`, one request after another.

// The validator throws from timers after its answer is already on its way (damaged PNG: "Future already completed"): here that ends nothing.
process.on('uncaughtException', () => {});

parentPort?.on('message', async ({ source, resources, ignoredIssues, maxIssues }: ValidationRequest) => {
  const options = {
    ignoredIssues,
    maxIssues,
    writeTimestamp: false,
    externalResourceFunction: async (uri: string): Promise<Uint8Array> => {
      const bytes = resources.get(uri) ?? resources.get(decodeURIComponent(uri));
      if (!bytes) throw new Error(`not read: ${uri}`);
      return bytes;
    },
  };
  try {
    const report = await (typeof source === 'string'
      ? validateString(source, options)
      : validateBytes(source, { ...options, format: 'glb' }));
    parentPort?.postMessage({ messages: report.issues.messages, truncated: report.issues.truncated });
  } catch {
    parentPort?.postMessage(null);
  }
});
