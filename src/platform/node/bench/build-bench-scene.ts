import { matrixFromTrs } from '../../../scene/matrix.ts';
import { prefilterEnvironment } from '../../../scene/prefilter-environment.ts';
import { SceneBuilder } from '../../../scene/scene-builder.ts';
import type { Environment, SceneData } from '../../../scene/scene-data.ts';
import type { BenchSet } from './bench-set.ts';
import { paintSky } from './sky.ts';

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
  return await builder.build(set.name, 'generated');
}

/** The generated sky, prefiltered. */
export const buildBenchEnvironment = (): Environment => prefilterEnvironment('sky', paintSky());
