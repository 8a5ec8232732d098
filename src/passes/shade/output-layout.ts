/** What the shade pass counts, in order; each counter is spread over COUNT_SPREAD words (shaders/passes/write-led.wgsl). */
const SHADE_COUNTERS = ['ledsLit', 'ledsShaded', 'ledsShadedInFeather', 'ledsInFeather', 'surfacesShaded', 'texelsRead'] as const;
const COUNT_SPREAD = 256;
export const COUNTER_BYTES = SHADE_COUNTERS.length * COUNT_SPREAD * 4;
/** Words per LED of the debug output: id, three unused, colour and inner weight. */
export const DEBUG_WORDS = 8;

/** Where counters, canvases and debug output lie in the shade pass's one output buffer. */
export interface OutputLayout {
  readonly firstCanvasByte: number;
  /** First word of the debug output; 0 = none. */
  readonly debugWord: number;
  readonly bytes: number;
}

/** @param canvasWords Words of all canvases; at least as many as they have LEDs. */
export function outputLayout(canvasWords: number, debug: boolean): OutputLayout {
  const debugWord = debug ? COUNTER_BYTES / 4 + canvasWords : 0;
  const words = COUNTER_BYTES / 4 + canvasWords * (debug ? 1 + DEBUG_WORDS : 1);
  return { firstCanvasByte: COUNTER_BYTES, debugWord, bytes: Math.ceil(words / 4) * 16 };
}

export type ShadeCounts = Readonly<Record<(typeof SHADE_COUNTERS)[number], number>>;

/** Sums of the counters, from the words of the output buffer. */
export function readShadeCounts(output: Uint32Array): ShadeCounts {
  const counts = { ledsLit: 0, ledsShaded: 0, ledsShadedInFeather: 0, ledsInFeather: 0, surfacesShaded: 0, texelsRead: 0 };
  let at = 0;
  for (const counter of SHADE_COUNTERS) {
    counts[counter] = sumOf(output, at);
    at += COUNT_SPREAD;
  }
  return counts;
}

/** A sum in a local variable: one kept in an object would be a new number on the heap with every step. */
function sumOf(words: Uint32Array, first: number): number {
  let sum = 0;
  for (let k = first; k < first + COUNT_SPREAD; k++) sum += words[k]!;
  return sum;
}
