import { scale } from '../../core/vec.ts';
import type { CreateRenderer } from '../../engine/open-session.ts';
import { chooseRasterPath } from '../../engine/raster-path.ts';
import { createWallRenderer, type WallRendererOptions } from '../../engine/wall-renderer.ts';
import { ShaderLibrary } from '../../gpu/shader-library.ts';
import type { ShowDocument } from '../../stage/show.ts';
import type { LoadedShow } from './load-show.ts';
import { createRasterPathCache } from './raster-path-cache.ts';
import { loadShaderSources } from './shaders.ts';

/**
 * Builds wall renderers of a show; shaders are read once, so that a lost device is rebuilt without touching the disk.
 * @param onWarning Told once of each thing that is drawn otherwise than asked.
 * @param processors Of the show's stage, only these canvases are rendered; null: all. Facets do not depend on it, so neither do the bytes.
 */
export function showRenderer(
  show: Omit<LoadedShow, 'stage'>,
  processors: readonly string[] | null = null,
  onWarning: (text: string) => void = () => {},
): CreateRenderer {
  const told = new Set<string>();
  const shaders = new ShaderLibrary(loadShaderSources());
  const { scene, environment, document } = show;
  return async (gpu, stage) => {
    const { settings: raster } = await chooseRasterPath(gpu, shaders, createRasterPathCache());
    const some = stage.canvases.flatMap(({ processor }, index) => (processors?.includes(processor) ? [index] : []));
    const options = { ...rendererOptions(document), raster, ...(some.length > 0 && { canvases: some }) };
    const renderer = await createWallRenderer({ gpu, shaders, stage, scene, environment, options });
    for (const warning of renderer.warnings) {
      if (!told.has(warning)) onWarning(warning);
      told.add(warning);
    }
    return renderer;
  };
}

/** A show's light in the renderer's units: its sun is the radiance of white paper, the renderer's the illuminance (π times as much). */
function rendererOptions({ sun, ambient, environment, workingPrimaries }: ShowDocument): WallRendererOptions {
  return {
    sun: sun && { directionToSun: sun.directionToSun, color: scale(sun.radiance, Math.PI), shadow: sun.shadow },
    ...(sun?.shadowMapPx && { shadowMapPx: sun.shadowMapPx }),
    ambient,
    workingPrimaries,
    ...(environment && {
      environmentIntensity: environment.intensity,
      environmentRotationRad: environment.rotationRad,
      environmentVisible: environment.visible,
    }),
  };
}
