import { createRng } from '../../../src/core/rng.ts';
import { NONE, type SceneData } from '../../../src/scene/scene-data.ts';

/** Where a scene's meshes are looked at from, mesh-local, and how much error is allowed per metre of distance. */
export interface View {
  readonly eye: readonly number[];
  readonly errorPerMetre: number;
}

/** Views from near to far, coarse to fine, the same for the same seed. */
export function randomViews(count: number, sizeM: number, seed: number): View[] {
  const random = createRng(seed);
  return Array.from({ length: count }, () => ({
    eye: [0, 1, 2].map(() => (random() - 0.5) * sizeM * 10 ** random()),
    errorPerMetre: 10 ** (-5 * random()),
  }));
}

/** The rule of the contract: whether an error is too small to see; monotonic where spheres nest. */
export function smallEnough(view: View, sphere: ArrayLike<number>, error: number): boolean {
  const distance = Math.hypot(...view.eye.map((x, k) => x - sphere[k])) - sphere[3];
  return error <= view.errorPerMetre * Math.max(distance, 0);
}

/** Clusters of a mesh drawn in a view, by the groups alone. */
export function drawnByGroups({ hierarchy, meshes }: SceneData, mesh: number, view: View): number[] {
  const { groups, selfGroup, parentGroup } = hierarchy;
  const fine = (g: number): boolean => smallEnough(view, groups.sphere.subarray(g * 4, g * 4 + 4), groups.error[g]);
  const { firstMeshlet, meshletCount } = meshes[mesh];
  return Array.from({ length: meshletCount }, (_, m) => firstMeshlet + m).filter(
    (m) => (selfGroup[m] === NONE || fine(selfGroup[m])) && (parentGroup[m] === NONE || !fine(parentGroup[m])),
  );
}

/** Clusters of a mesh where one error is allowed everywhere. */
export function drawnByError({ hierarchy, meshes }: SceneData, mesh: number, error: number): number[] {
  const { groups, selfGroup, parentGroup } = hierarchy;
  const { firstMeshlet, meshletCount } = meshes[mesh];
  return Array.from({ length: meshletCount }, (_, m) => firstMeshlet + m).filter(
    (m) =>
      (selfGroup[m] === NONE || groups.error[selfGroup[m]] <= error) && (parentGroup[m] === NONE || groups.error[parentGroup[m]] > error),
  );
}

/** The clusters of `drawnByGroups` by way of the tree, as the GPU finds them; and how many nodes were looked at. */
export function drawnByTree(scene: SceneData, mesh: number, view: View): { clusters: number[]; visited: number } {
  const { nodes, groups, selfGroup, parentGroup } = scene.hierarchy;
  const fine = (g: number): boolean => smallEnough(view, groups.sphere.subarray(g * 4, g * 4 + 4), groups.error[g]);
  const clusters: number[] = [];
  let visited = 0;
  const queue = [scene.meshes[mesh].rootNode];
  for (let n = queue.pop(); n !== undefined; n = queue.pop()) {
    visited++;
    if (smallEnough(view, nodes.lodSphere.subarray(n * 4, n * 4 + 4), nodes.maxError[n])) continue;
    for (let i = nodes.first[n]; i < nodes.first[n] + nodes.size[n]; i++) {
      if (!nodes.leaf[n]) queue.push(i);
      else if ((selfGroup[i] === NONE || fine(selfGroup[i])) && (parentGroup[i] === NONE || !fine(parentGroup[i]))) clusters.push(i);
    }
  }
  return { clusters: clusters.sort((a, b) => a - b), visited };
}

/** Corners (vertices of the scene) of all triangles of clusters, three each. */
export function cornersOf({ meshlets }: SceneData, clusters: readonly number[]): number[] {
  const corners: number[] = [];
  for (const m of clusters) {
    const vertex = meshlets.vertexRange[m * 2];
    const first = meshlets.triangleRange[m * 2];
    for (let t = first; t < first + meshlets.triangleRange[m * 2 + 1]; t++) {
      const packed = meshlets.triangles[t];
      for (const local of [packed & 255, (packed >>> 8) & 255, packed >>> 16]) corners.push(meshlets.vertexIndices[vertex + local]);
    }
  }
  return corners;
}

/** Numbers of places: vertices closer than a rounding or two (2^-22 of the scene's size) are one. */
export function placesOf({ vertices }: SceneData): Uint32Array {
  let size = 0;
  for (const p of vertices.positions) size = Math.max(size, Math.abs(p));
  const known = new Map<string, number>();
  return Uint32Array.from({ length: vertices.count }, (_, v) => {
    const key = [0, 1, 2].map((k) => Math.round(vertices.positions[v * 3 + k] / (size * 2 ** -22)) + 0).join(' ');
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
  });
}

/** Places at the ends of edges that are not passed equally often in both directions: where the surface is open. */
export function openPlaces(corners: readonly number[], places: Uint32Array): Set<number> {
  const balance = new Map<number, number>();
  const stride = places.length + 1;
  corners.forEach((corner, i) => {
    const a = places[corner];
    const b = places[corners[i % 3 === 2 ? i - 2 : i + 1]];
    if (a === b) return;
    const key = Math.min(a, b) * stride + Math.max(a, b);
    balance.set(key, (balance.get(key) ?? 0) + (a < b ? 1 : -1));
  });
  const open = new Set<number>();
  for (const [key, sum] of balance) if (sum !== 0) open.add(Math.floor(key / stride)).add(key % stride);
  return open;
}

/** Clusters at full detail of a mesh. */
export function finestOf({ hierarchy, meshes }: SceneData, mesh: number): number[] {
  const { firstMeshlet, meshletCount } = meshes[mesh];
  return Array.from({ length: meshletCount }, (_, m) => firstMeshlet + m).filter((m) => hierarchy.selfGroup[m] === NONE);
}
