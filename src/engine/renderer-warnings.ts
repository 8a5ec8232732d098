import { MAX_EYES, MAX_LIGHTS } from '../passes/frame/frame-layout.ts';
import type { SceneHead } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';

/** What of a scene and stage the renderer draws otherwise than asked, one line each. Nothing is left out without a word here. */
export function rendererWarnings(scene: SceneHead, stage: BakedStage): readonly string[] {
  const blended = scene.materials.filter((material) => material.alphaMode === 'blend').map((material) => material.name || '(unnamed)');
  const warnings: string[] = [];
  if (blended.length > 0) warnings.push(`blended materials are cut where they are less than half opaque: ${blended.join(', ')}`);
  if (scene.lights.length > MAX_LIGHTS) warnings.push(`${scene.lights.length} punctual lights; only the first ${MAX_LIGHTS} shine`);
  if (stage.cameras.length > MAX_EYES - 1)
    warnings.push(
      `${stage.cameras.length} cameras; at a time only the ${MAX_EYES - 1} enabled ones of highest priority have an inner frustum`,
    );
  return warnings;
}
