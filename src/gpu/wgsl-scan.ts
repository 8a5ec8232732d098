import { GpuError } from '../core/errors.ts';

/** What the linker must know of one WGSL file. */
export interface WgslModule {
  readonly file: string;
  /** Source lines; directives that are hoisted are left blank, so that line numbers stay. */
  readonly lines: readonly string[];
  readonly imports: readonly string[];
  /** `enable`, `requires` and `diagnostic` lines, without comments. */
  readonly directives: readonly string[];
  /** Names at module scope; the line counts from 1. */
  readonly declarations: readonly { readonly name: string; readonly line: number }[];
  /** First line with `@group`; 0 when there is none. */
  readonly bindingLine: number;
}

const DECLARATION = /\b(?:fn|struct|const|override|alias|var\s*(?:<[^>]*>)?)\s+([A-Za-z_]\w*)/g;
const DIRECTIVE = /^\s*(?:enable|requires|diagnostic)\b[^;]*;\s*$/;

/** @throws GpuError SHADER_DIRECTIVE for a `//!` line that is no import. */
export function scanModule(file: string, source: string): WgslModule {
  const lines = source.split(/\r\n|\n|\r/);
  const imports: string[] = [];
  lines.forEach((line, i) => {
    if (!/^\s*\/\/!/.test(line)) return;
    const path = /^\s*\/\/!\s*import\s+(\S+)\s*$/.exec(line)?.[1];
    if (!path)
      throw new GpuError('SHADER_DIRECTIVE', 'not an import', {
        file: `shaders/${file}:${i + 1}`,
        got: line.trim(),
        expected: '//! import color.wgsl',
      });
    imports.push(path);
  });
  const bare = withoutComments(lines.join('\n')).split('\n');
  const directives: string[] = [];
  bare.forEach((line, i) => {
    if (!DIRECTIVE.test(line)) return;
    directives.push(line.trim());
    lines[i] = '';
    bare[i] = '';
  });
  const bindingAt = bare.findIndex((line) => /@\s*group\b/.test(line));
  return { file, lines, imports, directives, declarations: findDeclarations(bare), bindingLine: bindingAt + 1 };
}

/** Blanks `//` and (nested) block comments; every line and column stays where it is. */
export function withoutComments(source: string): string {
  let out = '';
  let depth = 0;
  let inLine = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    const pair = char + (source[i + 1] ?? '');
    if (char === '\n') inLine = false;
    if (!inLine && (pair === '/*' || (depth > 0 && pair === '*/'))) {
      depth += pair === '/*' ? 1 : -1;
      out += '  ';
      i++;
      continue;
    }
    if (depth === 0 && pair === '//') inLine = true;
    out += char === '\n' || (!inLine && depth === 0) ? char : ' ';
  }
  return out;
}

/** The structs, aliases and integer constants of a WGSL text: all that struct layouts depend on, and nothing a reflector could stumble over. */
export function typeDeclarations(source: string): string {
  const bare = withoutComments(source);
  const found: string[] = [];
  for (const { index } of topLevel(bare).matchAll(/\b(?:struct|alias|const)\s/g)) {
    const rest = bare.slice(index);
    const text = /^struct[^{]*\{[^}]*\}|^alias[^;]*;|^const\s+\w+\s*(?::\s*[iu]32\s*)?=[\w\s+\-*/%()]*;/.exec(rest)?.[0];
    if (text) found.push(text);
  }
  return found.join('\n');
}

function findDeclarations(lines: readonly string[]): { name: string; line: number }[] {
  return topLevel(lines.join('\n'))
    .split('\n')
    .flatMap((line, i) => [...line.matchAll(DECLARATION)].map((match) => ({ name: match[1]!, line: i + 1 })));
}

/** Blanks what stands inside braces and parentheses, since it is local. */
function topLevel(bare: string): string {
  let depth = 0;
  let top = '';
  for (const char of bare) {
    if (char === '}' || char === ')') depth--;
    top += depth <= 0 || char === '\n' ? char : ' ';
    if (char === '{' || char === '(') depth++;
  }
  return top;
}
