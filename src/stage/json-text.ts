/** Place in a text, both counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A JSON text read with the place of each value; keys of `offsets` are JSON pointers (RFC 6901). */
export type JsonText =
  | { readonly ok: true; readonly value: unknown; readonly offsets: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly offset: number; readonly got: string; readonly expected: string };

/** Deeper nesting than any file of ours has; keeps hostile input from exhausting the call stack. */
const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/**
 * Reads JSON (RFC 8259) and remembers where each value stands, so that errors can name line and column
 * (`JSON.parse` names neither on all engines). A name used twice in an object is an error. Never throws.
 */
export function readJsonText(text: string): JsonText {
  const offsets = new Map<string, number>();
  // A byte order mark is not JSON, but editors write it.
  let at = text.startsWith('\ufeff') ? 1 : 0;
  const skip = (): void => {
    while (at < text.length && ' \t\r\n'.includes(text[at])) at++;
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  // A loop, not a pattern: a pattern would run out of stack on a string of many megabytes.
  const takeString = (): string | null => {
    if (text[at] !== '"') return null;
    let end = at + 1;
    while (end < text.length && text[end] !== '"' && text[end] >= ' ') end += text[end] === '\\' ? 2 : 1;
    const quoted = text.slice(at, end + 1);
    if (text[end] !== '"' || !hasGoodEscapes(quoted)) return null;
    at = end + 1;
    return quoted;
  };
  const fail = (expected: string, offset = at): never => {
    throw new JsonFailure(offset, offset >= text.length ? 'end of file' : describe(text, offset), expected);
  };
  const members = (pointer: string, depth: number): void => {
    const seen = new Set<string>();
    for (;;) {
      skip();
      const keyAt = at;
      const quoted =
        takeString() ?? fail(seen.size ? 'a field name in double quotes (no comma before "}")' : 'a field name in double quotes or "}"');
      const key = JSON.parse(quoted) as string;
      if (seen.has(key)) fail(`each field once; ${quoted} stands twice in this object`, keyAt);
      seen.add(key);
      skip();
      if (text[at] !== ':') fail(`":" after ${quoted}`);
      at++;
      readValue(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth);
      skip();
      const sign = text[at];
      if (sign !== ',' && sign !== '}') fail('"," or "}"');
      at++;
      if (sign === '}') return;
    }
  };
  const items = (pointer: string, depth: number): void => {
    for (let index = 0; ; index++) {
      readValue(`${pointer}/${index}`, depth);
      skip();
      const sign = text[at];
      if (sign !== ',' && sign !== ']') fail('"," or "]"');
      at++;
      if (sign === ']') return;
    }
  };
  const readValue = (pointer: string, depth: number): void => {
    skip();
    offsets.set(pointer, at);
    if (depth > MAX_DEPTH) fail(`at most ${MAX_DEPTH} levels`);
    const open = text[at];
    if (open === '{' || open === '[') {
      const close = open === '{' ? '}' : ']';
      at++;
      skip();
      if (text[at] === close) at++;
      else if (open === '{') members(pointer, depth + 1);
      else items(pointer, depth + 1);
    } else if (takeString() === null && take(NUMBER) === null && take(WORD) === null) {
      fail(open === '"' ? 'a string that ends in its line, with \\ before special signs' : 'a value');
    }
  };
  try {
    readValue('', 0);
    skip();
    if (at < text.length) fail('end of file');
    return { ok: true, value: JSON.parse(text.replace(/^\ufeff/, '')), offsets };
  } catch (error) {
    if (error instanceof JsonFailure) return { ok: false, offset: error.offset, got: error.got, expected: error.expected };
    throw error;
  }
}

/** Line and column of a character offset. */
export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** JSON pointer → the path people write: `/walls/0/panelType` → `walls[0].panelType`. */
export function pathFromPointer(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part, k) => (/^\d+$/.test(part) ? `[${part}]` : /^[\w$-]+$/.test(part) ? `${k ? '.' : ''}${part}` : `[${JSON.stringify(part)}]`))
    .join('');
}

function hasGoodEscapes(quoted: string): boolean {
  const escapes = quoted.match(/\\(?:u.{0,4}|.)/gs) ?? [];
  return escapes.every((found) => /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})$/.test(found));
}

class JsonFailure extends Error {
  readonly offset: number;
  readonly got: string;
  readonly expected: string;
  constructor(offset: number, got: string, expected: string) {
    super(expected);
    this.offset = offset;
    this.got = got;
    this.expected = expected;
  }
}

function describe(text: string, offset: number): string {
  const rest = text.slice(offset, offset + 24).split(/[\r\n]/)[0];
  return JSON.stringify(rest === '' ? text[offset] : rest);
}
