import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SceneError, StageError } from '../../core/errors.ts';
import { decodeHdr } from '../../scene/decode-hdr.ts';
import type { AnyScene } from '../../scene/packed-scene.ts';
import { prefilterEnvironment } from '../../scene/prefilter-environment.ts';
import type { Environment } from '../../scene/scene-data.ts';
import { bakeStage } from '../../stage/bake-stage.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import type { FrameParameters } from '../../stage/build-frame-state.ts';
import { parseStage } from '../../stage/parse-stage.ts';
import { parseShow, type ShowDocument } from '../../stage/show.ts';
import { contentHash } from './content-hash.ts';
import { loadSceneFile } from './load-scene.ts';
import { isCooked, isUrl, openCookedScene } from './open-cooked.ts';

/** A show with its files in memory, a cooked scene with its head alone: what every device and every renderer of it is built from. */
export interface LoadedShow {
  readonly document: ShowDocument;
  readonly stage: BakedStage;
  readonly scene: AnyScene;
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
    loadScene(document.sceneFile),
    document.environment ? loadEnvironmentFile(document.environment.file) : null,
  ]);
  return { document, stage, scene, environment };
}

/**
 * A scene as a show names it: .gltf or .glb as a whole, with levels of detail; the head of a .cyc, whose chunks the renderer reads.
 * @param file Path, or http(s) address of a .cyc. @throws SceneError
 */
export async function loadScene(file: string): Promise<AnyScene> {
  if (isCooked(file)) return openCookedScene(file);
  if (!isUrl(file)) return loadSceneFile(file, 'light');
  throw new SceneError('SCENE_URL', 'is read from disk only', {
    file,
    got: 'an address of a glTF scene',
    expected: 'a cooked one',
    hint: 'cook it with `cyc cook` and put the .cyc on the server',
  });
}

/** SHA-256 of what decides a scene's pixels; not of its name. */
export function hashScene(scene: AnyScene): string {
  return 'contentHash' in scene ? `sha256:${scene.contentHash}` : contentHash({ ...scene, file: '' });
}

/** Reads and bakes a `*.stage.json`. @throws StageFileError, StageError FILE_UNREADABLE */
export async function loadStage(file: string): Promise<BakedStage> {
  return bakeStage(parseStage(await readTextFile(file), file));
}

/** What a show says about its frames before any operator does. */
export const showParameters = ({
  worldFromStage,
  exposureStops,
  nitsPerUnit,
  samplesPerLed,
  lodErrorPx,
}: ShowDocument): FrameParameters => ({
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
