import { SceneError } from '../../../core/errors.ts';
import type { PackedImage } from '../../../scene/packed-scene.ts';
import { basisModule } from './basis-module.ts';

/** `DDS ` header with the DX10 one: what Basis Universal reads and writes around blocks. */
const DDS_HEADER_BYTES = 148;
const BLOCK_BYTES = 16;
/** Basis Universal's own BC7 encoder, and its slowest level: 51 to 57 dB in 0.25 s a megapixel; bc7e is five times slower for half a decibel. */
const BC7F = 0;
const BC7F_LEVEL = 2;

/**
 * Codes RGBA8 as BC7. Colour codes are coded as they are, sRGB or not: what is small to the eye is small in codes.
 * @param rgba Rows top first. @returns 16 bytes per 4×4 block, rows of blocks top first; sides that are no multiple of 4 repeat their edge.
 * @throws SceneError TEXTURE_ENCODE
 */
export async function encodeBc7(rgba: Uint8Array, widthPx: number, heightPx: number): Promise<Uint8Array> {
  const basis = await basisModule();
  const bytes = blockBytes(widthPx, heightPx);
  const encoder = new basis.BasisEncoder();
  try {
    encoder.setStatusOutput(false);
    encoder.controlThreading(false, 0);
    encoder.setMipGen(false);
    encoder.setSliceSourceImage(0, rgba, widthPx, heightPx, basis.ldr_image_type.cRGBA32);
    encoder.setDDSFormat('bc7');
    encoder.setDDSBC7Encoder(BC7F);
    encoder.setDDSBC7FLevel(BC7F_LEVEL);
    const out = new Uint8Array(DDS_HEADER_BYTES + bytes);
    const written = encoder.encodeToDDS(out);
    if (written === out.length) return out.slice(DDS_HEADER_BYTES);
    const detail = { got: `${written} bytes`, expected: `${out.length} for ${widthPx}×${heightPx}` };
    throw new SceneError('TEXTURE_ENCODE', 'the texture compressor failed', detail);
  } finally {
    encoder.delete();
  }
}

/** BC7 blocks as RGBA8, for devices that take no blocks. @throws SceneError TEXTURE_DECODE */
export async function decodeBlocks(
  format: PackedImage['format'],
  blocks: Uint8Array,
  widthPx: number,
  heightPx: number,
): Promise<Uint8Array> {
  if (format !== 'bc7' || blocks.length !== blockBytes(widthPx, heightPx)) {
    const detail = { got: `${format}, ${blocks.length} bytes`, expected: `bc7, ${blockBytes(widthPx, heightPx)} bytes` };
    throw new SceneError('TEXTURE_DECODE', 'blocks cannot be decoded', detail);
  }
  const basis = await basisModule();
  const file = new basis.DDSFile(ddsFile(blocks, widthPx, heightPx));
  try {
    const format32 = basis.transcoder_texture_format.cTFRGBA32.value;
    const out = new Uint8Array(widthPx * heightPx * 4);
    const size = file.isValid() && file.startTranscoding() ? file.getImageTranscodedSizeInBytes(0, 0, 0, format32) : 0;
    if (size === out.length && file.transcodeImage(out, 0, 0, 0, format32, 0, -1, -1)) return out;
    throw new SceneError('TEXTURE_DECODE', 'the texture decoder failed', { got: `${size} bytes`, expected: `${out.length}` });
  } finally {
    file.close();
    file.delete();
  }
}

const blockBytes = (widthPx: number, heightPx: number): number => Math.ceil(widthPx / 4) * Math.ceil(heightPx / 4) * BLOCK_BYTES;

/** Blocks as a DDS file: DDS_HEADER with caps, height, width and pixel format, and DXGI_FORMAT_BC7_UNORM in the DX10 header. */
function ddsFile(blocks: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  const file = new Uint8Array(DDS_HEADER_BYTES + blocks.length);
  const view = new DataView(file.buffer);
  const fields: readonly (readonly [offset: number, value: number])[] = [
    [0, 0x20534444], // "DDS "
    [4, 124],
    [8, 0x81007], // caps, height, width, pixel format, linear size
    [12, heightPx],
    [16, widthPx],
    [20, blocks.length],
    [24, 1],
    [28, 1],
    [76, 32],
    [80, 4], // FourCC
    [84, 0x30315844], // "DX10"
    [108, 0x1000], // a texture
    [128, 98], // DXGI_FORMAT_BC7_UNORM
    [132, 3], // two dimensions
    [140, 1],
  ];
  for (const [offset, value] of fields) view.setUint32(offset, value, true);
  file.set(blocks, DDS_HEADER_BYTES);
  return file;
}
