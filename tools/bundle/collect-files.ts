import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleConsole } from '../../src/platform/node/bundle-console.ts';
import { type BuildDescription, buildText, describeCommit } from './describe-build.ts';
import { isWanted, legalFiles } from './package-rules.ts';
import { type BundledPackage, bundledPackages, packageFiles, packageFolder, readManifest } from './packages.ts';

/** One file of the bundle: from disk, or made here. */
export interface BundleFile {
  /** In the bundle, with forward slashes. */
  readonly path: string;
  readonly content: string | Uint8Array | { readonly file: string };
  readonly executable?: boolean;
}

export interface BundleContent {
  readonly build: BuildDescription;
  /** Sorted by path. */
  readonly files: readonly BundleFile[];
}

const TARGET = 'linux-x64';
const OWN = fileURLToPath(new URL('./', import.meta.url));
/** Folders of the project that go in as they are. */
const ROOMS = ['src', 'shaders', 'scenes'] as const;
const LEFT_OUT = /^scenes\/pictures\//;

/**
 * Everything that the bundle holds.
 * @throws Error naming a package that is missing and how to get it
 */
export async function collectFiles(root: string): Promise<BundleContent> {
  const { version } = readManifest(root);
  const nodeFolder = packageFolder(root, `node-${TARGET}`, `a bundle for ${TARGET} is made on ${TARGET}, after \`npm ci\``);
  const packages = bundledPackages(root);
  const versionOf = (name: string): string => packages.find((found) => found.name === name)?.version ?? '';
  const node = readManifest(nodeFolder).version;
  const build = { version, target: TARGET, ...describeCommit(root), node, dawn: `webgpu ${versionOf('webgpu')}` };
  const script = (await bundleConsole()).files.get('/console.js');
  if (!script) throw new Error('the console was built without its script');
  const files: BundleFile[] = [
    { path: 'cyc', content: { file: join(OWN, 'files/cyc') }, executable: true },
    { path: 'README.txt', content: { file: join(OWN, 'files/README.txt') } },
    { path: 'BUILD', content: buildText(build) },
    { path: 'LICENSE', content: { file: join(root, 'LICENSE') } },
    { path: 'package.json', content: { file: join(root, 'package.json') } },
    { path: 'node/bin/node', content: { file: join(nodeFolder, 'bin/node') }, executable: true },
    { path: 'prebuilt/console.js', content: script.bytes },
    ...ROOMS.flatMap((room) => folderFiles(root, room)),
    ...packages.flatMap(programFiles),
    ...licences(root, packages, nodeFolder),
  ];
  requireFiles(files);
  return { build, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function folderFiles(root: string, folder: string): BundleFile[] {
  return packageFiles(join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => !LEFT_OUT.test(path))
    .map((path) => ({ path, content: { file: join(root, path) } }));
}

const programFiles = ({ name, folder, place }: BundledPackage): BundleFile[] =>
  packageFiles(folder)
    .filter((path) => isWanted(name, path))
    .map((path) => ({ path: `${place}/${path}`, content: { file: join(folder, path) } }));

/** What the program cannot start without: a package that changed its layout is found here, not on the render node. */
function requireFiles(files: readonly BundleFile[]): void {
  const needed = [
    'node_modules/webgpu/dist/linux-x64/dawn.node',
    'node_modules/@sparticuz/chromium/bin/swiftshader.tar.br',
    'node_modules/@img/sharp-linux-x64/package.json',
  ];
  const missing = needed.filter((path) => !files.some((file) => file.path === path));
  if (missing.length > 0) throw new Error(`not there for ${TARGET}: ${missing.join(', ')}; make the bundle on ${TARGET}, after \`npm ci\``);
}

/** One folder per work that is inside, with its licence texts, and a list of all. */
function licences(root: string, packages: readonly BundledPackage[], nodeFolder: string): BundleFile[] {
  const inside = (name: string, license: string, folder: string) => ({ name, version: readManifest(folder).version, license, folder });
  const three = packageFolder(root, 'three', 'run `npm ci`');
  const works = [...packages, inside('node', 'MIT and others', nodeFolder), inside('three', 'MIT', three)];
  const rows = works.map(({ name, version, license }) => `${`${name} ${version}`.padEnd(48)} ${license}`);
  const texts = works.flatMap(({ name, folder }) =>
    legalFiles(packageFiles(folder)).map((path) => ({ path: `licences/${name}/${path}`, content: { file: join(folder, path) } })),
  );
  const own = readdirSync(join(OWN, 'licences')).map((name) => ({
    path: `licences/${name}`,
    content: { file: join(OWN, 'licences', name) },
  }));
  const also = [
    'SwiftShader and Vulkan-Loader (node_modules/@sparticuz/chromium/bin/swiftshader.tar.br): Apache-2.0, the text of LICENSE above.',
    'The libraries inside libvips (LGPL-3.0, MPL-1.1 and others) are listed in @img/sharp-libvips-linux-x64; texts in LGPL-3.txt, GPL-3.txt, MPL-1.1.txt.',
  ];
  const list = ['What is inside this bundle beside Cyclorama itself (Apache-2.0, LICENSE):', '', ...rows.sort(), '', ...also, ''].join(
    '\n',
  );
  return [{ path: 'licences/README.txt', content: list }, ...own, ...texts];
}
