import type { GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';
import { buildTextureImage } from '../mip-chain.ts';
import type { SceneBuilder } from '../scene-builder.ts';
import type { DecodedImage, ImageDecoder } from '../scene-ports.ts';
import type { GltfContainer } from './read-container.ts';
import { type ImageRequest, type ImageUse, imageOfTexture } from './read-materials.ts';
import type { ResourceTable } from './read-resources.ts';

/** Bytes of all decoded pictures together that a scene may have, without mips. */
const MAX_DECODED_BYTES = 4 * 2 ** 30;

/**
 * Decodes every picture that a texture names, one at a time.
 * @returns A request that hands out one `TextureImage` per picture and way of filtering, made when first asked for.
 * @throws SceneError IMAGE_DECODE, IMAGE_TOO_LARGE
 */
export async function readImages(
  container: GltfContainer,
  resources: ResourceTable,
  decoder: ImageDecoder,
  builder: SceneBuilder,
  file: string,
): Promise<ImageRequest> {
  const { json } = container;
  const decoded = new Map<number, DecodedImage>();
  const used = new Set((json.textures ?? []).map(imageOfTexture).filter((i) => i !== undefined));
  let total = 0;
  for (const index of [...used].sort((a, b) => a - b)) {
    const picture = await decodeImage(container, resources, decoder, builder, index, file);
    if (!picture) continue;
    total += picture.rgba.length;
    if (total > MAX_DECODED_BYTES) {
      const detail = { file, path: `images[${index}]`, got: `${total} bytes up to here`, expected: `at most ${MAX_DECODED_BYTES}` };
      throw new SceneError('IMAGE_TOO_LARGE', 'too many texels', detail);
    }
    decoded.set(index, picture);
  }
  const made = new Map<string, number>();
  return (index: number, use: ImageUse): number | null => {
    const picture = decoded.get(index);
    if (!picture) return null;
    const key = `${index} ${use.srgb} ${use.weightByAlpha && hasAlpha(picture)} ${use.alphaCutoff ?? ''}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const name = json.images?.[index].name ?? json.images?.[index].uri?.slice(0, 80) ?? `image ${index}`;
    const image = builder.addImage(buildTextureImage(picture.rgba, picture.widthPx, picture.heightPx, { name, ...use }));
    made.set(key, image);
    return image;
  };
}

async function decodeImage(
  { json, binary }: GltfContainer,
  resources: ResourceTable,
  decoder: ImageDecoder,
  builder: SceneBuilder,
  index: number,
  file: string,
): Promise<DecodedImage | null> {
  const image = json.images![index];
  const label = `images[${index}]${image.name ? ` "${image.name}"` : ''}`;
  const bytes = imageBytes(json, image, binary, resources);
  if (!(bytes instanceof Uint8Array)) {
    const reason = bytes instanceof SceneError ? `${bytes.detail.got ?? ''} ${bytes.code}` : 'no data';
    builder.warnings.push(`${label}: ${reason}, drawn with factors only`);
    return null;
  }
  const mimeType = sniffMimeType(bytes);
  if (mimeType === 'image/ktx2') {
    builder.warnings.push(`${label}: KTX2 is not decoded yet, drawn with factors only`);
    return null;
  }
  if (mimeType === null) {
    builder.warnings.push(`${label}: unknown picture format, drawn with factors only`);
    return null;
  }
  try {
    return await decoder.decode(bytes, mimeType);
  } catch (cause) {
    if (!(cause instanceof SceneError)) throw cause;
    const { got, expected, hint } = cause.detail;
    const known = { ...(got ? { got } : {}), ...(expected ? { expected } : {}), ...(hint ? { hint } : {}) };
    const detail = { file, path: label, ...known, cause };
    throw new SceneError(cause.code, cause.code === 'IMAGE_TOO_LARGE' ? 'picture too large' : 'picture cannot be decoded', detail);
  }
}

function imageBytes(
  json: GLTF.IGLTF,
  image: GLTF.IImage,
  binary: Uint8Array | null,
  resources: ResourceTable,
): Uint8Array | SceneError | null {
  if (image.uri !== undefined) return resources.get(image.uri) ?? null;
  const view = image.bufferView === undefined ? undefined : json.bufferViews?.[image.bufferView];
  if (!view) return null;
  const uri = json.buffers?.[view.buffer].uri;
  const buffer = uri === undefined ? binary : resources.get(uri);
  const start = view.byteOffset ?? 0;
  return buffer instanceof Uint8Array ? buffer.subarray(start, start + view.byteLength) : null;
}

/** The format by its first bytes: the declared type may be wrong or absent. */
function sniffMimeType(bytes: Uint8Array): string | null {
  const at = (offset: number, ...expected: number[]): boolean => expected.every((b, i) => bytes[offset + i] === b);
  if (at(0, 0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (at(0, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (at(0, 0x52, 0x49, 0x46, 0x46) && at(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp';
  if (at(0, 0xab, 0x4b, 0x54, 0x58)) return 'image/ktx2';
  if (at(4, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69)) return 'image/avif';
  return null;
}

function hasAlpha({ rgba }: DecodedImage): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return true;
  return false;
}
