import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ruleFor } from './package-rules.ts';

/** An installed npm package that the program needs. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Absolute. */
  readonly folder: string;
  /** From the project's root, with forward slashes: `node_modules/x`. */
  readonly place: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * What the project's `dependencies` need, by following package.json files as Node resolves them; sorted by place. Optional packages that
 * npm did not install (those of other systems) are left out.
 * @throws Error naming a package that is missing
 */
export function bundledPackages(root: string): readonly BundledPackage[] {
  const found = new Map<string, BundledPackage>();
  const visit = (name: string, from: string, optional: boolean): void => {
    if (ruleFor(name)?.omit) return;
    const folder = resolvePackage(name, from, root);
    if (!folder) {
      if (optional) return;
      throw new Error(`the package ${name} is not installed; run \`npm ci\``);
    }
    const place = folder.slice(root.length + 1).replaceAll('\\', '/');
    if (found.has(place)) return;
    const manifest = readManifest(folder);
    found.set(place, { name, version: manifest.version, license: manifest.license ?? 'not stated', folder, place });
    follow(manifest, folder);
  };
  const follow = ({ dependencies, optionalDependencies }: Manifest, from: string): void => {
    for (const name of Object.keys(optionalDependencies ?? {})) visit(name, from, true);
    for (const name of Object.keys(dependencies ?? {})) visit(name, from, name in (optionalDependencies ?? {}));
  };
  for (const name of Object.keys(readManifest(root).dependencies ?? {})) visit(name, root, false);
  return [...found.values()].sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** The folder of a package that the project lists, whatever kind of dependency it is. @throws Error when it is not installed */
export function packageFolder(root: string, name: string, advice: string): string {
  const folder = resolvePackage(name, root, root);
  if (!folder) throw new Error(`the package ${name} is not installed; ${advice}`);
  return folder;
}

/** All files of a package, without packages inside it; paths with forward slashes, sorted. */
export function packageFiles(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !path.startsWith('node_modules/'))
    .sort();
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Node's way: `node_modules` of the folder and of each one above it, up to the project's. */
function resolvePackage(name: string, from: string, root: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (join(folder, '/') === join(root, '/') || dirname(folder) === folder) return null;
  }
}
