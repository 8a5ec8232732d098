import type { Document, GLTF } from '@gltf-transform/core';
import type { InstancedMesh } from '@gltf-transform/extensions';
import { SceneError } from '../../core/errors.ts';
import type { Quat, Vec3 } from '../../core/vec.ts';
import { IDENTITY_4X4, matrixFromTrs, multiply4x4 } from '../matrix.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { Material } from '../scene-data.ts';
import { SCENE_LIMITS } from './check-declared-sizes.ts';
import { readFloats } from './read-floats.ts';
import type { DrawnNode } from './read-nodes.ts';
import { readPrimitive } from './read-primitive.ts';
import { jointMatrices } from './skin-at-rest.ts';

/** Hands out the material of a primitive and its number in the scene. */
export type MaterialRequest = (index: number | null) => { readonly number: number; readonly material: Material };

/**
 * Adds the meshes of all drawn nodes as meshlets and their draws. A primitive becomes one mesh however often it is drawn; only skinned
 * ones get a mesh per node.
 * @throws SceneError GLTF_TOO_LARGE and what `readPrimitive` throws
 */
export function readMeshes(
  json: GLTF.IGLTF,
  document: Document,
  drawn: readonly DrawnNode[],
  materialOf: MaterialRequest,
  builder: SceneBuilder,
  file: string,
): void {
  const meshes = document.getRoot().listMeshes();
  const nodes = document.getRoot().listNodes();
  const nodeOf = new Map(drawn.map(({ source, node }) => [source, node]));
  const known = new Map<string, number | null>();
  const warn = (line: string): void => void builder.warnings.push(line);
  let vertices = 0;
  let instances = 0;

  const addPrimitive = (mesh: number, index: number, joints: Float64Array[] | null): number | null => {
    const path = `meshes[${mesh}].primitives[${index}]`;
    const definition = json.meshes![mesh].primitives[index];
    const { number, material } = materialOf(definition.material ?? null);
    const primitive = meshes[mesh].listPrimitives()[index];
    const tangentTexCoord = material.normalTexture?.texCoord ?? null;
    const geometry = readPrimitive(primitive, { file, path, tangentTexCoord, joints, warn });
    if (definition.targets?.length) warn(`${path}: morph targets are not applied`);
    if (!geometry) return null;
    vertices += geometry.positions.length / 3;
    if (vertices > SCENE_LIMITS.vertices) {
      const detail = { file, path, got: `${vertices} up to here`, expected: `at most ${SCENE_LIMITS.vertices}` };
      throw new SceneError('GLTF_TOO_LARGE', 'too many vertices', detail);
    }
    const name = json.meshes![mesh].name ?? `mesh ${mesh}`;
    const { mesh: added, dropped } = builder.addMesh(name, geometry, number);
    if (dropped) warn(`${path}: ${dropped} degenerate triangles dropped`);
    return added;
  };

  for (const { source, node } of drawn) {
    const definition = json.nodes![source];
    if (definition.mesh === undefined) continue;
    const joints = definition.skin === undefined ? null : jointMatrices(json, document, definition.skin, nodeOf, builder, file);
    const placements = joints ? [IDENTITY_4X4] : instanceMatrices(nodes[source].getExtension<InstancedMesh>('EXT_mesh_gpu_instancing'));
    for (let index = 0; index < json.meshes![definition.mesh].primitives.length; index++) {
      const key = `${definition.mesh} ${index} ${joints ? source : ''}`;
      if (!known.has(key)) known.set(key, addPrimitive(definition.mesh, index, joints));
      const mesh = known.get(key)!;
      if (mesh === null) continue;
      instances += placements.length;
      if (instances > SCENE_LIMITS.instances) {
        const detail = { file, path: `nodes[${source}]`, got: `${instances} up to here`, expected: `at most ${SCENE_LIMITS.instances}` };
        throw new SceneError('GLTF_TOO_LARGE', 'too many draws', detail);
      }
      const world = builder.worldMatrix(node);
      for (const placement of placements) builder.addInstance(node, mesh, joints ? IDENTITY_4X4 : multiply4x4(world, placement));
    }
  }
}

/** Matrices of EXT_mesh_gpu_instancing relative to the node; the identity alone without it. */
function instanceMatrices(instancing: InstancedMesh | null): readonly ArrayLike<number>[] {
  if (!instancing) return [IDENTITY_4X4];
  const read = (semantic: string, size: number): Float32Array | null => {
    const accessor = instancing.getAttribute(semantic);
    return accessor?.getArray() ? readFloats(accessor, size) : null;
  };
  const translation = read('TRANSLATION', 3);
  const rotation = read('ROTATION', 4);
  const scale = read('SCALE', 3);
  const counts = [translation && translation.length / 3, rotation && rotation.length / 4, scale && scale.length / 3].filter(
    (n) => n !== null,
  );
  const at = <T>(data: Float32Array | null, size: number, i: number, absent: T): T =>
    data ? ([...data.subarray(i * size, i * size + size)] as T) : absent;
  return Array.from({ length: counts.length ? Math.min(...counts) : 0 }, (_, i) =>
    matrixFromTrs(at<Vec3>(translation, 3, i, [0, 0, 0]), at<Quat>(rotation, 4, i, [0, 0, 0, 1]), at<Vec3>(scale, 3, i, [1, 1, 1])),
  );
}
