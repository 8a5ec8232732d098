import { runRasterSelfTest } from '../../engine/raster-self-test.ts';
import { ShaderLibrary } from '../../gpu/shader-library.ts';
import { createNodeGpuPort } from './gpu.ts';
import { loadShaderSources } from './shaders.ts';

/** The rasteriser's self-test on the device that would render, for `cyc doctor`: never from the cache, so that it says what is true now. */
export async function checkRaster(): Promise<{ readonly title: string; readonly ok: boolean; readonly text: string }> {
  const gpu = await createNodeGpuPort().open();
  try {
    if (gpu.description.kind === 'null') return { title: 'Rasteriser', ok: true, text: 'not tested: the null device draws nothing' };
    const { reason, sound, subPixelBits } = await runRasterSelfTest(gpu, new ShaderLibrary(loadShaderSources()));
    const grid = subPixelBits > 0 ? `; its hardware snaps to 1/${2 ** subPixelBits} pixel` : '';
    // Hardware that differs is no fault, the reference renders; a reference that differs from itself is.
    return { title: 'Rasteriser', ok: sound, text: `${reason}${grid}` };
  } finally {
    gpu.destroy();
  }
}
