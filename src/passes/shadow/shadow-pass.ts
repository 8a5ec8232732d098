import { createModule } from '../../gpu/shader-library.ts';
import { CASCADES } from '../frame/frame-layout.ts';
import type { PassKit } from '../pass-kit.ts';
import { type Cascades, SHADOW_MAP_PX } from './cascades.ts';

/** Triangles per meshlet × 3: vertices of one instanced draw. */
const MESHLET_VERTICES = 384;
const VIEW_STRIDE = 256;

export interface ShadowOptions {
  /** False: no light casts shadows; the maps are one texel, to be bound only. */
  readonly used: boolean;
  /** Whether any material of the scene is alpha-tested. */
  readonly alphaTest: boolean;
  /** Constants that say what reading the scene takes. */
  readonly features: Readonly<Record<string, number>>;
}

/**
 * Draws the scene's depth from the sun into one layer per cascade. Reads: scene. Writes: maps. Encoded only when sun, stage placement or
 * scene changed, so it costs nothing while they rest.
 */
export async function createShadowPass(kit: PassKit, options: ShadowOptions) {
  const { scope } = kit;
  const module = await createModule(scope.device, kit.shaders, 'passes/shadow.wgsl');
  const viewLayout = scope.createBindGroupLayout('shadow', [
    { binding: 0, visibility: GPUShaderStage.VERTEX, buffer: { type: 'uniform', hasDynamicOffset: true } },
  ]);
  const pipeline = await scope.createRenderPipeline('shadow', {
    layout: scope.createPipelineLayout('shadow', [kit.sceneLayout, viewLayout]),
    vertex: { module, entryPoint: 'shadowVertex', constants: { ...options.features } },
    // Without a fragment stage the rasteriser runs at full speed; only cut-outs need one.
    ...(options.alphaTest && {
      fragment: { module, entryPoint: 'shadowFragment', targets: [], constants: { ...options.features } },
    }),
    primitive: { topology: 'triangle-list', cullMode: 'none' },
    depthStencil: { format: 'depth32float', depthWriteEnabled: true, depthCompare: 'less', depthBias: 2, depthBiasSlopeScale: 1.5 },
  });
  const edgePx = options.used ? SHADOW_MAP_PX : 1;
  const texture = scope.createTexture('shadow-maps', {
    size: [edgePx, edgePx, CASCADES],
    format: 'depth32float',
    usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.TEXTURE_BINDING,
  });
  const layers = Array.from({ length: CASCADES }, (_, k) => texture.createView({ dimension: '2d', baseArrayLayer: k, arrayLayerCount: 1 }));
  const uniforms = scope.createBuffer('shadow-views', {
    size: CASCADES * VIEW_STRIDE,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  const viewGroup = scope.createBindGroup('shadow', viewLayout, [{ binding: 0, resource: { buffer: uniforms, size: 80 } }]);
  const data = new Float32Array((CASCADES * VIEW_STRIDE) / 4);
  return {
    name: 'shadow',
    view: texture.createView({ dimension: '2d-array' }),
    encode(encoder: GPUCommandEncoder, scene: GPUBindGroup, cascades: Cascades, meshletInstances: number): number {
      for (let k = 0; k < CASCADES; k++) {
        const at = (k * VIEW_STRIDE) / 4;
        for (let a = 0; a < 3; a++) {
          const hi = Math.fround(cascades.anchor[a]!);
          data[at + a] = hi;
          data[at + 4 + a] = cascades.anchor[a]! - hi;
        }
        data.set(cascades.numbers[k]!.rows, at + 8);
      }
      scope.device.queue.writeBuffer(uniforms, 0, data);
      for (let k = 0; k < CASCADES; k++) {
        const pass = encoder.beginRenderPass({
          label: `shadow-${k}`,
          colorAttachments: [],
          depthStencilAttachment: { view: layers[k]!, depthClearValue: 1, depthLoadOp: 'clear', depthStoreOp: 'store' },
        });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, scene);
        pass.setBindGroup(1, viewGroup, [k * VIEW_STRIDE]);
        if (meshletInstances > 0) pass.draw(MESHLET_VERTICES, meshletInstances);
        pass.end();
      }
      return CASCADES;
    },
  };
}
export type ShadowPass = Awaited<ReturnType<typeof createShadowPass>>;
