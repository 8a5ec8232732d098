import type { GpuScope } from '../../gpu/gpu-scope.ts';
import { TEXTURE_CLASSES } from '../../scene/fit-textures.ts';
import type { PackedImage, TexelFormat, TexelRun, TexelSupport } from '../../scene/packed-scene.ts';
import type { TexturePlace } from './pack-materials.ts';
import { BLOCK_TEXELS, type TextureClass } from './texture-classes.ts';

const GPU_FORMAT: Readonly<
  Record<TexelFormat, { readonly linear: GPUTextureFormat; readonly srgb: GPUTextureFormat; readonly blockBytes: number }>
> = {
  rgba8: { linear: 'rgba8unorm', srgb: 'rgba8unorm-srgb', blockBytes: 4 },
  bc1: { linear: 'bc1-rgba-unorm', srgb: 'bc1-rgba-unorm-srgb', blockBytes: 8 },
  bc3: { linear: 'bc3-rgba-unorm', srgb: 'bc3-rgba-unorm-srgb', blockBytes: 16 },
  bc5: { linear: 'bc5-rg-unorm', srgb: 'bc5-rg-unorm', blockBytes: 16 },
  bc7: { linear: 'bc7-rgba-unorm', srgb: 'bc7-rgba-unorm-srgb', blockBytes: 16 },
};

/**
 * What the passes can read on this device. SwiftShader offers block compression but decodes blocks only for draws: compute shaders read zeros
 * (test/passes/texture-formats.test.ts), so it gets RGBA8.
 */
export function texelSupport(device: GPUDevice): TexelSupport {
  // Implementations write the driver's name in different fields, and older ones have none.
  const { architecture, device: name, description } = (device.adapterInfo as GPUAdapterInfo | undefined) ?? {};
  const decodesForDrawsOnly = /swiftshader/i.test(`${architecture} ${name} ${description}`);
  return { bc: device.features.has('texture-compression-bc') && !decodesForDrawsOnly };
}

const BLANK: TextureClass = { widthPx: 1, heightPx: 1, levels: 1, srgb: false, format: 'rgba8', layers: [] };

/** The texture arrays of a scene, filled level by level, coarse levels first. */
export class SceneTextures {
  /** One per class; unused classes are one texel. */
  readonly arrays: readonly GPUTexture[];
  readonly bytes: number;
  readonly #device: GPUDevice;
  readonly #classes: readonly TextureClass[];
  readonly #places: readonly TexturePlace[];
  /** Finest level of each picture that is there, with all coarser ones. */
  readonly #finest: Uint8Array;

  constructor(scope: GpuScope, classes: readonly TextureClass[], places: readonly TexturePlace[], images: readonly PackedImage[]) {
    this.#device = scope.device;
    this.#classes = classes;
    this.#places = places;
    this.#finest = Uint8Array.from(images, (image) => image.levels);
    this.arrays = Array.from({ length: TEXTURE_CLASSES }, (_, k) => createArray(scope, k, classes[k] ?? BLANK));
    this.bytes = classes.reduce((sum, c) => sum + c.layers.length * classBytes(c), 0);
  }

  write({ image, level, bytes }: TexelRun): void {
    const { textureClass, layer } = this.#places[image]!;
    const c = this.#classes[textureClass]!;
    const { edge, columns, rows } = blocksOf(c, level);
    this.#device.queue.writeTexture(
      { texture: this.arrays[textureClass]!, mipLevel: level, origin: [0, 0, layer] },
      bytes as Uint8Array<ArrayBuffer>,
      { bytesPerRow: columns * GPU_FORMAT[c.format].blockBytes, rowsPerImage: rows },
      // Copies of compressed texels cover whole blocks, also where the level ends inside one.
      [columns * edge, rows * edge, 1],
    );
    this.#finest[image] = Math.min(this.#finest[image]!, level);
  }

  /** Width, height, levels and finest usable level of each class (SceneLayout.classes), at word `at`. */
  writeClasses(words: Uint32Array, at: number): void {
    for (let k = 0; k < TEXTURE_CLASSES; k++) {
      const c = this.#classes[k] ?? BLANK;
      const finest = c.layers.reduce((level, image) => Math.max(level, this.#finest[image]!), 0);
      words.set([c.widthPx, c.heightPx, c.levels, Math.min(finest, c.levels - 1)], at + k * 4);
    }
  }
}

/** Blocks of one mip level, and their edge in texels; a texel is a block of its own in rgba8. */
function blocksOf({ format, widthPx, heightPx }: TextureClass, level: number): { edge: number; columns: number; rows: number } {
  const edge = format === 'rgba8' ? 1 : BLOCK_TEXELS;
  return { edge, columns: Math.ceil(Math.max(1, widthPx >> level) / edge), rows: Math.ceil(Math.max(1, heightPx >> level) / edge) };
}

/** Of one layer. */
function classBytes(c: TextureClass): number {
  let sum = 0;
  for (let level = 0; level < c.levels; level++) {
    const { columns, rows } = blocksOf(c, level);
    sum += columns * rows * GPU_FORMAT[c.format].blockBytes;
  }
  return sum;
}

function createArray(scope: GpuScope, index: number, c: TextureClass): GPUTexture {
  return scope.createTexture(`texture-class-${index}`, {
    size: [c.widthPx, c.heightPx, Math.max(1, c.layers.length)],
    mipLevelCount: c.levels,
    format: GPU_FORMAT[c.format][c.srgb ? 'srgb' : 'linear'],
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });
}
