import { describe, expect, test } from 'vitest';
import { createStructWriter, reflectStruct } from '../../src/gpu/struct-layout.ts';
import { openTestGpu, readBuffer } from '../support/gpu.ts';

const gpu = openTestGpu();

const WGSL = `
const COUNT = 2u;
alias Id = u32;
struct Inner { axis: vec3f, pitch: f32 }
struct Sample {
  origin: vec3f,            // vec3f: align 16, size 12
  id: Id,                   // fits behind it
  size: vec2<u32>,
  turn: i32,
  rotation: mat3x3f,        // three columns of 16 bytes
  inner: array<Inner, COUNT>,
  weights: array<f32, 3>,
  counter: atomic<u32>,
  padTail: vec2f,
}
fn unrelated(x: u32) -> u32 { const COUNT = 7u; return x; }
`;

interface Sample {
  origin: readonly number[];
  id: number;
  size: readonly number[];
  turn: number;
  rotation: Float32Array;
  inner: readonly { axis: readonly number[]; pitch: number }[];
  weights: readonly number[];
  counter: number;
}

const SAMPLE: Sample = {
  origin: [1, 2, 3],
  id: 0xfffffffe,
  size: [4, 5],
  turn: -6,
  rotation: new Float32Array([1, 2, 3, 4, 5, 6, 7, 8, 9]),
  inner: [
    { axis: [10, 11, 12], pitch: 13 },
    { axis: [14, 15, 16], pitch: 17 },
  ],
  weights: [18, 19, 20],
  counter: 21,
};

// Offsets by the rules of WGSL, 14.4.1 "Alignment and Size" and 14.4.2 "Structure Member Layout".
test('reflects the offsets that WGSL prescribes', () => {
  const layout = reflectStruct(WGSL, 'Sample');
  expect(Object.fromEntries(layout.fields.map((field) => [field.name, field.offsetBytes]))).toEqual({
    origin: 0,
    id: 12,
    size: 16,
    turn: 24,
    rotation: 32,
    inner: 80,
    weights: 112,
    counter: 124,
    padTail: 128,
  });
  expect(layout.sizeBytes).toBe(144);
  expect(layout.fields.find((field) => field.name === 'inner')).toMatchObject({ type: 'array', count: 2, sizeBytes: 32 });
});

test('the shader reads back what the writer wrote, in the second member of an array too', async () => {
  const writer = createStructWriter<Sample>(WGSL, 'Sample');
  const { device } = gpu;
  const code = `${WGSL}
    @group(0) @binding(0) var<storage, read_write> samples: array<Sample>;
    @group(0) @binding(1) var<storage, read_write> seen: array<f32>;
    @compute @workgroup_size(1) fn main() {
      let s = &samples[1];
      seen[0] = (*s).origin.z; seen[1] = f32((*s).id == 0xfffffffeu); seen[2] = f32((*s).size.y); seen[3] = f32((*s).turn);
      for (var c = 0u; c < 3u; c++) { for (var r = 0u; r < 3u; r++) { seen[4 + c * 3 + r] = (*s).rotation[c][r]; } }
      seen[13] = (*s).inner[1].axis.y; seen[14] = (*s).inner[1].pitch; seen[15] = (*s).weights[2]; seen[16] = f32(atomicLoad(&(*s).counter));
    }`;
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const [samples, seen] = [device.createBuffer({ size: 288, usage }), device.createBuffer({ size: 17 * 4, usage })];
  const view = new DataView(new ArrayBuffer(288));
  writer.write(view, SAMPLE, 1);
  device.queue.writeBuffer(samples, 0, view.buffer);
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [samples, seen].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(1);
  pass.end();
  device.queue.submit([encoder.finish()]);
  expect([...new Float32Array(await readBuffer(device, seen))]).toEqual([3, 1, 5, -6, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 17, 20, 21]);
  expect(new Uint8Array(writer.pack([SAMPLE, SAMPLE])).slice(144)).toEqual(new Uint8Array(view.buffer).slice(144));
});

test('writes halves and leaves runtime arrays to their own writer', () => {
  const code = 'enable f16; struct Half { a: vec2h, b: f16 } struct List { count: u32, items: array<vec4f> }';
  const half = new DataView(createStructWriter<{ a: number[]; b: number }>(code, 'Half').pack({ a: [1, -2], b: 0.5 }));
  // IEEE 754 binary16: 1 = 0x3c00, -2 = 0xc000, 0.5 = 0x3800.
  expect([0, 2, 4].map((at) => half.getUint16(at, true))).toEqual([0x3c00, 0xc000, 0x3800]);
  expect(reflectStruct(code, 'List').fields[1]).toMatchObject({ offsetBytes: 16, count: 0 });
  expect(new Uint32Array(createStructWriter<{ count: number }>(code, 'List').pack({ count: 3 }))[0]).toBe(3);
});

describe('values that do not fit', () => {
  const writer = createStructWriter<never>(WGSL, 'Sample');
  test.each([
    ['missing', { ...SAMPLE, turn: undefined }, /Sample\.turn.*got nothing/],
    ['too short', { ...SAMPLE, origin: [1, 2] }, /Sample\.origin.*got 2.*expected 3/],
    ['a vector for a scalar', { ...SAMPLE, id: [1] }, /Sample\.id/],
    ['a scalar for a vector', { ...SAMPLE, size: 1 }, /Sample\.size/],
    ['unknown', { ...SAMPLE, turns: 1 }, /Sample\.turns/],
    ['deep inside', { ...SAMPLE, inner: [SAMPLE.inner[0], { axis: [1, 2, 3] }] }, /Sample\.inner\.pitch/],
  ])('%s: named by its path', (_, value, message) => {
    expect(() => writer.pack(value as never)).toThrow(message);
  });
  test('unknown structs and types', () => {
    expect(() => reflectStruct(WGSL, 'Absent')).toThrow(/NO_STRUCT/);
    expect(() => reflectStruct('struct A { x: Missing }', 'A')).toThrow(/NO_STRUCT/);
  });
});
