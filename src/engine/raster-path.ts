import type { GpuContext } from '../gpu/gpu-context.ts';
import type { ShaderLibrary } from '../gpu/shader-library.ts';
import { type RasterSettings, REFERENCE_RASTER } from '../passes/visibility/raster-settings.ts';
import { runRasterSelfTest } from './raster-self-test.ts';

/** Where answers of the self-test are kept between runs; a failure to read or write is no error, the test is then run again. */
export interface RasterPathCache {
  read(key: string): Promise<string | null>;
  write(key: string, text: string): Promise<void>;
}

export interface RasterChoice {
  readonly settings: RasterSettings;
  /** One sentence for the operator. */
  readonly reason: string;
}

/** Shaders whose change makes an old answer worthless. */
const DECIDING_SHADERS = [
  'passes/cull.wgsl',
  'passes/setup.wgsl',
  'passes/setup-shared.wgsl',
  'passes/rasterize.wgsl',
  'passes/rasterize-once.wgsl',
  'passes/rasterize-hardware.wgsl',
  'passes/rasterize-hardware-once.wgsl',
] as const;

/**
 * How this adapter rasterises: from the cache, or by the self-test, once per adapter, driver and version of the shaders. Software drivers take
 * the reference without a test: it was found fastest on them, and measuring takes them long.
 */
export async function chooseRasterPath(
  gpu: GpuContext,
  shaders: ShaderLibrary,
  cache: RasterPathCache | null = null,
): Promise<RasterChoice> {
  if (gpu.description.kind !== 'gpu')
    return { settings: REFERENCE_RASTER, reason: `compute, because this is a ${gpu.description.kind} adapter` };
  const key = rasterPathKey(gpu, shaders);
  const known = parseChoice(await cache?.read(key).catch(() => null));
  if (known) return known;
  const { chosen, reason } = await runRasterSelfTest(gpu, shaders);
  const choice: RasterChoice = { settings: chosen, reason };
  await cache?.write(key, JSON.stringify(choice)).catch(() => undefined);
  return choice;
}

/** Names an adapter, its driver and the shaders that were tested: letters, digits and dashes. */
export function rasterPathKey(gpu: GpuContext, shaders: ShaderLibrary): string {
  const { adapter, vendor, architecture, driver } = gpu.description;
  const code = DECIDING_SHADERS.map((file) => shaders.link(file).code);
  return `raster-path-${hash([adapter, vendor, architecture, driver, ...gpu.features].join('\n'))}-${hash(code.join('\n'))}`;
}

function parseChoice(text: string | null | undefined): RasterChoice | null {
  try {
    const { settings, reason } = JSON.parse(text ?? 'null') as RasterChoice;
    const { path, onePass, smallSamples, sharedSetup } = settings;
    const isWhole =
      (path === 'compute' || path === 'hardware') &&
      typeof onePass === 'boolean' &&
      typeof sharedSetup === 'boolean' &&
      Number.isInteger(smallSamples) &&
      typeof reason === 'string';
    return isWhole ? { settings: { path, onePass, smallSamples, sharedSetup }, reason } : null;
  } catch {
    return null;
  }
}

/** FNV-1a of UTF-16 units in two lanes: 64 bits as hexadecimal digits; collisions do not matter beyond a wrong, harmless choice. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let k = 0; k < text.length; k++) {
    a = Math.imul(a ^ text.charCodeAt(k), 0x01000193);
    b = Math.imul(b ^ (text.charCodeAt(k) + k), 0x85ebca6b);
  }
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
