import { buildTextureImage } from '../../../scene/mip-chain.ts';
import type { Material, TextureImage, TextureRef } from '../../../scene/scene-data.ts';
import { tilingFractal2 } from './noise.ts';

/** How a surface is grained: cells along the texture's edge, octaves, how strongly strata run across, height of its normals, roughness. */
interface Grain {
  readonly name: string;
  readonly cells: number;
  readonly strata: number;
  readonly relief: number;
  readonly roughness: readonly [smooth: number, rough: number];
  readonly metallic: number;
  /** sRGB codes between which the grain mixes. */
  readonly tones: readonly [readonly number[], readonly number[]];
}

const GRAINS: readonly Grain[] = [
  {
    name: 'sand',
    cells: 16,
    strata: 5,
    relief: 1.2,
    roughness: [0.82, 1],
    metallic: 0,
    tones: [
      [168, 122, 78],
      [214, 176, 124],
    ],
  },
  {
    name: 'sandstone',
    cells: 6,
    strata: 9,
    relief: 2.6,
    roughness: [0.7, 0.95],
    metallic: 0,
    tones: [
      [120, 66, 42],
      [204, 142, 96],
    ],
  },
  {
    name: 'basalt',
    cells: 8,
    strata: 0,
    relief: 3,
    roughness: [0.45, 0.9],
    metallic: 0,
    tones: [
      [44, 44, 48],
      [104, 100, 98],
    ],
  },
  {
    name: 'limestone',
    cells: 5,
    strata: 3,
    relief: 1.6,
    roughness: [0.4, 0.8],
    metallic: 0,
    tones: [
      [176, 168, 150],
      [232, 226, 210],
    ],
  },
  {
    name: 'marble',
    cells: 3,
    strata: 2,
    relief: 0.5,
    roughness: [0.12, 0.42],
    metallic: 0,
    tones: [
      [150, 146, 148],
      [240, 236, 228],
    ],
  },
  {
    name: 'terracotta',
    cells: 10,
    strata: 7,
    relief: 1,
    roughness: [0.5, 0.85],
    metallic: 0,
    tones: [
      [126, 58, 36],
      [190, 104, 66],
    ],
  },
  {
    name: 'bronze',
    cells: 7,
    strata: 0,
    relief: 0.8,
    roughness: [0.2, 0.6],
    metallic: 1,
    tones: [
      [108, 74, 40],
      [196, 150, 92],
    ],
  },
  {
    name: 'lichen',
    cells: 12,
    strata: 0,
    relief: 2,
    roughness: [0.75, 1],
    metallic: 0,
    tones: [
      [86, 92, 62],
      [176, 164, 128],
    ],
  },
] as const;

/** Kinds of surface by what they are for. */
export const GRAIN_OF = { landscape: [0], boulder: [1, 2, 3, 7], column: [3, 4], block: [1, 3], jar: [5, 6] } as const;
const OCTAVES = 6;

/** A wanted material: which grain, and how its tones differ from the others of the grain, −1..1. */
export interface MaterialWish {
  readonly name: string;
  readonly grain: number;
  readonly tint: number;
}

/**
 * Textured metallic-roughness materials with the pictures they use: a base colour each, normals and occlusion-roughness-metal per grain.
 * @param edgePx Edge of every picture, a power of two.
 */
export function buildMaterials(
  wishes: readonly MaterialWish[],
  edgePx: number,
  seed: number,
): { materials: Material[]; images: TextureImage[] } {
  const images: TextureImage[] = [];
  const add = (name: string, srgb: boolean, rgba: Uint8Array): number =>
    images.push(buildTextureImage(rgba, edgePx, edgePx, { name, srgb })) - 1;
  const grains = GRAINS.map((grain, k) => {
    if (!wishes.some((wish) => wish.grain === k)) return null;
    const heights = grainHeights(grain, edgePx, seed + k * 31);
    return {
      heights,
      normal: add(`${grain.name} normal`, false, paintNormals(heights, edgePx, grain.relief)),
      surface: add(`${grain.name} occlusion-roughness-metal`, false, paintSurface(heights, grain)),
    };
  });
  const materials = wishes.map(({ name, grain, tint }): Material => {
    const { heights, normal, surface } = grains[grain]!;
    const color = add(`${name} colour`, true, paintColor(heights, GRAINS[grain]!, tint));
    return {
      ...PLAIN,
      name,
      baseColorTexture: texture(color),
      normalTexture: texture(normal),
      metallicRoughnessTexture: texture(surface),
      occlusionTexture: texture(surface),
    };
  });
  return { materials, images };
}

const PLAIN: Omit<Material, 'name' | 'baseColorTexture' | 'normalTexture' | 'metallicRoughnessTexture' | 'occlusionTexture'> = {
  baseColorFactor: [1, 1, 1, 1],
  metallicFactor: 1,
  roughnessFactor: 1,
  emissiveFactor: [0, 0, 0],
  normalScale: 1,
  occlusionStrength: 1,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
  doubleSided: false,
  unlit: false,
  emissiveTexture: null,
};

const texture = (image: number): TextureRef => ({
  image,
  sampler: { wrapU: 'repeat', wrapV: 'repeat', magFilter: 'linear', minFilter: 'linear', mipFilter: 'linear' },
  texCoord: 0,
  uvTransform: [1, 0, 0, 0, 1, 0],
});

/** Heights 0..1 per texel; repeats in both directions. */
function grainHeights({ cells, strata }: Grain, edgePx: number, seed: number): Float32Array {
  const heights = new Float32Array(edgePx * edgePx);
  for (let y = 0; y < edgePx; y++) {
    for (let x = 0; x < edgePx; x++) {
      const [u, v] = [(x + 0.5) / edgePx, (y + 0.5) / edgePx];
      const grain = tilingFractal2(u, v, cells, OCTAVES, seed);
      const layers = strata === 0 ? 0 : 0.35 * Math.sin((v * strata + 0.35 * grain) * 2 * Math.PI);
      heights[y * edgePx + x] = Math.min(1, Math.max(0, 0.5 + 0.6 * grain + layers * 0.5));
    }
  }
  return heights;
}

function paintColor(heights: Float32Array, { tones }: Grain, tint: number): Uint8Array {
  const rgba = new Uint8Array(heights.length * 4);
  const [dark, light] = tones;
  const gain = [1 + 0.1 * tint, 1, 1 - 0.1 * tint].map((c) => c * (1 + 0.08 * Math.sin(tint * 7)));
  for (let t = 0; t < heights.length; t++) {
    for (let c = 0; c < 3; c++) rgba[t * 4 + c] = Math.min(255, Math.round((dark[c]! + (light[c]! - dark[c]!) * heights[t]!) * gain[c]!));
    rgba[t * 4 + 3] = 255;
  }
  return rgba;
}

/** Tangent-space normals of the heights, glTF's way round: red right, green up, blue out. */
function paintNormals(heights: Float32Array, edgePx: number, relief: number): Uint8Array {
  const rgba = new Uint8Array(heights.length * 4);
  const at = (x: number, y: number): number => heights[((y + edgePx) % edgePx) * edgePx + ((x + edgePx) % edgePx)]!;
  // Slopes per texel grow with the edge's inverse: the same relief at any resolution.
  const strength = relief * (edgePx / 256) * 2;
  for (let y = 0; y < edgePx; y++) {
    for (let x = 0; x < edgePx; x++) {
      const nx = (at(x - 1, y) - at(x + 1, y)) * strength;
      const ny = (at(x, y + 1) - at(x, y - 1)) * strength;
      const scale = 127.5 / Math.sqrt(nx * nx + ny * ny + 1);
      rgba.set([127.5 + nx * scale, 127.5 + ny * scale, 127.5 + scale, 255], (y * edgePx + x) * 4);
    }
  }
  return rgba;
}

/** glTF's packing: red occlusion, green roughness, blue metal. */
function paintSurface(heights: Float32Array, { roughness: [smooth, rough], metallic }: Grain): Uint8Array {
  const rgba = new Uint8Array(heights.length * 4);
  for (let t = 0; t < heights.length; t++) {
    const h = heights[t]!;
    rgba.set([255 * (0.55 + 0.45 * h), 255 * (rough + (smooth - rough) * h), 255 * metallic, 255], t * 4);
  }
  return rgba;
}
