import { createRng } from '../../src/core/rng.ts';
import type { Quat, Vec3 } from '../../src/core/vec.ts';
import type { LodDetail } from '../../src/scene/lod/lod-mesh.ts';
import { matrixFromTrs } from '../../src/scene/matrix.ts';
import { buildTextureImage } from '../../src/scene/mip-chain.ts';
import { type MeshGeometry, SceneBuilder } from '../../src/scene/scene-builder.ts';
import type { Material, PunctualLight, SamplerDesc, SceneData, TextureImage, TextureRef } from '../../src/scene/scene-data.ts';

export { box, floorQuad, planeGrid, sphere } from './shapes.ts';

/** Where a part stands in the world; defaults: origin, no turn, scale 1. */
export interface Placement {
  readonly positionM?: Vec3;
  readonly yawRad?: number;
  /** Wins over `yawRad`. */
  readonly rotation?: Quat;
  /** A negative component mirrors. */
  readonly scale?: number | Vec3;
}

/** A mesh, what it is made of, and every place where it is drawn (once at the origin when left out). */
export interface ScenePart {
  readonly name?: string;
  readonly geometry: MeshGeometry;
  /** Over white, rough, not metallic, opaque, lit, single-sided. Textures by `textureRef(index of options.images)`. */
  readonly material?: Partial<Material>;
  readonly placements?: readonly Placement[];
}

export interface BuildSceneOptions {
  readonly name?: string;
  readonly images?: readonly TextureImage[];
  readonly lights?: readonly PunctualLight[];
  /** Levels of detail; 'flat' when left out. */
  readonly detail?: LodDetail;
}

const DEFAULT_MATERIAL: Material = {
  name: 'default',
  baseColorFactor: [1, 1, 1, 1],
  metallicFactor: 0,
  roughnessFactor: 1,
  emissiveFactor: [0, 0, 0],
  normalScale: 1,
  occlusionStrength: 1,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
  doubleSided: false,
  unlit: false,
  baseColorTexture: null,
  metallicRoughnessTexture: null,
  normalTexture: null,
  occlusionTexture: null,
  emissiveTexture: null,
};

const TRILINEAR_REPEAT: SamplerDesc = { wrapU: 'repeat', wrapV: 'repeat', magFilter: 'linear', minFilter: 'linear', mipFilter: 'linear' };

/** A scene from generated parts, through the same builder as loaded files: one material and one mesh per part, one node per placement. */
export async function buildScene(parts: readonly ScenePart[], options: BuildSceneOptions = {}): Promise<SceneData> {
  const builder = await SceneBuilder.create({ detail: options.detail });
  for (const image of options.images ?? []) builder.addImage(image);
  for (const light of options.lights ?? []) builder.addLight(light);
  const root = builder.addNode('root', -1, matrixFromTrs([0, 0, 0], [0, 0, 0, 1], [1, 1, 1]));
  parts.forEach((part, index) => {
    const name = part.name ?? `part ${index}`;
    const material = builder.addMaterial({ ...DEFAULT_MATERIAL, name, ...part.material });
    const { mesh } = builder.addMesh(name, part.geometry, material);
    if (mesh === null) throw new Error(`${name}: no usable triangles`);
    for (const placement of part.placements ?? [{}]) builder.addInstance(builder.addNode(name, root, placementMatrix(placement)), mesh);
  });
  return builder.build(options.name ?? 'generated', 'generated');
}

/** Column-major matrix of a placement. */
export function placementMatrix({ positionM = [0, 0, 0], yawRad = 0, rotation, scale = 1 }: Placement): Float64Array {
  const yaw: Quat = [0, Math.sin(yawRad / 2), 0, Math.cos(yawRad / 2)];
  return matrixFromTrs(positionM, rotation ?? yaw, typeof scale === 'number' ? [scale, scale, scale] : scale);
}

/** One use of `options.images[image]`. @param repeat Times the picture fits in uv 0..1. */
export function textureRef(image: number, sampler: Partial<SamplerDesc> = {}, repeat = 1): TextureRef {
  return { image, sampler: { ...TRILINEAR_REPEAT, ...sampler }, texCoord: 0, uvTransform: [repeat, 0, 0, 0, repeat, 0] };
}

/** Chequered picture with mips; the cell at the top left has colour `a`. Colours are RGBA codes 0..255. */
export function checkerImage(
  sizePx = 256,
  cells = 8,
  a: readonly number[] = [230, 230, 230, 255],
  b: readonly number[] = [40, 60, 90, 255],
  srgb = true,
): TextureImage {
  return paintedImage('checker', sizePx, sizePx, srgb, (x, y) =>
    (Math.floor((x * cells) / sizePx) + Math.floor((y * cells) / sizePx)) % 2 === 0 ? a : b,
  );
}

/** Random colours per texel, for tests that must notice any wrong texel. */
export function noiseImage(sizePx: number, seed: number, srgb = true): TextureImage {
  const random = createRng(seed);
  const code = () => Math.floor(random() * 256);
  return paintedImage('noise', sizePx, sizePx, srgb, () => [code(), code(), code(), 255]);
}

/** Picture with mips whose texel (x, y), y from the top, is `paint(x, y)` (RGBA codes). */
export function paintedImage(
  name: string,
  widthPx: number,
  heightPx: number,
  srgb: boolean,
  paint: (x: number, y: number) => readonly number[],
): TextureImage {
  const rgba = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) rgba.set(paint(x, y), (y * widthPx + x) * 4);
  return buildTextureImage(rgba, widthPx, heightPx, { name, srgb });
}

/** `count` placements on the ground inside a square, turned and scaled at random; the same for the same seed. */
export function scatter(count: number, sideM: number, seed: number, scaleRange: readonly [number, number] = [0.5, 1.5]): Placement[] {
  const random = createRng(seed);
  return Array.from({ length: count }, () => ({
    positionM: [(random() - 0.5) * sideM, 0, (random() - 0.5) * sideM] as const,
    yawRad: random() * 2 * Math.PI,
    scale: scaleRange[0] + random() * (scaleRange[1] - scaleRange[0]),
  }));
}
