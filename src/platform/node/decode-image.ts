import sharp from 'sharp';
import { SceneError } from '../../core/errors.ts';
import type { ImageDecoder } from '../../scene/scene-ports.ts';

/** Longest side that every WebGPU adapter of our kind takes. */
const MAX_SIDE_PX = 16384;
/** 16k × 8k: the largest panorama in use; 512 MiB decoded. */
const MAX_TEXELS = 2 ** 27;

/** Pictures through sharp (libvips): PNG, JPEG, WebP, AVIF. Colour profiles and orientation tags are ignored, as glTF 2.0 §3.8.3 asks. */
export function createSharpDecoder(): ImageDecoder {
  return {
    async decode(bytes) {
      try {
        const picture = sharp(bytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: MAX_TEXELS });
        const { width, height } = await picture.metadata();
        if (width > MAX_SIDE_PX || height > MAX_SIDE_PX || width * height > MAX_TEXELS) {
          const expected = `at most ${MAX_SIDE_PX} on a side and ${MAX_TEXELS} texels`;
          throw new SceneError('IMAGE_TOO_LARGE', 'picture too large', { got: `${width}×${height}`, expected });
        }
        const { data, info } = await picture
          .toColourspace('srgb')
          .ensureAlpha()
          .raw({ depth: 'uchar' })
          .toBuffer({ resolveWithObject: true });
        if (info.channels !== 4) throw new Error(`${info.channels} channels`);
        return { widthPx: info.width, heightPx: info.height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.length) };
      } catch (cause) {
        if (cause instanceof SceneError) throw cause;
        const message = cause instanceof Error ? cause.message.split('\n')[0] : 'cannot be decoded';
        throw new SceneError('IMAGE_DECODE', 'picture cannot be decoded', { got: message, cause });
      }
    },
  };
}
