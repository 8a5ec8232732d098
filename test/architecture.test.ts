import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ShaderLibrary } from '../src/gpu/shader-library.ts';
import { loadShaderSources } from '../src/platform/node/shaders.ts';

/**
 * The rooms of `src/`, in order: a room imports only itself and rooms above it. `packages`: what it may import from npm ('*' all, 'node:' the
 * runtime). This table is the law; a new dependency is a line here and a reason in the room's README.
 */
const ROOMS: readonly { readonly name: string; readonly packages: readonly string[] }[] = [
  { name: 'core', packages: ['gl-matrix'] },
  {
    name: 'scene',
    packages: ['gl-matrix', '@gltf-transform/core', '@gltf-transform/extensions', 'draco3dgltf', 'meshoptimizer'],
  },
  { name: 'tracking', packages: ['gl-matrix', 'cborg'] },
  { name: 'stage', packages: ['gl-matrix', 'ajv'] },
  { name: 'gpu', packages: ['webgpu-utils'] },
  { name: 'passes', packages: ['gl-matrix'] },
  { name: 'engine', packages: [] },
  { name: 'outputs', packages: ['fast-png'] },
  { name: 'cluster', packages: [] },
  { name: 'production', packages: [] },
  { name: 'platform', packages: ['*', 'node:'] },
  { name: 'console', packages: ['three'] },
  { name: 'apps', packages: ['commander', 'cli-progress', 'node:'] },
];

/** Contracts of the wire: types alone, which rooms above may import with `import type`. */
const SHARED_TYPES = ['src/console/protocol.ts'];

const MAX_LINES = 300;
const MAX_README_LINES = 40;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

const root = fileURLToPath(new URL('../', import.meta.url));
const filesBelow = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
    : [];
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const isCode = (file: string): boolean => /\.(ts|mjs|js)$/.test(file);

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** All imports of a module: static, re-exported, dynamic and for side effects. */
function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const fromClauses = [...code.matchAll(/^\s*(import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'/gm)];
  const bare = [...code.matchAll(/^\s*import\s+'([^']+)'/gm), ...code.matchAll(/\bimport\(\s*'([^']+)'/g)];
  return [
    ...fromClauses.map((match) => ({ specifier: match[3]!, typeOnly: match[2] !== undefined })),
    ...bare.map((match) => ({ specifier: match[1]!, typeOnly: false })),
  ];
}

/** Why a file of a room may not have this import; '' when it may. */
function objection(file: string, { specifier, typeOnly }: Import): string {
  const roomName = file.split('/')[1]!;
  const position = ROOMS.findIndex((room) => room.name === roomName);
  const room = ROOMS[position];
  if (!room) return `${roomName} is no room of the table`;
  if (!specifier.startsWith('.')) return packageObjection(room, specifier);
  if (!/\.(ts|json|mjs)$/.test(specifier)) return `${specifier} does not end in .ts`;
  const target = normalize(join(dirname(file), specifier)).replaceAll('\\', '/');
  if (!target.startsWith('src/')) return target === 'package.json' ? '' : `${target} lies outside src/`;
  const other = ROOMS.findIndex((candidate) => candidate.name === target.split('/')[1]);
  if (other < 0) return `${target} is in no room of the table`;
  if (other > position && !(typeOnly && SHARED_TYPES.includes(target))) return `${target}: ${roomName} stands above ${ROOMS[other]!.name}`;
  const [from, to] = [file, target].map((path) => (path.startsWith('src/platform/') ? path.split('/')[2] : undefined));
  if (from && to && from !== to) return `${target}: platforms do not import each other`;
  if (roomName === 'console' && to === 'node') return `${target}: the console runs in a browser`;
  return '';
}

function packageObjection(room: (typeof ROOMS)[number], specifier: string): string {
  if (specifier.startsWith('node:')) return room.packages.includes('node:') ? '' : `${specifier}: only platform and apps touch the runtime`;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return room.packages.includes('*') || room.packages.includes(name) ? '' : `${specifier} is no dependency of ${room.name}`;
}

const sources = filesBelow('src').filter(isCode);
const everything = ['src', 'shaders', 'tools', 'test'].flatMap(filesBelow).filter((file) => !/\/(fixtures|golden)\//.test(file));
const written = everything.filter((file) => isCode(file) || file.endsWith('.wgsl'));

test('finds the files it judges', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(importsOf(read('src/platform/node/adapters.ts')).map((entry) => entry.specifier)).toEqual(
    expect.arrayContaining(['node:worker_threads', '../../core/errors.ts', 'webgpu']),
  );
});

test('rooms import only rooms above them, and only their packages', () => {
  const objections = sources.flatMap((file) =>
    importsOf(read(file)).flatMap((entry) => {
      const reason = objection(file, entry);
      return reason ? [`${file}: ${reason}`] : [];
    }),
  );
  expect(objections).toEqual([]);
});

describe('the law itself', () => {
  const judge = (file: string, specifier: string, typeOnly = false): string => objection(file, { specifier, typeOnly });
  test.each([
    ['a room below', 'src/core/x.ts', '../gpu/gpu-scope.ts', 'stands above'],
    ['node: outside platform and apps', 'src/scene/x.ts', 'node:fs', 'runtime'],
    ['Dawn outside platform', 'src/gpu/x.ts', 'webgpu', 'no dependency'],
    ['another package', 'src/stage/x.ts', 'ws', 'no dependency'],
    ['another platform', 'src/platform/browser/x.ts', '../node/gpu.ts', 'each other'],
    ['Node in the console', 'src/console/app/x.ts', '../../platform/node/gpu.ts', 'browser'],
    ['no extension', 'src/gpu/x.ts', './gpu-scope', '.ts'],
    ['outside src', 'src/gpu/x.ts', '../../test/support/gpu.ts', 'outside'],
    ['a value from the wire contract', 'src/platform/node/x.ts', '../../console/protocol.ts', 'stands above'],
  ])('refuses %s', (_, file, specifier, reason) => expect(judge(file, specifier)).toContain(reason));
  test('allows the rest', () => {
    expect(judge('src/gpu/x.ts', '../core/errors.ts')).toBe('');
    expect(judge('src/platform/node/x.ts', 'webgpu')).toBe('');
    expect(judge('src/platform/node/x.ts', '../../console/protocol.ts', true)).toBe('');
    expect(judge('src/console/app/x.ts', 'three/addons/controls/OrbitControls.js')).toBe('');
  });
  test('reads every form of import', () => {
    const code =
      "import 'a';\nimport b from 'b';\nexport { c } from 'c';\nimport type { D } from 'd';\nimport {\n  e,\n} from 'e';\nconst f = await import('f'); // import 'no'\n/* import 'no' */";
    expect(
      importsOf(code)
        .map((entry) => entry.specifier)
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(importsOf(code).filter((entry) => entry.typeOnly)).toHaveLength(1);
  });
});

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = written.map((file) => [file, read(file).trimEnd().split('\n').length] as const).filter(([, lines]) => lines > MAX_LINES);
  expect(long).toEqual([]);
});

/** Licence texts bear the names that the works which they cover refer to them by (SPDX identifiers); a README is called README everywhere. */
const hasForeignName = (file: string): boolean => basename(dirname(file)) === 'licences' || /^README\.(md|txt)$/.test(basename(file));

test('file names are kebab-case', () => {
  const ours = everything.filter((file) => !hasForeignName(file));
  expect(ours.filter((file) => !KEBAB_CASE.test(basename(file)))).toEqual([]);
  expect(hasForeignName('tools/bundle/licences/GPL-3.txt')).toBe(true);
  expect(hasForeignName('tools/bundle/GPL-3.txt')).toBe(false);
});

test('nothing is exported as default', () => {
  // A .d.ts describes a foreign module as it is.
  expect(
    written.filter((file) => isCode(file) && !file.endsWith('.d.ts') && /^\s*export\s+(default\b|\{[^}]*\bas default\b)/m.test(read(file))),
  ).toEqual([]);
});

test(`every room has a README of at most ${MAX_README_LINES} lines`, () => {
  const rooms = ROOMS.map((room) => room.name).filter((name) => sources.some((file) => file.startsWith(`src/${name}/`)));
  const faults = rooms.flatMap((name) => {
    const file = `src/${name}/README.md`;
    if (!existsSync(join(root, file))) return [`${file} is missing`];
    const lines = read(file).trimEnd().split('\n').length;
    return lines > MAX_README_LINES ? [`${file} has ${lines} lines`] : [];
  });
  expect(faults).toEqual([]);
});

test('every WGSL file links', () => {
  const library = new ShaderLibrary(loadShaderSources());
  expect(library.files.length).toBeGreaterThan(0);
  for (const file of library.files) expect(library.link(file).files.at(-1)).toBe(file);
});
