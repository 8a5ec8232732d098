const COUNT_SPREAD = 64;
/** LEDs lit, then surfaces shaded, each spread over COUNT_SPREAD words (shaders/passes/write-led.wgsl). */
export const COUNTER_BYTES = 2 * COUNT_SPREAD * 4;
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

/** LEDs lit and surfaces shaded, from the words of the output buffer. */
export function readShadeCounts(output: Uint32Array): { readonly leds: number; readonly surfaces: number } {
  let [leds, surfaces] = [0, 0];
  for (let k = 0; k < COUNT_SPREAD; k++) {
    leds += output[k]!;
    surfaces += output[COUNT_SPREAD + k]!;
  }
  return { leds, surfaces };
}
