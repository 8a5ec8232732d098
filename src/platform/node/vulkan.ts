import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { unpackSwiftshader } from './swiftshader.ts';

/** One Vulkan driver manifest (ICD file) on this machine. */
export interface VulkanDriver {
  readonly manifest: string;
  /** Library it names, as written there. */
  readonly library: string;
  readonly kind: 'gpu' | 'software';
}

/** Where a Vulkan loader came from; '' when none could be mapped (then `problem` says why). */
export interface VulkanLoader {
  readonly origin: 'system' | 'embedded' | '';
  readonly problem: string;
}

const SOFTWARE_LIBRARY = /swiftshader|lvp|llvmpipe|lavapipe|softpipe|vulkan_dzn_warp/i;
/** glibc's value; Node has no constant. Keeps the library mapped although Node closes it again: it is no Node addon. */
const RTLD_NODELETE = 0x1000;

/** Driver manifests, in the loader's order and in folders where containers put them though no loader looks there. */
export function findVulkanDrivers(): readonly VulkanDriver[] {
  const files = namedManifests() ?? manifestFolders().flatMap(listManifests);
  return [...new Set(files)].map(readManifest).filter((driver) => driver !== null);
}

/**
 * Maps `libvulkan.so.1` before Dawn asks for it, since LD_LIBRARY_PATH cannot be set for a running process: the system's,
 * else the embedded one, which loads the system's GPU drivers just as well. Dawn's later dlopen matches the SONAME.
 */
export async function mapVulkanLoader(prefer: 'system' | 'embedded'): Promise<VulkanLoader> {
  if (process.platform !== 'linux') return { origin: 'system', problem: '' };
  const system = (): VulkanLoader => ({ origin: 'system', problem: mapLibrary('libvulkan.so.1') });
  if (prefer === 'system') {
    const found = system();
    if (!found.problem) return found;
  }
  try {
    const problem = mapLibrary((await unpackSwiftshader()).loader);
    if (!problem) return { origin: 'embedded', problem };
    return { origin: '', problem };
  } catch (error) {
    const found = system();
    return found.problem ? { origin: '', problem: (error as Error).message } : found;
  }
}

/** Runs `work` while the Vulkan loader sees exactly these drivers; the environment is put back afterwards. */
export async function withVulkanDrivers<T>(manifests: readonly string[], work: () => Promise<T>): Promise<T> {
  const names = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'] as const;
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = manifests.join(delimiter);
  try {
    return await work();
  } finally {
    names.forEach((name, i) => {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    });
  }
}

function mapLibrary(path: string): string {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
    return '';
  } catch (error) {
    const { message } = error as Error;
    return /did not self-register/.test(message) ? '' : message;
  }
}

function namedManifests(): string[] | null {
  const named = process.env['VK_DRIVER_FILES'] || process.env['VK_ICD_FILENAMES'];
  return named ? named.split(delimiter).flatMap((path) => (path.endsWith('.json') ? [path] : listManifests(path))) : null;
}

function manifestFolders(): string[] {
  if (process.platform !== 'linux') return [];
  const env = process.env;
  const roots = [
    env['XDG_CONFIG_HOME'] || join(homedir(), '.config'),
    ...(env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(delimiter),
    '/etc',
    '/usr/local/etc',
    env['XDG_DATA_HOME'] || join(homedir(), '.local/share'),
    ...(env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(delimiter),
    // The NVIDIA container runtimes mount drivers here.
    '/usr/local/nvidia/share',
  ];
  return roots.map((root) => join(root, 'vulkan/icd.d'));
}

function listManifests(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function readManifest(manifest: string): VulkanDriver | null {
  try {
    const { ICD } = JSON.parse(readFileSync(manifest, 'utf8')) as { ICD?: { library_path?: string } };
    const library = ICD?.library_path ?? '';
    return { manifest, library, kind: SOFTWARE_LIBRARY.test(library) || SOFTWARE_LIBRARY.test(manifest) ? 'software' : 'gpu' };
  } catch {
    return null;
  }
}
