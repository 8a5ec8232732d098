import type { CanvasImage, FrameDebug, FrameResult } from '../../src/engine/frame-result.ts';
import { createWallRenderer, type WallRendererOptions } from '../../src/engine/wall-renderer.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { forEachLed, NO_ID, type WallLight } from '../reference/wall-reference.ts';
import type { TestGpu } from '../support/gpu.ts';

/** A frame whose memory is its own; `debug` is empty when it was not asked for. */
export interface RenderedWall {
  readonly canvases: readonly CanvasImage[];
  readonly debug: FrameDebug;
  readonly overflows: number;
}

/** Renders frames of one stage and scene, unlit, with ids and colours per LED; the renderer is destroyed after `use`. */
export async function withWall<T>(
  gpu: TestGpu,
  stage: BakedStage,
  scene: SceneData,
  use: (render: (state: FrameState) => Promise<RenderedWall>) => Promise<T>,
  options: WallRendererOptions = {},
): Promise<T> {
  const renderer = await createWallRenderer({
    gpu: gpu.context,
    shaders: gpu.library,
    stage,
    scene,
    environment: null,
    options: { debug: true, ...options },
  });
  try {
    return await use(async (state) => copyOut(await renderer.renderFrame(state)));
  } finally {
    renderer.destroy();
  }
}

export const renderWall = (
  gpu: TestGpu,
  stage: BakedStage,
  scene: SceneData,
  state: FrameState,
  options: WallRendererOptions = {},
): Promise<RenderedWall> => withWall(gpu, stage, scene, (render) => render(state), options);

function copyOut(frame: FrameResult): RenderedWall {
  const none: FrameDebug = { ids: new Uint32Array(0), color: new Float32Array(0) };
  const { ids, color } = frame.debug ?? none;
  const copy = {
    canvases: frame.canvases.map((image) => ({ ...image, data: image.data.slice() })),
    debug: { ids: ids.slice(), color: color.slice() },
    overflows: frame.counters.overflows,
  };
  frame.release();
  return copy;
}

/** Everything known of every LED, facet by facet, whatever canvases carried it; LEDs that none carried are NaN. */
export interface LedTable {
  /** Per facet and LED: red, green, blue code. */
  readonly codes: readonly Float64Array[];
  /** Per facet and LED: bits of the scene-linear colour and the weight, and the id. */
  readonly bits: readonly Float64Array[];
}

const WORDS = 5;

/** Collects a frame by LED. `rendered`: the canvases that were asked for, in order. */
export function tabulate(stage: BakedStage, wall: RenderedWall, rendered: readonly number[] = stage.canvases.map((_, k) => k)): LedTable {
  const blank = (per: number) => stage.facets.map((f) => new Float64Array(f.widthPx * f.heightPx * per).fill(Number.NaN));
  const table = { codes: blank(3), bits: blank(WORDS) };
  const first = new Map<number, number>();
  let leds = 0;
  rendered.forEach((canvas) => {
    first.set(canvas, leds);
    leds += stage.canvases[canvas].widthPx * stage.canvases[canvas].heightPx;
  });
  const colorBits = new Uint32Array(wall.debug.color.buffer, wall.debug.color.byteOffset, wall.debug.color.length);
  forEachLed(stage, ({ facet, i, j, canvas, pixel }) => {
    const base = first.get(canvas);
    if (base === undefined) return;
    const q = j * stage.facets[facet].widthPx + i;
    const image = wall.canvases[rendered.indexOf(canvas)];
    const flat = base + pixel;
    table.codes[facet].set(codesAt(image, pixel), q * 3);
    table.bits[facet].set([...colorBits.subarray(flat * 4, flat * 4 + 4), wall.debug.ids[flat]], q * WORDS);
  });
  return table;
}

function codesAt(image: CanvasImage, pixel: number): number[] {
  const { data } = image;
  if (image.format === 'rgba8') return [...data.subarray(pixel * 4, pixel * 4 + 3)];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (image.format === 'rgba16') return [0, 1, 2].map((c) => view.getUint16(pixel * 8 + c * 2, true));
  const word = view.getUint32(pixel * 4, true);
  return [0, 1, 2].map((c) => (word >>> (10 * c)) & 1023);
}

/** LEDs of `b` that differ from `a` in codes, or in any bit of id, colour or weight; LEDs that `b` does not carry are not counted. */
export function countDifferences(a: LedTable, b: LedTable): { leds: number; codes: number; bits: number } {
  const out = { leds: 0, codes: 0, bits: 0 };
  b.codes.forEach((codes, facet) => {
    for (let q = 0; q < codes.length / 3; q++) {
      if (Number.isNaN(codes[q * 3])) continue;
      out.leds++;
      if ([0, 1, 2].some((c) => codes[q * 3 + c] !== a.codes[facet][q * 3 + c])) out.codes++;
      if ([0, 1, 2, 3, 4].some((c) => b.bits[facet][q * WORDS + c] !== a.bits[facet][q * WORDS + c])) out.bits++;
    }
  });
  return out;
}

const encode = (linear: number): number => {
  const c = Math.min(1, Math.max(0, linear));
  return c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
};

/** How a rendered wall agrees with the CPU's, LED by LED. Shares are 0..1. */
export interface Agreement {
  readonly leds: number;
  readonly sameTriangle: number;
  /** Scene-linear colours, sRGB-coded without rounding, within 2/255 in every channel. */
  readonly colorWithin2: number;
  /** Codes of an 8-bit canvas within 3 of the unrounded reference: 2 for colour, 1 for rounding and dither. */
  readonly codesWithin3: number;
  readonly worstWeight: number;
  readonly noSurface: number;
  /** The first LEDs with another triangle: facet, i, j, got, expected. */
  readonly examples: readonly (readonly number[])[];
}

export function compareWithReference(stage: BakedStage, wall: RenderedWall, reference: WallLight): Agreement {
  const sum = { leds: 0, same: 0, color: 0, codes: 0, weight: 0, none: 0 };
  const examples: number[][] = [];
  forEachLed(stage, ({ facet, i, j, canvas, pixel, flat }) => {
    const q = j * stage.facets[facet].widthPx + i;
    const want = reference.facets[facet];
    sum.leds++;
    if (want.ids[q] === NO_ID) sum.none++;
    if (wall.debug.ids[flat] === want.ids[q]) sum.same++;
    else if (examples.length < 10) examples.push([facet, i, j, wall.debug.ids[flat], want.ids[q]]);
    const signal = [0, 1, 2].map((c) => 255 * encode(want.color[q * 4 + c]));
    if (signal.every((s, c) => Math.abs(255 * encode(wall.debug.color[flat * 4 + c]) - s) <= 2)) sum.color++;
    const codes = codesAt(wall.canvases[canvas], pixel);
    if (signal.every((s, c) => Math.abs(codes[c] - s) <= 3)) sum.codes++;
    sum.weight = Math.max(sum.weight, Math.abs(wall.debug.color[flat * 4 + 3] - want.color[q * 4 + 3]));
  });
  const share = (n: number): number => n / sum.leds;
  return {
    leds: sum.leds,
    sameTriangle: share(sum.same),
    colorWithin2: share(sum.color),
    codesWithin3: share(sum.codes),
    worstWeight: sum.weight,
    noSurface: share(sum.none),
    examples,
  };
}
