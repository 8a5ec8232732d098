import { type CookedScene, readCookedScene } from '../../scene/cooked/read-cooked.ts';
import { decodeBlocks } from './cook/block-codec.ts';
import { fileSource } from './cook/file-source.ts';
import { type HttpOptions, httpSource } from './cook/http-source.ts';

export const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);
/** By its name: a `.cyc` file or address (a query may follow). */
export const isCooked = (file: string): boolean => /\.cyc$/i.test(isUrl(file) ? new URL(file).pathname : file);

/**
 * Opens a cooked scene on disk or at an http(s) address; its chunks are read as the renderer asks for them.
 * @param fileOrUrl As the user named it.
 * @throws SceneError RESOURCE_*, SCENE_URL, COOKED_*
 */
export function openCookedScene(fileOrUrl: string, options: HttpOptions = {}): Promise<CookedScene> {
  return readCookedScene(isUrl(fileOrUrl) ? httpSource(fileOrUrl, options) : fileSource(fileOrUrl), decodeBlocks);
}
