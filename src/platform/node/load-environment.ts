import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SceneError } from '../../core/errors.ts';
import { decodeHdr } from '../../scene/decode-hdr.ts';
import { prefilterEnvironment } from '../../scene/prefilter-environment.ts';
import type { Environment } from '../../scene/scene-data.ts';

/**
 * Loads and prefilters a Radiance (.hdr) panorama.
 * @param path As the user named it.
 * @throws SceneError RESOURCE_MISSING, HDR_HEADER, HDR_DATA
 */
export async function loadEnvironmentFile(path: string): Promise<Environment> {
  const bytes = await readFile(path).catch((cause) => {
    throw new SceneError('RESOURCE_MISSING', 'environment cannot be read', {
      file: path,
      got: (cause as NodeJS.ErrnoException).code ?? 'error',
      cause,
    });
  });
  return prefilterEnvironment(basename(path), decodeHdr(bytes, path));
}
