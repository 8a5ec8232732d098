import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tryAdapter, usedManifests } from '../../../src/platform/node/adapters.ts';
import { installedManifests, nvidiaLibraries, writeManifest } from '../../../src/platform/node/driver-places.ts';
import { unpackSwiftshader } from '../../../src/platform/node/swiftshader.ts';
import { findVulkanDrivers } from '../../../src/platform/node/vulkan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-drivers-'));
  for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const file = (path: string, text: string): string => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
};

test('manifests are read in the loader’s order: user’s settings, system’s, user’s data', () => {
  const config = file('config/vulkan/icd.d/b.json', '{}');
  const system = file('xdg/vulkan/icd.d/a.json', '{}');
  const data = file('data/vulkan/icd.d/c.json', '{}');
  const env = { XDG_CONFIG_HOME: join(folder, 'config'), XDG_CONFIG_DIRS: join(folder, 'xdg'), XDG_DATA_HOME: join(folder, 'data') };
  const own = installedManifests(env).filter((path) => path.startsWith(folder));
  expect(own).toEqual([config, system, data]);
});

test('NVIDIA’s libraries are found where LD_LIBRARY_PATH and containers have them', () => {
  const egl = file('a/libEGL_nvidia.so.0', '');
  const glx = file('b/libGLX_nvidia.so.0', '');
  expect(nvidiaLibraries({ LD_LIBRARY_PATH: `${dirname(egl)}:${join(folder, 'none')}` }, [dirname(glx)])).toEqual([glx, egl]);
  expect(nvidiaLibraries({}, [join(folder, 'none')])).toEqual([]);
});

test('a manifest of ours is written once, and not at all where nothing can be written', () => {
  const path = writeManifest('/x/libGLX_nvidia.so.0', join(folder, 'cache')) as string;
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ ICD: { library_path: '/x/libGLX_nvidia.so.0' } });
  const { mtimeMs } = statSync(path);
  expect(writeManifest('/x/libGLX_nvidia.so.0', join(folder, 'cache'))).toBe(path);
  expect(statSync(path).mtimeMs).toBe(mtimeMs);
  expect(writeManifest('/x/libGLX_nvidia.so.0', join(file('taken', ''), 'cache'))).toBeNull();
});

// SwiftShader under the name of NVIDIA's library stands for a driver that came without a manifest: it really loads.
test('a driver library without a manifest is used through one of ours; one that cannot be opened is passed over', async () => {
  const { directory } = await unpackSwiftshader();
  const driver = join(directory, 'libvk_swiftshader.so');
  file('lib/libGLX_nvidia.so.0', 'needs libraries that are not here');
  copyFileSync(driver, join(folder, 'lib/libEGL_nvidia.so.0'));
  vi.stubEnv('LD_LIBRARY_PATH', join(folder, 'lib'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  const [made] = findVulkanDrivers();
  expect(made).toEqual({
    manifest: join(folder, 'cache/cyclorama/nvidia_icd.json'),
    library: join(folder, 'lib/libEGL_nvidia.so.0'),
    kind: 'gpu',
    origin: 'made',
  });
  expect(existsSync(made.manifest)).toBe(true);
  // The loader read our manifest and Dawn got the device behind it, which says what it really is.
  const detail = await tryAdapter('gpu', [], async (found) => found.detail);
  expect(detail).toMatch(/was offered as gpu, but it is a software renderer/);
});

test('of several drivers, the adapter’s vendor tells which one it came from', () => {
  const drivers = ['libGLX_nvidia.so.0', '/usr/lib/libvulkan_radeon.so', 'libvulkan_intel.so'].map(
    (library) => ({ manifest: `${library}.json`, library, kind: 'gpu', origin: 'installed' }) as const,
  );
  expect(usedManifests('amd', drivers)).toEqual(['/usr/lib/libvulkan_radeon.so.json']);
  expect(usedManifests('nvidia', drivers)).toEqual(['libGLX_nvidia.so.0.json']);
  expect(usedManifests('someone', drivers)).toHaveLength(3);
});
