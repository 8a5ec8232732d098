import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { chooseSteps } from '../../../scene/cooked/mesh-grid.ts';
import type { LodInput, LodMesh } from '../../../scene/lod/lod-mesh.ts';
import { matrixFromTrs } from '../../../scene/matrix.ts';
import { prefilterEnvironment } from '../../../scene/prefilter-environment.ts';
import { SceneBuilder } from '../../../scene/scene-builder.ts';
import type { Environment, SceneData } from '../../../scene/scene-data.ts';
import { type CookedMesh, type MeshJob, pieceName } from '../cook/cook-jobs.ts';
import { CookPool } from '../cook/cook-pool.ts';
import { readPiece } from '../cook/part-folder.ts';
import { cacheDirectory } from '../swiftshader.ts';
import type { BenchSet } from './bench-set.ts';
import { paintSky } from './sky.ts';

/** From this many triangles on, levels of detail are made in threads and kept on disk: 10 million take minutes. */
const KEPT_FROM_TRIANGLES = 300_000;
/** Each thread holds a mesh and its levels: more would not fit where cores are many. */
const MAX_THREADS = 16;

/** A set as the renderer takes it, every level of detail included. */
export async function buildBenchScene(set: BenchSet): Promise<SceneData> {
  const builder = await SceneBuilder.create({ detail: 'full' });
  for (const image of set.images) builder.addImage(image);
  for (const material of set.materials) builder.addMaterial(material);
  const root = builder.addNode(set.name, -1, matrixFromTrs([0, 0, 0], [0, 0, 0, 1], [1, 1, 1]));
  for (const { name, geometry, material, placements } of set.meshes) {
    const { mesh } = builder.addMesh(name, geometry, material);
    if (mesh === null) throw new RangeError(`${name}: no usable triangles`);
    for (const matrix of placements) builder.addInstance(builder.addNode(name, root, matrix), mesh);
  }
  if (set.uniqueTriangles < KEPT_FROM_TRIANGLES) return builder.build(set.name, 'generated');
  return builder.build(set.name, 'generated', await cookLevels(builder.meshInputs()));
}

/** Levels of detail as `cyc cook` makes them, each mesh kept in the cache folder under the hash of what it is made from. */
async function cookLevels(inputs: readonly LodInput[]): Promise<LodMesh[]> {
  const folder = join(cacheDirectory(), 'bench');
  await mkdir(folder, { recursive: true });
  const pool = new CookPool(Math.min(MAX_THREADS, availableParallelism()));
  const steps = chooseSteps(inputs);
  try {
    return await Promise.all(
      inputs.map(async (input, k) => {
        const job: MeshJob = { kind: 'mesh', input, step: steps[k]! };
        const piece = join(folder, pieceName(job));
        const cooked = ((await readPiece(piece)) ?? (await pool.run(job, piece))) as CookedMesh;
        return cooked.mesh;
      }),
    );
  } finally {
    await pool.close();
  }
}

/** The generated sky, prefiltered. */
export const buildBenchEnvironment = (): Environment => prefilterEnvironment('sky', paintSky());
