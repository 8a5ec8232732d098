import type { GpuScope } from '../../gpu/gpu-scope.ts';
import { CASCADES, EYES_BYTES, FRAME_BYTES, NO_VIEW, VIEW_BYTES } from '../frame/frame-layout.ts';
import type { ListCapacities } from '../frame/frame-lists.ts';
import type { Cascades } from './cascades.ts';
import { SHADOW_ERROR_TEXELS, SHADOW_LAYERS } from './shadow-cache.ts';

const EYES_AT = 256;
const VIEWS_AT = 1280;
/** Bytes of one layer's frame, eyes and view. */
const LAYER_BYTES = 1536;
const ORTHOGRAPHIC = 2;
const RESTING_INSTANCES = 1;
const DYNAMIC_INSTANCES = 2;

/** Bind group 1 of each layer of the shadow maps (shaders/passes/frame-bindings.wgsl): one orthographic eye with one view. */
export class ShadowFrames {
  readonly groups: readonly GPUBindGroup[];
  readonly buffer: GPUBuffer;
  readonly #queue: GPUQueue;
  readonly #floats = new Float32Array((SHADOW_LAYERS * LAYER_BYTES) / 4);
  readonly #words = new Uint32Array(this.#floats.buffer);

  constructor(scope: GpuScope, layout: GPUBindGroupLayout) {
    this.#queue = scope.device.queue;
    this.buffer = scope.createBuffer('shadow-frames', {
      size: SHADOW_LAYERS * LAYER_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    const range = (layer: number, at: number, size: number): GPUBufferBinding => ({
      buffer: this.buffer,
      offset: layer * LAYER_BYTES + at,
      size,
    });
    this.groups = Array.from({ length: SHADOW_LAYERS }, (_, layer) =>
      scope.createBindGroup(`shadow-frame-${layer}`, layout, [
        { binding: 0, resource: range(layer, 0, FRAME_BYTES) },
        { binding: 1, resource: range(layer, EYES_AT, EYES_BYTES) },
        { binding: 2, resource: range(layer, VIEWS_AT, VIEW_BYTES) },
      ]),
    );
  }

  /** Eyes and views of the first layer; what passes bind that never read them. */
  get eyes(): GPUBufferBinding {
    return { buffer: this.buffer, offset: EYES_AT, size: EYES_BYTES };
  }
  get views(): GPUBufferBinding {
    return { buffer: this.buffer, offset: VIEWS_AT, size: VIEW_BYTES };
  }

  /** Writes and sends what a layer is drawn with. */
  write(layer: number, cascades: Cascades, residentError: number, capacities: ListCapacities): void {
    const at = (layer * LAYER_BYTES) / 4;
    const words = this.#words;
    const floats = this.#floats;
    words[at] = words[at + 1] = 1;
    words[at + 2] = capacities.entries;
    words[at + 4] = capacities.nodes;
    words[at + 5] = capacities.clusters;
    floats[at + 6] = SHADOW_ERROR_TEXELS;
    floats[at + 7] = residentError;
    words[at + 9] = layer < CASCADES ? RESTING_INSTANCES : DYNAMIC_INSTANCES;
    words[at + 10] = layer;
    this.#writeEye(at + EYES_AT / 4, cascades.boxes[layer % CASCADES]!.anchor);
    this.#writeView(at + VIEWS_AT / 4, cascades, layer % CASCADES);
    this.#queue.writeBuffer(this.buffer, at * 4, floats, at, LAYER_BYTES / 4);
  }

  #writeEye(at: number, anchor: Float64Array): void {
    for (let a = 0; a < 3; a++) {
      const hi = Math.fround(anchor[a]!);
      this.#floats[at + a] = hi;
      this.#floats[at + 4 + a] = anchor[a]! - hi;
    }
    this.#words[at + 7] = 1;
    this.#words[at + 11] = ORTHOGRAPHIC;
    this.#words[at + 39] = NO_VIEW;
  }

  /** Four sides without ends: what stands between box and sun casts into it. */
  #writeView(at: number, { boxes, right, up, toSun }: Cascades, cascade: number): void {
    const { halfM, nearM, farM, texelM } = boxes[cascade]!;
    const floats = this.#floats;
    for (let a = 0; a < 3; a++) {
      floats[at + a] = -toSun[a]! / (nearM - farM);
      floats[at + 12 + a] = right[a]! / halfM;
      floats[at + 16 + a] = up[a]! / halfM;
      floats[at + 24 + a] = right[a]!;
      floats[at + 28 + a] = -right[a]!;
      floats[at + 32 + a] = up[a]!;
      floats[at + 36 + a] = -up[a]!;
    }
    floats[at + 23] = nearM / (nearM - farM);
    for (let k = 0; k < 4; k++) floats[at + 27 + 4 * k] = halfM;
    this.#words[at + 41] = NO_VIEW;
    floats[at + 42] = 1 / texelM;
  }
}
