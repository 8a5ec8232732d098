import type { GpuScope } from '../../gpu/gpu-scope.ts';
import { TEXTURE_CLASSES } from '../../scene/fit-textures.ts';
import { type GeometryRun, type PackedImage, type PackedScene, POSITION_WORDS, type SceneChunk } from '../../scene/packed-scene.ts';
import { ATTRIBUTE_WORDS, MESHLET_WORDS } from '../../scene/packed-words.ts';
import type { Material } from '../../scene/scene-data.ts';
import {
  type GeometryPlan,
  INSTANCE_WORDS,
  PLACED_WORDS,
  packGeometryHead,
  packInstances,
  packPlaced,
  planGeometry,
} from './pack-instances.ts';
import { packMaterials } from './pack-materials.ts';
import { SceneTextures, texelSupport } from './scene-textures.ts';
import { classifyTextures } from './texture-classes.ts';

/** Layouts of bind group 0. */
export interface SceneLayouts {
  readonly sceneLayout: GPUBindGroupLayout;
  readonly shapeLayout: GPUBindGroupLayout;
}

const STORAGE_BINDINGS = 4;
const LAYOUT_BINDING = 4;
const SAMPLER_BINDING = 5;
const FIRST_TEXTURE = 6;
/** Words of SceneLayout before its texture classes. */
const HEADER_WORDS = 12;

/** Layout of bind group 0; visible to compute and to the render passes of shadows and the hardware path. */
export function createSceneLayout(scope: GpuScope): GPUBindGroupLayout {
  const visibility = GPUShaderStage.COMPUTE | GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
  return scope.createBindGroupLayout('scene', [
    ...Array.from({ length: STORAGE_BINDINGS }, (_, binding) => ({ binding, visibility, buffer: { type: 'read-only-storage' as const } })),
    { binding: LAYOUT_BINDING, visibility, buffer: { type: 'uniform' } },
    { binding: SAMPLER_BINDING, visibility, sampler: { type: 'filtering' } },
    ...Array.from({ length: TEXTURE_CLASSES }, (_, k) => ({
      binding: FIRST_TEXTURE + k,
      visibility,
      texture: { sampleType: 'float' as const, viewDimension: '2d-array' as const },
    })),
  ]);
}

/** Layout of bind group 0 of passes that read instances and geometry only: two storage buffers, so that six are left. */
export function createShapeLayout(scope: GpuScope): GPUBindGroupLayout {
  const visibility = GPUShaderStage.COMPUTE;
  return scope.createBindGroupLayout('shape', [
    { binding: 0, visibility, buffer: { type: 'read-only-storage' } },
    { binding: 1, visibility, buffer: { type: 'read-only-storage' } },
    { binding: LAYOUT_BINDING, visibility, buffer: { type: 'uniform' } },
  ]);
}

/** A scene on the device: bind group 0 of every pass (shaders/passes/scene-bindings.wgsl). Everything lives in `scope` and is freed with it. */
export class SceneBuffers {
  readonly bindGroup: GPUBindGroup;
  /** Of `createShapeLayout`. */
  readonly shapeGroup: GPUBindGroup;
  readonly instanceCount: number;
  readonly meshletInstanceCount: number;
  /** Levels of the deepest cluster tree. */
  readonly treeDepth: number;
  /** Constants of scene-bindings.wgsl: what reading this scene takes. */
  readonly features: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Detail that is there (`SceneChunk.residentError`); Infinity before the first chunk. */
  residentError = Number.POSITIVE_INFINITY;
  /** Chunks brought in so far. */
  chunks = 0;
  readonly #scope: GpuScope;
  readonly #plan: GeometryPlan;
  readonly #positionWords: number;
  readonly #geometry: GPUBuffer;
  readonly #attributes: GPUBuffer;
  readonly #header: Uint32Array<ArrayBuffer>;
  readonly #headerBuffer: GPUBuffer;
  readonly #textures: SceneTextures;
  readonly #instances: GPUBuffer;
  readonly #scene: PackedScene;
  /** One instance on its way to the device. */
  readonly #placed = new Float32Array(PLACED_WORDS);
  readonly #placedWords = new Uint32Array(this.#placed.buffer);

  /** Makes the buffers and writes what the head says; nothing can be drawn before the first chunk. @throws GpuError TOO_MANY_CLUSTERS, TOO_MANY_TEXTURES */
  constructor(scope: GpuScope, layouts: SceneLayouts, scene: PackedScene, images: readonly PackedImage[]) {
    this.#scope = scope;
    this.#scene = scene;
    const plan = planGeometry(scene);
    this.#plan = plan;
    this.#positionWords = POSITION_WORDS[scene.positions];
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.#geometry = scope.createBuffer('geometry', { size: plan.words * 4, usage });
    scope.device.queue.writeBuffer(this.#geometry, 0, packGeometryHead(scene, plan) as Uint32Array<ArrayBuffer>);
    this.#attributes = scope.createBuffer('attributes', { size: Math.max(1, scene.sizes.vertices) * ATTRIBUTE_WORDS * 4, usage });
    const { classes, places } = classifyTextures(images, scope.device.limits.maxTextureArrayLayers);
    this.#instances = scope.createBufferFrom('instances', packInstances(scene), usage);
    const materials = scope.createBufferFrom('materials', packMaterials(scene.materials, places), GPUBufferUsage.STORAGE);
    this.#textures = new SceneTextures(scope, classes, places, images);
    this.#header = new Uint32Array(HEADER_WORDS + TEXTURE_CLASSES * 4);
    const { firstNode, firstGroup, firstMesh, firstMeshlet, firstVertexIndex, firstTriangle, firstPosition } = plan;
    this.#header.set([plan.instanceCount, plan.meshletInstanceCount, firstNode, firstGroup, firstMesh, firstMeshlet]);
    this.#header.set([firstVertexIndex, firstTriangle, firstPosition], 6);
    this.#textures.writeClasses(this.#header, HEADER_WORDS);
    this.#headerBuffer = scope.createBufferFrom('layout', this.#header, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    const repeatSampler = scope.createSampler('repeat', {
      addressModeU: 'repeat',
      addressModeV: 'repeat',
      magFilter: 'linear',
      minFilter: 'linear',
      mipmapFilter: 'linear',
    });
    this.shapeGroup = scope.createBindGroup('shape', layouts.shapeLayout, [
      { binding: 0, resource: { buffer: this.#instances } },
      { binding: 1, resource: { buffer: this.#geometry } },
      { binding: LAYOUT_BINDING, resource: { buffer: this.#headerBuffer } },
    ]);
    this.bindGroup = scope.createBindGroup('scene', layouts.sceneLayout, [
      ...[this.#instances, this.#geometry, this.#attributes, materials].map((buffer, binding) => ({ binding, resource: { buffer } })),
      { binding: LAYOUT_BINDING, resource: { buffer: this.#headerBuffer } },
      { binding: SAMPLER_BINDING, resource: repeatSampler },
      ...this.#textures.arrays.map((texture, k) => ({
        binding: FIRST_TEXTURE + k,
        resource: texture.createView({ dimension: '2d-array' }),
      })),
    ]);
    this.instanceCount = plan.instanceCount;
    this.meshletInstanceCount = plan.meshletInstanceCount;
    this.treeDepth = scene.hierarchy.depth;
    this.features = {
      TEXTURE_CLASSES_USED: classes.length,
      OTHER_WRAPS: scene.materials.some(clampsOrMirrors) ? 1 : 0,
      GRID_POSITIONS: scene.positions === 'grid' ? 1 : 0,
    };
    this.bytes = this.#textures.bytes + [this.#instances, this.#geometry, this.#attributes, materials].reduce((sum, b) => sum + b.size, 0);
  }

  /** Brings a chunk in. Chunks come in order; between frames only. */
  add(chunk: SceneChunk): void {
    for (const run of chunk.geometry) this.#write(run);
    for (const run of chunk.texels) this.#textures.write(run);
    if (chunk.texels.length > 0) {
      this.#textures.writeClasses(this.#header, HEADER_WORDS);
      this.#scope.device.queue.writeBuffer(this.#headerBuffer, 0, this.#header);
    }
    this.residentError = chunk.residentError;
    this.chunks++;
  }

  /** Puts an instance elsewhere, from the next submitted frame on. @param worldFromMesh Rows of the 3×4, 12 numbers, metres. */
  moveInstance(index: number, worldFromMesh: ArrayLike<number>): void {
    packPlaced(this.#scene, index, worldFromMesh, 0, this.#placed, this.#placedWords, 0);
    this.#scope.device.queue.writeBuffer(this.#instances, index * INSTANCE_WORDS * 4, this.#placed);
  }

  #write({ part, first, words }: GeometryRun): void {
    const { firstMeshlet, firstVertexIndex, firstTriangle, firstPosition } = this.#plan;
    const { queue } = this.#scope.device;
    const bytes = words as Uint32Array<ArrayBuffer>;
    if (part === 'attributes') queue.writeBuffer(this.#attributes, first * ATTRIBUTE_WORDS * 4, bytes);
    else {
      const word = {
        meshlets: firstMeshlet + first * MESHLET_WORDS,
        vertexIndices: firstVertexIndex + first,
        triangles: firstTriangle + first,
        positions: firstPosition + first * this.#positionWords,
      }[part];
      queue.writeBuffer(this.#geometry, word * 4, bytes);
    }
  }
}

/** Makes a scene's buffers and brings its first chunk in. @returns The buffers and the chunks still to come. */
export async function uploadScene(
  scope: GpuScope,
  layouts: SceneLayouts,
  scene: PackedScene,
): Promise<{ readonly buffers: SceneBuffers; readonly rest: AsyncIterator<SceneChunk> }> {
  const support = texelSupport(scope.device);
  const buffers = new SceneBuffers(scope, layouts, scene, scene.images(support));
  const rest = scene.chunks(support)[Symbol.asyncIterator]();
  const first = await rest.next();
  if (!first.done) buffers.add(first.value);
  return { buffers, rest };
}

function clampsOrMirrors(m: Material): boolean {
  const refs = [m.baseColorTexture, m.metallicRoughnessTexture, m.normalTexture, m.occlusionTexture, m.emissiveTexture];
  return refs.some((ref) => ref && (ref.sampler.wrapU !== 'repeat' || ref.sampler.wrapV !== 'repeat'));
}
