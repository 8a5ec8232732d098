import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SceneError, StageError } from '../../core/errors.ts';
import { decodeHdr } from '../../scene/decode-hdr.ts';
import { prefilterEnvironment } from '../../scene/prefilter-environment.ts';
import type { Environment, SceneData } from '../../scene/scene-data.ts';
import { bakeStage } from '../../stage/bake-stage.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import type { FrameParameters } from '../../stage/build-frame-state.ts';
import { parseStage } from '../../stage/parse-stage.ts';
import { parseShow, type ShowDocument } from '../../stage/show.ts';
import { loadSceneFile } from './load-scene.ts';

/** A show with all its files in memory: what every device and every renderer of it is built from. */
export interface LoadedShow {
  readonly document: ShowDocument;
  readonly stage: BakedStage;
  readonly scene: SceneData;
  readonly environment: Environment | null;
}

/**
 * Reads a show and the files it names, all at once.
 * @param file `*.show.json` as the user named it.   @param stageFile Another stage than the show's, as the user named it.
 * @throws StageFileError, SceneError naming file, path, got and expected
 */
export async function loadShow(file: string, stageFile: string | null = null): Promise<LoadedShow> {
  const document = parseShow(await readTextFile(file), file);
  const [stage, scene, environment] = await Promise.all([
    loadStage(stageFile ?? document.stageFile),
    loadSceneFile(document.sceneFile),
    document.environment ? loadEnvironmentFile(document.environment.file) : null,
  ]);
  return { document, stage, scene, environment };
}

/** Reads and bakes a `*.stage.json`. @throws StageFileError, StageError FILE_UNREADABLE */
export async function loadStage(file: string): Promise<BakedStage> {
  return bakeStage(parseStage(await readTextFile(file), file));
}

/** What a show says about its frames before any operator does. */
export const showParameters = ({ worldFromStage, exposureStops, nitsPerUnit, samplesPerLed, lodErrorPx }: ShowDocument): FrameParameters => ({
  worldFromStage,
  exposureStops,
  nitsPerUnit,
  samplesPerLed,
  lodErrorPx,
});

/** Reads and filters a Radiance .hdr. @throws SceneError HDR_HEADER, HDR_DATA, FILE_UNREADABLE */
export async function loadEnvironmentFile(file: string): Promise<Environment> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new SceneError('FILE_UNREADABLE', 'cannot be read', { file, got: reasonOf(cause), expected: 'a Radiance .hdr picture', cause });
  });
  return prefilterEnvironment(basename(file), decodeHdr(bytes, file));
}

async function readTextFile(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    throw new StageError('FILE_UNREADABLE', 'cannot be read', { file, got: reasonOf(cause), expected: 'a JSON file', cause });
  }
}

/** What the operating system says, in words. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file',
    EISDIR: 'a folder',
    EACCES: 'no permission',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'text that is not UTF-8',
  };
  return words[code ?? ''] ?? code ?? message;
}
