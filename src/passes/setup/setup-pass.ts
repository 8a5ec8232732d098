import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';
import type { RasterSettings } from '../visibility/raster-settings.ts';

export interface SetupOptions {
  /** Constants that say how the scene's geometry is read. */
  readonly features: Readonly<Record<string, number>>;
  readonly raster: Pick<RasterSettings, 'sharedSetup' | 'smallSamples'>;
}

/**
 * Turns listed meshlets into triangles ready to rasterise, per view. Reads: scene, frame, entries. Writes: records (with the blocks of large ones), counts, and the
 * arguments of the rasteriser. With `sharedSetup` each vertex of a meshlet is transformed once, else once per triangle that uses it: the same records.
 */
export async function createSetupPass(kit: PassKit, options: SetupOptions) {
  const own = createComputeLayout(kit, 'setup', ['reads', 'writes', 'writes']);
  const ownArguments = createComputeLayout(kit, 'arguments', ['writes', 'writes']);
  const shapeKit = { ...kit, sceneLayout: kit.shapeLayout };
  const constants = { ...options.features, SMALL_SAMPLES: options.raster.smallSamples };
  const [setup, { rasterArguments }] = await Promise.all([
    options.raster.sharedSetup
      ? createPipelines(shapeKit, 'setup-shared', own, ['setupShared'], constants).then((made) => made.setupShared)
      : createPipelines(shapeKit, 'setup', own, ['setup'], constants).then((made) => made.setup),
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
      group = bindBuffers(kit, 'setup', own, [next.entries, next.counts, next.records]);
      argumentsGroup = bindBuffers(kit, 'arguments', ownArguments, [next.counts, next.arguments]);
    },
    encode(pass: GPUComputePassEncoder, bindings: FrameBindings): number {
      pass.setPipeline(setup);
      pass.setBindGroup(0, bindings.shape);
      pass.setBindGroup(1, bindings.frame);
      pass.setBindGroup(2, group);
      pass.dispatchWorkgroupsIndirect(lists!.arguments, 0);
      pass.setPipeline(rasterArguments);
      pass.setBindGroup(2, argumentsGroup);
      pass.dispatchWorkgroups(1);
      return 2;
    },
  };
}
export type SetupPass = Awaited<ReturnType<typeof createSetupPass>>;
