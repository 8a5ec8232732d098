import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';

const SMALL_ARGUMENTS = 16;
const BLOCK_ARGUMENTS = 32;

/**
 * The compute rasteriser, the reference: which triangle each sample sees. Reads: scene, frame, records, jobs, counts. Writes: depths, ids
 * (both cleared before). Two passes over the same records: largest depth, then smallest id at that depth.
 */
export async function createVisibilityPass(kit: PassKit) {
  const own = createComputeLayout(kit, 'rasterize', ['reads', 'reads', 'reads', 'writes', 'writes', 'uniform']);
  const { rasterizeSmall, rasterizeBlocks } = await createPipelines(kit, 'rasterize', own, ['rasterizeSmall', 'rasterizeBlocks']);
  const phases = [0, 1].map((phase) => kit.scope.createBufferFrom(`phase-${phase}`, new Uint32Array([phase, 0, 0, 0]), GPUBufferUsage.UNIFORM));
  let lists: FrameLists | null = null;
  let groups: readonly GPUBindGroup[] = [];
  return {
    name: 'visibility',
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      groups = phases.map((phase, k) => bindBuffers(kit, `rasterize-${k}`, own, [next.records, next.jobs, next.counts, next.depths, next.ids, phase]));
    },
    encode(pass: GPUComputePassEncoder, bindings: FrameBindings): number {
      pass.setBindGroup(0, bindings.scene);
      pass.setBindGroup(1, bindings.frame);
      for (let phase = 0; phase < 2; phase++) {
        pass.setBindGroup(2, groups[phase]!);
        pass.setPipeline(rasterizeSmall);
        pass.dispatchWorkgroupsIndirect(lists!.arguments, SMALL_ARGUMENTS);
        pass.setPipeline(rasterizeBlocks);
        pass.dispatchWorkgroupsIndirect(lists!.arguments, BLOCK_ARGUMENTS);
      }
      return 4;
    },
  };
}
export type VisibilityPass = Awaited<ReturnType<typeof createVisibilityPass>>;
