import { OutputError } from '../core/errors.ts';

/** Name of the manifest inside an output folder. */
export const MANIFEST_FILE = 'render.json';
const SCHEMA = 'cyclorama-render/1';

/**
 * What decided the pictures in an output folder. A run with other parameters must not add to it: half a shot of one show and half of
 * another would look like one sequence.
 */
export interface RenderManifest {
  readonly schema: typeof SCHEMA;
  readonly show: string;
  /** Name → value or SHA-256 of the value; every one must be equal for a run to go on. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The same for the pictures of single cameras, which later runs may add: `photograph main` → `bilinear`. */
  readonly pictures: Readonly<Record<string, string>>;
}

export function createManifest(show: string, parameters: Record<string, string>, pictures: Record<string, string>): RenderManifest {
  return { schema: SCHEMA, show, parameters, pictures };
}

/** @throws OutputError BAD_MANIFEST when the text is no manifest. */
export function parseManifest(text: string, file: string): RenderManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badManifest(file, 'no JSON', cause);
  }
  const manifest = value as Partial<RenderManifest> | null;
  if (manifest?.schema !== SCHEMA) throw badManifest(file, `schema ${JSON.stringify(manifest?.schema) ?? 'nothing'}`);
  if (!isTextMap(manifest.parameters) || !isTextMap(manifest.pictures)) throw badManifest(file, 'no parameters');
  return createManifest(String(manifest.show ?? ''), manifest.parameters, manifest.pictures);
}

/**
 * The manifest of a folder after a run with `now` has gone on in it.
 * @throws OutputError RENDER_CHANGED naming every parameter that differs.
 */
export function continueManifest(before: RenderManifest, now: RenderManifest, file: string): RenderManifest {
  const names = [...new Set([...Object.keys(before.parameters), ...Object.keys(now.parameters)])].sort();
  const changed = names.filter((name) => before.parameters[name] !== now.parameters[name]);
  changed.push(...Object.keys(now.pictures).filter((name) => (before.pictures[name] ?? now.pictures[name]) !== now.pictures[name]));
  if (changed.length === 0) return { ...now, pictures: { ...before.pictures, ...now.pictures } };
  const shown = (manifest: RenderManifest): string =>
    changed.map((name) => `${name} ${manifest.parameters[name] ?? manifest.pictures[name] ?? 'absent'}`).join(', ');
  throw new OutputError('RENDER_CHANGED', 'the folder holds frames of another render', {
    file,
    got: shown(now),
    expected: shown(before),
    hint: 'choose another folder with --out, or replace its frames with --overwrite',
  });
}

export const formatManifest = (manifest: RenderManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

function badManifest(file: string, got: string, cause?: unknown): OutputError {
  return new OutputError('BAD_MANIFEST', 'not a render manifest', {
    file,
    got,
    expected: `schema "${SCHEMA}"`,
    hint: 'choose another folder with --out, or replace its frames with --overwrite',
    cause,
  });
}

const isTextMap = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string');
