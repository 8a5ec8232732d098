import { GpuError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/gpu-context.ts';
import type { GpuScope, LiveCounts } from '../gpu/gpu-scope.ts';
import { type MapResult, ReadbackRing, type ReadbackSlot } from '../gpu/readback-ring.ts';
import type { ListCapacities } from '../passes/frame/frame-lists.ts';
import { COUNT_BYTES } from '../passes/frame/frame-lists.ts';
import type { LedBlocks } from '../passes/shade/led-blocks.ts';
import { SHADOW_LAYER_BYTES } from '../passes/shadow/shadow-pass.ts';
import type { PackedScene } from '../scene/packed-scene.ts';
import type { InstanceMove } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameState } from '../stage/frame-state.ts';
import { type EncodedFrame, type EncoderParts, FrameEncoder } from './frame-encoder.ts';
import type { FrameResult } from './frame-result.ts';
import { growCapacities, initialCapacities } from './list-capacities.ts';
import { readFrame } from './read-frame.ts';
import { rendererWarnings } from './renderer-warnings.ts';
import type { SceneLoader } from './scene-loader.ts';

/** Frames in flight plus frames held by sinks. */
const RING_SLOTS = 4;
/** Below this a sleep is not worth the risk of oversleeping. */
const NAP_FROM_MS = 20;
/** Bytes that are there this soon after asking were waiting. */
const OVERSLEPT_MS = 2;
/** A frame whose lists overflow is drawn again with larger ones; more rounds than this mean a fault. Lists feed each other: one may overflow after another. */
const MAX_ROUNDS = 8;

/** Everything a renderer draws with; it owns `scope` and all in it. */
export interface RendererParts extends EncoderParts {
  readonly gpu: GpuContext;
  readonly scope: GpuScope;
  readonly stage: BakedStage;
  readonly scene: PackedScene;
  readonly loader: SceneLoader;
  readonly blocks: LedBlocks;
  readonly capacities: Partial<ListCapacities>;
}

/** Draws frames of one stage and scene on one device. Made by `createWallRenderer`. */
export class WallRenderer {
  /** What is drawn otherwise than asked, one line each. */
  readonly warnings: readonly string[];
  /** GPU memory of the scene, bytes. */
  readonly sceneBytes: number;
  /** Resolves when all of the scene is on the device, at full detail; rejects when it could not be read (the wall then stays coarser). */
  readonly sceneLoaded: Promise<void>;
  readonly #parts: RendererParts;
  readonly #encoder: FrameEncoder;
  readonly #ring: ReadbackRing;
  readonly #capacities: ListCapacities;
  #destroyed = false;
  /** How long to sleep after a submit before asking for its bytes, ms. */
  #napMs = 0;
  #framesRead = 0;

  constructor(parts: RendererParts) {
    const { blocks, sceneBuffers, scope } = parts;
    this.#parts = parts;
    this.warnings = [...rendererWarnings(parts.scene, parts.stage), ...(parts.scene.drawWarnings ?? [])];
    this.sceneBytes = sceneBuffers.bytes;
    this.sceneLoaded = parts.loader.whole;
    this.#encoder = new FrameEncoder(parts);
    this.#capacities = {
      ...initialCapacities(sceneBuffers.meshletInstanceCount, sceneBuffers.instanceCount, blocks.ledCount),
      ...parts.capacities,
    };
    this.#ring = new ReadbackRing(scope, 'readback', this.#encoder.slotLayout.bytes, RING_SLOTS);
  }

  /**
   * Renders one frame; a pure function of scene (as far as it is loaded), stage and state. Up to `RING_SLOTS` results may be held before `release`.
   * @throws GpuError DEVICE_LOST when the device went away, LIST_OVERFLOW when the lists cannot grow enough
   */
  async renderFrame(state: FrameState): Promise<FrameResult> {
    const startedAt = performance.now();
    let overflows = 0;
    let allocations = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const slot = await this.#ring.acquire();
      if (!slot || this.#destroyed) throw lost();
      const encodeAt = performance.now();
      const encoded = this.#encoder.submit(state, this.#capacities, slot.buffer);
      const submittedAt = performance.now();
      allocations += encoded.allocations;
      const mapped = await this.#mapWhenReady(slot, submittedAt);
      if (!mapped.ok) {
        slot.release();
        if (mapped.reason === 'failed') throw new GpuError('READBACK_FAILED', `the frame could not be read back: ${mapped.message}`);
        throw lost();
      }
      const { countsAt, shadowsAt } = this.#encoder.slotLayout;
      const counts = new Uint32Array(mapped.data.buffer, mapped.data.byteOffset + countsAt, COUNT_BYTES / 4);
      const shadows = new Uint32Array(mapped.data.buffer, mapped.data.byteOffset + shadowsAt, SHADOW_LAYER_BYTES / 4);
      // The null device computes nothing: its bytes are whatever memory held.
      const isNull = this.#parts.gpu.description.kind === 'null';
      const missing = isNull ? 0 : growCapacities(this.#capacities, counts) + (this.#parts.passes.shadow?.takeUse(shadows) ?? 0);
      if (missing === 0) {
        const now = performance.now();
        const times = { encodeMs: submittedAt - encodeAt, gpuMs: now - submittedAt, totalMs: now - startedAt };
        return this.#read(state, slot, mapped.data, counts, { ...encoded, allocations }, overflows, times);
      }
      overflows += missing;
      slot.release();
    }
    throw new GpuError('LIST_OVERFLOW', 'the lists of a frame did not stop growing', { got: JSON.stringify(this.#capacities) });
  }

  #read(
    state: FrameState,
    slot: ReadbackSlot,
    bytes: Uint8Array<ArrayBuffer>,
    counts: Uint32Array,
    encoded: EncodedFrame,
    overflows: number,
    times: { readonly encodeMs: number; readonly gpuMs: number; readonly totalMs: number },
  ): FrameResult {
    const { blocks, stage, scene, passes } = this.#parts;
    return readFrame({
      state,
      stage,
      blocks,
      bytes,
      layout: passes.shade.layout,
      counts,
      passesMs: encoded.timestamps.read(bytes.subarray(this.#encoder.slotLayout.timesAt)),
      instances: scene.instances.count,
      encoded,
      overflows,
      times,
      release: () => slot.release(),
    });
  }

  /**
   * While a map is pending Dawn polls and keeps a core busy (peers.md §5), which a software driver needs itself: sleep most of the time that
   * the last frame took, less when that proved too long. A GPU's frames are too short to sleep in.
   */
  async #mapWhenReady(slot: ReadbackSlot, submittedAt: number): Promise<MapResult> {
    if (this.#napMs > NAP_FROM_MS) await new Promise((resolve) => setTimeout(resolve, this.#napMs));
    const askedAt = performance.now();
    const mapped = await slot.map(this.#encoder.slotLayout.bytes);
    const now = performance.now();
    const overslept = this.#napMs > NAP_FROM_MS && now - askedAt < OVERSLEPT_MS;
    // The first frame compiles shaders and says nothing about the next.
    if (this.#framesRead++ > 0) this.#napMs = overslept ? this.#napMs * 0.8 : (now - submittedAt) * 0.9;
    return mapped;
  }

  /**
   * Puts instances elsewhere, for frames asked for from now on; call between frames: a frame under way that must be drawn again (lists that
   * grow) would show them in their new places. Instances of `InstanceTable.dynamic` are cheap; others have the shadows of all that rests drawn again.
   * @throws GpuError NO_SUCH_INSTANCE before any of them is moved
   */
  moveInstances(moves: readonly InstanceMove[]): void {
    const { sceneBuffers, passes } = this.#parts;
    const count = sceneBuffers.instanceCount;
    for (const { instance } of moves) if (!(instance >= 0 && instance < count)) throw noSuchInstance(instance, count);
    for (const { instance, worldFromMesh } of moves) {
      sceneBuffers.moveInstance(instance, worldFromMesh);
      passes.shadow?.moveInstance(instance, worldFromMesh);
    }
  }

  /** What is alive on the device. */
  live(): LiveCounts {
    return this.#parts.scope.live();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#parts.loader.stop();
    this.#ring.destroy();
    this.#parts.scope.destroy();
  }
}

const noSuchInstance = (instance: number, count: number): GpuError =>
  new GpuError('NO_SUCH_INSTANCE', 'an instance that the scene does not have cannot be moved', {
    got: `instance ${instance}`,
    expected: `0 to ${count - 1}`,
  });
const lost = (): GpuError =>
  new GpuError('DEVICE_LOST', 'the graphics device was lost while a frame was being rendered', {
    hint: 'open a new device and render again',
  });
