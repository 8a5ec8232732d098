import { GpuError } from '../../core/errors.ts';
import type { GpuContext, GpuDescription, GpuPort } from '../../gpu/gpu-context.ts';
import { type AdapterKind, type AdapterTry, adapterName, tryAdapter } from './adapters.ts';

export type GpuBackend = 'auto' | AdapterKind;

export interface NodeGpuOptions {
  /** 'auto' (default): a GPU where one answers, else the embedded software driver. CYC_GPU decides when this is absent or 'auto'. */
  readonly backend?: GpuBackend;
  /** Dawn flags added to ours, such as `adapter=H100` (substring of the name) or `enable-dawn-features=dump_shaders`. */
  readonly flags?: readonly string[];
}

/** Features requested wherever the adapter has them. */
const WANTED_FEATURES: readonly string[] = [
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

/** SwiftShader offers it but returns the wrong texture for a non-uniform index, so only GPUs get it. */
const GPU_ONLY_FEATURES: readonly string[] = ['chromium-experimental-sampling-resource-table'];

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
const DEVICE_LABEL = 'cyclorama';

/**
 * Devices in Node through Dawn. Any number of contexts may be open in one process, and the process ends by itself with them open.
 * @throws GpuError BAD_BACKEND when CYC_GPU holds something else than auto, gpu, software or null.
 */
export function createNodeGpuPort(options: NodeGpuOptions = {}): GpuPort {
  const { backend, askedBy } = chooseBackend(options.backend);
  const kinds: readonly AdapterKind[] = backend === 'auto' ? ['gpu', 'software'] : [backend];
  return {
    async open() {
      const refused: string[] = [];
      for (const kind of kinds) {
        const context = await tryAdapter(kind, options.flags ?? [], async (found) => {
          if (found.adapter) return openDevice(found.adapter, found, reasonFor(found, askedBy, refused));
          refused.push(`${kind}: ${found.detail}`);
          return null;
        });
        if (context) return context;
      }
      throw new GpuError('NO_ADAPTER', `no adapter (${refused.join('; ')})`, {
        expected: askedBy || 'a GPU or the software driver',
        hint: 'run `npx cyc doctor`',
      });
    },
  };
}

/** The backend to use and, unless it is 'auto', who asked for it. */
export function chooseBackend(asked?: GpuBackend): { backend: GpuBackend; askedBy: string } {
  if (asked && asked !== 'auto') return { backend: asked, askedBy: `backend '${asked}'` };
  const fromEnv = process.env['CYC_GPU'] || 'auto';
  if (!['auto', 'gpu', 'software', 'null'].includes(fromEnv))
    throw new GpuError('BAD_BACKEND', 'unknown backend', { path: 'CYC_GPU', got: `"${fromEnv}"`, expected: 'auto, gpu, software or null' });
  return { backend: fromEnv as GpuBackend, askedBy: fromEnv === 'auto' ? '' : `CYC_GPU=${fromEnv}` };
}

/** Features of this adapter that `open` requests. */
export function usefulFeatures(adapter: GPUAdapter, kind: AdapterKind): string[] {
  const wanted = kind === 'software' ? WANTED_FEATURES : [...WANTED_FEATURES, ...GPU_ONLY_FEATURES];
  return wanted.filter((feature) => (adapter.features as ReadonlySet<string>).has(feature));
}

function reasonFor(found: AdapterTry, askedBy: string, refused: readonly string[]): string {
  if (found.kind === 'null') return `${askedBy} was asked for: commands are validated, nothing is drawn.`;
  const why = askedBy
    ? `${askedBy} was asked for`
    : found.kind === 'gpu'
      ? 'a GPU answered'
      : `no GPU is used, because ${refused.join('; ').replace(/^gpu: /, '')}`;
  return found.kind === 'gpu'
    ? `The GPU renders: ${why} (${found.detail}).`
    : `The CPU renders with a software driver: ${why} (${found.detail}).`;
}

async function openDevice(adapter: GPUAdapter, found: AdapterTry, reason: string): Promise<GpuContext> {
  const features = usefulFeatures(adapter, found.kind);
  const limits = adapter.limits as unknown as Record<string, number | undefined>;
  const requiredLimits: Record<string, number> = {};
  for (const name of WANTED_LIMITS) if (limits[name] !== undefined) requiredLimits[name] = limits[name];
  const device = await adapter
    .requestDevice({ label: DEVICE_LABEL, requiredFeatures: features as GPUFeatureName[], requiredLimits })
    .catch((cause: Error) => {
      throw new GpuError('NO_DEVICE', `the adapter "${adapter.info.device}" gave no device`, { hint: cause.message, cause });
    });
  const errors: GpuContext['errors'] = { count: 0, recent: [] };
  device.addEventListener('uncapturederror', ({ error }) => {
    errors.count++;
    errors.recent.push({ label: labelOf(error.message), message: error.message });
    if (errors.recent.length > RECENT_ERRORS) errors.recent.shift();
  });
  return {
    device,
    description: describe(adapter.info, found.kind, reason),
    features: new Set(features),
    limits: device.limits,
    errors,
    lost: device.lost,
    destroy: () => device.destroy(),
  };
}

function describe(info: GPUAdapterInfo, kind: AdapterKind, reason: string): GpuDescription {
  return {
    adapter: adapterName(info),
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description,
    kind,
    reason,
  };
}

/** Dawn quotes the labels of the objects concerned, innermost first: `[Buffer "passes/cull/list"]`, `[BufferDescriptor ""list""]`. */
function labelOf(message: string): string {
  const labels = [...message.matchAll(/\w "+([^"]+)"/g)].map((match) => match[1]!);
  return labels.find((label) => label !== DEVICE_LABEL) ?? 'unlabelled';
}
