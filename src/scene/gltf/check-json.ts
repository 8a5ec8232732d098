import type { GLTF } from '@gltf-transform/core';
import { SceneError } from '../../core/errors.ts';

/** Objects and lists inside one another; glTF itself needs about 12, the rest is room for `extras`. */
const MAX_JSON_DEPTH = 128;
/** Generations of nodes that a recursive reader follows safely. */
const MAX_RECURSION = 1000;

/**
 * Measures brackets before the text is parsed: readers that recurse must not run out of stack.
 * @param offset Byte of the file where the text starts.
 * @throws SceneError GLTF_JSON
 */
export function checkJsonDepth(text: string, file: string, offset: number): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth <= MAX_JSON_DEPTH) continue;
      const detail = { file, path: `JSON at byte ${offset}, character ${i}`, got: `more than ${MAX_JSON_DEPTH} levels` };
      throw new SceneError('GLTF_JSON', 'objects and lists are nested too deeply', detail);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

/** Whether some node has more ancestors than a recursive reader may follow. Runs on unvalidated JSON. */
export function isDeeplyNested(json: GLTF.IGLTF): boolean {
  const nodes: readonly unknown[] = Array.isArray(json.nodes) ? json.nodes : [];
  const parent = new Int32Array(nodes.length).fill(-1);
  for (const [i, node] of nodes.entries()) {
    const children = (node as { children?: unknown } | null)?.children;
    if (!Array.isArray(children)) continue;
    for (const child of children) if (Number.isInteger(child) && child >= 0 && child < parent.length) parent[child] = i;
  }
  // Generations above each node, 0 while not known; every walk stops at a node that is known.
  const generation = new Uint32Array(nodes.length);
  for (let start = 0; start < parent.length; start++) {
    const walked: number[] = [];
    let node = start;
    while (node >= 0 && generation[node] === 0 && walked.length <= MAX_RECURSION) {
      walked.push(node);
      node = parent[node];
      // A loop: the validator names it, unless it is longer than it can follow.
      if (node === start) break;
    }
    const above = node < 0 || node === start ? 0 : generation[node];
    if (above + walked.length > MAX_RECURSION) return true;
    for (let i = walked.length - 1, level = above + 1; i >= 0; i--, level++) generation[walked[i]] = level;
  }
  return false;
}

/**
 * Refuses numbers that JSON can write and no reader can count with (1e999 parses as Infinity).
 * @throws SceneError GLTF_JSON
 */
export function checkNumbers(json: unknown, file: string): void {
  const pending: unknown[] = [json];
  while (pending.length) {
    for (const value of Object.values(pending.pop() as object)) {
      if (typeof value === 'object' && value !== null) pending.push(value);
      else if (typeof value === 'number' && !Number.isFinite(value)) {
        const path = pathOf(json, value) ?? 'root';
        throw new SceneError('GLTF_JSON', 'number out of range', { file, path, got: String(value), expected: 'a finite number' });
      }
    }
  }
}

/** Where a value stands; the depth of the JSON is known to be small. */
function pathOf(parent: unknown, wanted: number): string | null {
  for (const [key, value] of Object.entries(parent as object)) {
    const step = Array.isArray(parent) ? `[${key}]` : `.${key}`;
    if (value === wanted) return step.replace(/^\./, '');
    const rest = typeof value === 'object' && value !== null ? pathOf(value, wanted) : null;
    if (rest !== null) return (step + (rest.startsWith('[') ? rest : `.${rest}`)).replace(/^\./, '');
  }
  return null;
}
