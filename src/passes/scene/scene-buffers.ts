import type { GpuScope } from '../../gpu/gpu-scope.ts';
import type { Material, SceneData } from '../../scene/scene-data.ts';
import { packGeometry, packInstances } from './pack-instances.ts';
import { packMaterials } from './pack-materials.ts';
import { packAttributes } from './pack-vertices.ts';
import { classifyTextures, TEXTURE_CLASSES, type TextureClass } from './texture-classes.ts';

/** A scene on the device: bind group 0 of every pass (shaders/passes/scene-bindings.wgsl). */
export interface SceneBuffers {
  readonly layout: GPUBindGroupLayout;
  readonly bindGroup: GPUBindGroup;
  readonly meshletInstanceCount: number;
  readonly instanceCount: number;
  /** Constants of scene-bindings.wgsl: what reading this scene's textures takes. */
  readonly textureFeatures: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly warnings: readonly string[];
}

const STORAGE_BINDINGS = 4;
const LAYOUT_BINDING = 4;
const SAMPLER_BINDING = 5;
const FIRST_TEXTURE = 6;
/** Words of SceneLayout before its texture classes. */
const HEADER_WORDS = 8;

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

/** Uploads a scene. Everything lives in `scope` and is freed with it. */
export function uploadScene(scope: GpuScope, layout: GPUBindGroupLayout, scene: SceneData): SceneBuffers {
  const { maxTextureDimension2D, maxTextureArrayLayers } = scope.device.limits;
  const { classes, places, warnings } = classifyTextures(scene.images, {
    maxSizePx: maxTextureDimension2D,
    maxLayers: maxTextureArrayLayers,
  });
  const geometry = packGeometry(scene);
  const usage = GPUBufferUsage.STORAGE;
  const buffers = [
    scope.createBufferFrom('instances', packInstances(scene.instances, scene.materials), usage),
    scope.createBufferFrom('geometry', geometry.words, usage),
    scope.createBufferFrom('attributes', packAttributes(scene.vertices), usage),
    scope.createBufferFrom('materials', packMaterials(scene.materials, places), usage),
  ];
  const header = new Uint32Array(HEADER_WORDS + TEXTURE_CLASSES * 4);
  const { meshletInstanceCount, firstMeshlet, firstVertexIndex, firstTriangle, firstPosition } = geometry;
  header.set([meshletInstanceCount, firstMeshlet, firstVertexIndex, firstTriangle, firstPosition]);
  for (let k = 0; k < TEXTURE_CLASSES; k++) {
    const c = classes[k];
    header.set(c ? [c.widthPx, c.heightPx, c.levels, 0] : [1, 1, 1, 0], HEADER_WORDS + k * 4);
  }
  const blank = { widthPx: 1, heightPx: 1, levels: 1, srgb: false, layers: [] };
  const textures = Array.from({ length: TEXTURE_CLASSES }, (_, k) => uploadClass(scope, k, classes[k] ?? blank));
  const repeatSampler = scope.createSampler('repeat', {
    addressModeU: 'repeat',
    addressModeV: 'repeat',
    magFilter: 'linear',
    minFilter: 'linear',
    mipmapFilter: 'linear',
  });
  const bindGroup = scope.createBindGroup('scene', layout, [
    ...buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    { binding: LAYOUT_BINDING, resource: { buffer: scope.createBufferFrom('layout', header, GPUBufferUsage.UNIFORM) } },
    { binding: SAMPLER_BINDING, resource: repeatSampler },
    ...textures.map((texture, k) => ({ binding: FIRST_TEXTURE + k, resource: texture.createView({ dimension: '2d-array' }) })),
  ]);
  const texelBytes = classes.reduce(
    (sum, c) => sum + c.layers.reduce((s, l) => s + l.levels.reduce((b, level) => b + level.length, 0), 0),
    0,
  );
  return {
    layout,
    bindGroup,
    meshletInstanceCount,
    instanceCount: scene.instances.count,
    textureFeatures: { TEXTURE_CLASSES_USED: classes.length, OTHER_WRAPS: scene.materials.some(clampsOrMirrors) ? 1 : 0 },
    bytes: texelBytes + buffers.reduce((sum, b) => sum + b.size, 0),
    warnings,
  };
}

function clampsOrMirrors(m: Material): boolean {
  const refs = [m.baseColorTexture, m.metallicRoughnessTexture, m.normalTexture, m.occlusionTexture, m.emissiveTexture];
  return refs.some((ref) => ref && (ref.sampler.wrapU !== 'repeat' || ref.sampler.wrapV !== 'repeat'));
}

function uploadClass(scope: GpuScope, index: number, c: TextureClass): GPUTexture {
  const texture = scope.createTexture(`texture-class-${index}`, {
    size: [c.widthPx, c.heightPx, Math.max(1, c.layers.length)],
    mipLevelCount: c.levels,
    format: c.srgb ? 'rgba8unorm-srgb' : 'rgba8unorm',
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });
  c.layers.forEach((image, layer) => {
    image.levels.forEach((data, mipLevel) => {
      const width = Math.max(1, c.widthPx >> mipLevel);
      const height = Math.max(1, c.heightPx >> mipLevel);
      scope.device.queue.writeTexture(
        { texture, mipLevel, origin: [0, 0, layer] },
        data as Uint8Array<ArrayBuffer>,
        { bytesPerRow: width * 4 },
        [width, height, 1],
      );
    });
  });
  return texture;
}
