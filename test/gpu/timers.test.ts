import { expect, test } from 'vitest';
import { GpuScope } from '../../src/gpu/gpu-scope.ts';
import { PassTimers } from '../../src/gpu/timers.ts';
import { openTestGpu, readBuffer } from '../support/gpu.ts';

const gpu = openTestGpu();

/** One frame with the given passes; the work of a pass is `loops` multiplications. */
async function timeFrame(
  timers: PassTimers,
  passes: readonly { slot: number; loops: number }[],
  scope: GpuScope,
): Promise<Record<string, number>> {
  const { device } = gpu;
  const module = device.createShaderModule({
    code: `override loops: u32; @group(0) @binding(0) var<storage, read_write> x: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { var v = f32(id.x); for (var i = 0u; i < loops; i++) { v = v * 1.0001 + 0.5; } x[id.x] = v; }`,
  });
  const work = scope.createBuffer('work', { size: 4096 * 4, usage: GPUBufferUsage.STORAGE });
  const target = scope.createBuffer('target', { size: 256 + timers.sizeBytes, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
  const encoder = device.createCommandEncoder();
  for (const { slot, loops } of passes) {
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, constants: { loops } } });
    const timestampWrites = timers.writes(slot);
    const pass = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: work } }] }),
    );
    pass.dispatchWorkgroups(64);
    pass.end();
  }
  const stamps = timers.encodeResolve(encoder, target, 256);
  device.queue.submit([encoder.finish()]);
  return stamps.read(new Uint8Array(await readBuffer(device, target), 256));
}

test('times each pass that ran, by label', async () => {
  const scope = new GpuScope(gpu.device, 'timers');
  const timers = new PassTimers(scope, 4);
  const [short, long, idle] = [timers.reserve('short'), timers.reserve('long'), timers.reserve('idle')];
  const all = await timeFrame(
    timers,
    [
      { slot: short, loops: 1 },
      { slot: long, loops: 20_000 },
      { slot: idle, loops: 1 },
    ],
    scope,
  );
  expect(Object.keys(all)).toEqual(['short', 'long', 'idle']);
  // 4096 × 20,000 multiplications against 4096: far apart on any machine, however busy.
  expect(all['long']!).toBeGreaterThan(all['short']! * 3);
  expect(all['long']!).toBeGreaterThan(0.1);
  // A pass left out of the next frame has no stale time in it.
  expect(Object.keys(await timeFrame(timers, [{ slot: long, loops: 10 }], scope))).toEqual(['long']);
  // Passes around one that did not run: each has its own time, at its own place.
  const around = await timeFrame(
    timers,
    [
      { slot: short, loops: 1 },
      { slot: idle, loops: 20_000 },
    ],
    scope,
  );
  expect(Object.keys(around)).toEqual(['short', 'idle']);
  expect(around['idle']!).toBeGreaterThan(around['short']! * 3);
  scope.destroy();
});

test('refuses a second pass of one name and more passes than slots', () => {
  const timers = new PassTimers(new GpuScope(gpu.device, 'full'), 1);
  timers.reserve('cull');
  expect(() => timers.reserve('setup')).toThrow(/TIMER_FULL/);
  const two = new PassTimers(new GpuScope(gpu.device, 'two'), 2);
  two.reserve('cull');
  expect(() => two.reserve('cull')).toThrow(/TIMER_DUPLICATE/);
});

test('is harmless on a device without timestamps', async () => {
  // A device that never asked for the feature, of the same adapter type.
  const plain = {
    device: Object.create(gpu.device, { features: { value: new Set() } }),
    createQuerySet: () => expect.unreachable(),
  } as unknown as GpuScope;
  const timers = new PassTimers(plain, 2);
  const slot = timers.reserve('cull');
  expect([timers.sizeBytes, timers.writes(slot)]).toEqual([0, undefined]);
  const encoder = gpu.device.createCommandEncoder();
  expect(timers.encodeResolve(encoder, null as never, 0).read(new Uint8Array(0))).toEqual({});
});

test('times a pass that consists of several, from the first to the last', async () => {
  const scope = new GpuScope(gpu.device, 'spans');
  const timers = new PassTimers(scope, 1);
  const span = timers.span(timers.reserve('two in one'))!;
  expect(timers.span(0)).toBe(span);
  const target = scope.createBuffer('target', { size: timers.sizeBytes, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
  const encoder = gpu.device.createCommandEncoder();
  for (const timestampWrites of [span.first, span.last]) encoder.beginComputePass({ timestampWrites }).end();
  const stamps = timers.encodeResolve(encoder, target, 0);
  gpu.device.queue.submit([encoder.finish()]);
  const bytes = new Uint8Array(await readBuffer(gpu.device, target));
  const [begin, end] = new BigUint64Array(bytes.buffer);
  expect(end).toBeGreaterThanOrEqual(begin);
  expect(begin).toBeGreaterThan(0n);
  expect(stamps.read(bytes)['two in one']).toBe(Number(end - begin) / 1e6);
  scope.destroy();
});
