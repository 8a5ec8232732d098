import type { GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';

/** What the loader does with each extension that it knows. */
const HONOURED: Readonly<Record<string, string>> = {
  EXT_mesh_gpu_instancing: 'expanded to instances',
  EXT_meshopt_compression: 'decoded',
  EXT_texture_avif: 'decoded where the platform can',
  EXT_texture_webp: 'decoded',
  KHR_draco_mesh_compression: 'decoded',
  KHR_lights_punctual: 'lights',
  KHR_materials_emissive_strength: 'multiplied into the emissive factor',
  KHR_materials_unlit: 'drawn unlit',
  KHR_mesh_quantization: 'decoded',
  KHR_meshopt_compression: 'decoded',
  KHR_node_visibility: 'hidden nodes are left out',
  KHR_texture_transform: 'applied',
};

/** Known, and the picture differs without it; the file loads even if it requires them. */
const APPROXIMATED: Readonly<Record<string, string>> = {
  KHR_animation_pointer: 'not animated: values of the file',
  KHR_materials_anisotropy: 'drawn isotropic',
  KHR_materials_clearcoat: 'drawn without the coat',
  KHR_materials_diffuse_transmission: 'drawn opaque',
  KHR_materials_dispersion: 'drawn without dispersion',
  KHR_materials_ior: 'drawn with index of refraction 1.5',
  KHR_materials_iridescence: 'drawn without iridescence',
  KHR_materials_pbrSpecularGlossiness: 'converted: diffuse as base colour, roughness = 1 − glossiness',
  KHR_materials_sheen: 'drawn without sheen',
  KHR_materials_specular: 'drawn with the default reflectance of 4 %',
  KHR_materials_transmission: 'drawn opaque',
  KHR_materials_variants: 'default materials',
  KHR_materials_volume: 'drawn as a surface',
  KHR_texture_basisu: 'KTX2 pictures are not decoded yet: factors only',
  KHR_xmp_json_ld: 'ignored',
  EXT_mesh_features: 'ignored',
  EXT_structural_metadata: 'ignored',
};

/** What becomes of an extension, in words; `null` if the loader has never heard of it. */
export const extensionTreatment = (name: string): string | null => HONOURED[name] ?? APPROXIMATED[name] ?? null;

/**
 * Notes what is left out of a file.
 * @returns One warning per extension that is not fully honoured.
 * @throws SceneError GLTF_EXTENSION when the file requires one that the loader does not know.
 */
export function checkExtensions(json: GLTF.IGLTF, file: string): string[] {
  for (const [i, name] of (json.extensionsRequired ?? []).entries()) {
    if (extensionTreatment(name) !== null) continue;
    throw new SceneError('GLTF_EXTENSION', 'requires an extension that is not supported', {
      file,
      path: `extensionsRequired[${i}]`,
      got: name,
      hint: 'export without it, or take it out of extensionsRequired if the file can be drawn without',
    });
  }
  return (json.extensionsUsed ?? [])
    .filter((name) => !(name in HONOURED))
    .map((name) => `${name}: ${APPROXIMATED[name] ?? 'unknown, ignored'}`);
}
