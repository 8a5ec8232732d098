import type { FrameBuffer } from '../frame/frame-buffer.ts';
import type { FrameLists } from '../frame/frame-lists.ts';
import type { FrameWriter } from '../frame/frame-writer.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';

const GROUP_EDGE = 8;
const LEVELS = 4;

/**
 * Empties the samples of all views before they are drawn, and builds the pyramid of farthest depths from them. Reads: frame, depths.
 * Writes: depths and ids, or pyramid.
 * @param sampleWords 2: ids hold depths too.
 */
export async function createSamplesPass(kit: PassKit, frame: FrameBuffer, sampleWords: 1 | 2) {
  const ownPrepare = createComputeLayout(kit, 'prepare', ['writes', 'writes', 'uniform']);
  const ownPyramid = createComputeLayout(kit, 'pyramid', ['reads', 'writes']);
  const constants = { SAMPLE_WORDS: sampleWords };
  const shapeKit = { ...kit, sceneLayout: kit.shapeLayout };
  const [{ prepareSamples }, ...levels] = await Promise.all([
    createPipelines(shapeKit, 'prepare', ownPrepare, ['prepareSamples'], constants),
    ...Array.from({ length: LEVELS }, (_, k) =>
      createPipelines(shapeKit, 'pyramid', ownPyramid, ['buildPyramid'], { ...constants, LEVEL: k + 1 }),
    ),
  ]);
  let lists: FrameLists | null = null;
  let prepareGroup!: GPUBindGroup;
  let pyramidGroups: readonly GPUBindGroup[] = [];
  return {
    name: 'samples',
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      prepareGroup = bindBuffers(kit, 'prepare', ownPrepare, [next.depths, next.ids, frame.facetViews]);
      const depths = sampleWords === 1 ? next.depths : next.ids;
      pyramidGroups = next.pyramids.map((pyramid, k) => bindBuffers(kit, `pyramid-${k}`, ownPyramid, [depths, pyramid]));
    },
    /** All samples empty; those that other eyes own closed. @returns Dispatches. */
    encodePrepare(pass: GPUComputePassEncoder, bindings: FrameBindings, writer: FrameWriter): number {
      pass.setBindGroup(0, bindings.shape);
      pass.setBindGroup(1, bindings.frame);
      pass.setBindGroup(2, prepareGroup);
      pass.setPipeline(prepareSamples);
      pass.dispatchWorkgroups(Math.ceil(writer.maxViewWidth / GROUP_EDGE), Math.ceil(writer.maxViewHeight / GROUP_EDGE), writer.viewCount);
      return 1;
    },
    /** @param parity Which of the two pyramids belongs to this frame. @returns Dispatches. */
    encodePyramid(pass: GPUComputePassEncoder, bindings: FrameBindings, writer: FrameWriter, parity: number): number {
      pass.setBindGroup(0, bindings.shape);
      pass.setBindGroup(1, bindings.frame);
      pass.setBindGroup(2, pyramidGroups[parity]!);
      for (let k = 0, edge = 4 * GROUP_EDGE; k < LEVELS; k++, edge *= 4) {
        pass.setPipeline(levels[k]!.buildPyramid);
        pass.dispatchWorkgroups(Math.ceil(writer.maxViewWidth / edge), Math.ceil(writer.maxViewHeight / edge), writer.viewCount);
      }
      return LEVELS;
    },
  };
}
export type SamplesPass = Awaited<ReturnType<typeof createSamplesPass>>;
