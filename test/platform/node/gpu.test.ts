import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import type { GpuContext } from '../../../src/gpu/gpu-context.ts';
import { isSoftwareAdapter } from '../../../src/platform/node/adapters.ts';
import { createNodeGpuPort } from '../../../src/platform/node/gpu.ts';
import { readBuffer } from '../../support/gpu.ts';

const run = promisify(execFile);

async function clearedWord(context: GpuContext): Promise<number> {
  const buffer = context.device.createBuffer({ label: 'word', size: 4, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
  context.device.queue.writeBuffer(buffer, 0, new Uint32Array([42]));
  return new Uint32Array(await readBuffer(context.device, buffer))[0]!;
}

describe('the software driver', () => {
  test('opens with nothing installed, with the features and limits it has', async () => {
    const context = await createNodeGpuPort({ backend: 'software' }).open();
    expect(context.description).toMatchObject({ kind: 'software', reason: expect.stringMatching(/CPU.*'software'/) });
    for (const feature of [
      'timestamp-query',
      'float32-filterable',
      'texture-compression-bc',
      'indirect-first-instance',
      'bgra8unorm-storage',
    ])
      expect(context.features).toContain(feature);
    // WebGPU's defaults are 8 storage buffers, 256 layers and 128 MiB; the adapter's own are larger.
    expect(context.limits.maxStorageBuffersPerShaderStage).toBeGreaterThan(8);
    expect(context.limits.maxTextureArrayLayers).toBeGreaterThan(256);
    expect(context.limits.maxStorageBufferBindingSize).toBeGreaterThan(128 << 20);
    expect(await clearedWord(context)).toBe(42);
    context.destroy();
  });

  test('several contexts live side by side', async () => {
    const port = createNodeGpuPort({ backend: 'software' });
    const contexts = await Promise.all([port.open(), port.open(), createNodeGpuPort({ backend: 'null' }).open()]);
    expect(await Promise.all(contexts.slice(0, 2).map(clearedWord))).toEqual([42, 42]);
    expect(contexts[2]!.description.kind).toBe('null');
    contexts[0]!.destroy();
    expect(await clearedWord(contexts[1]!)).toBe(42);
    for (const context of contexts) context.destroy();
  });

  test('a destroyed device says so, and a new one works in the same process', async () => {
    const port = createNodeGpuPort({ backend: 'software' });
    const first = await port.open();
    first.destroy();
    expect((await first.lost).reason).toBe('destroyed');
    const second = await port.open();
    expect(await clearedWord(second)).toBe(42);
    expect(second.errors.count).toBe(0);
    second.destroy();
  });

  test('uncaptured errors are labelled and counted', async () => {
    const context = await createNodeGpuPort({ backend: 'software' }).open();
    const seen = new Promise((resolve) => context.device.addEventListener('uncapturederror', resolve, { once: true }));
    context.device.createBuffer({ label: 'passes/cull/list', size: 16, usage: 0 });
    await seen;
    expect(context.errors).toMatchObject({
      count: 1,
      recent: [{ label: 'passes/cull/list', message: expect.stringContaining('usages must not be 0') }],
    });
    context.destroy();
  });
});

test('the null backend has every feature and validates', async () => {
  const context = await createNodeGpuPort({ backend: 'null' }).open();
  for (const feature of ['atomic-vec2u-min-max', 'multi-draw-indirect', 'shader-f16', 'primitive-index'])
    expect(context.features).toContain(feature);
  const module = context.device.createShaderModule({
    code: 'enable atomic_vec2u_min_max; @group(0) @binding(0) var<storage, read_write> a: atomic<vec2u>; @compute @workgroup_size(1) fn main() { atomicStoreMax(&a, vec2u(1, 2)); }',
  });
  expect((await module.getCompilationInfo()).messages.filter((message) => message.type === 'error')).toEqual([]);
  expect(context.errors.count).toBe(0);
  context.destroy();
});

describe('choosing', () => {
  const withEnv = async <T>(value: string, work: () => Promise<T>): Promise<T> => {
    vi.stubEnv('CYC_GPU', value);
    return work().finally(() => vi.unstubAllEnvs());
  };

  test('CYC_GPU decides for auto only, and the reason says who asked', async () => {
    const [auto, named] = await withEnv('null', () =>
      Promise.all([createNodeGpuPort().open(), createNodeGpuPort({ backend: 'software' }).open()]),
    );
    expect(auto!.description).toMatchObject({ kind: 'null', reason: expect.stringContaining('CYC_GPU=null') });
    expect(named!.description.kind).toBe('software');
    for (const context of [auto!, named!]) context.destroy();
  });

  test('an unknown backend is named', async () => {
    await expect(withEnv('cuda', async () => createNodeGpuPort())).rejects.toThrow(
      /CYC_GPU.*"cuda".*auto, gpu, software or null.*BAD_BACKEND/,
    );
  });

  test('a software driver posing as a GPU is refused, with its name and the reason', async () => {
    // The only driver Vulkan can see is SwiftShader under a name of its own: 'gpu' must refuse it, 'auto' must say so and take the embedded one.
    const { symlink, writeFile, mkdtemp } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const { unpackSwiftshader } = await import('../../../src/platform/node/swiftshader.ts');
    const folder = await mkdtemp(join(tmpdir(), 'cyc-icd-'));
    await symlink(join((await unpackSwiftshader()).directory, 'libvk_swiftshader.so'), join(folder, 'libvk_fast.so'));
    await writeFile(
      join(folder, 'fast_icd.json'),
      JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: './libvk_fast.so', api_version: '1.3.0' } }),
    );
    vi.stubEnv('VK_DRIVER_FILES', join(folder, 'fast_icd.json'));
    try {
      await expect(createNodeGpuPort({ backend: 'gpu' }).open()).rejects.toThrow(/swiftshader.*software renderer.*NO_ADAPTER/s);
      const context = await createNodeGpuPort().open();
      expect(context.description.reason).toMatch(/no GPU is used, because .*software renderer/);
      expect(process.env['VK_DRIVER_FILES']).toBe(join(folder, 'fast_icd.json'));
      context.destroy();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('adapters that render on the CPU are known by any of their names', () => {
    const info = (fields: Partial<GPUAdapterInfo>): GPUAdapterInfo =>
      ({ vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false, ...fields }) as GPUAdapterInfo;
    expect(isSoftwareAdapter(info({ isFallbackAdapter: true }))).toBe(true);
    expect(isSoftwareAdapter(info({ device: 'llvmpipe (LLVM 19.1.7, 256 bits)' }))).toBe(true);
    expect(isSoftwareAdapter(info({ description: 'Microsoft Basic Render Driver' }))).toBe(true);
    expect(isSoftwareAdapter(info({ vendor: 'nvidia', architecture: 'hopper', device: 'NVIDIA H100 80GB HBM3' }))).toBe(false);
    expect(isSoftwareAdapter(info({ vendor: 'amd', device: 'AMD Radeon RX 7900 (RADV NAVI31)' }))).toBe(false);
  });
});

// Dawn dies with its JavaScript object, and a live device keeps threads: both once ended processes with a signal.
test.each(['open', 'destroyed', 'pending-map'])('a process ends by itself with code 0 after GPU work (%s)', async (state) => {
  const port = fileURLToPath(new URL('../../../src/platform/node/gpu.ts', import.meta.url));
  const script = `
    const { createNodeGpuPort } = await import(${JSON.stringify(port)});
    const { device, destroy } = await createNodeGpuPort({ backend: 'software' }).open();
    const buffer = device.createBuffer({ size: 1 << 20, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(buffer);
    device.queue.submit([encoder.finish()]);
    if (${JSON.stringify(state)} === 'pending-map') buffer.mapAsync(1).then(() => console.log('mapped'));
    else { await buffer.mapAsync(1); console.log('mapped'); }
    globalThis.gc();
    if (${JSON.stringify(state)} === 'destroyed') destroy();`;
  const { stdout } = await run(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], { timeout: 60_000 });
  expect(stdout).toBe('mapped\n');
});
