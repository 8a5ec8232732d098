import { createModule } from '../../gpu/shader-library.ts';
import type { PassKit } from '../pass-kit.ts';

/** Edge of the target that blocks take turns on, pixels (shaders/passes/rasterize-rectangles.wgsl). */
const TARGET_EDGE_PX = 1024;
/** The cheapest renderable format; nothing is ever written to it. */
const TARGET_FORMAT: GPUTextureFormat = 'r8unorm';

/** What draws the blocks of large records with the hardware rasteriser. */
export interface HardwarePath {
  /** One per set of constants. */
  readonly pipelines: readonly GPURenderPipeline[];
  /** Cleared and discarded: WebGPU wants a target, the result goes to storage buffers. */
  readonly attachments: readonly GPURenderPassColorAttachment[];
}

/** @param own Bind group 2, shared with the compute path.   @throws GpuError PIPELINE_INVALID, SHADER_INVALID */
export async function createHardwarePath(
  kit: PassKit,
  own: GPUBindGroupLayout,
  file: 'rasterize-hardware' | 'rasterize-hardware-once',
  variants: readonly Record<string, number>[],
): Promise<HardwarePath> {
  const { scope } = kit;
  const module = await createModule(scope.device, kit.shaders, `passes/${file}.wgsl`);
  const layout = scope.createPipelineLayout('rasterize-hardware', [kit.sceneLayout, kit.frameLayout, own]);
  const pipelines = await Promise.all(
    variants.map((constants) =>
      scope.createRenderPipeline('rasterize-hardware', {
        layout,
        vertex: { module, entryPoint: 'rasterizeCorner', constants },
        fragment: { module, entryPoint: 'rasterizeFragment', targets: [{ format: TARGET_FORMAT, writeMask: 0 }], constants },
        primitive: { topology: 'triangle-list', cullMode: 'none' },
      }),
    ),
  );
  const target = scope.createTexture('rasterize-target', {
    size: [TARGET_EDGE_PX, TARGET_EDGE_PX],
    format: TARGET_FORMAT,
    usage: GPUTextureUsage.RENDER_ATTACHMENT,
  });
  return { pipelines, attachments: [{ view: target.createView(), loadOp: 'clear', storeOp: 'discard' }] };
}
