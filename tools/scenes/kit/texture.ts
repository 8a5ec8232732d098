import sharp from 'sharp';
import { clamp01 } from './noise.ts';

/** Linear RGB, 0..1. */
export type Rgb = readonly [number, number, number];

/** What a procedural material computes per texel; `heightM` becomes the normal map. */
export interface Texel {
  readonly color: Rgb;
  /** Metres above the mean surface. */
  readonly heightM: number;
  readonly roughness: number;
  readonly metallic: number;
}

/** Encoded pictures of one procedural material. `tileM` is the width in metres that one repeat covers. */
export interface TextureSet {
  readonly name: string;
  readonly tileM: number;
  readonly sizePx: number;
  readonly baseColor: Uint8Array;
  readonly normal: Uint8Array;
  /** Occlusion (cavities), roughness, metallic; null where factors are enough. */
  readonly orm: Uint8Array | null;
}

export interface TextureSetOptions {
  readonly name: string;
  readonly sizePx: number;
  readonly tileM: number;
  readonly orm: boolean;
  /** JPEG quality of base colour; normals get 4 more. */
  readonly quality?: number;
  /** Called at texel centres, u and v in 0..1, v down; must repeat with period 1. */
  readonly shade: (u: number, v: number) => Texel;
}

const srgb8 = (linear: number): number => {
  const v = clamp01(linear);
  return Math.round(255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055));
};
const unit8 = (v: number): number => Math.round(255 * clamp01(v));

/** Evaluates a procedural material and encodes it: base colour (sRGB), tangent-space normals (OpenGL, +Y up) and ORM. */
export async function makeTextureSet(options: TextureSetOptions): Promise<TextureSet> {
  const { name, sizePx: n, tileM, shade } = options;
  const color = new Uint8Array(n * n * 3);
  const orm = new Uint8Array(n * n * 3);
  const height = new Float32Array(n * n);
  for (let y = 0, i = 0; y < n; y++)
    for (let x = 0; x < n; x++, i++) {
      const texel = shade((x + 0.5) / n, (y + 0.5) / n);
      height[i] = texel.heightM;
      for (let c = 0; c < 3; c++) color[i * 3 + c] = srgb8(texel.color[c]);
      orm[i * 3 + 1] = unit8(texel.roughness);
      orm[i * 3 + 2] = unit8(texel.metallic);
    }
  const cavity = blurWrapped(height, n, Math.max(2, n >> 6));
  const pitchM = tileM / n;
  for (let i = 0; i < n * n; i++) orm[i * 3] = unit8(1 + Math.min(0, (height[i] - cavity[i]) / (pitchM * 6)) * 0.8);
  const quality = options.quality ?? 84;
  return {
    name,
    tileM,
    sizePx: n,
    baseColor: await encodeJpeg(color, n, n, quality),
    normal: await encodeJpeg(normalsFromHeight(height, n, pitchM), n, n, quality + 4),
    orm: options.orm ? await encodeJpeg(orm, n, n, quality - 4) : null,
  };
}

/** Tangent-space normals of a repeating height field by central differences. @param pitchM metres per texel. */
function normalsFromHeight(height: Float32Array, n: number, pitchM: number): Uint8Array {
  const out = new Uint8Array(n * n * 3);
  const at = (x: number, y: number): number => height[((y + n) % n) * n + ((x + n) % n)];
  for (let y = 0, i = 0; y < n; y++)
    for (let x = 0; x < n; x++, i += 3) {
      const dx = (at(x + 1, y) - at(x - 1, y)) / (2 * pitchM);
      const dy = (at(x, y + 1) - at(x, y - 1)) / (2 * pitchM);
      const l = 1 / Math.hypot(dx, dy, 1);
      out[i] = Math.round(127.5 - 127.5 * dx * l);
      out[i + 1] = Math.round(127.5 + 127.5 * dy * l); // rows run down, glTF's bitangent runs up
      out[i + 2] = Math.round(127.5 + 127.5 * l);
    }
  return out;
}

/** Box blur with wrap-around, radius in texels, separable. */
function blurWrapped(source: Float32Array, n: number, radius: number): Float32Array {
  const pass = (input: Float32Array, stepX: number, stepY: number): Float32Array => {
    const out = new Float32Array(n * n);
    for (let line = 0; line < n; line++) {
      const base = line * stepY;
      let sum = 0;
      for (let k = -radius; k <= radius; k++) sum += input[base + ((k + n) % n) * stepX];
      for (let k = 0; k < n; k++) {
        out[base + k * stepX] = sum / (2 * radius + 1);
        sum += input[base + ((k + radius + 1) % n) * stepX] - input[base + ((k - radius + n) % n) * stepX];
      }
    }
    return out;
  };
  return pass(pass(source, 1, n), n, 1);
}

/** Baseline JPEG, 4:4:4 (normal maps do not survive chroma subsampling). */
export async function encodeJpeg(rgb: Uint8Array, width: number, height: number, quality: number): Promise<Uint8Array> {
  const image = sharp(rgb, { raw: { width, height, channels: 3 } });
  return new Uint8Array(await image.jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: true }).toBuffer());
}

/** sRGB picture of a linear function of u, v (rows down), as PNG: for smooth gradients, where JPEG blocks would show. */
export async function makeGradientPng(sizePx: number, shade: (u: number, v: number) => Rgb): Promise<Uint8Array> {
  const rgb = new Uint8Array(sizePx * sizePx * 3);
  for (let y = 0, i = 0; y < sizePx; y++)
    for (let x = 0; x < sizePx; x++) {
      const color = shade((x + 0.5) / sizePx, (y + 0.5) / sizePx);
      for (let c = 0; c < 3; c++) rgb[i++] = srgb8(color[c]);
    }
  const image = sharp(rgb, { raw: { width: sizePx, height: sizePx, channels: 3 } });
  return new Uint8Array(await image.png({ compressionLevel: 9 }).toBuffer());
}
