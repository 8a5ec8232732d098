import { SceneError } from '../../../core/errors.ts';
import type { TexelReader } from '../../../scene/cooked/chunk-codec.ts';
import type { TexelFormat } from '../../../scene/packed-scene.ts';
import type { TextureImage } from '../../../scene/scene-data.ts';
import { pieceName, type TextureJob } from './cook-jobs.ts';
import type { CookPool } from './cook-pool.ts';
import type { CookProgress } from './cook-scene.ts';
import { type PartFolder, readPiece } from './part-folder.ts';

export interface CookedTextures {
  /** One per picture. */
  readonly formats: readonly TexelFormat[];
  readonly read: TexelReader;
  readonly kept: number;
}

/**
 * Codes the mips of all pictures; they stay in files until they are read. BC7 for everything: the format follows from the size alone, so pictures of
 * one size still share one array texture, and normal maps keep their z. Sides that are no multiple of 4 stay RGBA8, since WebGPU takes no blocks there.
 */
export async function cookTextures(
  images: readonly TextureImage[],
  compress: boolean,
  part: PartFolder,
  pool: CookPool,
  progress: CookProgress,
): Promise<CookedTextures> {
  const formats = images.map(
    ({ widthPx, heightPx }): TexelFormat => (compress && widthPx % 4 === 0 && heightPx % 4 === 0 ? 'bc7' : 'rgba8'),
  );
  const texels = images.map((image) => image.levels.reduce((sum, level) => sum + level.length / 4, 0));
  progress.stage(
    'textures',
    texels.reduce((sum, count) => sum + count, 0),
    'texels',
  );
  let kept = 0;
  const files = await Promise.all(
    images.map(async ({ widthPx, heightPx, levels }, i) => {
      const job: TextureJob = { kind: 'texture', widthPx, heightPx, format: formats[i]!, levels };
      const file = part.file(pieceName(job));
      const known = (await readPiece(file)) !== null;
      if (known) kept++;
      else await pool.run(job, file);
      progress.advance(texels[i]!, known);
      return file;
    }),
  );
  return { formats, read: levelReader(files), kept };
}

/** Reads levels back from their pieces; the newest piece is kept, since the small levels of a picture are asked for together. */
function levelReader(files: readonly string[]): TexelReader {
  let newest: { readonly file: string; readonly levels: Promise<unknown> } | null = null;
  return async (image, level) => {
    const file = files[image]!;
    if (newest?.file !== file) newest = { file, levels: readPiece(file) };
    const levels = (await newest.levels) as readonly Uint8Array[] | null;
    const bytes = levels?.[level];
    if (!bytes) throw new SceneError('COOK_PIECE', 'a finished texture is gone or damaged', { file, hint: 'cook again' });
    return bytes;
  };
}
