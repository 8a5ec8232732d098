import type { Vec3 } from '../../core/vec.ts';
import type { PunctualLight } from '../../scene/scene-data.ts';
import { CASCADE_BYTES, CASCADES, LIGHT_BYTES, LIGHTING, LIGHTING_OFFSET, MAX_LIGHTS } from './frame-layout.ts';
import type { FrameWriter } from './frame-writer.ts';

/** A sun: light from infinity with cascaded shadows. */
export interface SunLight {
  /** Unit, world space. */
  readonly directionToSun: Vec3;
  /** Linear RGB illuminance on a surface that faces the sun, scene units (white diffuse surface → colour / π). */
  readonly color: Vec3;
  readonly shadow: boolean;
}

/** Everything about light that a scene or show sets. */
export interface LightingSettings {
  readonly sun: SunLight | null;
  /** Radiance from all sides, linear RGB. */
  readonly ambient: Vec3;
  readonly environmentIntensity: number;
  /** Turns the environment about +Y, radians, counter-clockwise seen from above. */
  readonly environmentRotationRad: number;
  readonly environmentVisible: boolean;
}

/** Sizes of the environment's textures; null: none. */
export interface EnvironmentInfo {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly levels: number;
  readonly specularLevels: number;
  readonly irradianceSh: Float32Array;
}

/** A cascade's rows (3 × 4 floats) and texel edge, as the shadow pass computed them. */
export interface CascadeNumbers {
  readonly rows: Float64Array;
  texelM: number;
}

/** Writes what does not change from frame to frame, once. */
export function writeStaticLighting(
  writer: FrameWriter,
  settings: LightingSettings,
  environment: EnvironmentInfo | null,
  lights: readonly PunctualLight[],
): void {
  const { floats, words } = writer;
  const at = LIGHTING_OFFSET / 4;
  if (settings.sun) {
    floats.set(settings.sun.directionToSun, at);
    floats.set(settings.sun.color, at + 4);
  }
  words[at + 3] = settings.sun ? 1 : 0;
  words[at + 7] = settings.sun?.shadow ? 1 : 0;
  floats.set(settings.ambient, at + 8);
  const used = lights.slice(0, MAX_LIGHTS);
  words[at + 11] = used.length;
  floats[at + 12] = settings.environmentIntensity;
  floats[at + 13] = Math.sin(settings.environmentRotationRad);
  floats[at + 14] = Math.cos(settings.environmentRotationRad);
  words[at + 15] = environment ? 1 | (settings.environmentVisible ? 2 : 0) : 0;
  floats[at + 16] = environment?.widthPx ?? 1;
  floats[at + 17] = environment?.heightPx ?? 1;
  floats[at + 18] = (environment?.levels ?? 1) - 1;
  floats[at + 19] = (environment?.specularLevels ?? 1) - 1;
  for (let k = 0; k < 9 && environment; k++)
    floats.set(environment.irradianceSh.subarray(k * 3, k * 3 + 3), at + LIGHTING.irradiance / 4 + k * 4);
  for (const [k, light] of used.entries()) writeLight(writer, at + (LIGHTING.lights + k * LIGHT_BYTES) / 4, light);
}

/** Writes the shadows' rows and where their anchor lies from each eye. @param anchor World position, doubles. */
export function writeCascades(writer: FrameWriter, cascades: readonly CascadeNumbers[], anchor: Float64Array): void {
  const { floats, eyeWorld, eyeCount } = writer;
  const at = LIGHTING_OFFSET / 4;
  for (let k = 0; k < CASCADES; k++) {
    const base = at + LIGHTING.cascades / 4 + (k * CASCADE_BYTES) / 4;
    floats.set(cascades[k]!.rows, base);
    floats[base + 12] = cascades[k]!.texelM;
  }
  for (let e = 0; e < eyeCount; e++)
    for (let a = 0; a < 3; a++) floats[at + LIGHTING.anchorToEye / 4 + e * 4 + a] = eyeWorld[e * 3 + a]! - anchor[a]!;
}

function writeLight(writer: FrameWriter, at: number, light: PunctualLight): void {
  const { floats, words } = writer;
  for (let a = 0; a < 3; a++) {
    const hi = Math.fround(light.positionM[a]!);
    floats[at + a] = hi;
    floats[at + 4 + a] = light.positionM[a]! - hi;
  }
  words[at + 3] = light.kind === 'directional' ? 0 : light.kind === 'point' ? 1 : 2;
  floats[at + 7] = Number.isFinite(light.rangeM) ? 1 / light.rangeM ** 2 : 0;
  floats.set(light.direction, at + 8);
  // KHR_lights_punctual, "Inner and Outer Cone Angles": saturate(cos·scale + offset)².
  const scale = 1 / Math.max(0.001, Math.cos(light.innerConeRad) - Math.cos(light.outerConeRad));
  floats[at + 11] = scale;
  floats.set(light.color, at + 12);
  floats[at + 15] = -Math.cos(light.outerConeRad) * scale;
}
