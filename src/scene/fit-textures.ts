import { SceneError } from '../core/errors.ts';
import { buildTextureImage } from './mip-chain.ts';
import type { TextureImage } from './scene-data.ts';

/** Texture arrays that the shaders bind (shaders/material.wgsl TEXTURE_CLASSES). */
export const TEXTURE_CLASSES = 12;

export interface TextureLimits {
  readonly maxSizePx: number;
  readonly maxLayers: number;
}

/** What every WebGPU device takes: for scenes that are packed before a device is known. */
export const GUARANTEED_LIMITS: TextureLimits = { maxSizePx: 8192, maxLayers: 256 };

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly srgb: boolean;
}
type Counted = Size & { readonly count: number };

/**
 * Makes pictures fit at most TEXTURE_CLASSES arrays of one size and encoding each. Where a scene has more sizes, pictures of the least used
 * sizes are resampled to the nearest size that stays, and the returned warnings say so: none is dropped.
 * @throws SceneError TOO_MANY_TEXTURES
 */
export function fitTextures(
  images: readonly TextureImage[],
  limits: TextureLimits,
): { readonly images: readonly TextureImage[]; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const fitted = images.map((image) => {
    if (Math.max(image.widthPx, image.heightPx) <= limits.maxSizePx) return image;
    const k = limits.maxSizePx / Math.max(image.widthPx, image.heightPx);
    warnings.push(
      `${image.name}: ${image.widthPx}×${image.heightPx} is larger than this device takes; resampled to fit ${limits.maxSizePx}`,
    );
    return resample(image, Math.max(1, Math.floor(image.widthPx * k)), Math.max(1, Math.floor(image.heightPx * k)));
  });
  const arrays = keepArrays(fitted, limits.maxLayers).map((array) => ({ ...array, used: 0 }));
  const result = fitted.map((image) => {
    const own = arrays.find((a) => sameSize(a, image) && a.used < limits.maxLayers);
    const target = own ?? nearestArray(arrays, image, limits.maxLayers);
    target.used++;
    if (own) return image;
    warnings.push(
      `${image.name}: ${image.widthPx}×${image.heightPx} resampled to ${target.widthPx}×${target.heightPx} (at most ${TEXTURE_CLASSES} sizes of texture)`,
    );
    return resample(image, target.widthPx, target.heightPx);
  });
  return { images: result, warnings };
}

const sameSize = (a: Size, b: Size): boolean => a.widthPx === b.widthPx && a.heightPx === b.heightPx && a.srgb === b.srgb;

/** The most used sizes, with at least one of each encoding that occurs; a size with more pictures than one array holds takes several. */
function keepArrays(images: readonly TextureImage[], maxLayers: number): readonly Counted[] {
  const counts: { widthPx: number; heightPx: number; srgb: boolean; count: number }[] = [];
  for (const { widthPx, heightPx, srgb } of images) {
    const known = counts.find((c) => sameSize(c, { widthPx, heightPx, srgb }));
    if (known) known.count++;
    else counts.push({ widthPx, heightPx, srgb, count: 1 });
  }
  const bySize = counts
    .flatMap((entry) =>
      Array.from({ length: Math.ceil(entry.count / maxLayers) }, (_, k) => ({
        ...entry,
        count: Math.min(maxLayers, entry.count - k * maxLayers),
      })),
    )
    .sort(
      (a, b) =>
        b.count * b.widthPx * b.heightPx - a.count * a.widthPx * a.heightPx ||
        a.widthPx - b.widthPx ||
        a.heightPx - b.heightPx ||
        Number(a.srgb) - Number(b.srgb),
    );
  const kept = bySize.slice(0, TEXTURE_CLASSES);
  for (const srgb of [true, false]) {
    const first = bySize.find((s) => s.srgb === srgb);
    if (first && !kept.some((s) => s.srgb === srgb)) kept[kept.length - 1] = first;
  }
  return kept;
}

function nearestArray<A extends Size & { used: number }>(arrays: readonly A[], image: Size, maxLayers: number): A {
  let best: A | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const a of arrays) {
    if (a.srgb !== image.srgb || a.used >= maxLayers) continue;
    const cost =
      Math.abs(Math.log2(a.widthPx / image.widthPx)) +
      Math.abs(Math.log2(a.heightPx / image.heightPx)) +
      (a.widthPx < image.widthPx ? 0.5 : 0);
    if (cost < bestCost) [best, bestCost] = [a, cost];
  }
  if (!best)
    throw new SceneError('TOO_MANY_TEXTURES', 'the scene has more textures than a device binds', {
      got: `no layer left for a picture of ${image.widthPx}×${image.heightPx}`,
      expected: `at most ${TEXTURE_CLASSES} arrays of ${maxLayers}`,
      hint: 'join small textures in atlases',
    });
  return best;
}

/** Bilinear resampling from the level that is just larger than the target. */
function resample(image: TextureImage, widthPx: number, heightPx: number): TextureImage {
  let level = 0;
  while (
    level + 1 < image.levels.length &&
    Math.max(1, image.widthPx >> (level + 1)) >= widthPx &&
    Math.max(1, image.heightPx >> (level + 1)) >= heightPx
  )
    level++;
  const [sourceWidth, sourceHeight] = [Math.max(1, image.widthPx >> level), Math.max(1, image.heightPx >> level)];
  const source = image.levels[level]!;
  const rgba = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++) {
    const sy = Math.max(0, ((y + 0.5) * sourceHeight) / heightPx - 0.5);
    const y0 = Math.min(sourceHeight - 1, Math.floor(sy));
    const y1 = Math.min(sourceHeight - 1, y0 + 1);
    for (let x = 0; x < widthPx; x++) {
      const sx = Math.max(0, ((x + 0.5) * sourceWidth) / widthPx - 0.5);
      const x0 = Math.min(sourceWidth - 1, Math.floor(sx));
      const x1 = Math.min(sourceWidth - 1, x0 + 1);
      for (let c = 0; c < 4; c++) {
        const top = source[(y0 * sourceWidth + x0) * 4 + c]! * (1 - (sx - x0)) + source[(y0 * sourceWidth + x1) * 4 + c]! * (sx - x0);
        const bottom = source[(y1 * sourceWidth + x0) * 4 + c]! * (1 - (sx - x0)) + source[(y1 * sourceWidth + x1) * 4 + c]! * (sx - x0);
        rgba[(y * widthPx + x) * 4 + c] = Math.round(top * (1 - (sy - y0)) + bottom * (sy - y0));
      }
    }
  }
  return buildTextureImage(rgba, widthPx, heightPx, { name: image.name, srgb: image.srgb });
}
