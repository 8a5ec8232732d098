import { GpuScope } from '../gpu/gpu-scope.ts';
import { createModule, type ShaderLibrary } from '../gpu/shader-library.ts';

/** As shaders/passes/sub-pixel-grid.wgsl: rectangles, target width, edges in steps of 1/2048 pixel about the centre. */
const RECTANGLES = 512;
const TARGET_PX = 2048;
const STEPS_PER_PIXEL = 2048;

/**
 * Bits of the hardware rasteriser's sub-pixel grid (8 on most GPUs), found by drawing edges ever closer to a sample; 0 when the grid is
 * finer than this test resolves. For information: nothing of ours depends on it.
 */
export async function measureSubPixelBits(device: GPUDevice, shaders: ShaderLibrary): Promise<number> {
  const scope = new GpuScope(device, 'sub-pixel-grid');
  try {
    const module = await createModule(device, shaders, 'passes/sub-pixel-grid.wgsl');
    const pipeline = await scope.createRenderPipeline('grid', {
      layout: scope.createPipelineLayout('grid', []),
      vertex: { module, entryPoint: 'gridCorner' },
      fragment: { module, entryPoint: 'gridCovered', targets: [{ format: 'r32uint' }] },
    });
    const target = scope.createTexture('target', {
      size: [TARGET_PX, 1],
      format: 'r32uint',
      usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
    });
    const result = scope.createBuffer('result', { size: TARGET_PX * 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const encoder = device.createCommandEncoder({ label: 'sub-pixel-grid' });
    const pass = encoder.beginRenderPass({
      label: 'sub-pixel-grid',
      colorAttachments: [{ view: target.createView(), loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(pipeline);
    pass.draw(6, RECTANGLES);
    pass.end();
    encoder.copyTextureToBuffer({ texture: target }, { buffer: result, bytesPerRow: TARGET_PX * 4 }, [TARGET_PX, 1]);
    device.queue.submit([encoder.finish()]);
    await result.mapAsync(GPUMapMode.READ);
    const covered = new Uint32Array(result.getMappedRange());
    for (let k = RECTANGLES / 2 + 1; k < RECTANGLES; k++) {
      // The first edge that reaches past the centre has been rounded up over half a grid step.
      if (covered[k * 4 + 1] === 1) return Math.max(0, Math.round(Math.log2(STEPS_PER_PIXEL / (2 * (k - RECTANGLES / 2)))));
    }
    return 0;
  } finally {
    scope.destroy();
  }
}
