import { NONE } from '../scene-data.ts';
import { enclosingSphere } from './bounding-sphere.ts';
import type { BuiltLevels } from './build-levels.ts';
import type { LodInput, LodMesh } from './lod-mesh.ts';
import { buildNodeTree, spatialOrder } from './node-tree.ts';
import { packVertices } from './pack-vertices.ts';

/** Clusters of a leaf that no group replaces. */
const ROOT_LEAF_CLUSTERS = 16;

/** Clusters that are drawn or not together. */
interface Leaf {
  readonly members: readonly number[];
  /** Number of the group that replaces them, NONE for the coarsest. */
  readonly group: number;
}

/**
 * Puts clusters, groups and their tree into tables: coarsest level first, so that any prefix of the tables is a whole mesh, within a level neighbours side
 * by side.
 */
export function packLevels({ geometry }: LodInput, { store, groups }: BuiltLevels): LodMesh {
  const levels = leavesByLevel({ store, groups });
  const leaves = levels.flat();
  const order = Uint32Array.from(leaves.flatMap((leaf) => leaf.members));
  const table = store.pack(order);
  const { vertices, vertexIndices } = packVertices(geometry, table.vertexIndices);
  const sphere = new Float32Array(leaves.length * 4);
  const lodSphere = new Float32Array(leaves.length * 4);
  const first = new Uint32Array(leaves.length);
  let meshlet = 0;
  leaves.forEach((leaf, l) => {
    first[l] = meshlet;
    enclosingSphere(
      table.bounds,
      leaf.members.map((_, i) => meshlet + i),
      sphere,
      l * 4,
    );
    const holding = leaf.group === NONE ? sphere.subarray(l * 4, l * 4 + 4) : groups[leaf.group].sphere;
    lodSphere.set(holding, l * 4);
    meshlet += leaf.members.length;
  });
  const tree = buildNodeTree({
    first,
    size: Uint32Array.from(leaves, (leaf) => leaf.members.length),
    sphere,
    lodSphere,
    error: Float32Array.from(leaves, (leaf) => (leaf.group === NONE ? Infinity : groups[leaf.group].error)),
    levels: levels.map((level) => level.length),
  });
  const groupSphere = new Float32Array(groups.length * 4);
  groups.forEach((group, g) => {
    groupSphere.set(group.sphere, g * 4);
  });
  return {
    vertices,
    meshlets: { ...table, vertexIndices },
    hierarchy: {
      groups: { count: groups.length, sphere: groupSphere, error: Float32Array.from(groups, (group) => group.error) },
      selfGroup: Uint32Array.from(order, (c) => store.selfGroup[c]),
      parentGroup: Uint32Array.from(order, (c) => store.parentGroup[c]),
      ...tree,
    },
  };
}

/** Leaves of each level, coarsest first; a level is what was replaced in one round. */
function leavesByLevel({ store, groups }: BuiltLevels): Leaf[][] {
  const roots: number[] = [];
  for (let c = 0; c < store.count; c++) if (store.parentGroup[c] === NONE) roots.push(c);
  const spheres = new Float32Array(roots.length * 4);
  roots.forEach((c, i) => {
    spheres.set(store.sphere(c), i * 4);
  });
  const rootOrder = Array.from(spatialOrder(spheres, roots.length), (i) => roots[i]);
  const coarsest: Leaf[] = [];
  for (let i = 0; i < rootOrder.length; i += ROOT_LEAF_CLUSTERS) {
    coarsest.push({ members: rootOrder.slice(i, i + ROOT_LEAF_CLUSTERS), group: NONE });
  }
  const rounds: number[][] = [];
  groups.forEach((group, g) => {
    while (rounds.length <= group.round) rounds.push([]);
    rounds[group.round].push(g);
  });
  const levels = rounds
    .filter((numbers) => numbers.length > 0)
    .reverse()
    .map((numbers) => {
      const centres = new Float32Array(numbers.length * 4);
      numbers.forEach((g, i) => {
        centres.set(groups[g].sphere, i * 4);
      });
      return Array.from(spatialOrder(centres, numbers.length), (i): Leaf => ({ members: groups[numbers[i]].members, group: numbers[i] }));
    });
  return [coarsest, ...levels];
}
