import { formatTimes, type RasterSelfTest, runRasterSelfTest } from '../../engine/raster-self-test.ts';
import type { GpuPort } from '../../gpu/gpu-context.ts';
import { ShaderLibrary } from '../../gpu/shader-library.ts';
import { loadShaderSources } from './shaders.ts';

/** One finding for `cyc doctor`: in words, as a table for people, and whole for `--json`. */
export interface RasterCheck {
  readonly title: string;
  readonly ok: boolean;
  readonly text: string;
  readonly table?: readonly (readonly string[])[];
  readonly data?: Omit<RasterSelfTest, 'reason'>;
}

/** The rasteriser's self-test on the device that would render: never from the cache, so that it says what is true now. */
export async function checkRaster(port: GpuPort): Promise<RasterCheck> {
  const title = 'Rasteriser';
  const gpu = await port.open();
  try {
    if (gpu.description.kind === 'null') return { title, ok: true, text: 'not tested: the null device draws nothing' };
    const { reason, ...data } = await runRasterSelfTest(gpu, new ShaderLibrary(loadShaderSources()));
    const grid = data.subPixelBits > 0 ? `; its hardware snaps to 1/${2 ** data.subPixelBits} pixel` : '';
    const use = gpu.description.kind === 'gpu' ? reason : `measured fastest: ${reason}; shows take the reference on software drivers`;
    // A way that differs is no fault, the reference renders; a reference that differs from itself is.
    return { title, ok: data.sound, text: `${use}${grid}`, table: formatTimes({ ...data }), data };
  } finally {
    gpu.destroy();
  }
}
