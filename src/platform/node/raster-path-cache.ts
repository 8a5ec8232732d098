import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RasterPathCache } from '../../engine/raster-path.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { cacheDirectory } from './swiftshader.ts';

/** Answers of the rasteriser's self-test as small files. @param directory Default: cyclorama's cache folder. */
export function createRasterPathCache(directory = cacheDirectory()): RasterPathCache {
  const fileOf = (key: string): string => join(directory, `${key}.json`);
  return {
    read: (key) => readFile(fileOf(key), 'utf8').catch(() => null),
    write: (key, text) => writeFileAtomic(fileOf(key), text),
  };
}
