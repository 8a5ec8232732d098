import { GpuError } from '../../core/errors.ts';
import type { GpuDescription, GpuPort } from '../../gpu/gpu-context.ts';
import { DEVICE_LABEL, openDevice, WANTED_FEATURES } from '../../gpu/open-device.ts';
import { type AdapterKind, type AdapterTry, adapterName, tryAdapter } from './adapters.ts';

export type GpuBackend = 'auto' | AdapterKind;

export interface NodeGpuOptions {
  /** 'auto' (default): a GPU where one answers, else the embedded software driver. CYC_GPU decides when this is absent or 'auto'. */
  readonly backend?: GpuBackend;
  /** Dawn flags added to ours, such as `adapter=H100` (substring of the name) or `enable-dawn-features=dump_shaders`. */
  readonly flags?: readonly string[];
}

/** SwiftShader offers it but returns the wrong texture for a non-uniform index, so only GPUs get it. */
const GPU_ONLY_FEATURES: readonly string[] = ['chromium-experimental-sampling-resource-table'];

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
          const { adapter } = found;
          if (adapter) {
            const description = describe(adapter.info, kind, reasonFor(found, askedBy, refused));
            return openDevice(adapter, usefulFeatures(adapter, kind), description, labelOf);
          }
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
