//! import color.wgsl
//! import passes/frame-bindings.wgsl
// From scene-linear light to the code in the processor's canvas.
/// Counters, then the canvases, then what debugging asked for.
@group(2) @binding(2) var<storage, read_write> output: array<atomic<u32>>;
/// What is counted (src/passes/shade/output-layout.ts). Each counter is spread over COUNT_SPREAD words: one word would be a queue.
const COUNT_LIT: u32 = 0u;
const COUNT_SHADED: u32 = 1u;
const COUNT_SHADED_IN_FEATHER: u32 = 2u;
const COUNT_IN_FEATHER: u32 = 3u;
const COUNT_SURFACES: u32 = 4u;
const COUNT_TEXELS: u32 = 5u;
const COUNT_SPREAD: u32 = 256u;
/// 6 · COUNT_SPREAD.
const FIRST_CANVAS_WORD: u32 = 1536u;
@group(2) @binding(3) var<uniform> outputs: OutputTable;
/// Bit k: transfer k occurs.
override TRANSFERS: u32 = 7u;

struct Output {
  matrix0: vec3f,
  bitDepth: u32,
  matrix1: vec3f,
  /// 0 sRGB, 1 gamma, 2 PQ.
  transfer: u32,
  matrix2: vec3f,
  gamma: f32,
  /// Nits of signal 1 (sRGB, gamma).
  whiteNits: f32,
  peakNits: f32,
  pad0: f32,
  pad1: f32,
}
struct OutputTable {
  /// Nits of scene-linear 1 with exposure applied.
  nitsPerUnit: f32,
  /// First word of the debug output behind the canvases, 8 words per LED; 0 = none.
  debug: u32,
  pad0: f32,
  pad1: f32,
  outputs: array<Output, 64>,
}

/// Where an LED lies in its canvas (LEDs from the first), after flip and turn (src/stage/baked-stage.ts, Tile).
fn placeInCanvas(block: Block, led: vec2u) -> u32 {
  let first = vec2u(block.tileFirst & 0xffffu, block.tileFirst >> 16u);
  let size = vec2u(block.tileSize & 0xffffu, block.tileSize >> 16u);
  var a = led - first;
  if ((block.turn & 4u) != 0u) { a.x = size.x - 1u - a.x; }
  var p = a;
  switch block.turn & 3u {
    case 1u: { p = vec2u(size.y - 1u - a.y, a.x); }
    case 2u: { p = size - 1u - a; }
    case 3u: { p = vec2u(a.y, size.x - 1u - a.x); }
    default: {}
  }
  p += vec2u(block.place & 0xffffu, block.place >> 16u);
  return p.y * block.canvasStride + p.x;
}

/// Word of the spread for a thread: neighbours in a workgroup beside each other, neighbouring workgroups apart.
fn countPlace(group: u32, lane: u32) -> u32 {
  return (group * 64u + lane) & (COUNT_SPREAD - 1u);
}

fn addCount(counter: u32, place: u32, amount: u32) {
  if (amount != 0u) { atomicAdd(&output[counter * COUNT_SPREAD + place], amount); }
}

fn putWord(at: u32, word: u32) {
  atomicStore(&output[FIRST_CANVAS_WORD + at], word);
}

/// Scene-linear → the wall's signal: exposure, panel primaries, clip at the panel's peak, transfer, dither fixed to the LED, code.
fn writeLed(block: Block, led: vec2u, color: vec3f) {
  let o = &outputs.outputs[block.output];
  let panel = vec3f(dot((*o).matrix0, color), dot((*o).matrix1, color), dot((*o).matrix2, color));
  let nits = clamp(panel * outputs.nitsPerUnit, vec3f(0.0), vec3f((*o).peakNits));
  var signal = vec3f(0.0);
  if ((TRANSFERS & 1u) != 0u && (*o).transfer == 0u) { signal = srgbFromLinear(nits / (*o).whiteNits); }
  if ((TRANSFERS & 2u) != 0u && (*o).transfer == 1u) { signal = gammaFromLinear(nits / (*o).whiteNits, (*o).gamma); }
  if ((TRANSFERS & 4u) != 0u && (*o).transfer == 2u) { signal = pqFromNits(nits); }
  let peakCode = f32((1u << (*o).bitDepth) - 1u);
  let code = vec3u(clamp(floor(signal * peakCode + hashToUnit(vec3u(led, block.facet))), vec3f(0.0), vec3f(peakCode)));
  let at = placeInCanvas(block, led);
  if ((*o).bitDepth == 8u) {
    putWord(block.canvasBase + at, code.r | (code.g << 8u) | (code.b << 16u) | 0xff000000u);
  } else if ((*o).bitDepth == 10u) {
    putWord(block.canvasBase + at, code.r | (code.g << 10u) | (code.b << 20u) | 0xc0000000u);
  } else {
    putWord(block.canvasBase + 2u * at, code.r | (code.g << 16u));
    putWord(block.canvasBase + 2u * at + 1u, code.b | 0x0fff0000u);
  }
}

/// Id, colour and weight of the inner eyes, for `FrameDebug`.
fn writeDebug(block: Block, led: vec2u, found: u32, color: vec3f, inner: f32) {
  let at = outputs.debug + 8u * (block.canvasLed + placeInCanvas(block, led));
  atomicStore(&output[at], ~found);
  atomicStore(&output[at + 4u], bitcast<u32>(color.r));
  atomicStore(&output[at + 5u], bitcast<u32>(color.g));
  atomicStore(&output[at + 6u], bitcast<u32>(color.b));
  atomicStore(&output[at + 7u], bitcast<u32>(inner));
}
