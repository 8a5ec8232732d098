import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CycError, OutputError } from '../../../core/errors.ts';
import { chooseSteps } from '../../../scene/cooked/mesh-grid.ts';
import { shareMeshes } from '../../../scene/cooked/share-meshes.ts';
import { writeCooked } from '../../../scene/cooked/write-cooked.ts';
import { fitTextures, GUARANTEED_LIMITS } from '../../../scene/fit-textures.ts';
import { loadGltf } from '../../../scene/load-gltf.ts';
import type { LodInput, LodMesh } from '../../../scene/lod/lod-mesh.ts';
import type { MeshGrid, PackedImage } from '../../../scene/packed-scene.ts';
import { outputErrorOf } from '../atomic-file.ts';
import { nodeScenePorts } from '../load-scene.ts';
import { COOKER, type CookedMesh, EMPTY_MESH, type MeshJob, pieceName } from './cook-jobs.ts';
import { CookPool } from './cook-pool.ts';
import { isUpToDate, readSceneFile, recordFiles, sourceOf } from './cook-sources.ts';
import { cookTextures } from './cook-textures.ts';
import { checkOutput, PartFolder, readPiece } from './part-folder.ts';

export interface CookOptions {
  readonly threads: number;
  readonly compressTextures: boolean;
  /** Cook even where the output is up to date. */
  readonly force: boolean;
  readonly progress: CookProgress;
}

/** What a cook tells while it works; `kept` were finished by an earlier run. */
export interface CookProgress {
  stage(name: 'read' | 'meshes' | 'textures' | 'write', total: number, unit: 'files' | 'triangles' | 'texels' | 'chunks'): void;
  advance(amount: number, kept: boolean): void;
}

export interface CookSummary {
  readonly output: string;
  readonly upToDate: boolean;
  readonly contentHash: string;
  readonly fileBytes: number;
  /** The rest is `null` where nothing was cooked. */
  readonly cooked: {
    readonly triangles: number;
    readonly uniqueTriangles: number;
    readonly meshes: number;
    readonly sharedMeshes: number;
    readonly instances: number;
    readonly textures: number;
    readonly compressedTextures: number;
    readonly chunks: number;
    /** Pieces taken over from a run that was cut short. */
    readonly keptPieces: number;
    readonly warnings: readonly string[];
  } | null;
}

/**
 * Cooks a glTF scene to `.cyc`. The output is whole or absent; a cut-short cook goes on where it was. Same input and settings, same bytes, on any
 * number of threads.
 * @throws SceneError what `loadGltf` throws; OutputError DISK_FULL, NOT_WRITABLE, IS_A_FOLDER, COOK_RUNNING, SAME_FILE
 */
export async function cookScene(file: string, output: string, options: CookOptions): Promise<CookSummary> {
  await checkOutput(output);
  if (resolve(file) === resolve(output)) {
    throw new OutputError('SAME_FILE', 'would be written over the scene itself', { file: output, hint: 'choose another name with -o' });
  }
  const settings = { detail: 'full', textures: options.compressTextures ? 'bc7' : 'rgba8' };
  const known = options.force ? null : await isUpToDate(file, output, COOKER, settings);
  if (known) return { output, upToDate: true, ...known, cooked: null };
  options.progress.stage('read', 1, 'files');
  const bytes = await readSceneFile(file);
  const part = new PartFolder(output);
  await part.enter();
  const pool = new CookPool(options.threads);
  try {
    const summary = await cook(file, bytes, output, settings, part, pool, options);
    await part.remove();
    return summary;
  } catch (error) {
    await part.leave();
    throw error instanceof CycError ? error : outputErrorOf(error, output);
  } finally {
    await pool.close();
  }
}

async function cook(
  file: string,
  bytes: Uint8Array,
  output: string,
  settings: Readonly<Record<string, string>>,
  part: PartFolder,
  pool: CookPool,
  { progress, compressTextures }: CookOptions,
): Promise<CookSummary> {
  const ports = nodeScenePorts(dirname(file));
  const recorded = recordFiles(ports.files);
  let meshes: CookedMeshes = { built: [], grids: [], original: new Uint32Array(0), kept: 0 };
  const loaded = await loadGltf(
    { file, bytes },
    { ...ports, files: recorded.files },
    {
      detail: 'full',
      buildMeshes: async (inputs) => {
        meshes = await cookMeshes(inputs, part, pool, progress);
        return meshes.built;
      },
    },
  );
  const { original } = meshes;
  const fitted = fitTextures(loaded.images, GUARANTEED_LIMITS);
  const scene = shareMeshes({ ...loaded, images: [], warnings: [...loaded.warnings, ...fitted.warnings] }, original);
  const textures = await cookTextures(fitted.images, compressTextures, part, pool, progress);
  const pictures: PackedImage[] = fitted.images.map(({ name, widthPx, heightPx, srgb, levels }, i) => ({
    name,
    widthPx,
    heightPx,
    srgb,
    format: textures.formats[i]!,
    levels: levels.length,
  }));
  const drawn = loaded.meshes.flatMap((mesh, i) => (original[i] === i && mesh.meshletCount > 0 ? [meshes.grids[i]!] : []));
  const origin = { cooker: COOKER, settings, sources: [sourceOf(file, bytes), ...recorded.sources()] };
  const written = await writeOutput(output, part, async (keep) => {
    let chunks = 0;
    const head = await writeCooked({ scene, grids: drawn, pictures, texels: textures.read, origin }, keep, (done, total) => {
      chunks = total;
      if (done === 0) progress.stage('write', total, 'chunks');
      else progress.advance(1, false);
    });
    return { head, chunks };
  });
  return {
    output,
    upToDate: false,
    contentHash: written.contentHash,
    fileBytes: written.fileBytes,
    cooked: {
      triangles: scene.triangleCount,
      uniqueTriangles: scene.meshes.reduce((sum, mesh) => sum + mesh.triangleCount, 0),
      meshes: scene.meshes.length,
      sharedMeshes: original.filter((from, i) => from !== i).length,
      instances: scene.instances.count,
      textures: pictures.length,
      compressedTextures: textures.formats.filter((format) => format !== 'rgba8').length,
      chunks: written.chunks,
      keptPieces: meshes.kept + textures.kept,
      warnings: scene.warnings,
    },
  };
}

interface CookedMeshes {
  readonly built: readonly LodMesh[];
  readonly grids: readonly MeshGrid[];
  /** Per mesh the one whose tables it shares. */
  readonly original: Uint32Array;
  readonly kept: number;
}

/** Levels of detail of all meshes, large ones first; equal meshes are made once. */
async function cookMeshes(inputs: readonly LodInput[], part: PartFolder, pool: CookPool, progress: CookProgress): Promise<CookedMeshes> {
  const triangles = (i: number): number => inputs[i]!.geometry.indices.length / 3;
  const steps = chooseSteps(inputs);
  const jobs = inputs.map((input, i): MeshJob => ({ kind: 'mesh', input, step: steps[i]! }));
  const first = new Map<string, number>();
  const names = jobs.map((job, i) => {
    const name = pieceName(job);
    if (!first.has(name)) first.set(name, i);
    return name;
  });
  const original = Uint32Array.from(names, (name) => first.get(name)!);
  const order = [...first.values()].sort((a, b) => triangles(b) - triangles(a) || a - b);
  progress.stage(
    'meshes',
    order.reduce((sum, i) => sum + triangles(i), 0),
    'triangles',
  );
  const done = new Map<number, CookedMesh>();
  let kept = 0;
  await Promise.all(
    order.map(async (i) => {
      const piece = part.file(names[i]!);
      const known = (await readPiece(piece)) as CookedMesh | null;
      if (known) kept++;
      done.set(i, known ?? ((await pool.run(jobs[i]!, piece)) as CookedMesh));
      progress.advance(triangles(i), known !== null);
    }),
  );
  return {
    built: inputs.map((_, i) => done.get(i)?.mesh ?? EMPTY_MESH),
    grids: inputs.map((_, i) => done.get(original[i]!)!.grid),
    original,
    kept,
  };
}

/** Writes the chunks aside, then header, head and chunks to a temporary file, which takes the output's place when it is safe on the disk. */
async function writeOutput(
  output: string,
  part: PartFolder,
  write: (keep: (chunk: Uint8Array) => Promise<void>) => Promise<{ head: Uint8Array; chunks: number }>,
): Promise<{ readonly contentHash: string; readonly fileBytes: number; readonly chunks: number }> {
  const aside = part.file('chunks.tmp');
  const whole = part.file('whole.tmp');
  const chunkFile = await open(aside, 'w+');
  try {
    const { head, chunks } = await write(async (chunk) => void (await chunkFile.writeFile(chunk)));
    const target = await open(whole, 'w');
    try {
      await target.writeFile(head);
      await copyInto(chunkFile, target);
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(whole, output);
    const contentHash = Buffer.from(head.subarray(32, 64)).toString('hex');
    return { contentHash, fileBytes: (await stat(output)).size, chunks };
  } finally {
    await chunkFile.close();
    await rm(aside, { force: true });
    await rm(whole, { force: true });
  }
}

/** Bytes copied at a time. */
const COPY_BYTES = 2 ** 22;

async function copyInto(source: FileHandle, target: FileHandle): Promise<void> {
  const buffer = new Uint8Array(COPY_BYTES);
  for (let at = 0; ; ) {
    const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    await target.writeFile(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}
