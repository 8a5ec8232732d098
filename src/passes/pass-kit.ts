import type { GpuScope } from '../gpu/gpu-scope.ts';
import { createModule, type ShaderLibrary } from '../gpu/shader-library.ts';

/** What every pass is made with: where its objects live, the shaders, and the layouts of bind groups 0 (scene, or its shape) and 1 (frame). */
export interface PassKit {
  readonly scope: GpuScope;
  readonly shaders: ShaderLibrary;
  readonly sceneLayout: GPUBindGroupLayout;
  /** Group 0 of passes that read the scene's shape only: its instances and geometry. */
  readonly shapeLayout: GPUBindGroupLayout;
  readonly frameLayout: GPUBindGroupLayout;
}

/** Bind groups 0 and 1 of the frame being drawn. */
export interface FrameBindings {
  readonly scene: GPUBindGroup;
  readonly shape: GPUBindGroup;
  readonly frame: GPUBindGroup;
}

/** Entries of a compute pass's own bind group, by binding: `reads`, `writes` or `uniform`. */
export type ComputeBinding = 'reads' | 'writes' | 'uniform';

const BUFFER_TYPE = { reads: 'read-only-storage', writes: 'storage', uniform: 'uniform' } as const;

/** Layout of bind group 2 of a compute pass that binds buffers only. */
export function createComputeLayout(kit: PassKit, name: string, bindings: readonly ComputeBinding[]): GPUBindGroupLayout {
  return kit.scope.createBindGroupLayout(
    name,
    bindings.map((kind, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type: BUFFER_TYPE[kind] } })),
  );
}

/** Bind group 2 from buffers (or ranges) in the order of their bindings. */
export function bindBuffers(
  kit: PassKit,
  name: string,
  layout: GPUBindGroupLayout,
  buffers: readonly (GPUBuffer | GPUBufferBinding)[],
): GPUBindGroup {
  const entries = buffers.map((item, binding) => ({ binding, resource: 'buffer' in item ? item : { buffer: item } }));
  return kit.scope.createBindGroup(name, layout, entries);
}

/** Compute pipelines of one shader file, all with the groups scene, frame and `own`. @param constants Values of the file's `override`s. */
export async function createPipelines<const Names extends readonly string[]>(
  kit: PassKit,
  file: string,
  own: GPUBindGroupLayout,
  entryPoints: Names,
  constants: Readonly<Record<string, GPUPipelineConstantValue>> = {},
): Promise<{ readonly [K in Names[number]]: GPUComputePipeline }> {
  const module = await createModule(kit.scope.device, kit.shaders, `passes/${file}.wgsl`);
  const layout = kit.scope.createPipelineLayout(file, [kit.sceneLayout, kit.frameLayout, own]);
  const made = await Promise.all(
    entryPoints.map(
      async (entryPoint) =>
        [entryPoint, await kit.scope.createComputePipeline(entryPoint, { layout, compute: { module, entryPoint, constants } })] as const,
    ),
  );
  return Object.fromEntries(made) as { readonly [K in Names[number]]: GPUComputePipeline };
}
