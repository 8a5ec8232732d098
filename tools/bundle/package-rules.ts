/** What of an npm package a bundle leaves out, beside what no program reads (types, maps, documentation). */
export interface PackageRule {
  /** The whole package stays out. */
  readonly omit?: boolean;
  /** Only files whose path in the package matches. */
  readonly only?: RegExp;
  /** Why. */
  readonly because: string;
}

const UNREAD = /\.(d\.[cm]?ts|map|flow|markdown)$|\.tsbuildinfo$|(^|\/)(docs?|tests?|examples?|\.github)\//;
const LEGAL = /^(licen[cs]e|copying|notice|third[_-]party)/i;

/** By name or, with a trailing `*`, by the start of a name. The first that fits counts. */
const RULES: readonly (readonly [name: string, rule: PackageRule])[] = [
  [
    '@sparticuz/chromium',
    { only: /^(build\/.*\.js|bin\/swiftshader\.tar\.br)$/, because: 'the software driver and the Vulkan loader; no browser' },
  ],
  ['webgpu', { only: /^(index\.js|dist\/linux-x64\/.*)$/, because: 'Dawn of this system alone' }],
  ['three', { omit: true, because: 'it is inside the console, which is built beforehand' }],
  ['esbuild', { omit: true, because: 'it builds the console, which is built beforehand' }],
  ['@esbuild/*', { omit: true, because: 'as esbuild' }],
  ['bare-*', { omit: true, because: 'for another runtime (Bare) than Node' }],
];

/** The rule for a package; null: all of it that a program reads. */
export function ruleFor(name: string): PackageRule | null {
  return RULES.find(([key]) => (key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : key === name))?.[1] ?? null;
}

/** Whether a file of a package goes in. @param path In the package, with forward slashes. */
export function isWanted(name: string, path: string): boolean {
  if (path === 'package.json' || LEGAL.test(path)) return true;
  const only = ruleFor(name)?.only;
  return only ? only.test(path) : !UNREAD.test(path) && !/\.md$/i.test(path);
}

/** Licence texts and notices at the top of a package; its README where there is none, since some name their licences only there. */
export function legalFiles(paths: readonly string[]): readonly string[] {
  const found = paths.filter((path) => !path.includes('/') && LEGAL.test(path));
  return found.length > 0 ? found : paths.filter((path) => /^readme(\.md)?$/i.test(path));
}
