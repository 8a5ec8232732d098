import { GpuError } from '../core/errors.ts';
import type { GpuScope } from './gpu-scope.ts';

const BYTES_PER_PASS = 16;
/** WebGPU: queries are resolved to multiples of this offset. */
const RESOLVE_ALIGNMENT = 256;

/** The timings of one frame, to be read once its bytes are mapped. */
export interface FrameTimestamps {
  /**
   * Milliseconds per pass that ran, by label; empty where the adapter has no timestamps.
   * @param bytes What `encodeResolve` copied; at least `sizeBytes` long.
   */
  read(bytes: Uint8Array): Record<string, number>;
}

/** Timestamps of one timed pass: in one encoder pass, or begun in the first of several and ended in the last. */
export interface PassSpan {
  readonly whole: GPUComputePassTimestampWrites;
  readonly first: GPUComputePassTimestampWrites;
  readonly last: GPUComputePassTimestampWrites;
}

/**
 * GPU time per named pass by timestamp queries. Slots are reserved at start-up; a frame resolves them into the buffer that is read back
 * anyway. Without the feature 'timestamp-query' every call is harmless.
 */
export class PassTimers {
  /** Room needed in the frame's readback buffer; 0 without the feature. */
  readonly sizeBytes: number;
  readonly #capacity: number;
  readonly #labels: string[] = [];
  readonly #spans: PassSpan[] = [];
  readonly #querySet: GPUQuerySet | null = null;
  readonly #resolved: GPUBuffer | null = null;
  readonly #ran: Uint8Array;

  /** @param capacity Passes at most (2048 at most, WebGPU's limit on queries). */
  constructor(scope: GpuScope, capacity: number) {
    this.#capacity = capacity;
    this.#ran = new Uint8Array(capacity);
    const supported = scope.device.features.has('timestamp-query');
    this.sizeBytes = supported ? capacity * BYTES_PER_PASS : 0;
    if (!supported) return;
    this.#querySet = scope.createQuerySet('timestamps', { type: 'timestamp', count: capacity * 2 });
    this.#resolved = scope.createBuffer('timestamps-resolved', {
      // Each run of passes begins at an aligned place; at most every second pass begins one.
      size: this.sizeBytes + Math.ceil(capacity / 2) * RESOLVE_ALIGNMENT,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
  }

  /** A slot for one pass of the frame. @throws GpuError TIMER_FULL, TIMER_DUPLICATE */
  reserve(label: string): number {
    const slot = this.#labels.length;
    if (slot >= this.#capacity)
      throw new GpuError('TIMER_FULL', `no timer left for "${label}"`, {
        got: `${slot + 1} passes`,
        expected: `at most ${this.#capacity}`,
      });
    if (this.#labels.includes(label)) throw new GpuError('TIMER_DUPLICATE', `two passes are timed as "${label}"`);
    this.#labels.push(label);
    if (this.#querySet) {
      const first = { querySet: this.#querySet, beginningOfPassWriteIndex: slot * 2 };
      const last = { querySet: this.#querySet, endOfPassWriteIndex: slot * 2 + 1 };
      this.#spans.push({ whole: { ...first, ...last }, first, last });
    }
    return slot;
  }

  /** `timestampWrites` for the descriptor of a compute or render pass; the same object each time. A slot serves one pass per frame. */
  writes(slot: number): GPUComputePassTimestampWrites | undefined {
    return this.span(slot)?.whole;
  }

  /** As `writes`, for a pass of the frame that consists of several encoder passes; the same object each time. */
  span(slot: number): PassSpan | undefined {
    this.#ran[slot] = 1;
    return this.#spans[slot];
  }

  /** Encodes, after the frame's last pass, the copy of its timestamps to `target` at `offsetBytes` (a multiple of 8), and starts the next frame. */
  encodeResolve(encoder: GPUCommandEncoder, target: GPUBuffer, offsetBytes: number): FrameTimestamps {
    const ran = this.#ran.slice(0, this.#labels.length);
    this.#ran.fill(0);
    if (!this.#querySet || !this.#resolved || ran.length === 0) return { read: () => ({}) };
    let at = 0;
    // Run by run: wgpu waits for queries that were never written, for ever (WebGPU promises zeros).
    for (let first = 0, end = 0; first < ran.length; first = end + 1) {
      for (end = first; end < ran.length && ran[end]; end++);
      const bytes = (end - first) * BYTES_PER_PASS;
      if (bytes === 0) continue;
      encoder.resolveQuerySet(this.#querySet, first * 2, (end - first) * 2, this.#resolved, at);
      encoder.copyBufferToBuffer(this.#resolved, at, target, offsetBytes + first * BYTES_PER_PASS, bytes);
      at += Math.ceil(bytes / RESOLVE_ALIGNMENT) * RESOLVE_ALIGNMENT;
    }
    const labels = this.#labels;
    return { read: (bytes) => millisecondsByLabel(labels, ran, bytes) };
  }
}

/** Timestamps are u64 nanoseconds; what a reset of the GPU's clock makes negative counts as 0. */
function millisecondsByLabel(labels: readonly string[], ran: Uint8Array, bytes: Uint8Array): Record<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result: Record<string, number> = {};
  ran.forEach((did, slot) => {
    if (!did) return;
    const ns = view.getBigUint64(slot * BYTES_PER_PASS + 8, true) - view.getBigUint64(slot * BYTES_PER_PASS, true);
    result[labels[slot]!] = ns > 0n ? Number(ns) / 1e6 : 0;
  });
  return result;
}
