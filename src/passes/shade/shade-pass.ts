import { createModule } from '../../gpu/shader-library.ts';
import type { OuterRate } from '../../stage/frame-state.ts';
import type { FrameBuffer } from '../frame/frame-buffer.ts';
import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';
import type { EnvironmentTextures } from './environment-textures.ts';
import type { LedBlocks } from './led-blocks.ts';
import { outputLayout } from './output-layout.ts';

/** Blocks per workgroup of `classify`. */
const CLASSIFY_GROUP = 64;
const SURFACE_ARGUMENTS = 64;
const BACKGROUND_ARGUMENTS = 80;
const COARSE_SURFACE_ARGUMENTS = 96;
const COARSE_BACKGROUND_ARGUMENTS = 112;

/** What the shade pass reads and writes besides the frame's lists. */
export interface ShadeIo {
  readonly frame: FrameBuffer;
  readonly blocks: LedBlocks;
  readonly environment: EnvironmentTextures;
  readonly dfg: GPUTexture;
  readonly shadowMaps: GPUTextureView;
  /** Constants of shaders/passes/shade.wgsl: what scene and stage have. */
  readonly features: Record<string, number>;
  /** Words per sample in the list of ids: 2 where the visibility pass keeps depths beside them. */
  readonly sampleWords: 1 | 2;
  /** Also write ids and colours per LED. */
  readonly debug: boolean;
  /** Told of what failed after start-up and is done without. */
  readonly onFault: (label: string, message: string) => void;
}

/**
 * Lights every LED: chooses its eyes, shades each distinct surface once, blends, encodes the signal and writes the processor's canvas.
 * Reads: scene, frame, ids, blocks, lighting. Writes: output (counters, canvases, debug).
 */
export async function createShadePass(kit: PassKit, io: ShadeIo) {
  const { scope } = kit;
  const module = await createModule(scope.device, kit.shaders, 'passes/shade.wgsl');
  const own = scope.createBindGroupLayout('shade', layoutEntries());
  const layout = scope.createPipelineLayout('shade', [kit.sceneLayout, kit.frameLayout, own]);
  const ownClassify = createComputeLayout(kit, 'classify', ['reads', 'writes', 'writes', 'uniform']);
  const ownArguments = createComputeLayout(kit, 'shade-arguments', ['writes', 'writes']);
  const createPair = (entryPoint: 'shade' | 'shadeCells') =>
    Promise.all(
      [0, 1].map((BACKGROUND_ONLY) =>
        scope.createComputePipeline(`${entryPoint}${BACKGROUND_ONLY ? '-background' : ''}`, {
          layout,
          compute: { module, entryPoint, constants: { ...io.features, BACKGROUND_ONLY, SAMPLE_WORDS: io.sampleWords } },
        }),
      ),
    );
  const [full, { classify }, { shadeArguments }] = await Promise.all([
    createPair('shade'),
    createPipelines(kit, 'classify', ownClassify, ['classify'], { SAMPLE_WORDS: io.sampleWords }),
    createPipelines(kit, 'arguments', ownArguments, ['shadeArguments']),
  ]);
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const layoutOfOutput = outputLayout(io.blocks.canvasWords, io.debug);
  const output = scope.createBuffer('output', { size: layoutOfOutput.bytes, usage: storage });
  const blocks = scope.createBufferFrom('blocks', io.blocks.words, GPUBufferUsage.STORAGE);
  const panoramaSampler = scope.createSampler('panorama', {
    addressModeU: 'repeat',
    addressModeV: 'clamp-to-edge',
    magFilter: 'linear',
    minFilter: 'linear',
    mipmapFilter: 'linear',
  });
  const shadowSampler = scope.createSampler('shadow', { compare: 'less-equal', magFilter: 'linear', minFilter: 'linear' });
  let coarse: readonly GPUComputePipeline[] | 'unasked' | 'pending' = 'unasked';
  /** Whether the frame being encoded lists blocks apart. */
  let apart = false;
  const encodePair = (pass: GPUComputePassEncoder, pipelines: readonly GPUComputePipeline[], first: number, second: number): void => {
    pass.setPipeline(pipelines[0]!);
    pass.dispatchWorkgroupsIndirect(lists!.arguments, first);
    pass.setPipeline(pipelines[1]!);
    pass.dispatchWorkgroupsIndirect(lists!.arguments, second);
  };
  let lists: FrameLists | null = null;
  let group!: GPUBindGroup;
  let classifyGroup!: GPUBindGroup;
  let argumentsGroup!: GPUBindGroup;
  return {
    name: 'shade',
    /** Counters, canvases and debug output; counters must be cleared before a frame (`COUNTER_BYTES`). */
    output,
    layout: layoutOfOutput,
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      classifyGroup = bindBuffers(kit, 'classify', ownClassify, [next.ids, blocks, next.counts, io.frame.facetViews]);
      argumentsGroup = bindBuffers(kit, 'shade-arguments', ownArguments, [next.counts, next.arguments]);
      group = scope.createBindGroup('shade', own, [
        { binding: 0, resource: { buffer: next.ids } },
        { binding: 1, resource: { buffer: blocks } },
        { binding: 2, resource: { buffer: output } },
        { binding: 3, resource: io.frame.outputs },
        { binding: 4, resource: io.frame.facetViews },
        { binding: 5, resource: { buffer: next.counts } },
        { binding: 8, resource: io.frame.lighting },
        { binding: 9, resource: io.environment.map.createView() },
        { binding: 10, resource: io.environment.specular.createView() },
        { binding: 11, resource: io.dfg.createView() },
        { binding: 12, resource: panoramaSampler },
        { binding: 13, resource: io.shadowMaps },
        { binding: 14, resource: shadowSampler },
      ]);
    },
    /**
     * Whether this frame's blocks that only the outer eye lights are to be listed apart, and shaded once per rate × rate LEDs. Pipelines for that are
     * made from the first frame that could use them on; until they are there all blocks go through the others, which light LEDs the same.
     */
    listsCoarse(rate: OuterRate): boolean {
      if (rate > 1 && coarse === 'unasked') {
        coarse = 'pending';
        createPair('shadeCells').then(
          (pipelines) => (coarse = pipelines),
          // The frame is right without them, only dearer: counted and shown with the device's other errors.
          (error: Error) => io.onFault('shade-cells', error.message),
        );
      }
      apart = rate > 1 && typeof coarse !== 'string';
      return apart;
    },
    encode(pass: GPUComputePassEncoder, bindings: FrameBindings): number {
      pass.setBindGroup(0, bindings.scene);
      pass.setBindGroup(1, bindings.frame);
      pass.setPipeline(classify);
      pass.setBindGroup(2, classifyGroup);
      pass.dispatchWorkgroups(Math.ceil(io.blocks.count / CLASSIFY_GROUP));
      pass.setPipeline(shadeArguments);
      pass.setBindGroup(2, argumentsGroup);
      pass.dispatchWorkgroups(1);
      pass.setBindGroup(2, group);
      encodePair(pass, full, SURFACE_ARGUMENTS, BACKGROUND_ARGUMENTS);
      if (!apart || typeof coarse === 'string') return 4;
      encodePair(pass, coarse, COARSE_SURFACE_ARGUMENTS, COARSE_BACKGROUND_ARGUMENTS);
      return 6;
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
    buffer(3, 'uniform'),
    buffer(4, 'uniform'),
    buffer(5, 'uniform'),
    buffer(8, 'uniform'),
    ...[9, 10, 11].map((binding) => ({ binding, visibility, texture: { sampleType: 'float' as const } })),
    { binding: 12, visibility, sampler: { type: 'filtering' } },
    { binding: 13, visibility, texture: { sampleType: 'depth', viewDimension: '2d-array' } },
    { binding: 14, visibility, sampler: { type: 'comparison' } },
  ];
}
