import { GpuError } from '../../core/errors.ts';
import { type PackedScene, POSITION_WORDS } from '../../scene/packed-scene.ts';
import { MESHLET_WORDS } from '../../scene/packed-words.ts';
import type { Material, SceneHead } from '../../scene/scene-data.ts';

export const INSTANCE_WORDS = 20;
/** Bits of `Instance.flags` (shaders/geometry.wgsl). */
export const INSTANCE_FLAGS = { mirrored: 1, uniformScale: 2, doubleSided: 4, masked: 8, dynamic: 16 } as const;

/** `array<Instance>`: what `packPlaced` writes, then mesh and first id. */
export function packInstances({ instances, materials, meshes }: SceneHead): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(Math.max(1, instances.count) * INSTANCE_WORDS);
  const words = new Uint32Array(floats.buffer);
  let firstMeshletInstance = 0;
  for (let i = 0; i < instances.count; i++) {
    const at = i * INSTANCE_WORDS;
    packPlaced({ instances, materials }, i, instances.worldFromMesh, i * 12, floats, words, at);
    words[at + 18] = instances.mesh[i]!;
    words[at + 19] = firstMeshletInstance;
    firstMeshletInstance += meshes[instances.mesh[i]!]!.meshletCount;
  }
  return floats;
}

/** Words at the start of an `Instance` that a move changes. */
export const PLACED_WORDS = 18;

/**
 * Writes what of an instance follows from its place, at word `at`: rows of the 3×3 with the translation's high part, its low part, largest
 * scale, material and flags. Makes no garbage: animated instances are written every frame.
 * @param m Rows of the 3×4 `worldFromMesh` from index `from`.
 */
export function packPlaced(
  { instances, materials }: Pick<SceneHead, 'instances' | 'materials'>,
  instance: number,
  m: ArrayLike<number>,
  from: number,
  floats: Float32Array,
  words: Uint32Array,
  at: number,
): void {
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) floats[at + row * 4 + column] = m[from + row * 4 + column]!;
    const hi = Math.fround(m[from + row * 4 + 3]!);
    floats[at + row * 4 + 3] = hi;
    floats[at + 12 + row] = m[from + row * 4 + 3]! - hi;
  }
  floats[at + 15] = largestScale(m, from);
  const material = instances.material[instance]!;
  words[at + 16] = material;
  words[at + 17] = placeFlags(m, from) | materialFlags(materials[material]) | (instances.dynamic?.[instance] ? INSTANCE_FLAGS.dynamic : 0);
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

/** Dot product of columns a and b of the 3×3 of a 3×4 matrix. */
const columnDot = (m: ArrayLike<number>, from: number, a: number, b: number): number =>
  m[from + a]! * m[from + b]! + m[from + 4 + a]! * m[from + 4 + b]! + m[from + 8 + a]! * m[from + 8 + b]!;

/** Largest factor by which the 3×3 stretches a vector: square root of the largest eigenvalue's bound (row sums of MᵀM). */
export function largestScale(m: ArrayLike<number>, from: number): number {
  let largest = 0;
  for (let i = 0; i < 3; i++) {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += Math.abs(columnDot(m, from, i, k));
    largest = Math.max(largest, sum);
  }
  return Math.sqrt(largest);
}

function placeFlags(m: ArrayLike<number>, from: number): number {
  const determinant =
    m[from]! * (m[from + 5]! * m[from + 10]! - m[from + 6]! * m[from + 9]!) -
    m[from + 1]! * (m[from + 4]! * m[from + 10]! - m[from + 6]! * m[from + 8]!) +
    m[from + 2]! * (m[from + 4]! * m[from + 9]! - m[from + 5]! * m[from + 8]!);
  const x = columnDot(m, from, 0, 0);
  const y = columnDot(m, from, 1, 1);
  const z = columnDot(m, from, 2, 2);
  const skew = Math.abs(columnDot(m, from, 0, 1)) + Math.abs(columnDot(m, from, 0, 2)) + Math.abs(columnDot(m, from, 1, 2));
  const largest = Math.max(x, y, z);
  const uniform = Math.sqrt(Math.min(x, y, z)) > Math.sqrt(largest) * 0.9999 && skew < largest * 1e-4;
  return (determinant < 0 ? INSTANCE_FLAGS.mirrored : 0) | (uniform ? INSTANCE_FLAGS.uniformScale : 0);
}

function materialFlags(material: Material | undefined): number {
  return (
    (material?.doubleSided ? INSTANCE_FLAGS.doubleSided : 0) | (material && material.alphaMode !== 'opaque' ? INSTANCE_FLAGS.masked : 0)
  );
}
