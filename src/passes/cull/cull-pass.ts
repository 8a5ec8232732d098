import type { FrameBuffer } from '../frame/frame-buffer.ts';
import type { FrameLists } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type FrameBindings, type PassKit } from '../pass-kit.ts';

const GROUP = 64;
/** Workgroups in x before y is used (65,535 is WebGPU's limit per dimension). */
const ROW = 32_768;
/** Workgroups that share the work of one list, however long: each thread takes every n-th item. */
const LIST_GROUPS = { software: 32, gpu: 512 } as const;

export interface CullOptions {
  /** False: nothing hides anything (shadow maps). */
  readonly occlusion: boolean;
  readonly software: boolean;
  /** Levels of the deepest cluster tree: dispatches per look. */
  readonly treeDepth: number;
}

/** Eyes and views of a frame. */
export type CullFrame = Pick<FrameBuffer, 'eyes' | 'views'>;

/** What the passes' bindings come from, besides the lists. */
export interface CullIo {
  readonly frame: CullFrame;
  /** The frame buffer as it was in the frame before; the pass copies it. Without occlusion: the frame itself. */
  readonly previous: CullFrame;
}

/**
 * Lists the clusters each eye draws, twice a frame: what the frame before did not hide, then what it hid and this frame shows after all.
 * Reads: scene, eyes, views, pyramids. Writes: work, entries, counts, and, with occlusion, the arguments of setup. The order of the lists is
 * not stable and need not be: nothing downstream depends on it.
 */
export async function createCullPass(kit: PassKit, options: CullOptions, io: CullIo) {
  const own = createComputeLayout(kit, 'cull', ['writes', 'writes', 'writes', 'reads', 'reads', 'uniform']);
  const ownArguments = createComputeLayout(kit, 'arguments', ['writes', 'writes']);
  const constants = (second: boolean) => ({ SECOND_LOOK: second ? 1 : 0, OCCLUSION: options.occlusion ? 1 : 0 });
  const shapeKit = { ...kit, sceneLayout: kit.shapeLayout };
  const [first, second, steps] = await Promise.all([
    createPipelines(shapeKit, 'cull', own, ['cullInstances', 'cullNodes', 'cullClusters'], constants(false)),
    options.occlusion
      ? createPipelines(shapeKit, 'cull', own, ['cullHiddenNodes', 'cullNodes', 'cullClusters'], constants(true))
      : Promise.resolve(null),
    createPipelines(shapeKit, 'arguments', ownArguments, ['setupArguments', 'secondRound']),
  ]);
  const groups = LIST_GROUPS[options.software ? 'software' : 'gpu'];
  let lists: FrameLists | null = null;
  /** First look in even and odd frames, second look in even and odd frames. */
  let looks: readonly GPUBindGroup[] = [];
  let argumentsGroup!: GPUBindGroup;

  const bindLook = (name: string, next: FrameLists, occluders: CullFrame, pyramid: GPUBuffer): GPUBindGroup =>
    bindBuffers(kit, name, own, [next.work, next.entries, next.counts, occluders.views, pyramid, occluders.eyes]);
  const encodeTree = (pass: GPUComputePassEncoder, nodes: GPUComputePipeline, clusters: GPUComputePipeline): number => {
    pass.setPipeline(nodes);
    for (let level = 1; level < options.treeDepth; level++) pass.dispatchWorkgroups(groups, 1, level);
    pass.setPipeline(clusters);
    pass.dispatchWorkgroups(groups);
    return Math.max(0, options.treeDepth - 1) + 1;
  };
  const encodeSetupArguments = (pass: GPUComputePassEncoder): void => {
    pass.setPipeline(steps.setupArguments);
    pass.setBindGroup(2, argumentsGroup);
    pass.dispatchWorkgroups(1);
  };
  return {
    name: 'cull',
    bind(next: FrameLists): void {
      if (next === lists) return;
      lists = next;
      const [a, b] = next.pyramids;
      looks = [
        bindLook('first-look-0', next, io.previous, b),
        bindLook('first-look-1', next, io.previous, a),
        bindLook('second-look-0', next, io.frame, a),
        bindLook('second-look-1', next, io.frame, b),
      ];
      argumentsGroup = bindBuffers(kit, 'arguments', ownArguments, [next.counts, next.arguments]);
    },
    /** @param parity Which of the two pyramids belongs to this frame. @returns Dispatches. */
    encodeFirst(pass: GPUComputePassEncoder, bindings: FrameBindings, instances: number, eyes: number, parity: number): number {
      const instanceGroups = Math.ceil(instances / GROUP);
      pass.setBindGroup(0, bindings.shape);
      pass.setBindGroup(1, bindings.frame);
      let dispatches = second ? 1 : 0;
      if (instanceGroups > 0) {
        pass.setBindGroup(2, looks[parity]!);
        pass.setPipeline(first.cullInstances);
        pass.dispatchWorkgroups(Math.min(instanceGroups, ROW), Math.ceil(instanceGroups / ROW), eyes);
        dispatches += 1 + encodeTree(pass, first.cullNodes, first.cullClusters);
      }
      if (second) encodeSetupArguments(pass);
      return dispatches;
    },
    /** After the pyramid of what the first look drew is built. @returns Dispatches. */
    encodeSecond(pass: GPUComputePassEncoder, bindings: FrameBindings, parity: number): number {
      if (!second) return 0;
      pass.setBindGroup(0, bindings.shape);
      pass.setBindGroup(1, bindings.frame);
      pass.setPipeline(steps.secondRound);
      pass.setBindGroup(2, argumentsGroup);
      pass.dispatchWorkgroups(1);
      pass.setBindGroup(2, looks[2 + parity]!);
      pass.setPipeline(second.cullHiddenNodes);
      pass.dispatchWorkgroups(groups);
      const dispatches = encodeTree(pass, second.cullNodes, second.cullClusters);
      encodeSetupArguments(pass);
      return dispatches + 3;
    },
    /** Keeps this frame's eyes and views for the next frame's first look. */
    encodeEnd(encoder: GPUCommandEncoder): void {
      const { eyes, views } = io.frame;
      encoder.copyBufferToBuffer(eyes.buffer, eyes.offset!, io.previous.eyes.buffer, io.previous.eyes.offset!, eyes.size!);
      encoder.copyBufferToBuffer(views.buffer, views.offset!, io.previous.views.buffer, io.previous.views.offset!, views.size!);
    },
  };
}
export type CullPass = Awaited<ReturnType<typeof createCullPass>>;
