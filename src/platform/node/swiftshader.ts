import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { GpuError } from '../../core/errors.ts';

/** The software Vulkan driver for Dawn, unpacked. Paths are absolute. */
export interface Swiftshader {
  readonly directory: string;
  /** Vulkan loader (`libvulkan.so.1`); it finds the machine's own GPU drivers as well. */
  readonly loader: string;
  /** Driver manifest for VK_DRIVER_FILES. */
  readonly manifest: string;
}

/** What `chromium.launch` of playwright-core needs to run the embedded browser with WebGPU on SwiftShader. */
export interface EmbeddedBrowser {
  readonly executablePath: string;
  readonly env: Record<string, string>;
  readonly args: readonly string[];
}

/** Our own fonts.conf: the shipped one names only folders of another machine, and text would have width 0. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** Flags with which a page gets a WebGPU adapter *and* can present to a canvas (all four are needed). */
const BROWSER_ARGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--enable-skia-graphite',
] as const;

/**
 * Unpacks the embedded SwiftShader once (8 MB, about 60 ms) into our cache folder and returns where it lies.
 * @throws GpuError NO_EMBEDDED_DRIVER on systems for which the package holds none (it is Linux x64).
 */
export async function unpackSwiftshader(): Promise<Swiftshader> {
  const directory = await unpack(
    'swiftshader',
    ['libvulkan.so.1', 'vk_swiftshader_icd.json', 'libvk_swiftshader.so'],
    [['swiftshader.tar.br', '']],
  );
  return { directory, loader: join(directory, 'libvulkan.so.1'), manifest: join(directory, 'vk_swiftshader_icd.json') };
}

/**
 * Unpacks the embedded Chromium once (211 MB, about 2 s) and returns how to launch it.
 * @throws GpuError NO_EMBEDDED_DRIVER on systems for which the package holds none.
 */
export async function unpackBrowser(): Promise<EmbeddedBrowser> {
  // SwiftShader must lie beside the binary, or the page gets no adapter.
  const directory = await unpack(
    'chromium',
    ['chromium', 'libvk_swiftshader.so', 'al2023/lib', 'fonts/fonts.conf'],
    [
      ['chromium.br', 'chromium'],
      ['swiftshader.tar.br', ''],
      ['al2023.tar.br', 'al2023'],
      ['fonts.tar.br', 'fonts'],
    ],
    (folder) => writeFileSync(join(folder, 'fonts/fonts.conf'), FONTS_CONF),
  );
  const env = Object.fromEntries(Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined));
  return {
    executablePath: join(directory, 'chromium'),
    env: { ...env, LD_LIBRARY_PATH: join(directory, 'al2023/lib'), FONTCONFIG_FILE: join(directory, 'fonts/fonts.conf') },
    args: BROWSER_ARGS,
  };
}

/** Cyclorama's cache folder, created; `XDG_CACHE_HOME` or `~/.cache`, and a private temporary folder where neither can be written. */
export function cacheDirectory(): string {
  const wanted = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'cyclorama');
  try {
    mkdirSync(wanted, { recursive: true });
    return wanted;
  } catch {
    const fallback = join(tmpdir(), `cyclorama-${process.getuid?.() ?? userInfo().username}`);
    mkdirSync(fallback, { recursive: true, mode: 0o700 });
    return fallback;
  }
}

type Archive = readonly [file: string, target: string];

/** Unpacks beside the final place and renames, so that processes starting together never see half a folder. */
async function unpack(
  name: string,
  required: readonly string[],
  archives: readonly Archive[],
  finish?: (folder: string) => void,
): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new GpuError('NO_EMBEDDED_DRIVER', `no embedded ${name} for this system`, {
      got: `${process.platform}-${process.arch}`,
      expected: 'linux-x64',
    });
  const bin = packageBin();
  const { version } = JSON.parse(readFileSync(join(bin, '../package.json'), 'utf8')) as { version: string };
  const root = cacheDirectory();
  const final = join(root, `${name}-${version}`);
  const isWhole = () => required.every((file) => existsSync(join(final, file)));
  if (isWhole()) return final;
  const temporary = mkdtempSync(join(root, `.${name}-`));
  try {
    for (const [file, target] of archives) await unpackArchive(join(bin, file), join(temporary, target));
    finish?.(temporary);
    chmodSync(temporary, 0o755);
    if (existsSync(final) && !isWhole()) renameSync(final, `${temporary}-damaged`);
    renameSync(temporary, final);
  } catch (cause) {
    // Another process may have won the race; anything else is a real failure (disk full, archive damaged).
    if (!isWhole())
      throw new GpuError('UNPACK_FAILED', `could not unpack the embedded ${name}`, { file: final, hint: String(cause), cause });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    rmSync(`${temporary}-damaged`, { recursive: true, force: true });
  }
  return final;
}

async function unpackArchive(source: string, target: string): Promise<void> {
  // tar-fs has no types of its own.
  const { extract } = createRequire(import.meta.url)('tar-fs') as { extract(folder: string): Writable };
  const sink = source.endsWith('.tar.br') ? extract(target) : createWriteStream(target, { mode: 0o755 });
  await pipeline(createReadStream(source), createBrotliDecompress({ chunkSize: 1 << 21 }), sink);
}

function packageBin(): string {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../bin');
  } catch (cause) {
    throw new GpuError('NO_EMBEDDED_DRIVER', 'the package @sparticuz/chromium is not installed', {
      hint: 'run `npm ci` in the project',
      cause,
    });
  }
}
