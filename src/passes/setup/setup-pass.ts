import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';
import type { RasterSettings } from '../visibility/raster-settings.ts';

/** Workgroups that share the pairs of a round. */
const PAIR_GROUPS = 32;

export interface SetupOptions {
  /** Constants that say how the scene's geometry is read. */
  readonly features: Readonly<Record<string, number>>;
  readonly raster: Pick<RasterSettings, 'sharedSetup' | 'smallSamples'>;
}

/**
 * Turns listed meshlets into triangles ready to rasterise, per view. Reads: scene, frame, entries. Writes: records (with the blocks of large ones), counts, and the
 * arguments of the rasteriser. With `sharedSetup` (GPUs) each vertex of a meshlet is transformed once; else (software
 * drivers) once per triangle that uses it, and triangles without a sample are left out in a step of their own: the same records.
 */
export async function createSetupPass(kit: PassKit, options: SetupOptions) {
  const { sharedSetup, smallSamples } = options.raster;
  const own = createComputeLayout(kit, 'setup', sharedSetup ? ['reads', 'writes', 'writes'] : ['reads', 'writes', 'writes', 'writes']);
  const ownArguments = createComputeLayout(kit, 'arguments', ['writes', 'writes']);
  const shapeKit = { ...kit, sceneLayout: kit.shapeLayout };
  const constants = { ...options.features, SMALL_SAMPLES: smallSamples };
  const [shared, alone, { rasterArguments }] = await Promise.all([
    sharedSetup ? createPipelines(shapeKit, 'setup-shared', own, ['setupShared'], constants) : null,
    sharedSetup ? null : createPipelines(shapeKit, 'setup', own, ['listTriangles', 'setup'], constants),
    createPipelines(shapeKit, 'arguments', ownArguments, ['rasterArguments']),
  ]);
  let lists: FrameLists | null = null;
  let group!: GPUBindGroup;
  let argumentsGroup!: GPUBindGroup;
  return {
    name: 'setup',
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      group = bindBuffers(kit, 'setup', own, [next.entries, next.counts, next.records, ...(sharedSetup ? [] : [next.pairs])]);
      argumentsGroup = bindBuffers(kit, 'arguments', ownArguments, [next.counts, next.arguments]);
    },
    encode(pass: GPUComputePassEncoder, bindings: FrameBindings): number {
      pass.setPipeline(shared?.setupShared ?? alone!.listTriangles);
      pass.setBindGroup(0, bindings.shape);
      pass.setBindGroup(1, bindings.frame);
      pass.setBindGroup(2, group);
      pass.dispatchWorkgroupsIndirect(lists!.arguments, 0);
      if (alone) {
        pass.setPipeline(alone.setup);
        pass.dispatchWorkgroups(PAIR_GROUPS);
      }
      pass.setPipeline(rasterArguments);
      pass.setBindGroup(2, argumentsGroup);
      pass.dispatchWorkgroups(1);
      return alone ? 3 : 2;
    },
  };
}
export type SetupPass = Awaited<ReturnType<typeof createSetupPass>>;
