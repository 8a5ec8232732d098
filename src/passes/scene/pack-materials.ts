import type { Material, SamplerDesc, TextureRef } from '../../scene/scene-data.ts';

const SLOT_WORDS = 12;
/** baseColor 4, emissive + normalScale 4, metallic…alphaCutoff 4, flags + padding 4, five slots. */
export const MATERIAL_WORDS = 16 + 5 * SLOT_WORDS;
const NO_TEXTURE = 0xffffffff;
const WRAP = { repeat: 0, 'clamp-to-edge': 1, 'mirrored-repeat': 2 } as const;

/** Where an image went: texture class and layer. */
export interface TexturePlace {
  readonly textureClass: number;
  readonly layer: number;
}

/** `array<Material>` (shaders/material.wgsl). Blended materials are cut at half their alpha: layers are not sorted yet. */
export function packMaterials(materials: readonly Material[], places: readonly TexturePlace[]): Float32Array {
  const floats = new Float32Array(Math.max(1, materials.length) * MATERIAL_WORDS);
  const words = new Uint32Array(floats.buffer);
  materials.forEach((material, index) => {
    const at = index * MATERIAL_WORDS;
    floats.set(material.baseColorFactor, at);
    floats.set(material.emissiveFactor, at + 4);
    floats[at + 7] = material.normalScale;
    floats[at + 8] = material.metallicFactor;
    floats[at + 9] = material.roughnessFactor;
    floats[at + 10] = material.occlusionStrength;
    floats[at + 11] = material.alphaMode === 'blend' ? 0.5 : material.alphaCutoff;
    words[at + 12] = (material.unlit ? 1 : 0) | (material.doubleSided ? 2 : 0) | (material.alphaMode === 'opaque' ? 0 : 4);
    const { baseColorTexture, metallicRoughnessTexture, normalTexture, occlusionTexture, emissiveTexture } = material;
    const refs = [baseColorTexture, metallicRoughnessTexture, normalTexture, occlusionTexture, emissiveTexture];
    words[at + 13] = refs.reduce((bits, ref, slot) => bits | (ref && places[ref.image] ? 1 << slot : 0), 0);
    for (const [slot, ref] of refs.entries()) packSlot(floats, words, at + 16 + slot * SLOT_WORDS, ref, places);
  });
  return floats;
}

function packSlot(floats: Float32Array, words: Uint32Array, at: number, ref: TextureRef | null, places: readonly TexturePlace[]): void {
  const place = ref ? places[ref.image] : undefined;
  words[at] = NO_TEXTURE;
  if (!ref || !place) return;
  words[at] = place.textureClass | (place.layer << 8);
  words[at + 1] = samplingBits(ref.sampler) | (ref.texCoord === 1 ? 256 : 0);
  floats.set(ref.uvTransform.slice(0, 3), at + 4);
  floats.set(ref.uvTransform.slice(3, 6), at + 8);
}

function samplingBits(sampler: SamplerDesc): number {
  return (
    WRAP[sampler.wrapU] |
    (WRAP[sampler.wrapV] << 2) |
    (sampler.magFilter === 'nearest' ? 16 : 0) |
    (sampler.minFilter === 'nearest' ? 32 : 0) |
    (sampler.mipFilter === 'none' ? 64 : sampler.mipFilter === 'nearest' ? 128 : 0)
  );
}
