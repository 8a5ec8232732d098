import type { FrameBuffer } from '../frame/frame-buffer.ts';
import type { FrameLists } from '../frame/frame-lists.ts';
import type { FrameWriter } from '../frame/frame-writer.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';

const GROUP_EDGE = 8;
const LEVELS = 4;

export interface SamplesOptions {
  /** 2: ids hold depths too. */
  readonly sampleWords: 1 | 2;
  /**
   * Samples that other eyes own are closed to triangles. Shading passes over them either way. Saves setting up and rasterising what only they would
   * show; on SwiftShader the lens of every LED costs more than that (measured on 102,400 LEDs: 24 ms for 15).
   */
  readonly closesTaken: boolean;
}

/**
 * Empties the samples of all views before they are drawn, closes those that other eyes own, and builds the pyramid of farthest depths from them. Reads: frame, depths.
 * Writes: depths and ids, or pyramid.
 */
export async function createSamplesPass(kit: PassKit, frame: FrameBuffer, { sampleWords, closesTaken }: SamplesOptions) {
  const ownPrepare = createComputeLayout(kit, 'prepare', ['writes', 'writes', 'uniform']);
  const ownPyramid = createComputeLayout(kit, 'pyramid', ['reads', 'writes']);
  const constants = { SAMPLE_WORDS: sampleWords };
  const shapeKit = { ...kit, sceneLayout: kit.shapeLayout };
  const [close, levels] = await Promise.all([
    closesTaken
      ? Promise.all(
          [0, 1].map((coarse) =>
            createPipelines(shapeKit, 'prepare', ownPrepare, ['closeSamples'], { ...constants, COARSE_OUTER: coarse }),
          ),
        )
      : null,
    Promise.all(
      Array.from({ length: LEVELS }, (_, k) =>
        createPipelines(shapeKit, 'pyramid', ownPyramid, ['buildPyramid'], { ...constants, LEVEL: k + 1 }),
      ),
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
    /** All samples empty. */
    encodeClear(encoder: GPUCommandEncoder, writer: FrameWriter): void {
      if (sampleWords === 1) encoder.clearBuffer(lists!.depths, 0, writer.sampleCount * 4);
      encoder.clearBuffer(lists!.ids, 0, writer.sampleCount * sampleWords * 4);
    },
    /** Those that other eyes own closed. @returns Dispatches. */
    encodePrepare(pass: GPUComputePassEncoder, bindings: FrameBindings, writer: FrameWriter): number {
      const innerViews = writer.viewCount - writer.outerViews;
      if (!close || innerViews === 0) return 0;
      pass.setBindGroup(0, bindings.shape);
      pass.setBindGroup(1, bindings.frame);
      pass.setBindGroup(2, prepareGroup);
      pass.setPipeline(close[writer.outerRate > 1 ? 1 : 0]!.closeSamples);
      pass.dispatchWorkgroups(Math.ceil(writer.maxInnerWidthPx / GROUP_EDGE), Math.ceil(writer.maxInnerHeightPx / GROUP_EDGE), innerViews);
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
