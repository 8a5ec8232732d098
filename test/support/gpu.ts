import { afterAll, beforeAll, expect } from 'vitest';
import type { GpuContext } from '../../src/gpu/gpu-context.ts';
import { ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { createNodeGpuPort, type GpuBackend } from '../../src/platform/node/gpu.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';

/** The device of one test file; `context` may be read from the first `beforeAll` or test on. */
export interface TestGpu {
  readonly context: GpuContext;
  readonly device: GPUDevice;
  readonly library: ShaderLibrary;
}

/**
 * Call once at the top of a test file: opens a context before its tests and, after them, fails the file when any uncaptured error was
 * counted. Without an adapter the file fails; it is never skipped.
 */
export function openTestGpu(backend: GpuBackend = 'software'): TestGpu {
  let context: GpuContext | undefined;
  const library = new ShaderLibrary(loadShaderSources());
  beforeAll(async () => {
    context = await createNodeGpuPort({ backend }).open();
  });
  afterAll(async () => {
    if (!context) return;
    // Errors are reported when the queue next runs; wait for it, then judge.
    await context.device.queue.onSubmittedWorkDone();
    const { errors } = context;
    context.destroy();
    expect(errors.recent, 'uncaptured GPU errors').toEqual([]);
    expect(errors.count).toBe(0);
  });
  const opened = (): GpuContext => {
    if (!context) throw new Error('openTestGpu: use the device inside beforeAll or a test, not while the file loads');
    return context;
  };
  return {
    get context() {
      return opened();
    },
    get device() {
      return opened().device;
    },
    library,
  };
}

/** Bytes of a COPY_SRC buffer, copied out. */
export async function readBuffer(device: GPUDevice, source: GPUBuffer, sizeBytes = source.size, offsetBytes = 0): Promise<ArrayBuffer> {
  const target = device.createBuffer({
    label: 'test/read',
    size: Math.ceil(sizeBytes / 4) * 4,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder({ label: 'test/read' });
  encoder.copyBufferToBuffer(source, offsetBytes, target, 0, target.size);
  device.queue.submit([encoder.finish()]);
  await target.mapAsync(GPUMapMode.READ);
  const bytes = target.getMappedRange().slice(0, sizeBytes);
  target.destroy();
  return bytes;
}
