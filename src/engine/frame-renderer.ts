import { GpuError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/gpu-context.ts';
import type { GpuScope, LiveCounts } from '../gpu/gpu-scope.ts';
import { type MapResult, ReadbackRing, type ReadbackSlot } from '../gpu/readback-ring.ts';
import { type FrameTimestamps, PassTimers } from '../gpu/timers.ts';
import type { CullPass } from '../passes/cull/cull-pass.ts';
import type { FrameBuffer } from '../passes/frame/frame-buffer.ts';
import { COUNT_BYTES, COUNTS, createFrameLists, type FrameLists } from '../passes/frame/frame-lists.ts';
import { FrameWriter, type ListCapacities } from '../passes/frame/frame-writer.ts';
import { type LightingSettings, writeCascades } from '../passes/frame/lighting-writer.ts';
import { writeExposure } from '../passes/frame/outputs-writer.ts';
import type { SceneBuffers } from '../passes/scene/scene-buffers.ts';
import type { SetupPass } from '../passes/setup/setup-pass.ts';
import type { LedBlocks } from '../passes/shade/led-blocks.ts';
import { COUNTER_BYTES } from '../passes/shade/output-layout.ts';
import type { ShadePass } from '../passes/shade/shade-pass.ts';
import { Cascades, sceneBounds } from '../passes/shadow/cascades.ts';
import type { ShadowPass } from '../passes/shadow/shadow-pass.ts';
import type { VisibilityPass } from '../passes/visibility/visibility-pass.ts';
import type { SceneData } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameState } from '../stage/frame-state.ts';
import type { FrameResult } from './frame-result.ts';
import { readFrame } from './read-frame.ts';
import { rendererWarnings } from './renderer-warnings.ts';

/** Frames in flight plus frames held by sinks. */
const RING_SLOTS = 4;
const TIMED_PASSES = ['cull', 'setup', 'visibility', 'shade'] as const;
/** Below this a sleep is not worth the risk of oversleeping. */
const NAP_FROM_MS = 20;
/** Bytes that are there this soon after asking were waiting. */
const OVERSLEPT_MS = 2;
/** A frame whose lists overflow is drawn again with larger ones; more rounds than this mean a fault. */
const MAX_ROUNDS = 6;

/** Everything a renderer draws with; it owns `scope` and all in it. */
export interface RendererParts {
  readonly gpu: GpuContext;
  readonly scope: GpuScope;
  readonly stage: BakedStage;
  readonly scene: SceneData;
  readonly writer: FrameWriter;
  readonly blocks: LedBlocks;
  readonly sceneBuffers: SceneBuffers;
  readonly frame: FrameBuffer;
  readonly settings: LightingSettings;
  readonly passes: {
    readonly shadow: ShadowPass;
    readonly cull: CullPass;
    readonly setup: SetupPass;
    readonly visibility: VisibilityPass;
    readonly shade: ShadePass;
  };
  readonly capacities: Partial<ListCapacities>;
}

/** What one round of a frame left to be read. */
interface Submitted {
  readonly slot: ReadbackSlot;
  readonly timestamps: FrameTimestamps;
  readonly dispatches: number;
  readonly eyes: number;
  readonly encodeMs: number;
  readonly submittedAt: number;
}

/** Draws frames of one stage and scene on one device. Made by `createWallRenderer`. */
export class WallRenderer {
  /** What is drawn otherwise than asked, one line each. */
  readonly warnings: readonly string[];
  /** GPU memory of the scene, bytes. */
  readonly sceneBytes: number;
  readonly #parts: RendererParts;
  readonly #timers: PassTimers;
  readonly #timerSlots: readonly number[];
  readonly #ring: ReadbackRing;
  readonly #cascades: Cascades;
  readonly #capacities: ListCapacities;
  /** Of a readback slot: the shade pass's output, then list lengths, then timestamps. */
  readonly #layout: { readonly countsAt: number; readonly timesAt: number; readonly bytes: number };
  #lists: FrameLists | null = null;
  #destroyed = false;
  /** How long to sleep after a submit before asking for its bytes, ms. */
  #napMs = 0;
  #framesRead = 0;

  constructor(parts: RendererParts) {
    const { blocks, sceneBuffers, scope } = parts;
    this.#parts = parts;
    this.warnings = [...rendererWarnings(parts.scene, parts.stage), ...sceneBuffers.warnings];
    this.sceneBytes = sceneBuffers.bytes;
    this.#timers = new PassTimers(scope, TIMED_PASSES.length);
    this.#timerSlots = TIMED_PASSES.map((label) => this.#timers.reserve(label));
    this.#capacities = {
      entries: Math.max(1024, sceneBuffers.meshletInstanceCount * 2),
      // Records also carry the blocks of large ones: room for every LED to be covered many times.
      records: Math.max(16_384, Math.ceil(blocks.ledCount / 16), Math.min(1 << 20, parts.scene.triangleCount)),
      ...parts.capacities,
    };
    const countsAt = parts.passes.shade.layout.bytes;
    const timesAt = countsAt + COUNT_BYTES;
    this.#layout = { countsAt, timesAt, bytes: timesAt + Math.max(16, this.#timers.sizeBytes) };
    this.#ring = new ReadbackRing(scope, 'readback', this.#layout.bytes, RING_SLOTS);
    this.#cascades = new Cascades(sceneBounds(parts.scene));
  }

  /**
   * Renders one frame; a pure function of scene, stage and state. Up to `RING_SLOTS` results may be held before `release`.
   * @throws GpuError DEVICE_LOST when the device went away, LIST_OVERFLOW when the lists cannot grow enough
   */
  async renderFrame(state: FrameState): Promise<FrameResult> {
    const startedAt = performance.now();
    let overflows = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const slot = await this.#ring.acquire();
      if (!slot || this.#destroyed) throw lost();
      const submitted = this.#submit(state, slot);
      const mapped = await this.#mapWhenReady(slot, submitted.submittedAt);
      if (!mapped.ok) {
        slot.release();
        if (mapped.reason === 'failed') throw new GpuError('READBACK_FAILED', `the frame could not be read back: ${mapped.message}`);
        throw lost();
      }
      const counts = new Uint32Array(mapped.data.buffer, mapped.data.byteOffset + this.#layout.countsAt, COUNT_BYTES / 4);
      // The null device computes nothing: its bytes are whatever memory held.
      const missing = this.#parts.gpu.description.kind === 'null' ? 0 : this.#grow(counts);
      if (missing === 0) {
        const { blocks, stage, scene, sceneBuffers, passes } = this.#parts;
        return readFrame({
          state,
          stage,
          blocks,
          bytes: mapped.data,
          layout: passes.shade.layout,
          counts,
          passesMs: submitted.timestamps.read(mapped.data.subarray(this.#layout.timesAt)),
          instances: scene.instances.count,
          meshletsTested: sceneBuffers.meshletInstanceCount * submitted.eyes,
          dispatches: submitted.dispatches,
          overflows,
          encodeMs: submitted.encodeMs,
          gpuMs: performance.now() - submitted.submittedAt,
          totalMs: performance.now() - startedAt,
          release: () => slot.release(),
        });
      }
      overflows += missing;
      slot.release();
    }
    throw new GpuError('LIST_OVERFLOW', 'the lists of a frame did not stop growing', { got: JSON.stringify(this.#capacities) });
  }

  /**
   * While a map is pending Dawn polls and keeps a core busy (peers.md §5), which a software driver needs itself: sleep most of the time that
   * the last frame took, less when that proved too long. A GPU's frames are too short to sleep in.
   */
  async #mapWhenReady(slot: ReadbackSlot, submittedAt: number): Promise<MapResult> {
    if (this.#napMs > NAP_FROM_MS) await new Promise((resolve) => setTimeout(resolve, this.#napMs));
    const askedAt = performance.now();
    const mapped = await slot.map(this.#layout.bytes);
    const now = performance.now();
    const overslept = this.#napMs > NAP_FROM_MS && now - askedAt < OVERSLEPT_MS;
    // The first frame compiles shaders and says nothing about the next.
    if (this.#framesRead++ > 0) this.#napMs = overslept ? this.#napMs * 0.8 : (now - submittedAt) * 0.9;
    return mapped;
  }

  /** What is alive on the device. */
  live(): LiveCounts {
    return this.#parts.scope.live();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#ring.destroy();
    this.#parts.scope.destroy();
  }

  /** The frame, whole: parameters, shadows when due, cull → setup → visibility → shade, copies out. */
  #submit(state: FrameState, slot: ReadbackSlot): Submitted {
    const startedAt = performance.now();
    const { gpu, writer, sceneBuffers, frame, settings, passes } = this.#parts;
    const { device } = gpu;
    const cameras = FrameWriter.activeCameras(state);
    writer.write(state, cameras, this.#capacities);
    writeExposure(writer, state.nitsPerUnit, state.exposureStops, passes.shade.layout.debugWord);
    const lists = this.#listsFor(writer.sampleCount);
    const encoder = device.createCommandEncoder(FRAME_DESCRIPTOR);
    let dispatches = 0;
    if (settings.sun?.shadow && this.#cascades.update(state.worldFromStage, settings.sun.directionToSun))
      dispatches += passes.shadow.encode(encoder, sceneBuffers.bindGroup, this.#cascades, sceneBuffers.meshletInstanceCount);
    writeCascades(writer, this.#cascades.numbers, this.#cascades.anchor);
    device.queue.writeBuffer(frame.buffer, 0, writer.buffer);
    encoder.clearBuffer(lists.counts);
    encoder.clearBuffer(passes.shade.output, 0, COUNTER_BYTES);
    if (writer.sampleCount > 0) {
      encoder.clearBuffer(lists.depths, 0, writer.sampleCount * 4);
      encoder.clearBuffer(lists.ids, 0, writer.sampleCount * 4);
    }
    const bindings = { scene: sceneBuffers.bindGroup, frame: frame.bindGroup };
    dispatches += this.#pass(encoder, 0, (pass) => passes.cull.encode(pass, bindings, sceneBuffers.meshletInstanceCount, writer.eyeCount));
    dispatches += this.#pass(encoder, 1, (pass) => passes.setup.encode(pass, bindings));
    dispatches += passes.visibility.encode(encoder, bindings, this.#timers.span(this.#timerSlots[2]!));
    dispatches += this.#pass(encoder, 3, (pass) => passes.shade.encode(pass, bindings));
    const { countsAt, timesAt } = this.#layout;
    encoder.copyBufferToBuffer(passes.shade.output, 0, slot.buffer, 0, passes.shade.layout.bytes);
    encoder.copyBufferToBuffer(lists.counts, 0, slot.buffer, countsAt, COUNT_BYTES);
    const timestamps = this.#timers.encodeResolve(encoder, slot.buffer, timesAt);
    device.queue.submit([encoder.finish()]);
    const submittedAt = performance.now();
    return { slot, timestamps, dispatches, eyes: writer.eyeCount, encodeMs: submittedAt - startedAt, submittedAt };
  }

  #pass(encoder: GPUCommandEncoder, index: number, encode: (pass: GPUComputePassEncoder) => number): number {
    const timestampWrites = this.#timers.writes(this.#timerSlots[index]!);
    const pass = encoder.beginComputePass(timestampWrites ? { label: TIMED_PASSES[index]!, timestampWrites } : PASS_DESCRIPTORS[index]!);
    const dispatches = encode(pass);
    pass.end();
    return dispatches;
  }

  /** Lists that hold this frame; new ones, a quarter larger than asked, when samples or capacities outgrew them. */
  #listsFor(samples: number): FrameLists {
    const { capacities } = this.#lists ?? {};
    const wanted = this.#capacities;
    const fits = capacities && capacities.entries >= wanted.entries && capacities.records >= wanted.records;
    if (this.#lists && fits && this.#lists.samples >= samples) return this.#lists;
    this.#lists?.destroy();
    const room = this.#lists && samples > this.#lists.samples ? Math.ceil(samples * 1.25) : Math.max(samples, this.#lists?.samples ?? 0);
    this.#lists = createFrameLists(this.#parts.scope, wanted, Math.max(16, room));
    const { cull, setup, visibility, shade } = this.#parts.passes;
    for (const pass of [cull, setup, visibility, shade]) pass.bind(this.#lists);
    return this.#lists;
  }

  /** Grows the lists that overflowed. @returns items that did not fit. */
  #grow(counts: Uint32Array): number {
    let missing = 0;
    const c = this.#capacities;
    for (const [list, key] of LISTS) {
      const used = counts[COUNTS[list]]!;
      if (used <= c[key]) continue;
      missing += used - c[key];
      c[key] = Math.ceil(used * 1.25);
    }
    return missing;
  }
}

/** Which capacity each list length needs: blocks of large records stand in the records. */
const LISTS = [
  ['entries', 'entries'],
  ['records', 'records'],
  ['jobs', 'records'],
] as const;
const FRAME_DESCRIPTOR: GPUCommandEncoderDescriptor = { label: 'frame' };
const PASS_DESCRIPTORS: readonly GPUComputePassDescriptor[] = TIMED_PASSES.map((label) => ({ label }));

const lost = (): GpuError =>
  new GpuError('DEVICE_LOST', 'the graphics device was lost while a frame was being rendered', {
    hint: 'open a new device and render again',
  });
