import type { SceneHead } from '../../scene/scene-data.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import type { LightingSettings } from '../frame/lighting-writer.ts';

const TRANSFER_BIT = { srgb: 1, gamma: 2, pq: 4 } as const;

/** What shading must be able to do for this scene and stage; the rest is compiled out (overrides in shaders/passes/shade.wgsl). */
export function shadeFeatures(
  scene: SceneHead,
  stage: BakedStage,
  settings: LightingSettings,
  hasEnvironment: boolean,
  features: Readonly<Record<string, number>>,
): Record<string, number> {
  const lit = scene.materials.filter((material) => !material.unlit);
  return {
    ...features,
    HAS_LIT: lit.length > 0 ? 1 : 0,
    HAS_NORMAL_MAPS: lit.some((m) => m.normalTexture) ? 1 : 0,
    HAS_ENVIRONMENT: hasEnvironment ? 1 : 0,
    HAS_SHADOWS: settings.sun?.shadow ? 1 : 0,
    HAS_LIGHTS: scene.lights.length > 0 ? 1 : 0,
    TRANSFERS: stage.canvases.reduce((bits, canvas) => bits | TRANSFER_BIT[canvas.transfer.kind], 0),
  };
}
