import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, type as systemType, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GpuDescription } from '../../../gpu/gpu-context.ts';
import type { BenchMachine } from '../../../outputs/bench-result.ts';

/** The project's folder. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

export function describeMachine({ adapter, kind, vendor, architecture, driver }: GpuDescription): BenchMachine {
  const processors = cpus();
  return {
    adapter,
    kind,
    vendor,
    architecture,
    driver,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cpus: processors.length,
    memoryBytes: totalmem(),
    system: `${systemType()} ${release()} ${process.arch}`,
  };
}

/** Version of this program ('cyclorama') or of an installed package; null where it is not installed. */
export function installedVersion(name: string): string | null {
  if (name === 'cyclorama') return versionIn(join(PROJECT_ROOT, 'package.json'));
  for (let folder = PROJECT_ROOT; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return versionIn(file);
    if (folder === dirname(folder)) return null;
  }
}

const versionIn = (file: string): string => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;

/** Commit of the sources: git's where they are a checkout, else the first line of the file BUILD that a bundle carries. */
export function sourceCommit(root = PROJECT_ROOT): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    // A checkout around an unpacked bundle is not ours.
    if (git('rev-parse', '--show-prefix').trim() === '')
      return (
        git('rev-parse', '--short=12', 'HEAD').trim() + (git('status', '--porcelain', '--untracked-files=no').trim() ? ' + changes' : '')
      );
  } catch {
    // No git, or no checkout.
  }
  const build = join(root, 'BUILD');
  return existsSync(build) ? readFileSync(build, 'utf8').split('\n')[0]!.trim() : 'unknown';
}
