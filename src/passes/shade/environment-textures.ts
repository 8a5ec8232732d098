import type { GpuScope } from '../../gpu/gpu-scope.ts';
import type { Environment } from '../../scene/scene-data.ts';
import type { EnvironmentInfo } from '../frame/lighting-writer.ts';

/** The environment on the device; one black texel where there is none. */
export interface EnvironmentTextures {
  readonly map: GPUTexture;
  readonly specular: GPUTexture;
  readonly info: EnvironmentInfo | null;
}

/** Largest half float; brighter texels (a sun in an HDR file) are clipped to it. */
const HALF_MAX = 65504;

/** Uploads an environment as half floats: filterable on every device. */
export function uploadEnvironment(scope: GpuScope, environment: Environment | null): EnvironmentTextures {
  const black = [new Float32Array(3)];
  const levels = environment?.levels ?? black;
  const specularLevels = environment?.specularLevels ?? black;
  const map = uploadPanorama(scope, 'environment', environment?.widthPx ?? 1, environment?.heightPx ?? 1, levels);
  const specularWidth = environment?.specularWidthPx ?? 1;
  const specular = uploadPanorama(scope, 'environment-specular', specularWidth, Math.max(1, specularWidth >> 1), specularLevels);
  const info = environment && {
    widthPx: environment.widthPx,
    heightPx: environment.heightPx,
    levels: levels.length,
    specularLevels: specularLevels.length,
    irradianceSh: environment.irradianceSh,
  };
  return { map, specular, info };
}

function uploadPanorama(scope: GpuScope, name: string, widthPx: number, heightPx: number, levels: readonly Float32Array[]): GPUTexture {
  const texture = scope.createTexture(name, {
    size: [widthPx, heightPx],
    mipLevelCount: levels.length,
    format: 'rgba16float',
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });
  levels.forEach((rgb, mipLevel) => {
    const width = Math.max(1, widthPx >> mipLevel);
    const height = Math.max(1, heightPx >> mipLevel);
    scope.device.queue.writeTexture({ texture, mipLevel }, halfRgba(rgb, 3), { bytesPerRow: width * 8 }, [width, height]);
  });
  return texture;
}

/** Table of the split-sum approximation as a half-float texture; `table`: 2 floats per texel, n·v along x, roughness along y. */
export function uploadDfgTable(scope: GpuScope, table: Float32Array, sizePx: number): GPUTexture {
  const texture = scope.createTexture('dfg', {
    size: [sizePx, sizePx],
    format: 'rgba16float',
    usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });
  scope.device.queue.writeTexture({ texture }, halfRgba(table, 2), { bytesPerRow: sizePx * 8 }, [sizePx, sizePx]);
  return texture;
}

function halfRgba(values: Float32Array, channels: number): Uint16Array<ArrayBuffer> {
  const count = values.length / channels;
  const half = new Float16Array(count * 4);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) half[i * 4 + c] = Math.min(HALF_MAX, values[i * channels + c]!);
    half[i * 4 + 3] = 1;
  }
  return new Uint16Array(half.buffer);
}
