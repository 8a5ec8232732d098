import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheDirectory, unpackSwiftshader } from '../../../src/platform/node/swiftshader.ts';
import { findVulkanDrivers } from '../../../src/platform/node/vulkan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('unpacking', () => {
  test('into the cache folder, once', async () => {
    const first = await unpackSwiftshader();
    expect(first.directory.startsWith(join(folder, 'cyclorama/swiftshader-'))).toBe(true);
    expect(JSON.parse(readFileSync(first.manifest, 'utf8'))).toHaveProperty('ICD.library_path');
    writeFileSync(join(first.directory, 'mark'), '');
    expect(await unpackSwiftshader()).toEqual(first);
    expect(existsSync(join(first.directory, 'mark'))).toBe(true);
  });

  test('mends a damaged folder', async () => {
    const { directory, loader } = await unpackSwiftshader();
    rmSync(loader);
    await unpackSwiftshader();
    expect(existsSync(loader)).toBe(true);
    expect(readdirSync(join(folder, 'cyclorama'))).toEqual([directory.split('/').at(-1)]);
  });

  test('processes that start together all find it whole and leave no scraps', async () => {
    const module = fileURLToPath(new URL('../../../src/platform/node/swiftshader.ts', import.meta.url));
    const script = `const { unpackSwiftshader } = await import(${JSON.stringify(module)}); console.log((await unpackSwiftshader()).directory);`;
    const outputs = await Promise.all(
      Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])),
    );
    expect(new Set(outputs.map((output) => output.stdout)).size).toBe(1);
    expect(readdirSync(join(folder, 'cyclorama'))).toHaveLength(1);
  });

  test('uses a folder of its own where the cache cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'file'));
    vi.stubEnv('TMPDIR', folder);
    expect(cacheDirectory()).toMatch(new RegExp(`^${folder}/cyclorama-\\d+$`));
  });
});

describe('Vulkan drivers', () => {
  const manifest = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  test('are read from VK_DRIVER_FILES, broken files left out', () => {
    const gpu = manifest('radeon.json', JSON.stringify({ ICD: { library_path: 'libvulkan_radeon.so' } }));
    const software = manifest('lvp_icd.json', JSON.stringify({ ICD: { library_path: 'libvulkan_lvp.so' } }));
    vi.stubEnv('VK_DRIVER_FILES', [gpu, manifest('broken.json', '{'), software, join(folder, 'gone.json')].join(':'));
    expect(findVulkanDrivers()).toEqual([
      { manifest: gpu, library: 'libvulkan_radeon.so', kind: 'gpu', origin: 'installed' },
      { manifest: software, library: 'libvulkan_lvp.so', kind: 'software', origin: 'installed' },
    ]);
  });

  test('are looked for where the loader looks', async () => {
    const { mkdirSync } = await import('node:fs');
    vi.stubEnv('VK_DRIVER_FILES', '');
    vi.stubEnv('VK_ICD_FILENAMES', '');
    vi.stubEnv('XDG_DATA_HOME', folder);
    mkdirSync(join(folder, 'vulkan/icd.d'), { recursive: true });
    const path = manifest('vulkan/icd.d/a_icd.json', JSON.stringify({ ICD: { library_path: 'liba.so' } }));
    expect(findVulkanDrivers()).toContainEqual({ manifest: path, library: 'liba.so', kind: 'gpu', origin: 'installed' });
  });
});
