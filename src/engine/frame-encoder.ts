import type { GpuContext } from '../gpu/gpu-context.ts';
import type { GpuScope } from '../gpu/gpu-scope.ts';
import { type FrameTimestamps, type PassSpan, PassTimers } from '../gpu/timers.ts';
import type { CullPass } from '../passes/cull/cull-pass.ts';
import type { FrameBuffer } from '../passes/frame/frame-buffer.ts';
import { writeFrameDetail } from '../passes/frame/frame-header.ts';
import type { ListCapacities } from '../passes/frame/frame-lists.ts';
import { COUNT_BYTES, createFrameLists, type FrameLists } from '../passes/frame/frame-lists.ts';
import { FrameWriter } from '../passes/frame/frame-writer.ts';
import { type LightingSettings, writeCascades } from '../passes/frame/lighting-writer.ts';
import { writeExposure } from '../passes/frame/outputs-writer.ts';
import type { FrameBindings } from '../passes/pass-kit.ts';
import type { SamplesPass } from '../passes/samples/samples-pass.ts';
import type { SceneBuffers } from '../passes/scene/scene-buffers.ts';
import type { SetupPass } from '../passes/setup/setup-pass.ts';
import { COUNTER_BYTES } from '../passes/shade/output-layout.ts';
import type { ShadePass } from '../passes/shade/shade-pass.ts';
import { SHADOW_LAYER_BYTES, type ShadowPass } from '../passes/shadow/shadow-pass.ts';
import { sampleWords } from '../passes/visibility/raster-settings.ts';
import type { VisibilityPass, VisibilitySpans } from '../passes/visibility/visibility-pass.ts';
import type { FrameState } from '../stage/frame-state.ts';

/** In the order of the frame. */
const TIMED_PASSES = ['shadow', 'cull', 'setup', 'depth', 'second-look', 'second-depth', 'ids', 'shade'] as const;
type TimedPass = (typeof TIMED_PASSES)[number];

export interface FramePasses {
  /** Null where no light casts shadows. */
  readonly shadow: ShadowPass | null;
  readonly samples: SamplesPass;
  readonly cull: CullPass;
  readonly setup: SetupPass;
  readonly visibility: VisibilityPass;
  readonly shade: ShadePass;
}

/** What frames are encoded with. */
export interface EncoderParts {
  readonly gpu: GpuContext;
  readonly scope: GpuScope;
  readonly writer: FrameWriter;
  readonly sceneBuffers: SceneBuffers;
  readonly frame: FrameBuffer;
  readonly settings: LightingSettings;
  readonly passes: FramePasses;
}

/** Of a readback slot: the shade pass's output, then list lengths, those of the shadow layers, then timestamps. */
export interface SlotLayout {
  readonly countsAt: number;
  readonly shadowsAt: number;
  readonly timesAt: number;
  readonly bytes: number;
}

/** What was submitted for one frame. */
export interface EncodedFrame {
  readonly timestamps: FrameTimestamps;
  readonly dispatches: number;
  readonly draws: number;
  readonly samples: number;
  readonly eyes: number;
  /** Objects made on the device. */
  readonly allocations: number;
}

/** Encodes and submits frames: the one place that knows their order. */
export class FrameEncoder {
  readonly slotLayout: SlotLayout;
  readonly #parts: EncoderParts;
  readonly #timers: PassTimers;
  readonly #slots: Readonly<Record<TimedPass, number>>;
  readonly #descriptors = new Map<TimedPass, GPUComputePassDescriptor>();
  #visibilitySpans: VisibilitySpans = { depth: [undefined, undefined], ids: undefined };
  #lists: FrameLists | null = null;
  /** Which of the two depth pyramids this frame makes. */
  #parity = 0;
  readonly #shadowSpan = (): PassSpan | undefined => this.#timers.span(this.#slots.shadow);
  #dispatches = 0;
  #draws = 0;

  constructor(parts: EncoderParts) {
    this.#parts = parts;
    this.#timers = new PassTimers(parts.scope, TIMED_PASSES.length);
    this.#slots = Object.fromEntries(TIMED_PASSES.map((label) => [label, this.#timers.reserve(label)])) as Record<TimedPass, number>;
    const countsAt = parts.passes.shade.layout.bytes;
    const shadowsAt = countsAt + COUNT_BYTES;
    const timesAt = shadowsAt + SHADOW_LAYER_BYTES;
    this.slotLayout = { countsAt, shadowsAt, timesAt, bytes: timesAt + Math.max(16, this.#timers.sizeBytes) };
  }

  /** The frame, whole: parameters, shadows when due, first look, second look, ids, shade, copies to `slot`. */
  submit(state: FrameState, capacities: ListCapacities, slot: GPUBuffer): EncodedFrame {
    const { gpu, writer, sceneBuffers, frame, passes, scope } = this.#parts;
    const { device } = gpu;
    const madeBefore = scope.made;
    const cameras = FrameWriter.activeCameras(state);
    writer.write(state, cameras, capacities);
    writeFrameDetail(writer, sceneBuffers.residentError, passes.shade.listsCoarse(state.outerRate));
    writeExposure(writer, state.nitsPerUnit, state.exposureStops, passes.shade.layout.debugWord);
    const lists = this.#listsFor(capacities);
    const encoder = device.createCommandEncoder(FRAME_DESCRIPTOR);
    this.#dispatches = this.#draws = 0;
    this.#encodeShadows(encoder, state);
    device.queue.writeBuffer(frame.buffer, 0, writer.buffer, 0, writer.usedBytes);
    encoder.clearBuffer(lists.counts);
    encoder.clearBuffer(passes.shade.output, 0, COUNTER_BYTES);
    const bindings = { scene: sceneBuffers.bindGroup, shape: sceneBuffers.shapeGroup, frame: frame.bindGroup };
    if (writer.viewCount > 0) this.#encodeVisibility(encoder, bindings);
    this.#pass(encoder, 'shade', (pass) => passes.shade.encode(pass, bindings));
    if (writer.viewCount > 0) passes.cull.encodeEnd(encoder);
    const { countsAt, shadowsAt, timesAt } = this.slotLayout;
    encoder.copyBufferToBuffer(passes.shade.output, 0, slot, 0, passes.shade.layout.bytes);
    encoder.copyBufferToBuffer(lists.counts, 0, slot, countsAt, COUNT_BYTES);
    if (passes.shadow) encoder.copyBufferToBuffer(passes.shadow.layers, 0, slot, shadowsAt, SHADOW_LAYER_BYTES);
    const timestamps = this.#timers.encodeResolve(encoder, slot, timesAt);
    device.queue.submit([encoder.finish()]);
    this.#parity = 1 - this.#parity;
    return {
      timestamps,
      dispatches: this.#dispatches,
      draws: this.#draws,
      samples: writer.sampleCount,
      eyes: writer.eyeCount,
      allocations: scope.made - madeBefore,
    };
  }

  /** Shadow maps, where they show something else than this frame's shadows; and where shading finds them. */
  #encodeShadows(encoder: GPUCommandEncoder, state: FrameState): void {
    const { writer, settings, passes } = this.#parts;
    if (!passes.shadow || !settings.sun) return;
    const work = passes.shadow.encode(encoder, state.worldFromStage, settings.sun.directionToSun, this.#shadowSpan);
    this.#draws += work.draws;
    this.#dispatches += work.dispatches;
    writeCascades(writer, passes.shadow.cascades.numbers, passes.shadow.cascades.anchor);
  }

  /** Which triangle each sample sees: what the frame before did not hide, then what it hid and this frame shows, then ids over both. */
  #encodeVisibility(encoder: GPUCommandEncoder, bindings: FrameBindings): void {
    const { writer, sceneBuffers, passes } = this.#parts;
    const parity = this.#parity;
    passes.samples.encodeClear(encoder, writer);
    this.#pass(
      encoder,
      'cull',
      (pass) =>
        passes.samples.encodePrepare(pass, bindings, writer) +
        passes.cull.encodeFirst(pass, bindings, sceneBuffers.instanceCount, writer.eyeCount, parity),
    );
    this.#pass(encoder, 'setup', (pass) => passes.setup.encode(pass, bindings));
    const spans = this.#spans();
    this.#count(passes.visibility.encodeDepths(encoder, bindings, 0, spans));
    this.#pass(
      encoder,
      'second-look',
      (pass) =>
        passes.samples.encodePyramid(pass, bindings, writer, parity) +
        passes.cull.encodeSecond(pass, bindings, parity) +
        passes.setup.encode(pass, bindings),
    );
    this.#count(passes.visibility.encodeDepths(encoder, bindings, 1, spans));
    if (!passes.visibility.settings.onePass) this.#count(passes.visibility.encodeIds(encoder, bindings, spans));
  }

  #count(calls: number): void {
    const draws = this.#parts.passes.visibility.settings.path === 'hardware' ? calls >> 1 : 0;
    this.#draws += draws;
    this.#dispatches += calls - draws;
  }

  #pass(encoder: GPUCommandEncoder, label: TimedPass, encode: (pass: GPUComputePassEncoder) => number): void {
    const timestampWrites = this.#timers.writes(this.#slots[label]);
    let descriptor = this.#descriptors.get(label);
    if (!descriptor) {
      descriptor = { label, ...(timestampWrites && { timestampWrites }) };
      this.#descriptors.set(label, descriptor);
    }
    const pass = encoder.beginComputePass(descriptor);
    this.#dispatches += encode(pass);
    pass.end();
  }

  /** Marks the visibility steps as run; the same object each frame. */
  #spans(): VisibilitySpans {
    const next: readonly (PassSpan | undefined)[] = [
      this.#timers.span(this.#slots.depth),
      this.#timers.span(this.#slots['second-depth']),
      this.#parts.passes.visibility.settings.onePass ? undefined : this.#timers.span(this.#slots.ids),
    ];
    if (this.#visibilitySpans.depth[0] !== next[0]) this.#visibilitySpans = { depth: [next[0], next[1]], ids: next[2] };
    return this.#visibilitySpans;
  }

  /** Lists that hold this frame; new ones, a quarter larger than asked, when samples or capacities outgrew them. */
  #listsFor(capacities: ListCapacities): FrameLists {
    const { scope, writer, passes } = this.#parts;
    const known = this.#lists;
    const fits =
      known &&
      KEYS.every((key) => known.capacities[key] >= capacities[key]) &&
      known.samples >= writer.sampleCount &&
      known.texels >= writer.texelCount;
    if (known && fits) return known;
    known?.destroy();
    const room = (asked: number, had: number | undefined): number =>
      Math.max(16, had !== undefined && asked > had ? Math.ceil(asked * 1.25) : Math.max(asked, had ?? 0));
    this.#lists = createFrameLists(
      scope,
      capacities,
      room(writer.sampleCount, known?.samples),
      room(writer.texelCount, known?.texels),
      sampleWords(passes.visibility.settings),
    );
    // The pyramid of the frame before went with the old lists.
    writer.forgetPrevious();
    for (const pass of [passes.samples, passes.cull, passes.setup, passes.visibility, passes.shade]) pass.bind(this.#lists);
    return this.#lists;
  }
}

const KEYS = ['entries', 'records', 'nodes', 'clusters'] as const;
const FRAME_DESCRIPTOR: GPUCommandEncoderDescriptor = { label: 'frame' };
