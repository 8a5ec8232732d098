import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { installedManifests, listManifests, nvidiaLibraries, writeManifest } from './driver-places.ts';
import { cacheDirectory, unpackSwiftshader } from './swiftshader.ts';

/** One Vulkan driver manifest (ICD file) on this machine. */
export interface VulkanDriver {
  readonly manifest: string;
  /** Library it names, as written there. */
  readonly library: string;
  readonly kind: 'gpu' | 'software';
  /** 'made': the driver's library is here, the manifest is ours. */
  readonly origin: 'installed' | 'made';
}

/** Where a Vulkan loader came from; '' when none could be mapped (then `problem` says why). */
export interface VulkanLoader {
  readonly origin: 'system' | 'embedded' | '';
  readonly problem: string;
}

const SOFTWARE_LIBRARY = /swiftshader|lvp|llvmpipe|lavapipe|softpipe|vulkan_dzn_warp/i;
/** glibc's value; Node has no constant. Keeps the library mapped although Node closes it again: it is no Node addon. */
const RTLD_NODELETE = 0x1000;

/**
 * Driver manifests, in the loader's order: those that VK_DRIVER_FILES names and no others, else what is installed where loaders look and
 * where they do not. An NVIDIA driver whose manifest is missing or useless gets one of ours.
 */
export function findVulkanDrivers(): readonly VulkanDriver[] {
  if (process.platform !== 'linux') return [];
  const read = (files: readonly string[]): VulkanDriver[] => [...new Set(files)].map(readManifest).filter((driver) => driver !== null);
  const named = namedManifests();
  if (named) return read(named);
  const installed = read(installedManifests());
  const mended = mendNvidia(installed);
  return mended ? [mended, ...installed.filter((driver) => !isNvidia(driver))] : installed;
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

function namedManifests(): readonly string[] | null {
  const named = process.env['VK_DRIVER_FILES'] || process.env['VK_ICD_FILENAMES'];
  return named ? named.split(delimiter).flatMap((path) => (path.endsWith('.json') ? [path] : listManifests(path))) : null;
}

/**
 * NVIDIA's driver where its manifest is missing, or names a library that cannot be opened (for want of X11's) while another one can.
 * @returns the driver by a manifest of ours; null where the installed ones do, or there is no such driver.
 */
function mendNvidia(installed: readonly VulkanDriver[]): VulkanDriver | null {
  const libraries = nvidiaLibraries();
  if (libraries.length === 0) return null;
  const theirs = installed.find((driver) => isNvidia(driver));
  if (theirs && mapLibrary(theirs.library) === '') return null;
  const openable = libraries.find((library) => mapLibrary(library) === '');
  // Where none opens, the loader's own message says more than ours would.
  const library = openable ?? (theirs ? null : libraries[0]);
  const manifest = library && writeManifest(library, cacheDirectory());
  return manifest ? { manifest, library, kind: 'gpu', origin: 'made' } : null;
}

const isNvidia = ({ library }: VulkanDriver): boolean => /lib(GLX|EGL)_nvidia/.test(library);

function readManifest(manifest: string): VulkanDriver | null {
  try {
    const { ICD } = JSON.parse(readFileSync(manifest, 'utf8')) as { ICD?: { library_path?: string } };
    const library = ICD?.library_path ?? '';
    return {
      manifest,
      library,
      kind: SOFTWARE_LIBRARY.test(library) || SOFTWARE_LIBRARY.test(manifest) ? 'software' : 'gpu',
      origin: 'installed',
    };
  } catch {
    return null;
  }
}
