import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OutputError } from '../../core/errors.ts';
import { cacheDirectory } from './swiftshader.ts';

/** One static file of the console, as HTTP serves it. */
export interface StaticFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface ConsoleBundle {
  /** URL path (`/`, `/console.js`, …) → file. */
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Content hash of everything the bundle is made from; changes when the page changes. */
  readonly hash: string;
  readonly fromCache: boolean;
  readonly buildMs: number;
}

const SOURCE_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ENTRY = join(SOURCE_ROOT, 'console/app/main.ts');
/** The script of a portable bundle (tools/bundle), in which neither esbuild nor three is. */
const PREBUILT = join(SOURCE_ROOT, '../prebuilt/console.js');
const PAGES = [
  ['/', 'console/index.html', 'text/html; charset=utf-8'],
  ['/icon.svg', 'console/icon.svg', 'image/svg+xml'],
] as const;
/** In the order in which they overrule each other. */
const STYLES = ['base', 'header', 'stage', 'canvases', 'controls', 'health', 'layout'] as const;

/**
 * Bundles the browser app in memory (esbuild, three.js from npm), or takes it from `cacheDir` when the same sources were bundled before.
 * A cache that cannot be read or written costs time, never the console.
 * @throws OutputError CONSOLE_BUNDLE
 */
export async function bundleConsole(cacheDir = cacheDirectory()): Promise<ConsoleBundle> {
  const startMs = performance.now();
  const { script, hash, fromCache } = (await readPrebuilt()) ?? (await buildOrReuse(cacheDir));
  const files = new Map<string, StaticFile>([['/console.js', { contentType: 'text/javascript; charset=utf-8', bytes: script }]]);
  for (const [url, path, contentType] of PAGES) files.set(url, { contentType, bytes: await readFile(join(SOURCE_ROOT, path)) });
  const styles = await Promise.all(STYLES.map((name) => readFile(join(SOURCE_ROOT, `console/styles/${name}.css`))));
  files.set('/console.css', { contentType: 'text/css; charset=utf-8', bytes: Buffer.concat(styles) });
  return { files, hash, fromCache, buildMs: performance.now() - startMs };
}

/** True in a portable bundle: the console can be served without building it. */
export const isConsolePrebuilt = (): boolean => existsSync(PREBUILT);

type Script = { readonly script: Uint8Array; readonly hash: string; readonly fromCache: boolean };

async function readPrebuilt(): Promise<Script | null> {
  if (!isConsolePrebuilt()) return null;
  const script = await readFile(PREBUILT);
  return { script, hash: createHash('sha256').update(script).digest('hex').slice(0, 16), fromCache: true };
}

async function buildOrReuse(cacheDir: string): Promise<Script> {
  const hash = await hashSources();
  const cached = join(cacheDir, `console-${hash}.js`);
  const found = await readFile(cached).catch(() => null);
  const script = found ?? (await bundleScript());
  if (!found) await storeInCache(cacheDir, cached, script);
  return { script, hash, fromCache: found !== null };
}

async function bundleScript(): Promise<Uint8Array> {
  try {
    const { build } = await import('esbuild');
    const result = await build({
      entryPoints: [ENTRY],
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      target: 'es2022',
      legalComments: 'eof',
      logLevel: 'silent',
    });
    return result.outputFiles[0].contents;
  } catch (cause) {
    throw new OutputError('CONSOLE_BUNDLE', 'the console app could not be bundled', {
      file: ENTRY,
      got: (cause as Error).message.slice(0, 500),
      hint: 'run `npm ci`; if that does not help, this is a fault of this version',
      cause,
    });
  }
}

/** Everything that decides the script: the app's sources, what they share with the engine, and the versions of three and esbuild. */
async function hashSources(): Promise<string> {
  const { version } = await import('esbuild');
  const hash = createHash('sha256').update(version);
  const three = new URL('../package.json', import.meta.resolve('three'));
  hash.update(await readFile(three));
  for (const room of ['console', 'core']) {
    const names = (await readdir(join(SOURCE_ROOT, room), { recursive: true })).filter((name) => /\.(ts|html|css|svg)$/.test(name));
    for (const name of names.sort()) hash.update(name).update(await readFile(join(SOURCE_ROOT, room, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Written beside and renamed, so that a second process never reads half a script; older bundles go. */
async function storeInCache(dir: string, path: string, script: Uint8Array): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    const beside = `${path}.${process.pid}`;
    await writeFile(beside, script);
    await rename(beside, path);
    const old = (await readdir(dir)).filter((name) => /^console-[0-9a-f]{16}\.js$/.test(name) && join(dir, name) !== path);
    await Promise.all(old.map((name) => rm(join(dir, name), { force: true })));
  } catch {
    // No cache here (read-only home, full disk): the bundle is in memory, the next start bundles again.
  }
}
