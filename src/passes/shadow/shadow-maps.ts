import type { GpuScope } from '../../gpu/gpu-scope.ts';
import { CASCADES } from '../frame/frame-layout.ts';
import { SHADOW_LAYERS } from './shadow-cache.ts';

/** Depth from the sun, one layer per cascade. Scenes where something moves have two textures: what rests, and all of it. */
export interface ShadowMaps {
  /** What shading reads. */
  readonly view: GPUTextureView;
  /** Only what rests; `all` itself where nothing moves. */
  readonly resting: GPUTexture;
  readonly all: GPUTexture;
  /** By layer of the shadow pass: cascades of `resting`, then of `all`. */
  readonly targets: readonly GPUTextureView[];
}

/** @param edgePx Of each map; 1 where no light casts shadows: to be bound only. */
export function createShadowMaps(scope: GpuScope, edgePx: number, hasDynamic: boolean): ShadowMaps {
  const make = (name: string): GPUTexture =>
    scope.createTexture(name, {
      size: [edgePx, edgePx, CASCADES],
      format: 'depth32float',
      usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_SRC | GPUTextureUsage.COPY_DST,
    });
  const all = make('shadow-maps');
  const resting = hasDynamic ? make('resting-shadow-maps') : all;
  const targets = Array.from({ length: SHADOW_LAYERS }, (_, layer) =>
    (layer < CASCADES ? resting : all).createView({ dimension: '2d', baseArrayLayer: layer % CASCADES, arrayLayerCount: 1 }),
  );
  return { view: all.createView({ dimension: '2d-array' }), resting, all, targets };
}
