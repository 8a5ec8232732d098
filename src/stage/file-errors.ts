import { type ErrorDetail, StageError } from '../core/errors.ts';

/** One thing wrong in a file. `offset` is where it stands in the text, for the order and the line number. */
export interface FileProblem extends ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** Problems that a message shows; `problems` has them all. */
const MAX_LISTED = 30;

/** A stage or show file that cannot be used; `problems` lists everything found, in the order of the file. */
export class StageFileError extends StageError {
  readonly problems: readonly FileProblem[];
  constructor(file: string, problems: readonly FileProblem[]) {
    const [first] = problems;
    if (problems.length === 1) {
      super(first.code, first.message, { ...first, file });
    } else {
      // Each problem in the words that it would have alone, below one another.
      const lines = problems.slice(0, MAX_LISTED).map((problem) => `\n  ${new StageError(problem.code, problem.message, problem).message}`);
      const more = problems.length > MAX_LISTED ? `\n  and ${problems.length - MAX_LISTED} more` : '';
      super('FILE_INVALID', `${problems.length} problems${lines.join('')}${more}\n `, { file });
    }
    this.problems = problems;
  }
}

/** The candidate that `word` was probably meant to be: one begins with the other's letters, or few letters differ (Levenshtein). */
export function nearestName(word: string, candidates: readonly string[]): string | null {
  const limit = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
  const ranked = candidates
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= limit || (word.length > 1 && name.toLowerCase().startsWith(word.toLowerCase())))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name ?? null;
}

/** `"a", "b" or "c"`. */
export function listNames(names: readonly unknown[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** A value as an error shows it: short, on one line. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  const kind = Array.isArray(value) ? `a list of ${value.length}` : typeof value === 'object' && value !== null ? 'an object' : text;
  return text.length <= 60 ? text : kind.length <= 60 ? kind : `${text.slice(0, 57)}…`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
