import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';

const GROUP = 64;
/** Workgroups in x before y is used (65,535 is WebGPU's limit per dimension). */
const ROW = 32_768;

/**
 * Lists the meshlet-instances each eye may see. Reads: scene, eyes, views. Writes: entries, counts, and the arguments of setup.
 * The order of the list is not stable and need not be: nothing downstream depends on it.
 */
export async function createCullPass(kit: PassKit) {
  const own = createComputeLayout(kit, 'cull', ['writes', 'writes']);
  const ownArguments = createComputeLayout(kit, 'arguments', ['writes', 'writes']);
  const { cull } = await createPipelines(kit, 'cull', own, ['cull']);
  const { setupArguments } = await createPipelines(kit, 'arguments', ownArguments, ['setupArguments']);
  let lists: FrameLists | null = null;
  let group!: GPUBindGroup;
  let argumentsGroup!: GPUBindGroup;
  return {
    name: 'cull',
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      group = bindBuffers(kit, 'cull', own, [next.entries, next.counts]);
      argumentsGroup = bindBuffers(kit, 'arguments', ownArguments, [next.counts, next.arguments]);
    },
    encode(pass: GPUComputePassEncoder, bindings: FrameBindings, meshletInstances: number, eyes: number): number {
      const groups = Math.ceil(meshletInstances / GROUP);
      pass.setBindGroup(0, bindings.scene);
      pass.setBindGroup(1, bindings.frame);
      if (groups > 0) {
        pass.setPipeline(cull);
        pass.setBindGroup(2, group);
        pass.dispatchWorkgroups(Math.min(groups, ROW), Math.ceil(groups / ROW), eyes);
      }
      pass.setPipeline(setupArguments);
      pass.setBindGroup(2, argumentsGroup);
      pass.dispatchWorkgroups(1);
      return groups > 0 ? 2 : 1;
    },
  };
}
export type CullPass = Awaited<ReturnType<typeof createCullPass>>;
