import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DenoOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A child that hangs is ended and says so, before the test's own time is up. */
const TIMEOUT_MS = 360_000;

/**
 * Runs a TypeScript file in Deno (npm's, no download), with Node's packages of the project, on a software driver.
 * @param manifest Of the Vulkan driver; '': the one that came with the project.
 * @throws Error when npm did not install Deno: the second host is tested, never skipped.
 */
export function runDeno(script: string, args: readonly string[], cwd?: string, manifest = ''): Promise<DenoOutcome> {
  const child = spawn(denoBinary(), ['run', '-A', '--no-prompt', script, ...args], {
    ...(cwd !== undefined && { cwd }),
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: {
      ...process.env,
      ...{ VK_DRIVER_FILES: manifest, VK_ICD_FILENAMES: manifest },
      // Mesa's layer that sorts devices, installed with its drivers, looks for a Wayland desktop and complains to stderr that there is none.
      NODEVICE_SELECT: '1',
      ...{ CYC_GPU: 'software', NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const ended = signal ? `ended by ${signal}; after ${TIMEOUT_MS / 1000} s a child is taken to hang\n` : '';
      resolve({ code, stdout, stderr: stderr + ended });
    });
  });
}

/** A script beside the test that names it. */
export const besideTest = (url: string, name: string): string => fileURLToPath(new URL(name, url));

function denoBinary(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('deno/package.json'));
  const name = process.platform === 'win32' ? 'deno.exe' : 'deno';
  // Its install step links the binary into the package; without install steps it lies in the package of this system.
  const found = [
    join(folder, name),
    join(folder, `../@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`, name),
  ];
  const binary = found.find((path) => existsSync(path));
  if (!binary) throw new Error(`Deno is not installed for ${process.platform}-${process.arch}; run \`npm ci\``);
  return binary;
}
