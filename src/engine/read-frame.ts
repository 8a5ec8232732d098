import { COUNTS } from '../passes/frame/frame-lists.ts';
import { type LedBlocks, wordsPerLed } from '../passes/shade/led-blocks.ts';
import { COUNTER_BYTES, DEBUG_WORDS, type OutputLayout, readShadeCounts } from '../passes/shade/output-layout.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameState } from '../stage/frame-state.ts';
import type { CanvasImage, FrameDebug, FrameResult } from './frame-result.ts';

/** A frame's mapped bytes and what is known about how it was made. */
export interface FrameReadback {
  readonly state: FrameState;
  readonly stage: BakedStage;
  readonly blocks: LedBlocks;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly layout: OutputLayout;
  readonly counts: Uint32Array;
  readonly passesMs: Readonly<Record<string, number>>;
  readonly instances: number;
  /** Meshlet-instances × eyes. */
  readonly meshletsTested: number;
  readonly dispatches: number;
  readonly overflows: number;
  readonly encodeMs: number;
  readonly gpuMs: number;
  readonly totalMs: number;
  readonly release: () => void;
}

const FORMATS = { 8: 'rgba8', 10: 'rgb10a2', 12: 'rgba16' } as const;
/** depth + id per sample and id + flags per canvas word, bytes. */
const RECORD_BYTES = 80;

/** Cuts a frame's mapped memory into canvases, without a copy. */
export function readFrame(r: FrameReadback): FrameResult {
  const canvases = r.blocks.canvases.map(({ canvas, firstWord, words }): CanvasImage => {
    const { widthPx, heightPx, bitDepth } = r.stage.canvases[canvas]!;
    return {
      canvas,
      widthPx,
      heightPx,
      bitDepth,
      format: FORMATS[bitDepth],
      data: r.bytes.subarray(r.layout.firstCanvasByte + firstWord * 4, r.layout.firstCanvasByte + (firstWord + words) * 4),
    };
  });
  const records = r.counts[COUNTS.records]!;
  const shaded = readShadeCounts(new Uint32Array(r.bytes.buffer, r.bytes.byteOffset, COUNTER_BYTES / 4));
  return {
    frame: r.state.frame,
    canvases,
    counters: {
      instances: r.instances,
      meshletsTested: r.meshletsTested,
      meshletsDrawn: r.counts[COUNTS.entries]!,
      trianglesSetUp: records,
      trianglesRasterized: records,
      ledsShaded: shaded.leds,
      surfacesShaded: shaded.surfaces,
      bytesWritten: records * RECORD_BYTES + r.blocks.canvasWords * 4,
      dispatches: r.dispatches,
      overflows: r.overflows,
    },
    timings: { encodeMs: r.encodeMs, gpuMs: r.gpuMs, totalMs: r.totalMs, passesMs: r.passesMs },
    release: r.release,
    ...(r.layout.debugWord > 0 ? { debug: readDebug(r) } : {}),
  };
}

/** Per LED in canvas order: id, then colour and inner weight (shaders/passes/shade.wgsl). Copies. */
function readDebug(r: FrameReadback): FrameDebug {
  const last = r.blocks.canvases.at(-1);
  const count = last ? last.firstLed + last.words / wordsPerLed(r.stage.canvases[last.canvas]!.bitDepth) : 0;
  const words = new Uint32Array(r.bytes.buffer, r.bytes.byteOffset + r.layout.debugWord * 4, count * DEBUG_WORDS);
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const ids = new Uint32Array(count);
  const color = new Float32Array(count * 4);
  for (let i = 0; i < count; i++) {
    ids[i] = words[i * DEBUG_WORDS]!;
    color.set(floats.subarray(i * DEBUG_WORDS + 4, i * DEBUG_WORDS + 8), i * 4);
  }
  return { ids, color };
}
