import { isMainThread } from 'node:worker_threads';
import { GpuError } from '../../core/errors.ts';
import { unpackSwiftshader } from './swiftshader.ts';
import { findVulkanDrivers, mapVulkanLoader, type VulkanDriver, withVulkanDrivers } from './vulkan.ts';

export type AdapterKind = 'gpu' | 'software' | 'null';

/** The answer to one search: an adapter, or why there is none. */
export interface AdapterTry {
  readonly kind: AdapterKind;
  readonly adapter: GPUAdapter | null;
  /** How it was reached ("system Vulkan loader, nvidia_icd.json"), or, without an adapter, why there is none. */
  readonly detail: string;
}

/** Experimental features are needed (64-bit atomics, multi-draw), and timestamps to the nanosecond. */
const DEFAULT_FLAGS = ['enable-dawn-features=allow_unsafe_apis', 'disable-dawn-features=timestamp_quantization'];
const SOFTWARE_ADAPTER = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i;

/** Searches run one after the other: which drivers Vulkan sees is decided by process-wide environment variables. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Looks for one adapter of the kind and hands it to `use` while the drivers are still selected (adapters are single-use: request
 * the device there). Never rejects for want of an adapter.
 * @param flags Dawn flags (`enable-dawn-features=a,b`, `adapter=name` …), added to ours.
 * @throws GpuError NO_DAWN, BAD_FLAGS
 */
export function tryAdapter<T>(kind: AdapterKind, flags: readonly string[], use: (found: AdapterTry) => Promise<T>): Promise<T> {
  const result = queue.then(() => search(kind, flags, use));
  queue = result.catch(() => undefined);
  return result;
}

/** True for adapters that render on the CPU, whatever they call themselves. */
export function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || SOFTWARE_ADAPTER.test([info.vendor, info.architecture, info.device, info.description].join(' '));
}

/** What a person would call it. */
export function adapterName(info: GPUAdapterInfo): string {
  if (/swiftshader/i.test(info.architecture)) return 'SwiftShader (CPU)';
  return info.device || info.description || 'unnamed adapter';
}

async function search<T>(kind: AdapterKind, flags: readonly string[], use: (found: AdapterTry) => Promise<T>): Promise<T> {
  const none = (detail: string) => use({ kind, adapter: null, detail });
  if (kind === 'null') return use({ kind, adapter: await request(['backend=null', ...flags], {}), detail: "Dawn's null backend" });
  if (process.platform !== 'linux') {
    const adapter = await request(flags, { powerPreference: 'high-performance', forceFallbackAdapter: kind === 'software' });
    if (adapter && isSoftwareAdapter(adapter.info) === (kind === 'software'))
      return use({ kind, adapter, detail: "the system's graphics interface" });
    return none(adapter ? refusal(adapter, kind) : `the system has no ${kind} adapter`);
  }
  return kind === 'gpu' ? searchGpu(flags, use) : searchSoftware(flags, use);
}

async function searchGpu<T>(flags: readonly string[], use: (found: AdapterTry) => Promise<T>): Promise<T> {
  const none = (detail: string) => use({ kind: 'gpu', adapter: null, detail });
  const drivers = findVulkanDrivers().filter((driver) => driver.kind === 'gpu');
  if (drivers.length === 0) return none('no Vulkan driver of a GPU is installed');
  const loader = await mapVulkanLoader('system');
  if (!loader.origin) return none(`no Vulkan loader could be opened (${loader.problem})`);
  const manifests = drivers.map((driver) => driver.manifest);
  return withVulkanDrivers(manifests, async () => {
    const adapter = await request(['backend=vulkan', ...flags], { powerPreference: 'high-performance' });
    if (!adapter) return none(`drivers are installed (${manifests.join(', ')}), but none of them found a GPU`);
    if (isSoftwareAdapter(adapter.info)) return none(refusal(adapter, 'gpu'));
    return use({
      kind: 'gpu',
      adapter,
      detail: `${loader.origin} Vulkan loader, ${usedManifests(adapter.info.vendor, drivers).join(', ')}`,
    });
  });
}

/** Manifests of the drivers that an adapter of this vendor can have come from; all where none tells. */
export function usedManifests(vendor: string, drivers: readonly VulkanDriver[]): readonly string[] {
  const library = VENDOR_LIBRARIES[vendor];
  const own = library ? drivers.filter((driver) => library.test(driver.library)) : [];
  return (own.length > 0 ? own : drivers).map((driver) => driver.manifest);
}

/** How vendors name the libraries of their drivers, Mesa's and their own. */
const VENDOR_LIBRARIES: Readonly<Record<string, RegExp>> = {
  nvidia: /nvidia|nouveau/i,
  amd: /radeon|amdvlk|amdgpu/i,
  intel: /intel/i,
};

async function searchSoftware<T>(flags: readonly string[], use: (found: AdapterTry) => Promise<T>): Promise<T> {
  const loader = await mapVulkanLoader('embedded');
  const embedded = await unpackSwiftshader().catch((error: Error) => error);
  // Where no SwiftShader is embedded (other processors), the system's own software driver does.
  const installed = findVulkanDrivers().filter((driver) => driver.kind === 'software');
  const manifests = embedded instanceof Error ? installed.map((driver) => driver.manifest) : [embedded.manifest];
  const none = (detail: string) => use({ kind: 'software', adapter: null, detail });
  if (!loader.origin) return none(`no Vulkan loader could be opened (${loader.problem})`);
  if (manifests.length === 0) return none((embedded as Error).message);
  return withVulkanDrivers(manifests, async () => {
    const adapter = await request(['backend=vulkan', ...flags], {});
    if (!adapter) return none(`${manifests.join(', ')} gave no adapter${isMainThread ? '' : ' (start the Worker with `env: SHARE_ENV`)'}`);
    return use({
      kind: 'software',
      adapter,
      detail: embedded instanceof Error ? `installed driver ${manifests.join(', ')}` : 'the embedded driver',
    });
  });
}

function refusal(adapter: GPUAdapter, wanted: string): string {
  const { device, description } = adapter.info;
  return `"${device || description}" was offered as ${wanted}, but it is ${wanted === 'gpu' ? 'a software renderer' : 'a GPU'}`;
}

/** Dawn's instances by flags and drivers. Kept for ever: when V8 collects what `create()` returned, Dawn dies under live devices. */
const instances = new Map<string, GPU>();
Object.assign(globalThis, { cycloramaGpuInstances: [...pinnedBefore(), instances] });

function pinnedBefore(): unknown[] {
  return (globalThis as { cycloramaGpuInstances?: unknown[] }).cycloramaGpuInstances ?? [];
}

async function request(flags: readonly string[], options: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
  const dawn = await loadDawn();
  const merged = mergeFlags([...DEFAULT_FLAGS, ...flags]);
  const key = [...merged, process.env['VK_DRIVER_FILES']].join(' ');
  let gpu = instances.get(key);
  try {
    gpu ??= dawn.create(merged);
  } catch (cause) {
    throw new GpuError('BAD_FLAGS', 'Dawn refused its flags', { got: flags.join(' '), hint: String(cause), cause });
  }
  instances.set(key, gpu);
  return gpu.requestAdapter(options);
}

async function loadDawn(): Promise<{ create(options: string[]): GPU }> {
  const dawn = await import('webgpu').catch((cause: Error) => {
    throw new GpuError('NO_DAWN', 'the WebGPU library could not be loaded', {
      got: `${process.platform}-${process.arch}`,
      expected: 'Linux with glibc 2.34 or newer, macOS or Windows',
      hint: cause.message,
      cause,
    });
  });
  // GPUBufferUsage and the like, where the runtime has none of its own.
  for (const [name, value] of Object.entries(dawn.globals))
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return dawn;
}

/** Dawn keeps only the last of two flags of one name; lists are joined instead. */
function mergeFlags(flags: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const flag of flags) {
    const at = flag.indexOf('=');
    const [name, value] = at < 0 ? [flag, ''] : [flag.slice(0, at), flag.slice(at + 1)];
    const before = merged.get(name);
    merged.set(name, before && name.endsWith('-dawn-features') ? `${before},${value}` : value);
  }
  return [...merged].map(([name, value]) => `${name}=${value}`);
}
