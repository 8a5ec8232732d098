import type { GpuContext } from '../gpu/gpu-context.ts';
import type { ShaderLibrary } from '../gpu/shader-library.ts';
import type { RasterPath } from '../passes/visibility/visibility-pass.ts';
import type { SceneData } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameResult } from './frame-result.ts';
import { selfTestScene } from './self-test-scene.ts';
import { SHIFTED_CANVAS, selfTestStage, selfTestState } from './self-test-stage.ts';
import { measureSubPixelBits } from './sub-pixel-grid.ts';
import { createWallRenderer } from './wall-renderer.ts';

/** Frames per path; the first warms up, the median of the others counts. */
const TIMED_FRAMES = 4;
/** The hardware path must save this much of the time, or the reference stays. */
const WORTHWHILE = 0.9;

/** What the self-test of one adapter found. */
export interface RasterSelfTest {
  readonly chosen: RasterPath;
  /** One sentence for the operator. */
  readonly reason: string;
  /** The reference draws, and draws the same in every run and window. */
  readonly sound: boolean;
  /** Both paths, run after run and window after window, gave the same ids and canvases, bit for bit. */
  readonly equal: boolean;
  /** Median time of the visibility pass, milliseconds (of the whole frame where the adapter has no timestamps); NaN: not measured. */
  readonly computeMs: number;
  readonly hardwareMs: number;
  /** Sub-pixel grid of the hardware rasteriser; 0: not found. For information. */
  readonly subPixelBits: number;
}

/**
 * Draws one small, hard scene by both raster paths and says which to use. A path is only ever chosen over the reference (compute) when it
 * is equal to the bit and faster. Takes about a second; leaves nothing on the device.
 * @throws GpuError when not even the reference runs.
 */
export async function runRasterSelfTest(gpu: GpuContext, shaders: ShaderLibrary): Promise<RasterSelfTest> {
  const stage = selfTestStage();
  const trial: Trial = { gpu, shaders, stage, scene: await selfTestScene(selfTestState(stage).worldFromStage) };
  const compute = await runPath(trial, 'compute');
  const problem = describeDifferences(compute, compute, 'compute');
  if (problem) return verdict('compute', `compute, the reference, although ${problem}`, { sound: false, computeMs: compute.ms });
  const errorsBefore = gpu.errors.count;
  const hardware = await runPath(trial, 'hardware').catch((error: Error) => error);
  if (hardware instanceof Error)
    return verdict('compute', `compute, because the hardware path does not run here: ${hardware.message}`, { computeMs: compute.ms });
  const subPixelBits = await measureSubPixelBits(gpu.device, shaders);
  const numbers = { computeMs: compute.ms, hardwareMs: hardware.ms, subPixelBits };
  const newErrors = gpu.errors.count > errorsBefore;
  const difference = newErrors ? `it raised "${gpu.errors.recent.at(-1)?.message}"` : describeDifferences(compute, hardware, 'hardware');
  if (difference) return verdict('compute', `compute, because the hardware path is not exact here: ${difference}`, numbers);
  const times = `compute ${compute.ms.toFixed(2)} ms, hardware ${hardware.ms.toFixed(2)} ms, equal to the bit`;
  if (hardware.ms < compute.ms * WORTHWHILE)
    return verdict('hardware', `hardware, because it is faster: ${times}`, { equal: true, ...numbers });
  return verdict('compute', `compute, because hardware is not faster: ${times}`, { equal: true, ...numbers });
}

interface Trial {
  readonly gpu: GpuContext;
  readonly shaders: ShaderLibrary;
  readonly stage: BakedStage;
  readonly scene: SceneData;
}

/** What was seen: per canvas ids, then the canvas's bytes. */
interface Picture {
  readonly ids: Uint32Array;
  readonly bytes: Uint8Array;
}

interface PathRun {
  readonly ms: number;
  /** Of all canvases, in two runs. */
  readonly first: readonly Picture[];
  readonly again: readonly Picture[];
  /** The shifted canvas, rendered alone. */
  readonly alone: Picture;
}

async function runPath(trial: Trial, path: RasterPath): Promise<PathRun> {
  const whole = await renderPictures(trial, path, undefined, TIMED_FRAMES);
  const { pictures } = await renderPictures(trial, path, [SHIFTED_CANVAS], 1);
  return { ms: median(whole.times), first: whole.pictures[0]!, again: whole.pictures.at(-1)!, alone: pictures[0]![0]! };
}

async function renderPictures(
  { gpu, shaders, stage, scene }: Trial,
  path: RasterPath,
  canvases: readonly number[] | undefined,
  frames: number,
) {
  const options = { debug: true, rasterPath: path, ...(canvases && { canvases }) };
  const renderer = await createWallRenderer({ gpu, shaders, stage, scene, environment: null, options });
  try {
    const state = selfTestState(stage);
    const pictures: Picture[][] = [];
    const times: number[] = [];
    for (let k = 0; k < frames; k++) {
      const result = await renderer.renderFrame(state);
      // The first frame grows lists and warms caches.
      if (k > 0 || frames === 1) times.push(result.timings.passesMs['visibility'] ?? result.timings.gpuMs);
      pictures.push(copyPictures(result));
      result.release();
    }
    return { pictures, times };
  } finally {
    renderer.destroy();
  }
}

function copyPictures({ canvases, debug }: FrameResult): Picture[] {
  let led = 0;
  return canvases.map(({ widthPx, heightPx, data }) => {
    const ids = debug!.ids.slice(led, led + widthPx * heightPx);
    led += widthPx * heightPx;
    return { ids, bytes: data.slice() };
  });
}

/** What of a path differs from the reference or from itself; '' when nothing does. */
function describeDifferences(reference: PathRun, run: PathRun, name: string): string {
  const drawn = reference.first.reduce((sum, { ids }) => sum + ids.filter((id) => id !== 0xffffffff).length, 0);
  if (drawn === 0) return 'nothing was drawn at all';
  const toReference = reference.first.reduce((sum, picture, k) => sum + countDifferences(picture, run.first[k]!), 0);
  if (toReference > 0) return `${toReference} LEDs differ from the reference`;
  const toItself = run.first.reduce((sum, picture, k) => sum + countDifferences(picture, run.again[k]!), 0);
  if (toItself > 0) return `${toItself} LEDs of ${name} differ from run to run`;
  const toWindow = countDifferences(run.first[SHIFTED_CANVAS]!, run.alone);
  return toWindow > 0 ? `${toWindow} LEDs of ${name} differ when a canvas is rendered alone` : '';
}

/** LEDs whose id or code differs. */
function countDifferences(a: Picture, b: Picture): number {
  if (a.ids.length !== b.ids.length) return Math.max(a.ids.length, b.ids.length);
  let count = 0;
  for (let k = 0; k < a.ids.length; k++) {
    let same = a.ids[k] === b.ids[k];
    for (let c = 0; c < 4; c++) same &&= a.bytes[k * 4 + c] === b.bytes[k * 4 + c];
    if (!same) count++;
  }
  return count;
}

function verdict(chosen: RasterPath, reason: string, found: Partial<RasterSelfTest>): RasterSelfTest {
  return { sound: true, equal: false, computeMs: Number.NaN, hardwareMs: Number.NaN, subPixelBits: 0, ...found, chosen, reason };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
