import { GpuError } from '../../core/errors.ts';
import { buildTextureImage } from '../../scene/mip-chain.ts';
import type { TextureImage } from '../../scene/scene-data.ts';
import type { TexturePlace } from './pack-materials.ts';

/** Texture arrays that the shaders bind (shaders/material.wgsl TEXTURE_CLASSES). */
export const TEXTURE_CLASSES = 12;

/** Images of one size and encoding: layers of one array texture. */
export interface TextureClass {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly levels: number;
  readonly srgb: boolean;
  readonly layers: readonly TextureImage[];
}

/**
 * Sorts images into at most TEXTURE_CLASSES arrays. Where a scene has more sizes, images of the least used sizes are resampled to the
 * nearest size that stays, and the returned warnings say so: none is dropped.
 * @throws GpuError TOO_MANY_TEXTURES
 */
export function classifyTextures(
  images: readonly TextureImage[],
  limits: { readonly maxSizePx: number; readonly maxLayers: number },
): { readonly classes: readonly TextureClass[]; readonly places: readonly TexturePlace[]; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const fitted = images.map((image) => {
    if (Math.max(image.widthPx, image.heightPx) <= limits.maxSizePx) return image;
    const k = limits.maxSizePx / Math.max(image.widthPx, image.heightPx);
    warnings.push(
      `${image.name}: ${image.widthPx}×${image.heightPx} is larger than this device takes; resampled to fit ${limits.maxSizePx}`,
    );
    return resample(image, Math.max(1, Math.floor(image.widthPx * k)), Math.max(1, Math.floor(image.heightPx * k)));
  });
  const counts = new Map<string, { widthPx: number; heightPx: number; srgb: boolean; count: number }>();
  for (const { widthPx, heightPx, srgb } of fitted) {
    const key = keyOf(widthPx, heightPx, srgb);
    const entry = counts.get(key) ?? { widthPx, heightPx, srgb, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  const bySize = [...counts.values()]
    .flatMap((entry) => inArrays(entry, limits.maxLayers))
    .sort(
      (a, b) =>
        b.count * b.widthPx * b.heightPx - a.count * a.widthPx * a.heightPx ||
        a.widthPx - b.widthPx ||
        a.heightPx - b.heightPx ||
        Number(a.srgb) - Number(b.srgb),
    );
  const kept = keepClasses(bySize);
  const groups = kept.map((k) => ({ ...k, layers: [] as TextureImage[] }));
  const places = fitted.map((image) => {
    let best = groups.findIndex(
      (g) => g.widthPx === image.widthPx && g.heightPx === image.heightPx && g.srgb === image.srgb && g.layers.length < limits.maxLayers,
    );
    let layer = image;
    if (best < 0) {
      best = nearestClass(groups, image, limits.maxLayers);
      const target = groups[best]!;
      layer = resample(image, target.widthPx, target.heightPx);
      warnings.push(
        `${image.name}: ${image.widthPx}×${image.heightPx} resampled to ${target.widthPx}×${target.heightPx} (at most ${TEXTURE_CLASSES} sizes of texture)`,
      );
    }
    groups[best]!.layers.push(layer);
    return { textureClass: best, layer: groups[best]!.layers.length - 1 };
  });
  const classes = groups.map((g) => ({
    widthPx: g.widthPx,
    heightPx: g.heightPx,
    srgb: g.srgb,
    layers: g.layers,
    levels: g.layers[0]?.levels.length ?? 1,
  }));
  return { classes, places, warnings };
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly srgb: boolean;
}

/** A size with more images than one array holds takes several arrays. */
function inArrays<T extends Size & { readonly count: number }>(entry: T, maxLayers: number): readonly T[] {
  const arrays = Math.ceil(entry.count / maxLayers);
  return Array.from({ length: arrays }, (_, k) => ({ ...entry, count: Math.min(maxLayers, entry.count - k * maxLayers) }));
}

/** The most used sizes, with at least one of each encoding that occurs. */
function keepClasses(sizes: readonly Size[]): readonly Size[] {
  const kept = sizes.slice(0, TEXTURE_CLASSES);
  for (const srgb of [true, false]) {
    const first = sizes.find((s) => s.srgb === srgb);
    if (first && !kept.some((s) => s.srgb === srgb)) kept[kept.length - 1] = first;
  }
  return kept;
}

function nearestClass(groups: readonly (Size & { readonly layers: readonly unknown[] })[], image: Size, maxLayers: number): number {
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  groups.forEach((g, index) => {
    if (g.srgb !== image.srgb || g.layers.length >= maxLayers) return;
    const cost =
      Math.abs(Math.log2(g.widthPx / image.widthPx)) +
      Math.abs(Math.log2(g.heightPx / image.heightPx)) +
      (g.widthPx < image.widthPx ? 0.5 : 0);
    if (cost < bestCost) [best, bestCost] = [index, cost];
  });
  if (best < 0)
    throw new GpuError('TOO_MANY_TEXTURES', 'the scene has more textures than this device binds', {
      got: `no layer left for a picture of ${image.widthPx}×${image.heightPx}`,
      expected: `at most ${TEXTURE_CLASSES} arrays of ${maxLayers}`,
      hint: 'join small textures in atlases',
    });
  return best;
}

const keyOf = (widthPx: number, heightPx: number, srgb: boolean): string => `${widthPx}x${heightPx}${srgb ? 's' : 'l'}`;

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
