import { scale } from '../../core/vec.ts';
import type { CreateRenderer } from '../../engine/open-session.ts';
import { chooseRasterPath } from '../../engine/raster-path.ts';
import type { ShowEvent } from '../../engine/show-ports.ts';
import { createWallRenderer, type WallRendererOptions } from '../../engine/wall-renderer.ts';
import { ShaderLibrary } from '../../gpu/shader-library.ts';
import type { ShowDocument } from '../../stage/show.ts';
import type { LoadedShow } from './load-show.ts';
import { createRasterPathCache } from './raster-path-cache.ts';
import { withProgress } from './scene-progress.ts';
import { loadShaderSources } from './shaders.ts';

export interface ShowRendererOptions {
  /** Of the show's stage, only these canvases are rendered; null (default): all. Facets do not depend on it, so neither do the bytes. */
  readonly processors?: readonly string[] | null;
  /** False: frames are drawn as soon as a cooked scene's coarsest detail is in, and get finer. Default: a renderer is there when its scene is. */
  readonly waitForScene?: boolean;
  /** Told once of each thing that is drawn otherwise than asked. */
  readonly onWarning?: (text: string) => void;
  /** How a cooked scene comes in; with `waitForScene` false also why the rest of it does not: the wall then goes on, coarser. */
  readonly onSceneEvent?: (event: ShowEvent) => void;
}

/** Builds wall renderers of a show; shaders are read once, so that a lost device is rebuilt without touching the disk (cooked scenes excepted). */
export function showRenderer(show: Omit<LoadedShow, 'stage'>, options: ShowRendererOptions = {}): CreateRenderer {
  const { processors = null, waitForScene = true, onWarning = () => {}, onSceneEvent = () => {} } = options;
  const told = new Set<string>();
  const shaders = new ShaderLibrary(loadShaderSources());
  const { environment, document } = show;
  const scene = withProgress(show.scene, onSceneEvent);
  return async (gpu, stage) => {
    const { settings: raster } = await chooseRasterPath(gpu, shaders, createRasterPathCache());
    const some = stage.canvases.flatMap(({ processor }, index) => (processors?.includes(processor) ? [index] : []));
    const options = { ...rendererOptions(document), raster, waitForScene, ...(some.length > 0 && { canvases: some }) };
    const renderer = await createWallRenderer({ gpu, shaders, stage, scene, environment, options });
    renderer.sceneLoaded.catch((error: Error) =>
      onSceneEvent({ level: 'error', text: `${error.message}; the wall goes on with the detail that is in` }),
    );
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
