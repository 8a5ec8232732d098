import { NONE } from '../scene-data.ts';
import { MAX_CHUNK_BYTES } from './cooked-format.ts';
import type { CookedHead } from './head-codec.ts';

/**
 * Checks that every number of a head that is used as an index names something: the GPU would read beside the tables, loops would not end.
 * @throws Error in words
 */
export function checkHead(head: CookedHead): void {
  const { meshes, instances, hierarchy, nodes, materials, images, sizes, chunkTable } = head;
  const below = (what: string, table: ArrayLike<number>, limit: number, none: number | null = null): void => {
    for (let i = 0; i < table.length; i++) {
      const value = table[i]!;
      if (value !== none && !(value >= 0 && value < limit)) throw new Error(`${what}[${i}] is ${value}, expected below ${limit}`);
    }
  };
  for (const [what, size] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(size) || size < 0 || size >= 2 ** 31) throw new Error(`sizes.${what} is ${size}`);
  }
  for (let i = 0; i < nodes.count; i++) if (!(nodes.parent[i]! < i)) throw new Error(`node ${i} comes before its parent`);
  below('instances.node', instances.node, nodes.count, -1);
  below('instances.mesh', instances.mesh, meshes.length);
  below('instances.material', instances.material, materials.length);
  below('selfGroup', hierarchy.selfGroup, hierarchy.groups.count, NONE);
  below('parentGroup', hierarchy.parentGroup, hierarchy.groups.count, NONE);
  for (const [i, mesh] of meshes.entries()) {
    if (mesh.firstMeshlet + mesh.meshletCount > sizes.meshlets) throw new Error(`mesh ${i} ends outside the meshlets`);
    if (!(mesh.rootNode < hierarchy.nodes.count) || !(mesh.material < materials.length))
      throw new Error(`mesh ${i} has no root or material`);
  }
  const { first, size, leaf, count } = hierarchy.nodes;
  for (let n = 0; n < count; n++) {
    const limit = leaf[n] ? sizes.meshlets : count;
    // Children come after their parent: a tree without loops.
    if (first[n]! + size[n]! > limit || (!leaf[n] && first[n]! <= n)) throw new Error(`tree node ${n} names what is not there`);
  }
  for (const [i, image] of images.entries()) {
    const sound = [image.widthPx, image.heightPx, image.levels].every((n) => Number.isInteger(n) && n > 0 && n <= 32768);
    if (!sound || !['rgba8', 'bc1', 'bc3', 'bc5', 'bc7'].includes(image.format)) throw new Error(`picture ${i} is of no known kind`);
  }
  for (const [i, material] of materials.entries()) {
    for (const [slot, value] of Object.entries(material)) {
      if (slot.endsWith('Texture') && value !== null && !images[(value as { image: number }).image]) {
        throw new Error(`materials[${i}].${slot} names no picture`);
      }
    }
  }
  below('chunk bytes', chunkTable.bytes, MAX_CHUNK_BYTES);
  for (let i = 1; i < chunkTable.count; i++) {
    if (!(chunkTable.residentError[i]! <= chunkTable.residentError[i - 1]!)) throw new Error(`chunk ${i} is coarser than the one before`);
  }
  if (chunkTable.count === 0 || chunkTable.residentError[chunkTable.count - 1] !== -1)
    throw new Error('the last chunk does not complete it');
}
