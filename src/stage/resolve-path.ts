/** A path starting with `/`, `\`, a drive letter or a URL scheme stands on its own. */
const ABSOLUTE = /^(?:[/\\]|[a-z][a-z0-9+.-]*:)/i;

/**
 * Path named inside a file, seen from where the file is seen: `resolveRelativePath('shows/a.show.json', '../x.glb')` = `x.glb`.
 * Pure text with `/` between parts (Windows takes those too); `file` may be relative, absolute or a URL.
 */
export function resolveRelativePath(file: string, path: string): string {
  if (ABSOLUTE.test(path)) return path;
  const folder = file.replaceAll('\\', '/').split('/').slice(0, -1);
  // What stands before the first folder name may not be climbed over: '', 'C:' or 'https:', '', 'host'.
  const root = /^[a-z][a-z0-9+.-]+:\/\//i.test(file) ? 3 : /^(?:[a-z]:)?[/\\]/i.test(file) ? 1 : 0;
  const parts = folder.slice(0, root);
  for (const part of [...folder.slice(root), ...path.replaceAll('\\', '/').split('/')]) {
    if (part === '.' || part === '') continue;
    const canClimb = parts.length > root && parts.at(-1) !== '..';
    if (part !== '..') parts.push(part);
    else if (canClimb) parts.pop();
    else if (root === 0) parts.push('..');
  }
  return parts.join('/');
}
