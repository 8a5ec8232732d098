import { GpuError } from '../../core/errors.ts';
import type { GpuDescription, GpuPort } from '../../gpu/gpu-context.ts';
import { openDevice, WANTED_FEATURES } from '../../gpu/open-device.ts';
import { denoRuntime } from './runtime.ts';

/** Where Vulkan drivers and a loader are; the caller finds them, since platforms do not import each other. */
export interface VulkanFiles {
  /** Drivers of this machine, those of GPUs and those that render on the CPU (Mesa's lavapipe). */
  installed(): readonly { readonly manifest: string; readonly kind: 'gpu' | 'software' }[];
  /** The software driver that came with the project, and its loader (`libvulkan.so.1`). @throws CycError where there is none */
  embedded(): Promise<{ readonly manifest: string; readonly loader: string }>;
}

export interface DenoGpuOptions {
  readonly backend: 'auto' | 'gpu' | 'software' | 'null';
  /** Who asked for this backend, for messages; '' for 'auto'. */
  readonly askedBy: string;
  readonly vulkan: VulkanFiles;
}

/** PCI vendors by the names that Dawn gives them; 65541 is Khronos' number for Mesa. */
const VENDORS: Readonly<Record<string, string>> = {
  '4098': 'amd',
  '4318': 'nvidia',
  '5140': 'microsoft',
  '6880': 'google',
  '32902': 'intel',
  '65541': 'mesa',
};

/**
 * Devices in Deno, through wgpu. wgpu makes its Vulkan instance once per process, so all drivers are named before the first search and
 * the adapter is chosen among them. Ours is the software driver unless VK_DRIVER_FILES names another (Mesa's lavapipe).
 */
export function createDenoGpuPort({ backend, askedBy, vulkan }: DenoGpuOptions): GpuPort {
  const kinds = backend === 'auto' ? (['gpu', 'software'] as const) : [backend];
  return {
    async open() {
      const places = await prepareVulkan(vulkan);
      const refused: string[] = [];
      for (const kind of kinds) {
        const adapter = kind === 'null' ? null : await findAdapter(kind);
        if (adapter) {
          const why = askedBy
            ? `${askedBy} was asked for`
            : kind === 'gpu'
              ? 'a GPU answered'
              : `no GPU is used, because ${refused.join('; ')}`;
          const description = describe(adapter.info, kind, `${kind === 'gpu' ? 'The GPU' : 'The CPU'} renders: ${why} (${places}).`);
          const features = WANTED_FEATURES.filter((feature) => (adapter.features as ReadonlySet<string>).has(feature));
          return openDevice(adapter, features, description, labelOf);
        }
        refused.push(kind === 'null' ? 'Deno has no null device' : `wgpu found no ${kind} adapter`);
      }
      throw new GpuError('NO_ADAPTER', `no adapter (${refused.join('; ')}; ${places})`, {
        expected: askedBy || 'a GPU or a software driver',
        hint: 'run `npx cyc doctor`',
      });
    },
  };
}

let prepared: Promise<string> | null = null;

/**
 * Names the drivers and maps the loader, once per process and before wgpu looks for either.
 * @returns where they are, in words.
 */
function prepareVulkan(vulkan: VulkanFiles): Promise<string> {
  prepared ??= (async () => {
    const deno = denoRuntime();
    if (deno.build.os !== 'linux') return "the system's graphics interface";
    const installed = vulkan.installed();
    const embedded = await vulkan.embedded().catch((error: Error) => error);
    // Of two software drivers wgpu takes the one that the loader lists first, whichever that is: name one. Drivers named by hand are kept.
    const named = deno.env.get('VK_DRIVER_FILES') || deno.env.get('VK_ICD_FILENAMES');
    const kept = named || embedded instanceof Error ? installed : installed.filter(({ kind }) => kind === 'gpu');
    const own = embedded instanceof Error || kept.some(({ kind }) => kind === 'software') ? [] : [embedded.manifest];
    const manifests = [...kept.map(({ manifest }) => manifest), ...own];
    for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES']) deno.env.set(name, manifests.join(':'));
    if (!deno.env.get('DENO_WEBGPU_BACKEND')) deno.env.set('DENO_WEBGPU_BACKEND', 'vulkan');
    const loaders = ['libvulkan.so.1', ...(embedded instanceof Error ? [] : [embedded.loader])];
    const origin = loaders.findIndex(mapLibrary);
    const loader = ['system Vulkan loader', 'embedded Vulkan loader'][origin] ?? 'no Vulkan loader';
    return [loader, ...manifests].join(', ');
  })();
  return prepared;
}

/** Mapped libraries stay mapped: wgpu's later dlopen of `libvulkan.so.1` finds them by SONAME. Never let go, or Deno unmaps them. */
const mapped: unknown[] = [];

function mapLibrary(path: string): boolean {
  try {
    mapped.push(denoRuntime().dlopen(path, {}));
    return true;
  } catch {
    return false;
  }
}

async function findAdapter(kind: 'gpu' | 'software'): Promise<GPUAdapter | null> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance', forceFallbackAdapter: kind === 'software' });
  return adapter && adapter.info.isFallbackAdapter === (kind === 'software') ? adapter : null;
}

function describe(info: GPUAdapterInfo, kind: GpuDescription['kind'], reason: string): GpuDescription {
  return {
    adapter: info.description || info.device,
    vendor: VENDORS[info.vendor] ?? info.vendor,
    architecture: info.architecture,
    driver: `wgpu of Deno ${denoRuntime().version.deno}`,
    kind,
    reason,
  };
}

/** wgpu quotes the labels of the objects concerned, outermost first: `In Queue::write_buffer, label = 'frame/list'`. */
function labelOf(message: string): string {
  const labels = [...message.matchAll(/(?:label = |with )'([^']+)'/g)].map((match) => match[1]!);
  return labels.at(-1) ?? 'unlabelled';
}
