import { createModule } from '../../gpu/shader-library.ts';
import type { FrameBuffer } from '../frame/frame-buffer.ts';
import { type FrameLists, SHADE_COUNTS_BYTES, SHADE_COUNTS_OFFSET } from '../frame/frame-lists.ts';
import type { FrameBindings, PassKit } from '../pass-kit.ts';
import type { EnvironmentTextures } from './environment-textures.ts';
import type { LedBlocks } from './led-blocks.ts';

const ROW = 32_768;

/** What the shade pass reads and writes besides the frame's lists. */
export interface ShadeIo {
  readonly frame: FrameBuffer;
  readonly blocks: LedBlocks;
  readonly environment: EnvironmentTextures;
  readonly dfg: GPUTexture;
  readonly shadowMaps: GPUTextureView;
  /** Constants of shaders/passes/shade.wgsl: what scene and stage have. */
  readonly features: Record<string, number>;
  /** Also write ids and colours per LED. */
  readonly debug: boolean;
}

/**
 * Lights every LED: chooses its eyes, shades each distinct surface once, blends, encodes the signal and writes the processor's canvas.
 * Reads: scene, frame, ids, blocks, lighting. Writes: canvas, counts, debug.
 */
export async function createShadePass(kit: PassKit, io: ShadeIo) {
  const { scope } = kit;
  const module = await createModule(scope.device, kit.shaders, 'passes/shade.wgsl');
  const own = scope.createBindGroupLayout('shade', layoutEntries());
  const pipeline = await scope.createComputePipeline('shade', {
    layout: scope.createPipelineLayout('shade', [kit.sceneLayout, kit.frameLayout, own]),
    compute: { module, entryPoint: 'shade', constants: io.features },
  });
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const canvas = scope.createBuffer('canvas', { size: Math.max(16, io.blocks.canvasWords * 4), usage: storage });
  const canvasLeds = io.blocks.canvases.length ? io.blocks.canvasWords : 1;
  const debug = scope.createBuffer('debug', { size: io.debug ? Math.max(32, canvasLeds * 32) : 32, usage: storage });
  const blocks = scope.createBufferFrom('blocks', io.blocks.words, GPUBufferUsage.STORAGE);
  const panoramaSampler = scope.createSampler('panorama', { addressModeU: 'repeat', addressModeV: 'clamp-to-edge', magFilter: 'linear', minFilter: 'linear', mipmapFilter: 'linear' });
  const shadowSampler = scope.createSampler('shadow', { compare: 'less-equal', magFilter: 'linear', minFilter: 'linear' });
  let lists: FrameLists | null = null;
  let group!: GPUBindGroup;
  return {
    name: 'shade',
    canvas,
    debug,
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      group = scope.createBindGroup('shade', own, [
        { binding: 0, resource: { buffer: next.ids } },
        { binding: 1, resource: { buffer: blocks } },
        { binding: 2, resource: { buffer: canvas } },
        { binding: 3, resource: { buffer: next.counts, offset: SHADE_COUNTS_OFFSET, size: SHADE_COUNTS_BYTES } },
        { binding: 4, resource: { buffer: debug } },
        { binding: 5, resource: io.frame.outputs },
        { binding: 6, resource: io.frame.facetViews },
        { binding: 8, resource: io.frame.lighting },
        { binding: 9, resource: io.environment.map.createView() },
        { binding: 10, resource: io.environment.specular.createView() },
        { binding: 11, resource: io.dfg.createView() },
        { binding: 12, resource: panoramaSampler },
        { binding: 13, resource: io.shadowMaps },
        { binding: 14, resource: shadowSampler },
      ]);
    },
    encode(pass: GPUComputePassEncoder, bindings: FrameBindings): number {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings.scene);
      pass.setBindGroup(1, bindings.frame);
      pass.setBindGroup(2, group);
      pass.dispatchWorkgroups(Math.min(io.blocks.count, ROW), Math.ceil(io.blocks.count / ROW));
      return 1;
    },
  };
}
export type ShadePass = Awaited<ReturnType<typeof createShadePass>>;

function layoutEntries(): GPUBindGroupLayoutEntry[] {
  const visibility = GPUShaderStage.COMPUTE;
  const buffer = (binding: number, type: GPUBufferBindingType): GPUBindGroupLayoutEntry => ({ binding, visibility, buffer: { type } });
  return [
    buffer(0, 'read-only-storage'),
    buffer(1, 'read-only-storage'),
    buffer(2, 'storage'),
    buffer(3, 'storage'),
    buffer(4, 'storage'),
    buffer(5, 'uniform'),
    buffer(6, 'uniform'),
    buffer(8, 'uniform'),
    ...[9, 10, 11].map((binding) => ({ binding, visibility, texture: { sampleType: 'float' as const } })),
    { binding: 12, visibility, sampler: { type: 'filtering' } },
    { binding: 13, visibility, texture: { sampleType: 'depth', viewDimension: '2d-array' } },
    { binding: 14, visibility, sampler: { type: 'comparison' } },
  ];
}
