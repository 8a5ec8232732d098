import { GpuError } from '../../core/errors.ts';
import type { GpuScope } from '../../gpu/gpu-scope.ts';
import type { ListCapacities } from './frame-writer.ts';

const ENTRY_BYTES = 48;
const RECORD_BYTES = 80;
/** Words of the counter buffer (shaders/passes/frame-bindings.wgsl, COUNT_*). */
export const COUNTS = { entries: 0, records: 1, jobs: 2 } as const;
export const COUNT_BYTES = 64;

/** The lists and sample buffers that a frame's passes hand on. Replaced as a whole when a frame needs more. */
export interface FrameLists {
  readonly entries: GPUBuffer;
  readonly records: GPUBuffer;
  readonly counts: GPUBuffer;
  readonly arguments: GPUBuffer;
  readonly depths: GPUBuffer;
  readonly ids: GPUBuffer;
  readonly capacities: ListCapacities;
  readonly samples: number;
  destroy(): void;
}

/** @throws GpuError OUT_OF_LIMITS when the device cannot bind a list that large. */
export function createFrameLists(parent: GpuScope, capacities: ListCapacities, samples: number): FrameLists {
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
    entries: make('entries', capacities.entries * ENTRY_BYTES),
    records: make('records', capacities.records * RECORD_BYTES),
    counts: make('counts', COUNT_BYTES, storage | GPUBufferUsage.UNIFORM),
    arguments: make('arguments', 128, GPUBufferUsage.STORAGE | GPUBufferUsage.INDIRECT),
    depths: make('depths', samples * 4),
    ids: make('ids', samples * 4),
    capacities: { ...capacities },
    samples,
    destroy: () => scope.destroy(),
  };
}
