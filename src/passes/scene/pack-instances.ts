import { GpuError } from '../../core/errors.ts';
import { type PackedScene, POSITION_WORDS } from '../../scene/packed-scene.ts';
import { MESHLET_WORDS } from '../../scene/packed-words.ts';
import type { Material, SceneHead } from '../../scene/scene-data.ts';

const INSTANCE_WORDS = 20;
/** Bits of `Instance.flags` (shaders/geometry.wgsl). */
export const INSTANCE_FLAGS = { mirrored: 1, uniformScale: 2, doubleSided: 4, masked: 8 } as const;

/** `array<Instance>`: rows of the 3×3 with the translation's high part, its low part, largest scale, material, flags, mesh, first id. */
export function packInstances({ instances, materials, meshes }: SceneHead): Float32Array {
  const floats = new Float32Array(Math.max(1, instances.count) * INSTANCE_WORDS);
  const words = new Uint32Array(floats.buffer);
  let firstMeshletInstance = 0;
  for (let i = 0; i < instances.count; i++) {
    const m = instances.worldFromMesh.subarray(i * 12, i * 12 + 12);
    const at = i * INSTANCE_WORDS;
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) floats[at + row * 4 + column] = m[row * 4 + column]!;
      const hi = Math.fround(m[row * 4 + 3]!);
      floats[at + row * 4 + 3] = hi;
      floats[at + 12 + row] = m[row * 4 + 3]! - hi;
    }
    floats[at + 15] = largestScale(m);
    words[at + 16] = instances.material[i]!;
    words[at + 17] = flagsOf(m, materials[instances.material[i]!]);
    words[at + 18] = instances.mesh[i]!;
    words[at + 19] = firstMeshletInstance;
    firstMeshletInstance += meshes[instances.mesh[i]!]!.meshletCount;
  }
  return floats;
}

/** Sphere 4, parents' sphere 4, error, first child or meshlet, size | leaf « 31, 1 unused. */
export const NODE_WORDS = 12;
/** Sphere 4, error. */
export const GROUP_WORDS = 5;
/** Root node, first meshlet, grid (origin 3, step). */
export const MESH_WORDS = 6;
/** Ids give this many bits to the meshlet-instance. */
const MAX_MESHLET_INSTANCES = 2 ** 25;

/** Where the parts of the scene's one geometry buffer start, words (shaders/passes/scene-bindings.wgsl, SceneLayout). */
export interface GeometryPlan {
  readonly instanceCount: number;
  readonly meshletInstanceCount: number;
  readonly firstNode: number;
  readonly firstGroup: number;
  readonly firstMesh: number;
  readonly firstMeshlet: number;
  readonly firstVertexIndex: number;
  readonly firstTriangle: number;
  readonly firstPosition: number;
  readonly words: number;
}

/** Lays the geometry buffer out. @throws GpuError TOO_MANY_CLUSTERS */
export function planGeometry(scene: PackedScene): GeometryPlan {
  const { instances, meshes, hierarchy, sizes } = scene;
  let meshletInstanceCount = 0;
  for (let i = 0; i < instances.count; i++) meshletInstanceCount += meshes[instances.mesh[i]!]!.meshletCount;
  if (meshletInstanceCount > MAX_MESHLET_INSTANCES)
    throw new GpuError('TOO_MANY_CLUSTERS', 'the scene draws more clusters than ids can tell apart', {
      got: `${meshletInstanceCount}`,
      expected: `at most ${MAX_MESHLET_INSTANCES} (about 1.5 G triangles with all levels of detail)`,
      hint: 'split the scene, or draw distant copies from a simpler mesh',
    });
  const firstNode = meshletInstanceCount;
  const firstGroup = firstNode + hierarchy.nodes.count * NODE_WORDS;
  const firstMesh = firstGroup + hierarchy.groups.count * GROUP_WORDS;
  const firstMeshlet = firstMesh + meshes.length * MESH_WORDS;
  const firstVertexIndex = firstMeshlet + sizes.meshlets * MESHLET_WORDS;
  const firstTriangle = firstVertexIndex + sizes.vertexIndices;
  const firstPosition = firstTriangle + sizes.triangles;
  const words = Math.max(4, firstPosition + sizes.vertices * POSITION_WORDS[scene.positions]);
  return {
    instanceCount: instances.count,
    meshletInstanceCount,
    firstNode,
    firstGroup,
    firstMesh,
    firstMeshlet,
    firstVertexIndex,
    firstTriangle,
    firstPosition,
    words,
  };
}

/**
 * The geometry buffer's words before its meshlets: what is known before any chunk. Index of a meshlet-instance = order of instances, each with its
 * mesh's meshlets in order: the id that ties and debug views rely on; the buffer begins with the instance of each.
 */
export function packGeometryHead(scene: PackedScene, plan: GeometryPlan): Uint32Array {
  const { instances, meshes, hierarchy, grids } = scene;
  const words = new Uint32Array(plan.firstMeshlet);
  const floats = new Float32Array(words.buffer);
  let at = 0;
  for (let i = 0; i < instances.count; i++) {
    const end = at + meshes[instances.mesh[i]!]!.meshletCount;
    words.fill(i, at, end);
    at = end;
  }
  const { nodes, groups } = hierarchy;
  for (let n = 0; n < nodes.count; n++) {
    const to = plan.firstNode + n * NODE_WORDS;
    floats.set(nodes.sphere.subarray(n * 4, n * 4 + 4), to);
    floats.set(nodes.lodSphere.subarray(n * 4, n * 4 + 4), to + 4);
    floats[to + 8] = finite(nodes.maxError[n]!);
    words[to + 9] = nodes.first[n]!;
    words[to + 10] = (nodes.size[n]! | (nodes.leaf[n]! << 31)) >>> 0;
  }
  for (let g = 0; g < groups.count; g++) {
    const to = plan.firstGroup + g * GROUP_WORDS;
    floats.set(groups.sphere.subarray(g * 4, g * 4 + 4), to);
    floats[to + 4] = finite(groups.error[g]!);
  }
  meshes.forEach((mesh, m) => {
    const to = plan.firstMesh + m * MESH_WORDS;
    words[to] = mesh.rootNode;
    words[to + 1] = mesh.firstMeshlet;
    floats.set(grids[m] ?? [0, 0, 0, 1], to + 2);
  });
  return words;
}

/** WGSL has no infinity that a compiler must keep: an error this large is never small enough (shaders/geometry.wgsl, ENDLESS_ERROR). */
const finite = (error: number): number => Math.min(error, 1e30);

/** Largest factor by which the 3×3 stretches a vector: square root of the largest eigenvalue's bound (row sums of MᵀM). */
function largestScale(m: Float64Array): number {
  const column = (a: number, b: number): number => m[a]! * m[b]! + m[4 + a]! * m[4 + b]! + m[8 + a]! * m[8 + b]!;
  let largest = 0;
  for (let i = 0; i < 3; i++) largest = Math.max(largest, Math.abs(column(i, 0)) + Math.abs(column(i, 1)) + Math.abs(column(i, 2)));
  return Math.sqrt(largest);
}

function flagsOf(m: Float64Array, material: Material | undefined): number {
  const [a, b, c] = [m.subarray(0, 3), m.subarray(4, 7), m.subarray(8, 11)] as [Float64Array, Float64Array, Float64Array];
  const determinant =
    a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) - a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) + a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
  const lengths = [0, 1, 2].map((k) => Math.hypot(a[k]!, b[k]!, c[k]!));
  const skew =
    Math.abs(a[0]! * a[1]! + b[0]! * b[1]! + c[0]! * c[1]!) +
    Math.abs(a[0]! * a[2]! + b[0]! * b[2]! + c[0]! * c[2]!) +
    Math.abs(a[1]! * a[2]! + b[1]! * b[2]! + c[1]! * c[2]!);
  const largest = Math.max(...lengths);
  const uniform = Math.min(...lengths) > largest * 0.9999 && skew < largest * largest * 1e-4;
  return (
    (determinant < 0 ? INSTANCE_FLAGS.mirrored : 0) |
    (uniform ? INSTANCE_FLAGS.uniformScale : 0) |
    (material?.doubleSided ? INSTANCE_FLAGS.doubleSided : 0) |
    (material && material.alphaMode !== 'opaque' ? INSTANCE_FLAGS.masked : 0)
  );
}
