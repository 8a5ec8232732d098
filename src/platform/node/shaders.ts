import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Reads `shaders/**.wgsl` of the project, wherever the process was started. @returns path from `shaders/` with forward slashes → text. */
export function loadShaderSources(): Map<string, string> {
  const root = fileURLToPath(new URL('../../../shaders/', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wgsl'));
  return new Map(files.sort().map((name) => [name.replaceAll('\\', '/'), readFileSync(join(root, name), 'utf8')]));
}
