import type { GLTF } from '@gltf-transform/core';
import type { Material, SamplerDesc, TextureRef, WrapMode } from '../scene-data.ts';

/** Asks for the picture of a texture as one use needs it; `null` if it cannot be had. */
export type ImageRequest = (image: number, use: ImageUse) => number | null;

/** How a material uses a picture: decides its mips. */
export interface ImageUse {
  readonly srgb: boolean;
  readonly weightByAlpha: boolean;
  readonly alphaCutoff?: number;
}

type TextureInfo = GLTF.ITextureInfo & { readonly extensions?: Readonly<Record<string, Record<string, unknown>>> };
type Extensions = Readonly<Record<string, Record<string, unknown>>> | undefined;

/** glTF 2.0 §3.9 default, used by primitives that name no material. */
const DEFAULT_MATERIAL: GLTF.IMaterial = {};
const LINEAR: ImageUse = { srgb: false, weightByAlpha: false };
const SRGB: ImageUse = { srgb: true, weightByAlpha: false };

/**
 * Reads one material. A picture that cannot be had leaves its factor alone, except that emission becomes none and metal becomes paint:
 * a missing picture must not make a wall glow or turn black.
 */
export function readMaterial(json: GLTF.IGLTF, index: number | null, image: ImageRequest): Material {
  const material = index === null ? DEFAULT_MATERIAL : (json.materials?.[index] ?? DEFAULT_MATERIAL);
  const extensions = material.extensions as Extensions;
  const { baseColorTexture, metallicRoughnessTexture, ...pbr } = metallicRoughness(material);
  const alphaMode = ({ OPAQUE: 'opaque', MASK: 'mask', BLEND: 'blend' } as const)[material.alphaMode ?? 'OPAQUE'];
  const alphaCutoff = material.alphaCutoff ?? 0.5;
  const baseUse: ImageUse = {
    srgb: true,
    weightByAlpha: alphaMode !== 'opaque',
    ...(alphaMode === 'mask' ? { alphaCutoff } : {}),
  };
  const texture = (info: GLTF.ITextureInfo | undefined, use: ImageUse) => readTexture(json, info as TextureInfo | undefined, use, image);
  const emissive = texture(material.emissiveTexture, SRGB);
  const metallicRoughnessRef = texture(metallicRoughnessTexture, LINEAR);
  const strength = Number(extensions?.['KHR_materials_emissive_strength']?.['emissiveStrength'] ?? 1);
  const [r, g, b] = material.emissiveTexture && !emissive ? [0, 0, 0] : (material.emissiveFactor ?? [0, 0, 0]);
  return {
    name: material.name ?? (index === null ? 'default' : `material ${index}`),
    baseColorFactor: pbr.baseColorFactor,
    metallicFactor: metallicRoughnessTexture && !metallicRoughnessRef ? 0 : pbr.metallicFactor,
    roughnessFactor: pbr.roughnessFactor,
    emissiveFactor: [r * strength, g * strength, b * strength],
    normalScale: material.normalTexture?.scale ?? 1,
    occlusionStrength: material.occlusionTexture?.strength ?? 1,
    alphaMode,
    alphaCutoff,
    doubleSided: material.doubleSided ?? false,
    unlit: extensions?.['KHR_materials_unlit'] !== undefined,
    baseColorTexture: texture(baseColorTexture, baseUse),
    metallicRoughnessTexture: metallicRoughnessRef,
    normalTexture: texture(material.normalTexture, LINEAR),
    occlusionTexture: texture(material.occlusionTexture, LINEAR),
    emissiveTexture: emissive,
  };
}

interface MetallicRoughness {
  readonly baseColorFactor: readonly [number, number, number, number];
  readonly metallicFactor: number;
  readonly roughnessFactor: number;
  readonly baseColorTexture: GLTF.ITextureInfo | undefined;
  readonly metallicRoughnessTexture: GLTF.ITextureInfo | undefined;
}

function metallicRoughness(material: GLTF.IMaterial): MetallicRoughness {
  const pbr = material.pbrMetallicRoughness;
  const glossy = (material.extensions as Extensions)?.['KHR_materials_pbrSpecularGlossiness'];
  if (!pbr && glossy) {
    // Only the diffuse half survives: a rough conversion, announced as a warning.
    return {
      baseColorFactor: (glossy['diffuseFactor'] as [number, number, number, number] | undefined) ?? [1, 1, 1, 1],
      metallicFactor: 0,
      roughnessFactor: 1 - Number(glossy['glossinessFactor'] ?? 1),
      baseColorTexture: glossy['diffuseTexture'] as GLTF.ITextureInfo | undefined,
      metallicRoughnessTexture: undefined,
    };
  }
  return {
    baseColorFactor: (pbr?.baseColorFactor as [number, number, number, number] | undefined) ?? [1, 1, 1, 1],
    metallicFactor: pbr?.metallicFactor ?? 1,
    roughnessFactor: pbr?.roughnessFactor ?? 1,
    baseColorTexture: pbr?.baseColorTexture,
    metallicRoughnessTexture: pbr?.metallicRoughnessTexture,
  };
}

/** Number of the image that a texture draws from; extensions that we decode win over the plain source. */
export function imageOfTexture(texture: GLTF.ITexture): number | undefined {
  const extensions = texture.extensions as Extensions;
  for (const name of ['EXT_texture_webp', 'EXT_texture_avif']) {
    const source = extensions?.[name]?.['source'];
    if (typeof source === 'number') return source;
  }
  const basisu = extensions?.['KHR_texture_basisu']?.['source'];
  return texture.source ?? (typeof basisu === 'number' ? basisu : undefined);
}

function readTexture(json: GLTF.IGLTF, info: TextureInfo | undefined, use: ImageUse, request: ImageRequest): TextureRef | null {
  if (!info) return null;
  const texture = json.textures?.[info.index];
  const source = texture && imageOfTexture(texture);
  const image = source === undefined ? null : request(source, use);
  if (!texture || image === null) return null;
  const transform = info.extensions?.['KHR_texture_transform'] ?? {};
  return {
    image,
    sampler: readSampler(texture.sampler === undefined ? {} : (json.samplers?.[texture.sampler] ?? {})),
    texCoord: Number(transform['texCoord'] ?? info.texCoord ?? 0) === 1 ? 1 : 0,
    uvTransform: uvTransform(transform),
  };
}

/** KHR_texture_transform: translation · rotation · scale; positive angles turn the coordinates counter-clockwise as seen with v down. */
function uvTransform(transform: Record<string, unknown>): TextureRef['uvTransform'] {
  const [ox, oy] = (transform['offset'] as [number, number] | undefined) ?? [0, 0];
  const [sx, sy] = (transform['scale'] as [number, number] | undefined) ?? [1, 1];
  const angle = Number(transform['rotation'] ?? 0);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos * sx, sin * sy, ox, -sin * sx, cos * sy, oy];
}

const WRAP: Readonly<Record<number, WrapMode>> = { 10497: 'repeat', 33071: 'clamp-to-edge', 33648: 'mirrored-repeat' };

/** Absent filters are trilinear, absent wraps repeat. */
function readSampler(sampler: GLTF.ISampler): SamplerDesc {
  const min = sampler.minFilter ?? 9987;
  return {
    wrapU: WRAP[sampler.wrapS ?? 10497] ?? 'repeat',
    wrapV: WRAP[sampler.wrapT ?? 10497] ?? 'repeat',
    magFilter: sampler.magFilter === 9728 ? 'nearest' : 'linear',
    minFilter: min === 9728 || min === 9984 || min === 9986 ? 'nearest' : 'linear',
    mipFilter: min === 9728 || min === 9729 ? 'none' : min === 9984 || min === 9985 ? 'nearest' : 'linear',
  };
}
