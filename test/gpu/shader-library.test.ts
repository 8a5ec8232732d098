import { describe, expect, test } from 'vitest';
import { GpuError } from '../../src/core/errors.ts';
import { createModule, ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { openTestGpu, readBuffer } from '../support/gpu.ts';

const gpu = openTestGpu();
const libraryOf = (files: Record<string, string>): ShaderLibrary => new ShaderLibrary(new Map(Object.entries(files)));
const failureOf = (files: Record<string, string>, entry: string): GpuError => {
  try {
    libraryOf(files).link(entry);
  } catch (error) {
    if (error instanceof GpuError) return error;
    throw error;
  }
  throw new Error(`${entry} linked, though it must not`);
};

const DIAMOND = {
  'base.wgsl': 'const BASE = 2u;',
  'left.wgsl': '//! import base.wgsl\nfn left() -> u32 { return BASE * 3u; }',
  'right.wgsl': '//! import base.wgsl\nfn right() -> u32 { return BASE * 5u; }',
  'passes/sum.wgsl': `//! import left.wgsl
//! import right.wgsl
@group(0) @binding(0) var<storage, read_write> sum: array<u32>;
@compute @workgroup_size(1) fn main() { sum[0] = left() + right(); }
`,
};

describe('linking', () => {
  test('takes each file once, imports first, and the result computes 2·3 + 2·5', async () => {
    const linked = libraryOf(DIAMOND).link('passes/sum.wgsl');
    expect(linked.files).toEqual(['base.wgsl', 'left.wgsl', 'right.wgsl', 'passes/sum.wgsl']);
    const { device } = gpu;
    const module = await createModule(device, libraryOf(DIAMOND), 'passes/sum.wgsl');
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
    const buffer = device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer } }] });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    device.queue.submit([encoder.finish()]);
    expect(new Uint32Array(await readBuffer(device, buffer))[0]).toBe(16);
    buffer.destroy();
  });

  test('hoists directives of all files above all code, each once', () => {
    const linked = libraryOf({
      'a.wgsl': '// f\nenable f16;\nfn a() {}',
      'passes/b.wgsl': '//! import a.wgsl\nrequires pointer_composite_access;\nenable f16; // again\nfn b() {}',
    }).link('passes/b.wgsl');
    const lines = linked.code.split('\n');
    expect(lines.slice(0, 2)).toEqual(['enable f16;', 'requires pointer_composite_access;']);
    expect(lines.slice(2).join('\n')).not.toMatch(/enable|requires/);
  });

  test('maps every line of the result to where it was written', () => {
    const linked = libraryOf(DIAMOND).link('passes/sum.wgsl');
    linked.code
      .trimEnd()
      .split('\n')
      .forEach((text, i) => {
        const place = linked.locate(i + 1)!;
        expect(DIAMOND[place.file as keyof typeof DIAMOND].split('\n')[place.line - 1]).toBe(text);
      });
    const hoisted = libraryOf({ 'a.wgsl': 'enable f16;\nfn a() {}' }).link('a.wgsl');
    expect(hoisted.locate(1)).toBeNull();
    expect(hoisted.locate(3)).toEqual({ file: 'a.wgsl', line: 2 });
  });

  test.each([
    'fn twice() {}',
    'struct twice { x: f32 }',
    'const twice = 1;',
    'override twice: u32 = 1;',
    'alias twice = u32;',
    'var<private> twice: u32;',
    'var <workgroup> twice: u32;',
  ])('rejects a name declared in two files: %s', (declaration) => {
    const error = failureOf({ 'a.wgsl': `\n${declaration}`, 'b.wgsl': '//! import a.wgsl\nfn twice() {}' }, 'b.wgsl');
    expect(error.code).toBe('SHADER_DUPLICATE');
    expect(error.message).toContain('shaders/a.wgsl:2');
    expect(error.message).toContain('shaders/b.wgsl:2');
  });

  test('leaves names alone that are local, parameters, or in comments', () => {
    const files = {
      'a.wgsl': '/* fn b() {} /* const local = 1; */ */ fn a(b: u32) -> u32 { const local = 1u; var other = b; return local + other; }',
      'b.wgsl': '//! import a.wgsl\n// fn a() {}\nfn b(other: u32) -> u32 { let local = 2u; return local + other; }',
    };
    expect(libraryOf(files).link('b.wgsl').files).toHaveLength(2);
  });

  test('rejects circles, naming the way round', () => {
    const error = failureOf({ 'a.wgsl': '//! import b.wgsl', 'b.wgsl': '//! import c.wgsl', 'c.wgsl': '//! import b.wgsl' }, 'a.wgsl');
    expect(error.code).toBe('SHADER_CYCLE');
    expect(error.message).toContain('shaders/b.wgsl → shaders/c.wgsl → shaders/b.wgsl');
  });

  test('rejects missing files, bindings in function modules and unknown directives', () => {
    expect(failureOf({ 'a.wgsl': '//! import gone.wgsl' }, 'a.wgsl')).toMatchObject({
      code: 'SHADER_MISSING',
      detail: { file: 'shaders/a.wgsl' },
    });
    const bound = { 'a.wgsl': '\n@group(0) @binding(0) var<uniform> x: u32;', 'passes/p.wgsl': '//! import a.wgsl' };
    expect(failureOf(bound, 'passes/p.wgsl')).toMatchObject({ code: 'SHADER_BINDING', detail: { file: 'shaders/a.wgsl:2' } });
    expect(failureOf({ 'a.wgsl': 'fn a() {}\n//! include b.wgsl' }, 'a.wgsl')).toMatchObject({
      code: 'SHADER_DIRECTIVE',
      detail: { file: 'shaders/a.wgsl:2' },
    });
  });
});

describe('compiling', () => {
  test('reports errors at file, line and column of the original file, and leaves the device clean', async () => {
    const files = { 'a.wgsl': 'enable f16;\n\nfn a() -> u32 {\n  return missing;\n}', 'passes/b.wgsl': '//! import a.wgsl\nfn b() {}' };
    const noF16 = { ...files, 'a.wgsl': files['a.wgsl'].replace('enable f16;', '') };
    const error: GpuError = await createModule(gpu.device, libraryOf(noF16), 'passes/b.wgsl').catch((e) => e);
    expect(error).toBeInstanceOf(GpuError);
    expect(error.code).toBe('SHADER_INVALID');
    expect(error.message).toContain('shaders/a.wgsl:4:10');
    expect(error.message).toContain('missing');
    expect(gpu.context.errors.count).toBe(0);
  });
});
