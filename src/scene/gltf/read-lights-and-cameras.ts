import type { GLTF } from '@gltf-transform/core';
import type { Vec3 } from '../../core/vec.ts';
import { transformVector } from '../matrix.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { DrawnNode } from './read-nodes.ts';

/** KHR_lights_punctual's own JSON. */
interface LightDefinition {
  readonly type: 'directional' | 'point' | 'spot';
  readonly name?: string;
  readonly color?: readonly [number, number, number];
  /** Candela for point and spot, lux for directional. */
  readonly intensity?: number;
  readonly range?: number;
  readonly spot?: { readonly innerConeAngle?: number; readonly outerConeAngle?: number };
}

/** Adds the lights and cameras that stand at drawn nodes, in node order. Intensities pass straight through (see the room's README). */
export function readLightsAndCameras(json: GLTF.IGLTF, drawn: readonly DrawnNode[], builder: SceneBuilder): void {
  const lights = (json.extensions?.['KHR_lights_punctual'] as { lights?: readonly LightDefinition[] } | undefined)?.lights;
  for (const { source, node } of drawn) {
    const definition = json.nodes![source];
    const world = builder.worldMatrix(node);
    const lightIndex = (definition.extensions?.['KHR_lights_punctual'] as { light?: number } | undefined)?.light;
    const light = lightIndex === undefined ? undefined : lights?.[lightIndex];
    if (light) addLight(light, definition.name ?? `light ${lightIndex}`, world, builder);
    const camera = definition.camera === undefined ? undefined : json.cameras?.[definition.camera];
    if (camera) {
      builder.addCamera({
        name: camera.name ?? definition.name ?? `camera ${definition.camera}`,
        worldMatrix: world,
        verticalFovRad: camera.perspective?.yfov ?? null,
      });
    }
  }
}

function addLight(light: LightDefinition, nodeName: string, world: Float64Array, builder: SceneBuilder): void {
  const along = transformVector(world, [0, 0, -1]);
  const length = Math.hypot(...along);
  const intensity = light.intensity ?? 1;
  const [r, g, b] = light.color ?? [1, 1, 1];
  const direction: Vec3 = length > 0 ? [along[0] / length, along[1] / length, along[2] / length] : [0, 0, -1];
  builder.addLight({
    kind: light.type,
    name: light.name ?? nodeName,
    positionM: [world[12], world[13], world[14]],
    direction,
    color: [r * intensity, g * intensity, b * intensity],
    rangeM: light.range ?? Infinity,
    innerConeRad: light.spot?.innerConeAngle ?? 0,
    outerConeRad: light.spot?.outerConeAngle ?? Math.PI / 4,
  });
}
