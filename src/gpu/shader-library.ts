import { GpuError } from '../core/errors.ts';
import { scanModule, type WgslModule } from './wgsl-scan.ts';

/** A place in a file under `shaders/`; the line counts from 1. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

/** One WGSL text made of an entry file and all it imports, each once, imports first. */
export interface LinkedShader {
  readonly entry: string;
  readonly code: string;
  /** Files in the order they stand in `code`. */
  readonly files: readonly string[];
  /** Where a line of `code` (from 1) was written; null for the hoisted directives above the first file. */
  locate(line: number): SourceLine | null;
}

/**
 * The one import mechanism for WGSL. A line `//! import color.wgsl` (path from `shaders/`) brings in a file. Files outside
 * `passes/` are function modules, without bindings; a top-level name may stand in one file of a shader only. Lines starting with `enable`,
 * `requires` or `diagnostic` are hoisted.
 */
export class ShaderLibrary {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #modules = new Map<string, WgslModule>();

  /** @param sources Path from `shaders/` with forward slashes → text. */
  constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources;
  }

  /** All files, in order of name. */
  get files(): readonly string[] {
    return [...this.#sources.keys()].sort();
  }

  /** @throws GpuError SHADER_MISSING, SHADER_CYCLE, SHADER_DUPLICATE, SHADER_BINDING, SHADER_DIRECTIVE */
  link(entry: string): LinkedShader {
    const modules = this.#inOrder(entry);
    rejectBindings(modules);
    rejectDuplicates(modules);
    const directives = [...new Set(modules.flatMap((module) => module.directives))];
    const lines = [...directives];
    const starts: { file: string; first: number }[] = [];
    for (const module of modules) {
      starts.push({ file: module.file, first: lines.length + 1 });
      for (const line of module.lines) lines.push(line);
    }
    const locate = (line: number): SourceLine | null => {
      const start = starts.findLast((candidate) => candidate.first <= line);
      return start ? { file: start.file, line: line - start.first + 1 } : null;
    };
    return { entry, code: `${lines.join('\n')}\n`, files: modules.map((module) => module.file), locate };
  }

  /** Depth first, a file after all it imports. */
  #inOrder(entry: string): readonly WgslModule[] {
    const done = new Map<string, WgslModule>();
    const visit = (file: string, chain: readonly string[]): void => {
      if (done.has(file)) return;
      const importer = chain.at(-1);
      if (chain.includes(file))
        throw new GpuError('SHADER_CYCLE', 'shader files import each other in a circle', {
          file: inShaders(importer ?? file),
          got: [...chain.slice(chain.indexOf(file)), file].map(inShaders).join(' → '),
        });
      const module = this.#module(file, importer);
      for (const imported of module.imports) visit(imported, [...chain, file]);
      done.set(file, module);
    };
    visit(entry, []);
    return [...done.values()];
  }

  #module(file: string, importer: string | undefined): WgslModule {
    let module = this.#modules.get(file);
    if (module) return module;
    const source = this.#sources.get(file);
    if (source === undefined)
      throw new GpuError('SHADER_MISSING', 'no such shader file', {
        file: inShaders(importer ?? file),
        got: `import of "${file}"`,
        expected: 'a path from shaders/, such as color.wgsl',
      });
    module = scanModule(file, source);
    this.#modules.set(file, module);
    return module;
  }
}

/**
 * Links and compiles; the module is labelled with the entry's path.
 * @throws GpuError SHADER_INVALID with every error as `shaders/file:line:column` of the original file; and all that `link` throws.
 */
export async function createModule(device: GPUDevice, library: ShaderLibrary, entry: string): Promise<GPUShaderModule> {
  const linked = library.link(entry);
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: inShaders(entry), code: linked.code });
  const scoped = device.popErrorScope();
  const { messages } = await module.getCompilationInfo();
  const failure = await scoped;
  const errors = messages.filter((message) => message.type === 'error').map((message) => describeMessage(linked, message));
  if (errors.length === 0 && failure) errors.push(failure.message);
  if (errors.length > 0)
    throw new GpuError('SHADER_INVALID', `the shader does not compile:\n${errors.join('\n')}\n`, { file: inShaders(entry) });
  return module;
}

function describeMessage(linked: LinkedShader, { lineNum, linePos, message }: GPUCompilationMessage): string {
  const place = lineNum > 0 ? linked.locate(lineNum) : null;
  return place ? `${inShaders(place.file)}:${place.line}:${linePos}: ${message}` : `${inShaders(linked.entry)}: ${message}`;
}

/** Only files below `passes/` declare bindings: function modules can then be used by every pass and by tests. */
function rejectBindings(modules: readonly WgslModule[]): void {
  for (const { file, bindingLine } of modules) {
    if (bindingLine === 0 || file.startsWith('passes/')) continue;
    throw new GpuError('SHADER_BINDING', 'a function module declares a binding', {
      file: `${inShaders(file)}:${bindingLine}`,
      got: '@group',
      expected: 'bindings only in files below shaders/passes',
    });
  }
}

function rejectDuplicates(modules: readonly WgslModule[]): void {
  const owners = new Map<string, SourceLine>();
  for (const { file, declarations } of modules) {
    for (const { name, line } of declarations) {
      const owner = owners.get(name);
      if (owner)
        throw new GpuError('SHADER_DUPLICATE', `"${name}" is declared twice`, {
          file: `${inShaders(file)}:${line}`,
          got: `another "${name}" in ${inShaders(owner.file)}:${owner.line}`,
          expected: 'names that differ in all files of one shader',
        });
      owners.set(name, { file, line });
    }
  }
}

const inShaders = (file: string): string => `shaders/${file}`;
