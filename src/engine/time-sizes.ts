import type { GpuContext } from '../gpu/gpu-context.ts';
import type { ShaderLibrary } from '../gpu/shader-library.ts';
import type { RasterSettings } from '../passes/visibility/raster-settings.ts';
import type { SizeTable } from './choose-raster.ts';
import type { FrameResult } from './frame-result.ts';
import { createSizeTrial, SIZE_CLASSES, type SizeTrial } from './self-test-sizes.ts';
import { createWallRenderer } from './wall-renderer.ts';

/** Edge of the wall that sizes are timed on, LEDs: enough to fill a GPU; software drivers take their time with less. */
const EDGE_PX = { gpu: 512, software: 128, null: 64 } as const;
/** Timed frames per place, after one that warms up; the median counts. */
const FRAMES = { gpu: 5, software: 2, null: 1 } as const;
/** A rectangle of hardware per tiny triangle takes a software driver seconds a frame: not timed below this, and so not chosen there. */
const HARDWARE_FROM_SAMPLES = { gpu: 0, software: 64, null: 0 } as const;
/** Every size class by one thread each, or none. */
const ALL_SMALL = SIZE_CLASSES.at(-1)!;
const NONE_SMALL = 0;

/** Which ways are sound on the device and may be timed. */
export interface SoundWays {
  readonly hardware: boolean;
  readonly onePass: boolean;
  readonly sharedSetup: boolean;
}

export interface MeasuredTimes {
  /** Two passes, then one where that is sound. */
  readonly tables: readonly SizeTable[];
  /** Setup of a grid of shared vertices: each thread for itself, and vertices shared (NaN where that is not sound); milliseconds. */
  readonly setupAloneMs: number;
  readonly setupSharedMs: number;
  /** Times are the passes' own; false: the adapter has no timestamps, they are of whole frames. */
  readonly timestamps: boolean;
}

/** Times every sound way on triangles of every size class. @throws GpuError when a way does not run. */
export async function timeSizes(gpu: GpuContext, shaders: ShaderLibrary, sound: SoundWays): Promise<MeasuredTimes> {
  const kind = gpu.description.kind;
  const trial = await createSizeTrial(EDGE_PX[kind]);
  const run = (raster: Partial<RasterSettings>, fromSamples = 0) =>
    timePlaces({ gpu, shaders, trial, frames: FRAMES[kind] }, raster, fromSamples);
  const tables: SizeTable[] = [];
  let setup: readonly [number, number] = [Number.NaN, Number.NaN];
  for (const onePass of sound.onePass ? [false, true] : [false]) {
    const thread = await run({ onePass, smallSamples: ALL_SMALL });
    const workgroup = await run({ onePass, smallSamples: NONE_SMALL, sharedSetup: sound.sharedSetup });
    const hardware = sound.hardware
      ? await run({ onePass, smallSamples: NONE_SMALL, path: 'hardware' }, HARDWARE_FROM_SAMPLES[kind])
      : null;
    if (!onePass) setup = [thread.setupMs, sound.sharedSetup ? workgroup.setupMs : Number.NaN];
    tables.push({
      onePass,
      sizes: SIZE_CLASSES.map((samples, k) => ({
        samples,
        threadMs: thread.visibilityMs[k]!,
        workgroupMs: workgroup.visibilityMs[k]!,
        hardwareMs: hardware?.visibilityMs[k] ?? Number.NaN,
      })),
    });
  }
  return { tables, setupAloneMs: setup[0], setupSharedMs: setup[1], timestamps: gpu.features.has('timestamp-query') };
}

interface Timing {
  readonly gpu: GpuContext;
  readonly shaders: ShaderLibrary;
  readonly trial: SizeTrial;
  readonly frames: number;
}

/** Median times of one set of settings: visibility per size class (NaN below `fromSamples`), and setup of the grid. */
async function timePlaces({ gpu, shaders, trial, frames }: Timing, raster: Partial<RasterSettings>, fromSamples: number) {
  const { stage, scene, stateAt } = trial;
  const renderer = await createWallRenderer({ gpu, shaders, stage, scene, environment: null, options: { raster } });
  try {
    const timePlace = async (place: number, read: (result: FrameResult) => number): Promise<number> => {
      const times: number[] = [];
      for (let k = 0; k <= frames; k++) {
        const result = await renderer.renderFrame(stateAt(place));
        // The first frame at a place grows lists and fills caches.
        if (k > 0) times.push(read(result));
        result.release();
      }
      return median(times);
    };
    const visibilityMs: number[] = [];
    for (let place = 0; place < SIZE_CLASSES.length; place++)
      visibilityMs.push(SIZE_CLASSES[place]! < fromSamples ? Number.NaN : await timePlace(place, visibilityOf));
    return { visibilityMs, setupMs: await timePlace(SIZE_CLASSES.length, setupOf) };
  } finally {
    renderer.destroy();
  }
}

const visibilityOf = ({ timings: { passesMs, gpuMs } }: FrameResult): number =>
  passesMs['depth'] === undefined ? gpuMs : passesMs['depth'] + (passesMs['second-depth'] ?? 0) + (passesMs['ids'] ?? 0);

const setupOf = ({ timings: { passesMs, gpuMs } }: FrameResult): number => passesMs['setup'] ?? gpuMs;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
