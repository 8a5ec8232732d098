import { type ClusterHierarchy, type MeshletTable, NONE } from '../scene-data.ts';
import { enclosingSphere } from './bounding-sphere.ts';
import { buildNodeTree } from './node-tree.ts';

/** Meshlets per leaf, about. */
const LEAF_MESHLETS = 12;

/** Hierarchy of a mesh with full detail alone: no groups, leaves of consecutive meshlets, whose order stays. */
export function flatHierarchy({ count, bounds }: MeshletTable): ClusterHierarchy {
  const leafCount = Math.ceil(count / LEAF_MESHLETS);
  const first = Uint32Array.from({ length: leafCount }, (_, l) => Math.floor((l * count) / leafCount));
  const size = first.map((from, l) => (l + 1 < leafCount ? first[l + 1] : count) - from);
  const sphere = new Float32Array(leafCount * 4);
  for (let l = 0; l < leafCount; l++) {
    enclosingSphere(
      bounds,
      Array.from({ length: size[l] }, (_, k) => first[l] + k),
      sphere,
      l * 4,
    );
  }
  const error = new Float32Array(leafCount).fill(Infinity);
  return {
    groups: { count: 0, sphere: new Float32Array(0), error: new Float32Array(0) },
    selfGroup: new Uint32Array(count).fill(NONE),
    parentGroup: new Uint32Array(count).fill(NONE),
    ...buildNodeTree({ first, size, sphere, lodSphere: sphere, error, levels: [leafCount] }),
  };
}
