import { GpuError } from '../core/errors.ts';
import type { GpuContext, GpuDescription } from './gpu-context.ts';

/** Features requested wherever the adapter has them. */
export const WANTED_FEATURES: readonly string[] = [
  'atomic-vec2u-min-max',
  'bgra8unorm-storage',
  'clip-distances',
  'core-features-and-limits',
  'depth-clip-control',
  'depth32float-stencil8',
  'dual-source-blending',
  'float32-blendable',
  'float32-filterable',
  'indirect-first-instance',
  'multi-draw-indirect',
  'primitive-index',
  'rg11b10ufloat-renderable',
  'shader-f16',
  'subgroup-size-control',
  'subgroups',
  'texture-component-swizzle',
  'texture-compression-astc',
  'texture-compression-astc-sliced-3d',
  'texture-compression-bc',
  'texture-compression-bc-sliced-3d',
  'texture-compression-etc2',
  'texture-compression-unaligned',
  'texture-formats-tier1',
  'texture-formats-tier2',
  'timestamp-query',
];

/** Limits raised to the adapter's own; the others stay at WebGPU's defaults. */
const WANTED_LIMITS = [
  'maxTextureDimension1D',
  'maxTextureDimension2D',
  'maxTextureDimension3D',
  'maxTextureArrayLayers',
  'maxBindingsPerBindGroup',
  'maxSampledTexturesPerShaderStage',
  'maxSamplersPerShaderStage',
  'maxStorageBuffersPerShaderStage',
  'maxStorageTexturesPerShaderStage',
  'maxUniformBuffersPerShaderStage',
  'maxUniformBufferBindingSize',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxInterStageShaderVariables',
  'maxColorAttachmentBytesPerSample',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'maxImmediateSize',
] as const;

const RECENT_ERRORS = 100;
export const DEVICE_LABEL = 'cyclorama';

/**
 * Requests the device of an adapter with all it can do for us, on any implementation of WebGPU.
 * @param features Of the adapter's; the device gets exactly these.
 * @param labelOf Reads the label of the object concerned out of an error message; implementations quote it differently.
 * @throws GpuError NO_DEVICE
 */
export async function openDevice(
  adapter: GPUAdapter,
  features: readonly string[],
  description: GpuDescription,
  labelOf: (message: string) => string,
): Promise<GpuContext> {
  const limits = adapter.limits as unknown as Record<string, number | undefined>;
  const requiredLimits: Record<string, number> = {};
  for (const name of WANTED_LIMITS) if (limits[name] !== undefined) requiredLimits[name] = limits[name];
  const device = await adapter
    .requestDevice({ label: DEVICE_LABEL, requiredFeatures: features as GPUFeatureName[], requiredLimits })
    .catch((cause: Error) => {
      throw new GpuError('NO_DEVICE', `the adapter "${description.adapter}" gave no device`, { hint: cause.message, cause });
    });
  const errors: GpuContext['errors'] = { count: 0, recent: [] };
  device.addEventListener('uncapturederror', ({ error }) => {
    errors.count++;
    errors.recent.push({ label: labelOf(error.message), message: error.message });
    if (errors.recent.length > RECENT_ERRORS) errors.recent.shift();
  });
  return {
    device,
    description,
    features: new Set(features),
    limits: device.limits,
    errors,
    lost: device.lost,
    destroy: () => device.destroy(),
  };
}
