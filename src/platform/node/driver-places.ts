import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where drivers lie though no Vulkan loader looks there by itself. */
const UNUSUAL_ROOTS = [
  // NVIDIA's container runtimes and Google's Kubernetes nodes mount theirs here.
  '/usr/local/nvidia/share',
  '/usr/local/nvidia',
  '/home/kubernetes/bin/nvidia',
  // AMD's own packages.
  '/opt/amdgpu/etc',
  '/opt/amdgpu/share',
  '/opt/amdgpu-pro/etc',
  '/opt/amdgpu-pro/share',
  // NixOS, Flatpak, containers that see the host's files.
  '/run/opengl-driver/share',
  '/usr/lib/x86_64-linux-gnu/GL/default/share',
  '/run/host/usr/share',
] as const;

/** Where the libraries of NVIDIA's driver lie, in the order of the dynamic linker and then where containers mount them. */
const LIBRARY_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib64',
  '/usr/local/nvidia/lib64',
  '/usr/local/nvidia/lib',
  '/usr/lib/x86_64-linux-gnu/nvidia/current',
  '/run/opengl-driver/lib',
  '/usr/lib/wsl/lib',
] as const;

/** Both hold the Vulkan driver; the first one needs X11's libraries, which servers lack. */
const NVIDIA_LIBRARIES = ['libGLX_nvidia.so.0', 'libEGL_nvidia.so.0'] as const;
/** What the driver speaks at least; it tells the loader itself what it really speaks. */
const NVIDIA_API = '1.3.0';

/** Manifests (`*.json`) in the folders that a Vulkan loader reads, in its order, then where drivers lie otherwise. */
export function installedManifests(env: Environment = process.env): readonly string[] {
  const roots = [
    env['XDG_CONFIG_HOME'] || join(homedir(), '.config'),
    ...(env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(delimiter),
    '/etc',
    '/usr/local/etc',
    env['XDG_DATA_HOME'] || join(homedir(), '.local/share'),
    ...(env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(delimiter),
    ...UNUSUAL_ROOTS,
  ];
  return roots.flatMap((root) => listManifests(join(root, 'vulkan/icd.d')));
}

/** `*.json` of a folder, sorted; none where it cannot be read. */
export function listManifests(folder: string): string[] {
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

/** Libraries of NVIDIA's Vulkan driver on this machine, absolute; the better one first. */
export function nvidiaLibraries(env: Environment = process.env, folders: readonly string[] = LIBRARY_FOLDERS): readonly string[] {
  const searched = [...(env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter(Boolean), ...folders];
  return NVIDIA_LIBRARIES.flatMap((name) =>
    searched
      .map((folder) => join(folder, name))
      .filter((path) => existsSync(path))
      .slice(0, 1),
  );
}

/**
 * Writes a manifest for a driver library that came without one: containers often get the driver's libraries alone.
 * @param folder Ours, where it is kept.   @returns its path, or null where the folder cannot be written.
 */
export function writeManifest(library: string, folder: string): string | null {
  const path = join(folder, 'nvidia_icd.json');
  const text = `${JSON.stringify({ file_format_version: '1.0.1', ICD: { library_path: library, api_version: NVIDIA_API } }, null, 2)}\n`;
  try {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return path;
    mkdirSync(folder, { recursive: true });
    // Renamed when whole: another process may be reading it.
    writeFileSync(`${path}.${process.pid}`, text);
    renameSync(`${path}.${process.pid}`, path);
    return path;
  } catch {
    return null;
  }
}
