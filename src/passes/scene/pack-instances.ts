import type { InstanceTable, Material, MeshletTable, MeshRange, SceneData } from '../../scene/scene-data.ts';

const INSTANCE_WORDS = 20;
const MESHLET_WORDS = 12;
/** Bits of `Instance.flags` (shaders/geometry.wgsl). */
export const INSTANCE_FLAGS = { mirrored: 1, uniformScale: 2, doubleSided: 4, masked: 8 } as const;

/** `array<Instance>`: rows of the 3×3 with the translation's high part, its low part, largest scale, material, flags. */
export function packInstances(instances: InstanceTable, materials: readonly Material[]): Float32Array {
  const floats = new Float32Array(Math.max(1, instances.count) * INSTANCE_WORDS);
  const words = new Uint32Array(floats.buffer);
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
  }
  return floats;
}

/** Writes meshlets, MESHLET_WORDS each (shaders/geometry.wgsl, Meshlet). */
export function packMeshlets(meshlets: MeshletTable, words: Uint32Array): void {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  for (let i = 0; i < meshlets.count; i++) {
    const at = i * MESHLET_WORDS;
    floats.set(meshlets.bounds.subarray(i * 4, i * 4 + 4), at);
    floats.set(meshlets.cone.subarray(i * 4, i * 4 + 4), at + 4);
    words.set(meshlets.vertexRange.subarray(i * 2, i * 2 + 2), at + 8);
    words.set(meshlets.triangleRange.subarray(i * 2, i * 2 + 2), at + 10);
  }
}

/** What passes read of the scene's shape in one buffer (shaders/passes/scene-bindings.wgsl, SceneLayout), and where its parts start. */
export interface GeometryWords {
  readonly words: Uint32Array;
  readonly meshletInstanceCount: number;
  readonly firstMeshlet: number;
  readonly firstVertexIndex: number;
  readonly firstTriangle: number;
  readonly firstPosition: number;
}

/** Index of a meshlet-instance = order of instances, each with its mesh's meshlets in order: the id that ties and debug views rely on. */
export function packGeometry(scene: SceneData): GeometryWords {
  const { instances, meshes, meshlets, vertices } = scene;
  let meshletInstanceCount = 0;
  for (let i = 0; i < instances.count; i++) meshletInstanceCount += (meshes[instances.mesh[i]!] as MeshRange).meshletCount;
  const firstMeshlet = meshletInstanceCount * 2;
  const firstVertexIndex = firstMeshlet + meshlets.count * MESHLET_WORDS;
  const firstTriangle = firstVertexIndex + meshlets.vertexIndices.length;
  const firstPosition = firstTriangle + meshlets.triangles.length;
  const words = new Uint32Array(Math.max(4, firstPosition + vertices.positions.length));
  let at = 0;
  for (let i = 0; i < instances.count; i++) {
    const mesh = meshes[instances.mesh[i]!] as MeshRange;
    for (let k = 0; k < mesh.meshletCount; k++) {
      words[at++] = i;
      words[at++] = mesh.firstMeshlet + k;
    }
  }
  packMeshlets(meshlets, words.subarray(firstMeshlet, firstVertexIndex));
  words.set(meshlets.vertexIndices, firstVertexIndex);
  words.set(meshlets.triangles, firstTriangle);
  new Float32Array(words.buffer).set(vertices.positions, firstPosition);
  return { words, meshletInstanceCount, firstMeshlet, firstVertexIndex, firstTriangle, firstPosition };
}

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
