import type { GpuContext } from '../gpu/gpu-context.ts';
import type { ShaderLibrary } from '../gpu/shader-library.ts';
import { ONE_PASS_FEATURE, type RasterSettings, REFERENCE_RASTER } from '../passes/visibility/raster-settings.ts';
import { chooseSpread, type SizeTimes, totalOf } from './choose-raster.ts';
import { createTrial, describeDifferences, drawTrial, type Trial, type TrialPictures } from './self-test-pictures.ts';
import { measureSubPixelBits } from './sub-pixel-grid.ts';
import { type MeasuredTimes, timeSizes } from './time-sizes.ts';

/** Vertices are shared where that saves this much of setup's time. */
const WORTHWHILE_SETUP = 0.95;

/** Ways that must equal the reference before they may be chosen. */
const WAYS = ['hardware', 'one pass', 'shared setup'] as const;
export type RasterWay = (typeof WAYS)[number];

/** What the self-test of one adapter found. */
export interface RasterSelfTest {
  readonly chosen: RasterSettings;
  /** One sentence for the operator. */
  readonly reason: string;
  /** The reference draws, and draws the same in every run and window. */
  readonly sound: boolean;
  /** Per way: '' where it gave the reference's ids and canvases bit for bit, run after run and window after window; else what was wrong. */
  readonly faults: Readonly<Record<RasterWay, string>>;
  /** Null: not measured. */
  readonly times: MeasuredTimes | null;
  /** Sub-pixel grid of the hardware rasteriser; 0: not found. For information. */
  readonly subPixelBits: number;
}

/**
 * Draws one small, hard scene by every way of rasterising, times those that equal the reference to the bit on triangles of every size, and says
 * which settings to use. Takes some seconds; leaves nothing on the device.
 * @param measure False: nothing is timed, and the reference is chosen.
 * @throws GpuError when not even the reference runs.
 */
export async function runRasterSelfTest(gpu: GpuContext, shaders: ShaderLibrary, measure = true): Promise<RasterSelfTest> {
  const trial = await createTrial(gpu, shaders);
  const reference = await drawTrial(trial, REFERENCE_RASTER);
  const problem = describeDifferences(reference, reference);
  const faults: Record<RasterWay, string> = { hardware: 'not tested', 'one pass': 'not tested', 'shared setup': 'not tested' };
  const found = { chosen: REFERENCE_RASTER, faults, times: null, subPixelBits: 0 };
  if (problem) return { ...found, sound: false, reason: `compute, the reference, although ${problem}` };
  faults.hardware = await findFault(trial, reference, { path: 'hardware' });
  faults['shared setup'] = await findFault(trial, reference, { sharedSetup: true });
  faults['one pass'] = gpu.features.has(ONE_PASS_FEATURE)
    ? await findOnePassFault(trial, reference, faults.hardware === '')
    : `the adapter lacks ${ONE_PASS_FEATURE}`;
  const subPixelBits = faults.hardware.startsWith(NOT_RUNNING) ? 0 : await measureSubPixelBits(gpu.device, shaders);
  const exceptions = WAYS.filter((way) => faults[way] !== '').map((way) => `${way}: ${faults[way]}`);
  const rest = exceptions.length > 0 ? ` (not used: ${exceptions.join('; ')})` : '';
  if (!measure) return { ...found, subPixelBits, sound: true, reason: `${describeSettings(REFERENCE_RASTER)}, not measured${rest}` };
  const times = await timeSizes(gpu, shaders, {
    hardware: faults.hardware === '',
    onePass: faults['one pass'] === '',
    sharedSetup: faults['shared setup'] === '',
  });
  const { totalMs, ...spread } = chooseSpread(times.tables);
  const chosen = { ...spread, sharedSetup: times.setupSharedMs < times.setupAloneMs * WORTHWHILE_SETUP };
  const [twoPasses] = times.tables;
  const referenceMs = totalOf(twoPasses!.sizes, 'compute', REFERENCE_RASTER.smallSamples);
  const reason = `${describeSettings(chosen)}: ${totalMs.toFixed(2)} ms over all sizes, the reference ${referenceMs.toFixed(2)} ms, equal to the bit${rest}`;
  return { chosen, reason, sound: true, faults, times, subPixelBits };
}

/** A table for people: a head, a row per size and way of finding ids, then setup. `*` marks what the chosen settings use. */
export function formatTimes({ times, chosen }: Pick<RasterSelfTest, 'times' | 'chosen'>): string[][] {
  if (!times) return [];
  const cell = (ms: number, isUsed: boolean): string => (Number.isNaN(ms) ? '–' : `${ms.toFixed(3)}${isUsed ? ' *' : ''}`);
  const row = (onePass: boolean, size: SizeTimes): string[] => {
    const used = onePass === chosen.onePass;
    const byThread = size.samples <= chosen.smallSamples;
    return [
      String(size.samples),
      onePass ? 'one' : 'two',
      cell(size.threadMs, used && byThread),
      cell(size.workgroupMs, used && !byThread && chosen.path === 'compute'),
      cell(size.hardwareMs, used && !byThread && chosen.path === 'hardware'),
    ];
  };
  const unit = times.timestamps ? 'ms' : 'ms of the frame';
  return [
    ['samples', 'passes', `thread ${unit}`, 'workgroup', 'hardware'],
    ...times.tables.flatMap(({ onePass, sizes }) => sizes.map((size) => row(onePass, size))),
    ['setup', '', `alone ${cell(times.setupAloneMs, !chosen.sharedSetup)}`, `shared ${cell(times.setupSharedMs, chosen.sharedSetup)}`, ''],
  ];
}

const NOT_RUNNING = 'does not run here';

/** One pass by compute, and by hardware where that is sound in two. */
async function findOnePassFault(trial: Trial, reference: TrialPictures, withHardware: boolean): Promise<string> {
  const byCompute = await findFault(trial, reference, { onePass: true });
  if (byCompute || !withHardware) return byCompute;
  return findFault(trial, reference, { onePass: true, path: 'hardware' });
}

/** What keeps settings from being used; '' when nothing does. */
async function findFault(trial: Trial, reference: TrialPictures, raster: Partial<RasterSettings>): Promise<string> {
  const { errors } = trial.gpu;
  const errorsBefore = errors.count;
  const pictures = await drawTrial(trial, raster).catch((error: Error) => error);
  if (pictures instanceof Error) return `${NOT_RUNNING}: ${pictures.message}`;
  if (errors.count > errorsBefore) return `it raised "${errors.recent.at(-1)?.message}"`;
  const difference = describeDifferences(reference, pictures);
  return difference && `not exact here: ${difference}`;
}

function describeSettings({ path, onePass, smallSamples, sharedSetup }: RasterSettings): string {
  const setup = sharedSetup ? ', shared vertices' : '';
  return `${path} above ${smallSamples} samples, a thread each up to there, ${onePass ? 'one pass' : 'two passes'}${setup}`;
}
