import type { PassSpan } from '../../gpu/timers.ts';
import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';
import { createHardwarePath, type HardwarePath } from './hardware-path.ts';
import type { RasterSettings } from './raster-settings.ts';

export interface VisibilityOptions {
  readonly raster: RasterSettings;
  /** Whether any material of the scene is alpha-tested. */
  readonly alphaTest: boolean;
  /** Constants that say what reading the scene takes. */
  readonly features: Readonly<Record<string, number>>;
}

const SMALL_ARGUMENTS = 16;
const BLOCK_ARGUMENTS = 32;
const DRAW_ARGUMENTS = 48;

/** Where the three steps of the pass are timed; the same objects each frame. */
export interface VisibilitySpans {
  /** Depths of the first and of the second round. */
  readonly depth: readonly [PassSpan | undefined, PassSpan | undefined];
  readonly ids: PassSpan | undefined;
}

/**
 * Which triangle each sample sees. Reads: scene, frame, records, counts. Writes: depths, ids (both prepared before), arguments. First the largest depth,
 * in two rounds (what the first and the second look list), then over all records the smallest id at that depth; or, with `onePass`, both at
 * once in each round. Small records always go through compute, one thread each; blocks of large ones by `path`.
 *
 * The hardware path needs no order and no multi-draw: one indirect draw holds the blocks of all views, and what a fragment does commutes.
 */
export async function createVisibilityPass(kit: PassKit, options: VisibilityOptions) {
  const { path, onePass, smallSamples } = options.raster;
  const own = createRasterLayout(kit, onePass);
  const ownArguments = createComputeLayout(kit, 'arguments', ['writes', 'writes']);
  const variants = [
    { ALPHA_TEST: 0, SMALL_SAMPLES: smallSamples, TEXTURE_CLASSES_USED: 0 },
    ...(options.alphaTest ? [{ ALPHA_TEST: 1, SMALL_SAMPLES: smallSamples, ...options.features }] : []),
  ];
  const suffix = onePass ? '-once' : '';
  const [{ bothRounds }, hardware, ...compute] = await Promise.all([
    createPipelines({ ...kit, sceneLayout: kit.shapeLayout }, 'arguments', ownArguments, ['bothRounds']),
    path === 'hardware' ? createHardwarePath(kit, own, `rasterize-hardware${suffix}`, variants) : null,
    ...variants.map((constants) => createPipelines(kit, `rasterize${suffix}`, own, ['rasterizeSmall', 'rasterizeBlocks'], constants)),
  ]);
  const phases = onePass
    ? []
    : [0, 1].map((phase) => kit.scope.createBufferFrom(`phase-${phase}`, new Uint32Array([phase, 0, 0, 0]), GPUBufferUsage.UNIFORM));
  let lists: FrameLists | null = null;
  let groups: readonly GPUBindGroup[] = [];
  let argumentsGroup!: GPUBindGroup;
  let described: Described | null = null;

  const setGroups = (pass: GPUComputePassEncoder | GPURenderPassEncoder, bindings: FrameBindings, phase: number): void => {
    pass.setBindGroup(0, bindings.scene);
    pass.setBindGroup(1, bindings.frame);
    pass.setBindGroup(2, groups[phase]!);
  };
  const encodeStep = (
    encoder: GPUCommandEncoder,
    bindings: FrameBindings,
    phase: number,
    step: Step,
    before?: (p: GPUComputePassEncoder) => void,
  ): void => {
    const pass = encoder.beginComputePass(hardware ? step.first : step.whole);
    before?.(pass);
    setGroups(pass, bindings, phase);
    for (let k = 0; k < compute.length; k++) {
      pass.setPipeline(compute[k]!.rasterizeSmall);
      pass.dispatchWorkgroupsIndirect(lists!.arguments, SMALL_ARGUMENTS);
    }
    if (!hardware) {
      for (let k = 0; k < compute.length; k++) {
        pass.setPipeline(compute[k]!.rasterizeBlocks);
        pass.dispatchWorkgroupsIndirect(lists!.arguments, BLOCK_ARGUMENTS);
      }
      pass.end();
      return;
    }
    pass.end();
    const blocks = encoder.beginRenderPass(step.last);
    setGroups(blocks, bindings, phase);
    for (let k = 0; k < hardware.pipelines.length; k++) {
      blocks.setPipeline(hardware.pipelines[k]!);
      blocks.drawIndirect(lists!.arguments, DRAW_ARGUMENTS);
    }
    blocks.end();
  };
  const prepareIds = (pass: GPUComputePassEncoder, bindings: FrameBindings): void => {
    pass.setBindGroup(0, bindings.shape);
    pass.setBindGroup(1, bindings.frame);
    pass.setBindGroup(2, argumentsGroup);
    pass.setPipeline(bothRounds);
    pass.dispatchWorkgroups(1);
  };
  return {
    name: 'visibility',
    settings: options.raster,
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      groups = onePass
        ? [bindBuffers(kit, 'rasterize-once', own, [next.records, next.counts, next.ids])]
        : phases.map((phase, k) => bindBuffers(kit, `rasterize-${k}`, own, [next.records, next.counts, next.depths, next.ids, phase]));
      argumentsGroup = bindBuffers(kit, 'arguments', ownArguments, [next.counts, next.arguments]);
    },
    /** Depths (with `onePass`, ids too) of the records listed in this round (0 or 1). @returns Dispatches and draws. */
    encodeDepths(encoder: GPUCommandEncoder, bindings: FrameBindings, round: 0 | 1, spans: VisibilitySpans): number {
      described = describePasses(hardware, spans, described);
      encodeStep(encoder, bindings, 0, described.depth[round]);
      return 2 * compute.length;
    },
    /** Ids over all records; not with `onePass`. @returns Dispatches and draws. */
    encodeIds(encoder: GPUCommandEncoder, bindings: FrameBindings, spans: VisibilitySpans): number {
      described = describePasses(hardware, spans, described);
      encodeStep(encoder, bindings, 1, described.ids, (pass) => prepareIds(pass, bindings));
      return 2 * compute.length + 1;
    },
  };
}
export type VisibilityPass = Awaited<ReturnType<typeof createVisibilityPass>>;

/** Bind group 2 of both paths. Vertex shaders may not see writable storage, and need none. */
function createRasterLayout(kit: PassKit, onePass: boolean): GPUBindGroupLayout {
  const { COMPUTE, FRAGMENT, VERTEX } = GPUShaderStage;
  const twoPasses: GPUBindGroupLayoutEntry[] = [
    { binding: 3, visibility: COMPUTE | FRAGMENT, buffer: { type: 'storage' } },
    { binding: 4, visibility: COMPUTE | FRAGMENT, buffer: { type: 'uniform' } },
  ];
  return kit.scope.createBindGroupLayout('rasterize', [
    { binding: 0, visibility: COMPUTE | VERTEX | FRAGMENT, buffer: { type: 'read-only-storage' } },
    { binding: 1, visibility: COMPUTE | VERTEX, buffer: { type: 'uniform' } },
    { binding: 2, visibility: COMPUTE | FRAGMENT, buffer: { type: 'storage' } },
    ...(onePass ? [] : twoPasses),
  ]);
}

/** Descriptors of one step: one compute pass, or a compute pass and a render pass. */
interface Step {
  readonly whole: GPUComputePassDescriptor;
  readonly first: GPUComputePassDescriptor;
  readonly last: GPURenderPassDescriptor;
}
interface Described {
  readonly spans: VisibilitySpans;
  readonly depth: readonly [Step, Step];
  readonly ids: Step;
}

/** Descriptors of all steps, made once per set of spans. */
function describePasses(hardware: HardwarePath | null, spans: VisibilitySpans, known: Described | null): Described {
  if (known?.spans === spans) return known;
  const step = (label: string, span: PassSpan | undefined): Step => ({
    whole: { label, ...(span && { timestampWrites: span.whole }) },
    first: { label: `${label}-small`, ...(span && { timestampWrites: span.first }) },
    last: { label: `${label}-blocks`, colorAttachments: [...(hardware?.attachments ?? [])], ...(span && { timestampWrites: span.last }) },
  });
  return { spans, depth: [step('depth', spans.depth[0]), step('second-depth', spans.depth[1])], ids: step('ids', spans.ids) };
}
