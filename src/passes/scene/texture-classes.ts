import { GpuError } from '../../core/errors.ts';
import { TEXTURE_CLASSES } from '../../scene/fit-textures.ts';
import type { PackedImage, TexelFormat } from '../../scene/packed-scene.ts';
import type { TexturePlace } from './pack-materials.ts';

/** Pictures of one size, format and encoding: layers of one array texture. */
export interface TextureClass {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly levels: number;
  readonly srgb: boolean;
  readonly format: TexelFormat;
  /** Pictures by layer, numbers in the scene's list. */
  readonly layers: readonly number[];
}

/** Texels along the edge of a block of a compressed format. */
export const BLOCK_TEXELS = 4;

/**
 * Sorts pictures into arrays, those with most texels first.
 * @throws GpuError TOO_MANY_TEXTURES when there are more than the shaders bind, BAD_TEXTURE_SIZE for compressed pictures that end inside a block
 */
export function classifyTextures(
  images: readonly PackedImage[],
  maxLayers: number,
): { readonly classes: readonly TextureClass[]; readonly places: readonly TexturePlace[] } {
  const classes: { -readonly [K in keyof TextureClass]: TextureClass[K] extends readonly number[] ? number[] : TextureClass[K] }[] = [];
  images.forEach(({ name, widthPx, heightPx, srgb, format, levels }, index) => {
    // Some devices would take them; a scene must not depend on which one it meets.
    if (format !== 'rgba8' && (widthPx % BLOCK_TEXELS !== 0 || heightPx % BLOCK_TEXELS !== 0))
      throw new GpuError('BAD_TEXTURE_SIZE', 'a block-compressed picture ends inside a block', {
        path: name,
        got: `${widthPx}×${heightPx} texels as ${format}`,
        expected: `multiples of ${BLOCK_TEXELS}`,
        hint: 'cook the scene again: pictures of such sizes stay rgba8',
      });
    const fits = classes.find(
      (c) =>
        c.widthPx === widthPx &&
        c.heightPx === heightPx &&
        c.srgb === srgb &&
        c.format === format &&
        c.levels === levels &&
        c.layers.length < maxLayers,
    );
    if (fits) fits.layers.push(index);
    else classes.push({ widthPx, heightPx, srgb, format, levels, layers: [index] });
  });
  classes.sort(
    (a, b) => b.layers.length * b.widthPx * b.heightPx - a.layers.length * a.widthPx * a.heightPx || a.layers[0]! - b.layers[0]!,
  );
  if (classes.length > TEXTURE_CLASSES)
    throw new GpuError('TOO_MANY_TEXTURES', 'the scene has more kinds of texture than the shaders bind', {
      got: `${classes.length} sizes, formats and encodings`,
      expected: `at most ${TEXTURE_CLASSES}`,
      hint: 'cook the scene again, or join small textures in atlases',
    });
  const places: TexturePlace[] = [];
  classes.forEach((c, textureClass) => {
    c.layers.forEach((image, layer) => {
      places[image] = { textureClass, layer };
    });
  });
  return { classes, places };
}
