import { describe, expect, test } from 'vitest';
import { GpuScope } from '../../src/gpu/gpu-scope.ts';
import { type MapResult, ReadbackRing, type ReadbackSlot } from '../../src/gpu/readback-ring.ts';
import { createNodeGpuPort } from '../../src/platform/node/gpu.ts';
import { openTestGpu } from '../support/gpu.ts';

const gpu = openTestGpu();
const SIZE = 64;

/** Encodes and submits one frame that fills `slot` with `value`. */
function renderInto(device: GPUDevice, slot: ReadbackSlot, value: number): void {
  const source = device.createBuffer({ size: SIZE, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(source, 0, new Uint32Array(SIZE / 4).fill(value));
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, slot.buffer, 0, SIZE);
  device.queue.submit([encoder.finish()]);
}
const firstWord = (result: MapResult): number | string =>
  result.ok ? new DataView(result.data.buffer).getUint32(result.data.byteOffset, true) : result.reason;

test('keeps several frames in flight and gives each its own bytes', async () => {
  const scope = new GpuScope(gpu.device, 'ring');
  const ring = new ReadbackRing(scope, 'canvas', SIZE, 3);
  const pending: Promise<MapResult>[] = [];
  const slots: ReadbackSlot[] = [];
  for (let frame = 0; frame < 3; frame++) {
    const slot = ring.tryAcquire()!;
    renderInto(gpu.device, slot, 100 + frame);
    pending.push(slot.map());
    slots.push(slot);
  }
  expect(ring.tryAcquire()).toBeNull();
  const waiting = ring.acquire();
  expect((await Promise.all(pending)).map(firstWord)).toEqual([100, 101, 102]);
  slots[1]!.release();
  const fourth = (await waiting)!;
  expect(fourth.buffer).toBe(slots[1]!.buffer);
  renderInto(gpu.device, fourth, 103);
  expect(firstWord(await fourth.map())).toBe(103);
  // Frames 0 and 2 are still lent and untouched.
  expect([firstWord(await pending[0]!), firstWord(await pending[2]!)]).toEqual([100, 102]);
  for (const slot of [...slots, fourth]) slot.release();
  expect(ring.freeSlots).toBe(3);
  ring.destroy();
  expect(scope.live()).toMatchObject({ buffers: 0, scopes: 0 });
});

test('hands over the mapped memory itself, which release takes back', async () => {
  const ring = new ReadbackRing(new GpuScope(gpu.device, 'view'), 'canvas', SIZE, 1);
  const slot = ring.tryAcquire()!;
  renderInto(gpu.device, slot, 7);
  const result = await slot.map(10);
  if (!result.ok) throw new Error(result.message);
  expect(result.data.length).toBe(10);
  slot.release();
  slot.release();
  expect(result.data.length).toBe(0);
  expect(ring.freeSlots).toBe(1);
  expect(firstWord(await slot.map())).toBe('released');
  ring.destroy();
});

test('a slot given back while being mapped is whole for the next', async () => {
  const ring = new ReadbackRing(new GpuScope(gpu.device, 'early'), 'canvas', SIZE, 1);
  const first = ring.tryAcquire()!;
  renderInto(gpu.device, first, 1);
  const early = first.map();
  first.release();
  const second = ring.tryAcquire()!;
  renderInto(gpu.device, second, 2);
  expect(firstWord(await second.map())).toBe(2);
  expect(firstWord(await early)).toBe('released');
  ring.destroy();
});

describe('when the device is lost', () => {
  test('every pending call ends with a reason, nothing rejects', async () => {
    const rejected: unknown[] = [];
    const count = (reason: unknown): number => rejected.push(reason);
    process.on('unhandledRejection', count);
    const context = await createNodeGpuPort({ backend: 'software' }).open();
    const ring = new ReadbackRing(new GpuScope(context.device, 'lost'), 'canvas', SIZE, 2);
    const [a, b] = [ring.tryAcquire()!, ring.tryAcquire()!];
    renderInto(context.device, a, 1);
    const mapping = a.map();
    const waiting = ring.acquire();
    context.destroy();
    expect(firstWord(await mapping)).toBe('lost');
    expect(await waiting).toBeNull();
    expect(firstWord(await b.map())).toBe('lost');
    expect(ring.tryAcquire()).toBeNull();
    a.release();
    b.release();
    ring.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', count);
    expect(rejected).toEqual([]);
  });
});

test('refuses an empty ring', () => {
  expect(() => new ReadbackRing(new GpuScope(gpu.device, 'none'), 'canvas', 0, 2)).toThrow(/BAD_RING/);
});
