import type { PassSpan } from '../../gpu/timers.ts';
import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';
import { createHardwarePath, type HardwarePath } from './hardware-path.ts';

/** What spreads large triangles over their samples; the code that decides a sample is the same, to the bit. */
export type RasterPath = 'compute' | 'hardware';

export interface VisibilityOptions {
  readonly path: RasterPath;
  /** Whether any material of the scene is alpha-tested. */
  readonly alphaTest: boolean;
  /** Constants that say what reading the scene's textures takes. */
  readonly textureFeatures: Readonly<Record<string, number>>;
}

const SMALL_ARGUMENTS = 16;
const BLOCK_ARGUMENTS = 32;
const DRAW_ARGUMENTS = 48;

/**
 * Which triangle each sample sees. Reads: scene, frame, records, counts. Writes: depths, ids (both cleared before). Twice over the
 * same records: largest depth, then smallest id at that depth. Small records always go through compute, blocks of large ones by `path`.
 */
export async function createVisibilityPass(kit: PassKit, options: VisibilityOptions) {
  const own = createRasterLayout(kit);
  const variants = [
    { ALPHA_TEST: 0, TEXTURE_CLASSES_USED: 0 },
    ...(options.alphaTest ? [{ ALPHA_TEST: 1, ...options.textureFeatures }] : []),
  ];
  const compute = await Promise.all(
    variants.map((constants) => createPipelines(kit, 'rasterize', own, ['rasterizeSmall', 'rasterizeBlocks'], constants)),
  );
  const hardware = options.path === 'hardware' ? await createHardwarePath(kit, own, variants) : null;
  const phases = [0, 1].map((phase) =>
    kit.scope.createBufferFrom(`phase-${phase}`, new Uint32Array([phase, 0, 0, 0]), GPUBufferUsage.UNIFORM),
  );
  let lists: FrameLists | null = null;
  let groups: readonly GPUBindGroup[] = [];
  let descriptors = describePasses(hardware, undefined);

  const setGroups = (pass: GPUComputePassEncoder | GPURenderPassEncoder, bindings: FrameBindings, phase: number): void => {
    pass.setBindGroup(0, bindings.scene);
    pass.setBindGroup(1, bindings.frame);
    pass.setBindGroup(2, groups[phase]!);
  };
  const encodeSmall = (pass: GPUComputePassEncoder): void => {
    for (let k = 0; k < compute.length; k++) {
      pass.setPipeline(compute[k]!.rasterizeSmall);
      pass.dispatchWorkgroupsIndirect(lists!.arguments, SMALL_ARGUMENTS);
    }
  };
  const encodeCompute = (encoder: GPUCommandEncoder, bindings: FrameBindings): void => {
    const pass = encoder.beginComputePass(descriptors.whole);
    for (let phase = 0; phase < 2; phase++) {
      setGroups(pass, bindings, phase);
      encodeSmall(pass);
      for (let k = 0; k < compute.length; k++) {
        pass.setPipeline(compute[k]!.rasterizeBlocks);
        pass.dispatchWorkgroupsIndirect(lists!.arguments, BLOCK_ARGUMENTS);
      }
    }
    pass.end();
  };
  const encodeHardware = (encoder: GPUCommandEncoder, bindings: FrameBindings, { pipelines }: HardwarePath): void => {
    for (let phase = 0; phase < 2; phase++) {
      const small = encoder.beginComputePass(descriptors.small[phase]);
      setGroups(small, bindings, phase);
      encodeSmall(small);
      small.end();
      const blocks = encoder.beginRenderPass(descriptors.blocks[phase]!);
      setGroups(blocks, bindings, phase);
      for (let k = 0; k < pipelines.length; k++) {
        blocks.setPipeline(pipelines[k]!);
        blocks.drawIndirect(lists!.arguments, DRAW_ARGUMENTS);
      }
      blocks.end();
    }
  };
  return {
    name: 'visibility',
    path: options.path,
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      groups = phases.map((phase, k) => bindBuffers(kit, `rasterize-${k}`, own, [next.records, next.counts, next.depths, next.ids, phase]));
    },
    /** @param span Where the pass is timed; the same object each frame. */
    encode(encoder: GPUCommandEncoder, bindings: FrameBindings, span?: PassSpan): number {
      if (span !== descriptors.span) descriptors = describePasses(hardware, span);
      if (hardware) encodeHardware(encoder, bindings, hardware);
      else encodeCompute(encoder, bindings);
      return 4 * compute.length;
    },
  };
}
export type VisibilityPass = Awaited<ReturnType<typeof createVisibilityPass>>;

/** Bind group 2 of both paths. Vertex shaders may not see writable storage, and need none. */
function createRasterLayout(kit: PassKit): GPUBindGroupLayout {
  const { COMPUTE, FRAGMENT, VERTEX } = GPUShaderStage;
  return kit.scope.createBindGroupLayout('rasterize', [
    { binding: 0, visibility: COMPUTE | VERTEX | FRAGMENT, buffer: { type: 'read-only-storage' } },
    { binding: 1, visibility: COMPUTE, buffer: { type: 'uniform' } },
    { binding: 2, visibility: COMPUTE | FRAGMENT, buffer: { type: 'storage' } },
    { binding: 3, visibility: COMPUTE | FRAGMENT, buffer: { type: 'storage' } },
    { binding: 4, visibility: COMPUTE | FRAGMENT, buffer: { type: 'uniform' } },
  ]);
}

/** Descriptors of all passes, made once per span: the first begins its timestamps, the last ends them. */
function describePasses(hardware: HardwarePath | null, span: PassSpan | undefined) {
  const colorAttachments = hardware ? [...hardware.attachments] : [];
  return {
    span,
    whole: { label: 'visibility', ...(span && { timestampWrites: span.whole }) },
    small: [{ label: 'visibility-depth', ...(span && { timestampWrites: span.first }) }, { label: 'visibility-id' }],
    blocks: [
      { label: 'visibility-depth-blocks', colorAttachments },
      { label: 'visibility-id-blocks', colorAttachments, ...(span && { timestampWrites: span.last }) },
    ],
  };
}
