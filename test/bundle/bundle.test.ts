import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import lzma from 'lzma-native';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildText } from '../../tools/bundle/describe-build.ts';
import { packTar } from '../../tools/bundle/pack-tar.ts';
import { isWanted } from '../../tools/bundle/package-rules.ts';
import { bundledPackages } from '../../tools/bundle/packages.ts';
import { writeSmallShow } from '../show/small-show.ts';

// Compressing 195 MB takes half a minute alone, minutes beside other work; shaders are compiled anew on the CPU.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const { extract } = createRequire(import.meta.url)('tar-fs') as { extract(folder: string): Writable };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-bundle-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const make = (...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'tools/bundle/bundle.ts'), ...args], { cwd: folder, encoding: 'utf8', timeout: 600_000 });

async function unpack(archive: string, target: string): Promise<void> {
  // Several .xz streams, one behind the other.
  const decoder = lzma.createStream('streamDecoder', { flags: lzma.CONCATENATED });
  await pipeline(createReadStream(archive), decoder, extract(target));
}

describe('the bundle', () => {
  let unpacked = '';
  let made: { file: string; bytes: number; version: string; commit: string };

  beforeAll(async () => {
    // The quickest preset: its archive is an eighth larger than the real one, so the limit that it keeps is kept.
    const { stdout, stderr, status } = make('--preset', '1', '--out', 'made', '--json');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    made = JSON.parse(stdout);
    await unpack(made.file, folder);
    unpacked = join(folder, `cyclorama-${made.version}-linux-x64`);
  });

  /** Nothing of this machine but the kernel and glibc: no PATH, an empty home, no variable that names a project. */
  const run = (args: readonly string[], program = join(unpacked, 'cyc')) => {
    const home = join(folder, 'home');
    mkdirSync(home, { recursive: true });
    return spawnSync(program, args, { cwd: home, encoding: 'utf8', env: { HOME: home, CYC_GPU: 'software' }, timeout: 600_000 });
  };

  test('is at most 60 MB, and unpacks to one folder with licences and where it comes from', () => {
    expect(made.bytes).toBe(statSync(made.file).size);
    expect(made.bytes).toBeLessThanOrEqual(60e6);
    expect(readFileSync(join(unpacked, 'BUILD'), 'utf8')).toMatch(/^([0-9a-f]{12}( \+ changes)?|unknown)\n\ncommit: [\s\S]*version: \d/);
    for (const path of ['LICENSE', 'README.txt', 'licences/webgpu/LICENSE.md', 'licences/node/LICENSE', 'licences/LGPL-3.txt'])
      expect(existsSync(join(unpacked, path)), path).toBe(true);
    // Every package inside has its licence there too.
    const packages = readdirSync(join(unpacked, 'node_modules')).filter((name) => !name.startsWith('@') && !name.startsWith('.'));
    expect(packages.length).toBeGreaterThan(15);
    const bare = packages.filter((name) => !existsSync(join(unpacked, 'licences', name)));
    // These three state their licence in package.json alone, which is inside.
    const stated = bare.filter((name) => !JSON.parse(readFileSync(join(unpacked, 'node_modules', name, 'package.json'), 'utf8')).license);
    expect(stated).toEqual([]);
  });

  test('names nothing of the machine that made it', () => {
    const names = [ROOT, folder, ...(homedir().length > 6 ? [homedir()] : [])];
    const found = filesBelow(unpacked).filter((file) => {
      const bytes = readFileSync(file);
      return names.some((name) => bytes.includes(name));
    });
    expect(found).toEqual([]);
  });

  test('./cyc runs without PATH, also through a link', () => {
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${made.version}\n`, stderr: '' });
    symlinkSync(join(unpacked, 'cyc'), join(folder, 'link'));
    const linked = spawnSync(join(folder, 'link'), ['--version'], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
    expect(linked).toMatchObject({ status: 0, stdout: `${made.version}\n` });
  });

  test('./cyc doctor finds its own Node, driver and console', () => {
    const { stdout, status, stderr } = run(['doctor', '--json']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.system.node).toContain(join(unpacked, 'node/bin/node'));
    expect(report.chosen).toMatchObject({ kind: 'software', architecture: 'swiftshader' });
    expect(stdout).not.toContain(ROOT);
    const states = Object.fromEntries(report.checks.map(({ title, state }: { title: string; state: string }) => [title, state]));
    expect(states).toMatchObject({ 'Software driver': 'ok', Console: 'ok', Rasteriser: 'ok' });
  });

  test('./cyc render draws a frame with the software driver', () => {
    const show = writeSmallShow(join(folder, 'home'));
    const { stdout, status, stderr } = run(['render', show, '--frames', '0', '--out', 'out', '--json']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rendered: 1, deviceKind: 'software' });
    const { width, height, data } = decode(readFileSync(join(folder, 'home/out/left/left.00000000.png')));
    expect([width, height]).toEqual([32, 32]);
    expect(new Set(Array.from(data, (value) => Math.round(value / 16))).size).toBeGreaterThan(4);
  });
});

describe('making it', () => {
  test('gives the same bytes for the same files, whatever their dates, owners and modes', async () => {
    const files = [
      { path: 'run', content: { file: join(ROOT, 'tools/bundle/files/cyc') }, executable: true },
      { path: 'b/text', content: 'text' },
      { path: 'a/bytes', content: new Uint8Array([1, 2, 3]) },
    ];
    const date = new Date('2026-01-02T03:04:05Z');
    const once = await packTar(files, 'top', date);
    const umask = process.umask(0o077);
    const again = await packTar([...files].reverse(), 'top', date).finally(() => process.umask(umask));
    const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(hash(again)).toBe(hash(once));
    expect(hash(await packTar(files, 'top', new Date(0)))).not.toBe(hash(once));
    const target = join(folder, 'tar');
    await pipeline(Readable.from([once]), extract(target));
    expect(
      filesBelow(target)
        .map((file) => file.slice(target.length + 1))
        .sort(),
    ).toEqual(['top/a/bytes', 'top/b/text', 'top/run']);
    expect(statSync(join(target, 'top/run')).mode & 0o777).toBe(0o755);
    expect(statSync(join(target, 'top/run')).mtime).toEqual(date);
  });

  test('takes what the program needs, and neither development tools nor the browser', () => {
    const packages = bundledPackages(ROOT).map(({ name }) => name);
    expect(packages).toEqual(expect.arrayContaining(['webgpu', 'sharp', '@img/sharp-linux-x64', 'commander', 'tar-stream']));
    for (const name of ['typescript', 'vitest', 'three', 'esbuild', 'playwright-core', 'deno', 'playcanvas'])
      expect(packages).not.toContain(name);
    expect(isWanted('@sparticuz/chromium', 'bin/chromium.br')).toBe(false);
    expect(isWanted('@sparticuz/chromium', 'bin/swiftshader.tar.br')).toBe(true);
    expect(isWanted('webgpu', 'dist/darwin-universal/dawn.node')).toBe(false);
    expect(isWanted('ws', 'lib/websocket.js')).toBe(true);
    expect(isWanted('ws', 'README.md')).toBe(false);
  });

  test('says what is missing, and what is wrong with its options', () => {
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ dependencies: { absent: '1' }, optionalDependencies: { other: '1' } }));
    expect(() => bundledPackages(project)).toThrow('the package absent is not installed; run `npm ci`');
    expect(make('--limit', 'much')).toMatchObject({ status: 2, stderr: expect.stringContaining('--limit: got "much"') });
    expect(make('--preset', '10')).toMatchObject({ status: 2, stderr: expect.stringContaining('expected 0 to 9') });
    expect(make('--help').stdout).toContain('Usage: npm run bundle');
  });

  test('names the commit first, as the bench reads it', () => {
    const build = { version: '1', target: 'linux-x64', commit: 'f'.repeat(40), commitDate: '', modified: true, node: '24', dawn: '' };
    expect(buildText(build).split('\n')[0]).toBe(`${'f'.repeat(12)} + changes`);
    expect(buildText({ ...build, commit: '', modified: false }).split('\n')[0]).toBe('unknown');
  });
});
