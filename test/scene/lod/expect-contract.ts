import { expect } from 'vitest';
import { NONE, type SceneData } from '../../../src/scene/scene-data.ts';

/** What `ClusterHierarchy` promises, for every group, cluster and node of a scene. */
export function expectContract(scene: SceneData): void {
  const { groups, nodes, selfGroup, parentGroup, depth } = scene.hierarchy;
  const { bounds, count } = scene.meshlets;
  /** How far sphere b sticks out of sphere a, in float32 as the GPU counts. */
  const outside = (a: Float32Array, i: number, b: Float32Array, k: number): number => {
    const f = Math.fround;
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) {
      const d = f(a[i * 4 + axis] - b[k * 4 + axis]);
      sum = f(sum + f(d * d));
    }
    return f(f(f(Math.sqrt(sum)) + b[k * 4 + 3]) - a[i * 4 + 3]);
  };
  let stickingOut = -Infinity;
  const must = (a: Float32Array, i: number, b: Float32Array, k: number): void => {
    stickingOut = Math.max(stickingOut, outside(a, i, b, k));
  };
  for (let m = 0; m < count; m++) {
    const [self, parent] = [selfGroup[m], parentGroup[m]];
    if (parent === NONE) continue;
    must(groups.sphere, parent, bounds, m);
    if (self === NONE) continue;
    must(groups.sphere, parent, groups.sphere, self);
    expect(groups.error[parent]).toBeGreaterThanOrEqual(groups.error[self]);
    expect(parent).not.toBe(self);
  }
  for (const error of groups.error) expect(error).toBeGreaterThanOrEqual(0);
  const seen = new Uint8Array(count);
  let deepest = 0;
  for (const mesh of scene.meshes) {
    const walk = (n: number, level: number): void => {
      deepest = Math.max(deepest, level);
      expect(nodes.size[n]).toBeGreaterThan(0);
      expect(nodes.size[n]).toBeLessThanOrEqual(nodes.leaf[n] ? 32 : 8);
      const parents = new Set<number>();
      for (let i = nodes.first[n]; i < nodes.first[n] + nodes.size[n]; i++) {
        if (!nodes.leaf[n]) {
          must(nodes.sphere, n, nodes.sphere, i);
          must(nodes.lodSphere, n, nodes.lodSphere, i);
          expect(nodes.maxError[n]).toBeGreaterThanOrEqual(nodes.maxError[i]);
          walk(i, level + 1);
          continue;
        }
        expect(i).toBeGreaterThanOrEqual(mesh.firstMeshlet);
        expect(i).toBeLessThan(mesh.firstMeshlet + mesh.meshletCount);
        seen[i]++;
        parents.add(parentGroup[i]);
        must(nodes.sphere, n, bounds, i);
        if (parentGroup[i] !== NONE) must(nodes.lodSphere, n, groups.sphere, parentGroup[i]);
        expect(nodes.maxError[n]).toBe(parentGroup[i] === NONE ? Infinity : groups.error[parentGroup[i]]);
      }
      if (nodes.leaf[n]) expect(parents.size).toBe(1);
    };
    walk(mesh.rootNode, 1);
    // The leaves of a mesh hold its clusters one after another, coarsest first.
    expect(parentGroup[mesh.firstMeshlet]).toBe(NONE);
  }
  expect(stickingOut).toBeLessThanOrEqual(0);
  expect(new Set(seen)).toEqual(new Set([1]));
  expect(depth).toBe(deepest);
}
