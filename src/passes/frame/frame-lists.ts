import { GpuError } from '../../core/errors.ts';
import type { GpuScope } from '../../gpu/gpu-scope.ts';

const ENTRY_BYTES = 48;
export const RECORD_BYTES = 80;
const WORK_ITEM_BYTES = 8;
/** Words of the counter buffer (shaders/passes/frame-bindings.wgsl, COUNT_* and FIRST_*). */
export const COUNTS = {
  entries: 0,
  records: 1,
  jobs: 2,
  clusters: 7,
  hiddenNodes: 8,
  hiddenClusters: 9,
  triangles: 13,
  levels: 16,
  pairs: 80,
} as const;
/** Levels of a cluster tree that the counters hold, for each of the two looks. */
export const MAX_TREE_LEVELS = 32;
export const COUNT_BYTES = (COUNTS.levels + 2 * MAX_TREE_LEVELS + 4) * 4;
const ARGUMENT_BYTES = 256;

/** Lengths of the GPU lists, grown when a frame overflows them. */
export interface ListCapacities {
  entries: number;
  records: number;
  /** Of each of the two lists of nodes, and of clusters, that culling works on. */
  nodes: number;
  clusters: number;
}

/** The lists and sample buffers that a frame's passes hand on. Replaced as a whole when a frame needs more. */
export interface FrameLists {
  /** Nodes, clusters, hidden nodes, hidden clusters (shaders/passes/cull.wgsl). */
  readonly work: GPUBuffer;
  readonly entries: GPUBuffer;
  readonly records: GPUBuffer;
  /** Pairs of triangle and view that setup works on in two steps (shaders/passes/setup.wgsl). */
  readonly pairs: GPUBuffer;
  readonly counts: GPUBuffer;
  readonly arguments: GPUBuffer;
  /** Depth per sample; empty where `ids` holds it too. */
  readonly depths: GPUBuffer;
  /** Complement of the id per sample; with two words per sample, the depth's bits follow. */
  readonly ids: GPUBuffer;
  /** Depth pyramids of this frame and the one before; they change places every frame. */
  readonly pyramids: readonly [GPUBuffer, GPUBuffer];
  readonly capacities: ListCapacities;
  readonly samples: number;
  readonly texels: number;
  destroy(): void;
}

/**
 * @param texels Texels of all views' depth pyramids.   @param sampleWords 2: ids hold depths too (src/passes/visibility/raster-settings.ts).
 * @throws GpuError OUT_OF_LIMITS when the device cannot bind a list that large.
 */
export function createFrameLists(
  parent: GpuScope,
  capacities: ListCapacities,
  samples: number,
  texels: number,
  sampleWords: 1 | 2,
): FrameLists {
  const scope = parent.child('lists');
  const { limits } = parent.device;
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const make = (name: string, size: number, usage = storage): GPUBuffer => {
    const limit = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
    if (size > limit)
      throw new GpuError('OUT_OF_LIMITS', `this device cannot hold the list "${name}" of a frame this large`, {
        got: `${size} bytes`,
        expected: `at most ${limit}`,
        hint: 'render fewer canvases per node, or one sample per LED',
      });
    return scope.createBuffer(name, { size: Math.max(64, Math.ceil(size / 16) * 16), usage });
  };
  return {
    work: make('work', 2 * (capacities.nodes + capacities.clusters) * WORK_ITEM_BYTES),
    entries: make('entries', capacities.entries * ENTRY_BYTES),
    records: make('records', capacities.records * RECORD_BYTES),
    pairs: make('pairs', capacities.records * WORK_ITEM_BYTES),
    counts: make('counts', COUNT_BYTES, storage | GPUBufferUsage.UNIFORM),
    arguments: make('arguments', ARGUMENT_BYTES, GPUBufferUsage.STORAGE | GPUBufferUsage.INDIRECT),
    depths: make('depths', sampleWords === 1 ? samples * 4 : 0),
    ids: make('ids', samples * sampleWords * 4),
    pyramids: [make('pyramid-0', texels * 4), make('pyramid-1', texels * 4)],
    capacities: { ...capacities },
    samples,
    texels,
    destroy: () => scope.destroy(),
  };
}
