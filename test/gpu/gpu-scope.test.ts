import { expect, test } from 'vitest';
import { GpuScope } from '../../src/gpu/gpu-scope.ts';
import { openTestGpu, readBuffer } from '../support/gpu.ts';

const gpu = openTestGpu();
const NOTHING = { buffers: 0, textures: 0, querySets: 0, scopes: 0, bufferBytes: 0 };

test('counts what it and its children own, and returns to zero', () => {
  const root = new GpuScope(gpu.device, 'root');
  const scene = root.child('scene');
  const buffer = root.createBuffer('list', { size: 256, usage: GPUBufferUsage.STORAGE });
  scene.createBuffer('vertices', { size: 64, usage: GPUBufferUsage.STORAGE });
  const texture = scene.createTexture('albedo', { size: [4, 4], format: 'rgba8unorm', usage: GPUTextureUsage.TEXTURE_BINDING });
  scene.child('size').createQuerySet('times', { type: 'timestamp', count: 2 });
  expect(buffer.label).toBe('root/list');
  expect(texture.label).toBe('root/scene/albedo');
  expect(root.live()).toEqual({ buffers: 2, textures: 1, querySets: 1, scopes: 2, bufferBytes: 320 });
  scene.destroy();
  expect(root.live()).toEqual({ ...NOTHING, buffers: 1, bufferBytes: 256 });
  root.release(buffer);
  expect(root.live()).toEqual(NOTHING);
  root.destroy();
  root.destroy();
  expect(root.live()).toEqual(NOTHING);
});

test('frees the GPU memory, not only its own lists', async () => {
  const scope = new GpuScope(gpu.device, 'freed');
  const buffer = scope.createBuffer('b', { size: 16, usage: GPUBufferUsage.COPY_DST });
  scope.destroy();
  gpu.device.pushErrorScope('validation');
  const encoder = gpu.device.createCommandEncoder();
  encoder.clearBuffer(buffer);
  gpu.device.queue.submit([encoder.finish()]);
  expect((await gpu.device.popErrorScope())?.message).toMatch(/freed\/b.*destroyed|destroyed.*freed\/b/s);
});

test('refuses to create after its end', () => {
  const scope = new GpuScope(gpu.device, 'ended');
  scope.destroy();
  expect(() => scope.createBuffer('late', { size: 16, usage: GPUBufferUsage.STORAGE })).toThrow(/SCOPE_DESTROYED/);
  expect(() => scope.child('late')).toThrow(/"ended"/);
});

test('makes buffers from data, shared memory included', async () => {
  const scope = new GpuScope(gpu.device, 'data');
  const shared = new Uint8Array(new SharedArrayBuffer(7)).fill(9);
  const buffer = scope.createBufferFrom('shared', shared.subarray(2), GPUBufferUsage.COPY_SRC);
  expect(buffer.size).toBe(16);
  expect([...new Uint8Array(await readBuffer(gpu.device, buffer))]).toEqual([9, 9, 9, 9, 9, ...new Array(11).fill(0)]);
  scope.destroy();
});

test('names the pipeline that cannot be made', async () => {
  const scope = new GpuScope(gpu.device, 'pipes');
  const module = gpu.device.createShaderModule({ code: '@compute @workgroup_size(1) fn main() {}' });
  const failed = scope.createComputePipeline('wrong', { layout: 'auto', compute: { module, entryPoint: 'absent' } });
  await expect(failed).rejects.toMatchObject({ code: 'PIPELINE_INVALID', message: expect.stringContaining('pipes/wrong') });
});
