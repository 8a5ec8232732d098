import { COUNTS, MAX_TREE_LEVELS, RECORD_BYTES } from '../passes/frame/frame-lists.ts';
import { type LedBlocks, wordsPerLed } from '../passes/shade/led-blocks.ts';
import { COUNTER_BYTES, DEBUG_WORDS, type OutputLayout, readShadeCounts } from '../passes/shade/output-layout.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameState } from '../stage/frame-state.ts';
import type { EncodedFrame } from './frame-encoder.ts';
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
  readonly encoded: EncodedFrame;
  readonly overflows: number;
  readonly times: { readonly encodeMs: number; readonly gpuMs: number; readonly totalMs: number };
  readonly release: () => void;
}

const FORMATS = { 8: 'rgba8', 10: 'rgb10a2', 12: 'rgba16' } as const;
/** Depth and id. */
const SAMPLE_BYTES = 8;

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
  let nodes = 0;
  for (let k = 0; k < 2 * MAX_TREE_LEVELS; k++) nodes += r.counts[COUNTS.levels + k]!;
  const shaded = readShadeCounts(new Uint32Array(r.bytes.buffer, r.bytes.byteOffset, COUNTER_BYTES / 4));
  return {
    frame: r.state.frame,
    canvases,
    counters: {
      instances: r.instances,
      instancesTested: r.instances * r.encoded.eyes,
      nodesTested: nodes + r.counts[COUNTS.hiddenNodes]!,
      clustersTested: r.counts[COUNTS.clusters]! + r.counts[COUNTS.hiddenClusters]!,
      clustersOccluded: r.counts[COUNTS.hiddenClusters]!,
      clustersDrawn: r.counts[COUNTS.entries]!,
      trianglesSetUp: r.counts[COUNTS.triangles]!,
      trianglesRasterized: records,
      ...shaded,
      bytesWritten: records * RECORD_BYTES + r.encoded.samples * SAMPLE_BYTES + r.blocks.canvasWords * 4,
      dispatches: r.encoded.dispatches,
      draws: r.encoded.draws,
      allocations: r.encoded.allocations,
      overflows: r.overflows,
    },
    timings: { ...r.times, passesMs: r.passesMs },
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
