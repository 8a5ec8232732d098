import type { SamplerDesc, TextureImage, WrapMode } from '../../src/scene/scene-data.ts';

/** Linear RGBA. */
export type Rgba = [number, number, number, number];

/** IEC 61966-2-1: 8-bit code → linear. */
const LINEAR_FROM_SRGB8 = Float64Array.from({ length: 256 }, (_, code) => {
  const s = code / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
});

function wrapTexel(i: number, size: number, mode: WrapMode): number {
  if (mode === 'clamp-to-edge') return Math.min(size - 1, Math.max(0, i));
  if (mode === 'repeat') return ((i % size) + size) % size;
  const m = ((i % (2 * size)) + 2 * size) % (2 * size);
  return m < size ? m : 2 * size - 1 - m;
}

function addTexel(image: TextureImage, level: number, x: number, y: number, weight: number, sampler: SamplerDesc, out: Rgba): void {
  if (weight === 0) return;
  const width = Math.max(1, image.widthPx >> level);
  const height = Math.max(1, image.heightPx >> level);
  const o = (wrapTexel(y, height, sampler.wrapV) * width + wrapTexel(x, width, sampler.wrapU)) * 4;
  const texels = image.levels[level];
  for (let c = 0; c < 3; c++) out[c] += weight * (image.srgb ? LINEAR_FROM_SRGB8[texels[o + c]] : texels[o + c] / 255);
  out[3] += (weight * texels[o + 3]) / 255;
}

function addLevel(
  image: TextureImage,
  level: number,
  u: number,
  v: number,
  filter: 'nearest' | 'linear',
  weight: number,
  sampler: SamplerDesc,
  out: Rgba,
): void {
  const x = u * Math.max(1, image.widthPx >> level);
  const y = v * Math.max(1, image.heightPx >> level);
  if (filter === 'nearest') {
    addTexel(image, level, Math.floor(x), Math.floor(y), weight, sampler, out);
    return;
  }
  const i = Math.floor(x - 0.5);
  const j = Math.floor(y - 0.5);
  const a = x - 0.5 - i;
  const b = y - 0.5 - j;
  addTexel(image, level, i, j, weight * (1 - a) * (1 - b), sampler, out);
  addTexel(image, level, i + 1, j, weight * a * (1 - b), sampler, out);
  addTexel(image, level, i, j + 1, weight * (1 - a) * b, sampler, out);
  addTexel(image, level, i + 1, j + 1, weight * a * b, sampler, out);
}

/**
 * One lookup with glTF sampler semantics (glTF 2.0 §3.8.4, Vulkan 1.3 §16.5.8): texel centres at ½, `magFilter` at lod ≤ 0, `minFilter` and `mipFilter` above.
 * Adds `weight` × the linear RGBA to `out`.
 */
export function addTextureLookup(
  image: TextureImage,
  sampler: SamplerDesc,
  u: number,
  v: number,
  lod: number,
  weight: number,
  out: Rgba,
): void {
  const last = image.levels.length - 1;
  const clamped = Math.min(last, lod);
  if (lod <= 0) {
    addLevel(image, 0, u, v, sampler.magFilter, weight, sampler, out);
  } else if (sampler.mipFilter === 'none') {
    addLevel(image, 0, u, v, sampler.minFilter, weight, sampler, out);
  } else if (sampler.mipFilter === 'nearest') {
    addLevel(image, Math.min(last, Math.ceil(clamped + 0.5) - 1), u, v, sampler.minFilter, weight, sampler, out);
  } else {
    const level = Math.min(last, Math.floor(clamped));
    const fraction = clamped - level;
    addLevel(image, level, u, v, sampler.minFilter, weight * (1 - fraction), sampler, out);
    if (fraction > 0) addLevel(image, level + 1, u, v, sampler.minFilter, weight * fraction, sampler, out);
  }
}
