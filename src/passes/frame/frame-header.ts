import { FRAME_BYTES } from './frame-layout.ts';
import type { ListCapacities } from './frame-lists.ts';

/** What of a frame writer the Frame struct takes part in (shaders/passes/frame-bindings.wgsl). */
interface HeaderWords {
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly eyeCount: number;
  readonly viewCount: number;
  readonly outerViews: number;
}

/** Writes Frame; what only later steps know is zero. @param lodErrorPx LED pixels. */
export function writeFrameHeader(
  { words, floats, eyeCount, viewCount, outerViews }: HeaderWords,
  lodErrorPx: number,
  capacities: ListCapacities,
): void {
  words.fill(0, 0, FRAME_BYTES / 4);
  words[0] = eyeCount;
  words[1] = viewCount;
  words[2] = capacities.entries;
  words[3] = capacities.records;
  words[4] = capacities.nodes;
  words[5] = capacities.clusters;
  floats[6] = lodErrorPx;
  words[11] = outerViews;
}

/** @param residentError `SceneBuffers.residentError`.   @param listsCoarse Blocks that only the outer eye lights are listed apart (`ShadePass.listsCoarse`). */
export function writeFrameDetail({ words, floats }: HeaderWords, residentError: number, listsCoarse: boolean): void {
  floats[7] = residentError;
  words[8] = listsCoarse ? 1 : 0;
}
