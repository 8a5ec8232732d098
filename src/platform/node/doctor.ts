import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GpuDescription, GpuPort } from '../../gpu/gpu-context.ts';
import { type AdapterKind, adapterName, tryAdapter } from './adapters.ts';
import { isConsolePrebuilt } from './bundle-console.ts';
import { usefulFeatures } from './gpu.ts';
import { cacheDirectory, unpackSwiftshader } from './swiftshader.ts';
import { findVulkanDrivers, mapVulkanLoader, type VulkanDriver, type VulkanLoader } from './vulkan.ts';

/** One finding. 'warn': it works, with less; `mend` holds commands or advice, one a line. */
export interface DoctorCheck {
  readonly title: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly text: string;
  readonly mend: readonly string[];
  /** Figures behind the finding, rows of cells, the first one their heads. */
  readonly table?: readonly (readonly string[])[] | undefined;
  /** The same and more for programs (`--json`). */
  readonly data?: unknown;
}

export interface DoctorAdapter {
  readonly kind: AdapterKind;
  readonly name: string;
  readonly driver: string;
  /** Where it was found, or why there is none. */
  readonly detail: string;
  readonly found: boolean;
  /** Of the features that Cyclorama asks for. */
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** All that `cyc doctor` shows; also its `--json`. */
export interface DoctorReport {
  readonly system: Readonly<Record<'node' | 'system' | 'processor' | 'memory' | 'cache', string>>;
  readonly vulkan: { readonly loader: VulkanLoader; readonly drivers: readonly VulkanDriver[]; readonly devices: readonly string[] };
  readonly adapters: readonly DoctorAdapter[];
  /** The device that would render; null when none can be opened. */
  readonly chosen: GpuDescription | null;
  readonly checks: readonly DoctorCheck[];
}

const LIMITS_SHOWN = [
  'maxTextureDimension2D',
  'maxTextureArrayLayers',
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/**
 * Looks at the machine; opens and closes each adapter. Never throws for what it finds: that is the report.
 * @param createPort Devices of the host that renders.
 */
export async function examineMachine(createPort: () => GpuPort): Promise<DoctorReport> {
  const drivers = findVulkanDrivers();
  const loader = await mapVulkanLoader('system');
  const devices = gpuDeviceFiles();
  const adapters: DoctorAdapter[] = [];
  for (const kind of ['gpu', 'software', 'null'] as const) adapters.push(await examineAdapter(kind));
  const opened = await openChosen(createPort);
  return {
    system: describeSystem(),
    vulkan: { loader, drivers, devices },
    adapters,
    chosen: opened instanceof Error ? null : opened,
    checks: [checkDevice(opened, devices, drivers), await checkSoftware(), await checkConsole(), await checkFfmpeg(), checkCache()],
  };
}

async function examineAdapter(kind: AdapterKind): Promise<DoctorAdapter> {
  const nothing = { kind, name: '', driver: '', found: false, features: [], limits: {} };
  return tryAdapter<DoctorAdapter>(kind, [], async ({ adapter, detail }) => {
    if (!adapter) return { ...nothing, detail };
    const limits = Object.fromEntries(LIMITS_SHOWN.map((name) => [name, adapter.limits[name]]));
    return {
      kind,
      name: adapterName(adapter.info),
      driver: adapter.info.description,
      detail,
      found: true,
      features: usefulFeatures(adapter, kind),
      limits,
    };
  }).catch((error: Error) => ({ ...nothing, detail: error.message }));
}

async function openChosen(createPort: () => GpuPort): Promise<GpuDescription | Error> {
  try {
    const context = await createPort().open();
    context.destroy();
    return context.description;
  } catch (error) {
    return error as Error;
  }
}

function describeSystem(): DoctorReport['system'] {
  const { glibcVersionRuntime } = (process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }).header;
  const libc = process.platform !== 'linux' ? '' : glibcVersionRuntime ? `, glibc ${glibcVersionRuntime}` : ', no glibc';
  return {
    node: `${process.versions.node} (${process.execPath})`,
    system: `${process.platform}-${process.arch} ${release()}${libc}`,
    processor: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    cache: cacheDirectory(),
  };
}

/** Device files of GPUs; in a container they show what was passed in. */
function gpuDeviceFiles(): string[] {
  const list = (folder: string, pattern: RegExp): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => pattern.test(name))
          .map((name) => join(folder, name))
      : [];
  return [...list('/dev', /^nvidia\d+$/), ...list('/dev/dri', /^renderD\d+$/), ...list('/dev', /^(kfd|dxg)$/)];
}

function checkDevice(opened: GpuDescription | Error, devices: readonly string[], drivers: readonly VulkanDriver[]): DoctorCheck {
  const title = 'Rendering device';
  const asked = process.env['CYC_GPU'];
  const mend = asked && asked !== 'auto' ? [`CYC_GPU=${asked} decides this:`, 'unset CYC_GPU'] : adviseGpu(devices, drivers);
  if (opened instanceof Error) return { title, state: 'fail', text: opened.message, mend };
  const isGpu = opened.kind === 'gpu';
  return { title, state: isGpu ? 'ok' : 'warn', text: `${opened.adapter}. ${opened.reason}`, mend: isGpu ? [] : mend };
}

/** What to do so that a GPU renders, from the device files and drivers that are there. */
export function adviseGpu(devices: readonly string[], drivers: readonly VulkanDriver[], mayOpen = isReadable): string[] {
  const nvidia = devices.some((path) => path.startsWith('/dev/nvidia'));
  const locked = devices.filter((path) => !mayOpen(path));
  if (locked.length > 0)
    return [`This user may not open ${locked.join(', ')}:`, 'sudo usermod -aG render,video "$USER"   # then log in again'];
  if (nvidia && !drivers.some((driver) => /nvidia/i.test(driver.library + driver.manifest)))
    return [
      'The NVIDIA device is here, its Vulkan driver is not.',
      'In a container:  docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all …',
      'On the machine:  sudo apt-get install libnvidia-gl-<version that nvidia-smi shows>',
    ];
  if (devices.length > 0 && !drivers.some((driver) => driver.kind === 'gpu'))
    return ['A GPU is here, its Vulkan driver is not:', 'sudo apt-get install mesa-vulkan-drivers   # AMD, Intel'];
  if (devices.length > 0)
    return [
      'A GPU and a driver are here, but they do not work together. See what the driver says:',
      'VK_LOADER_DEBUG=all cyc doctor 2>&1 | grep -i error',
    ];
  return process.platform === 'linux'
    ? ['No GPU is visible to this process (no /dev/nvidia*, no /dev/dri). In a container, pass it in:  docker run --gpus all …']
    : [];
}

async function checkSoftware(): Promise<DoctorCheck> {
  const title = 'Software driver';
  return unpackSwiftshader().then(
    ({ directory }) => ({ title, state: 'ok', text: `SwiftShader, embedded, in ${directory}`, mend: [] }),
    (error: Error) => ({
      title,
      state: 'warn',
      text: error.message,
      mend: process.platform === 'linux' ? ['sudo apt-get install mesa-vulkan-drivers   # brings lavapipe, which is used instead'] : [],
    }),
  );
}

async function checkConsole(): Promise<DoctorCheck> {
  const title = 'Console';
  const packages = isConsolePrebuilt() ? ['ws'] : ['esbuild', 'three', 'ws'];
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length > 0) return { title, state: 'fail', text: `not installed: ${missing.join(', ')}`, mend: ['npm ci'] };
  const embedded = process.platform === 'linux' && process.arch === 'x64' && isInstalled('@sparticuz/chromium');
  const browser = embedded ? 'the tests use the embedded Chromium' : 'its browser tests need Linux x64';
  return { title, state: 'ok', text: `can be served; open it in any browser with WebGL 2 (${browser})`, mend: [] };
}

async function checkFfmpeg(): Promise<DoctorCheck> {
  const title = 'ffmpeg';
  try {
    const { stdout } = await promisify(execFile)('ffmpeg', ['-hide_banner', '-version'], { timeout: 10_000 });
    return { title, state: 'ok', text: stdout.split('\n')[0] ?? '', mend: [] };
  } catch {
    return {
      title,
      state: 'warn',
      text: 'not found: video streams cannot be written (PNG sequences can)',
      mend: ['sudo apt-get install ffmpeg'],
    };
  }
}

function checkCache(): DoctorCheck {
  const wanted = process.env['XDG_CACHE_HOME'] ? '$XDG_CACHE_HOME/cyclorama' : '~/.cache/cyclorama';
  const actual = cacheDirectory();
  const isOwn = actual.endsWith(join('/', 'cyclorama'));
  if (isOwn) return { title: 'Cache', state: 'ok', text: actual, mend: [] };
  return {
    title: 'Cache',
    state: 'warn',
    text: `${wanted} cannot be written; ${actual} is used and may be emptied at any time`,
    mend: ['export XDG_CACHE_HOME=<a folder this user may write>'],
  };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
