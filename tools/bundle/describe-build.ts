import { spawnSync } from 'node:child_process';

/** Where a bundle comes from; its file BUILD. */
export interface BuildDescription {
  readonly version: string;
  readonly target: string;
  /** '' outside a git checkout. */
  readonly commit: string;
  /** ISO 8601, UTC; '' outside a git checkout. */
  readonly commitDate: string;
  /** True when tracked files differ from the commit. */
  readonly modified: boolean;
  readonly node: string;
  readonly dawn: string;
}

/** What git says of the checkout; empty fields where there is no git or no checkout. */
export function describeCommit(root: string): Pick<BuildDescription, 'commit' | 'commitDate' | 'modified'> {
  const git = (...args: string[]): string => {
    const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return status === 0 ? stdout.trim() : '';
  };
  const [commit = '', seconds = ''] = git('log', '-1', '--format=%H %ct').split(' ');
  if (!commit) return { commit: '', commitDate: '', modified: false };
  return {
    commit,
    commitDate: new Date(Number(seconds) * 1000).toISOString(),
    modified: git('status', '--porcelain', '--untracked-files=no') !== '',
  };
}

/** First the commit as `cyc bench` names it in its results (src/platform/node/bench/bench-machine.ts), then all as `name: value`. */
export function buildText(build: BuildDescription): string {
  const { commit, modified, ...rest } = build;
  const short = commit ? `${commit.slice(0, 12)}${modified ? ' + changes' : ''}` : 'unknown';
  const lines = Object.entries({ commit, modified, ...rest }).map(([name, value]) => `${name}: ${value}`);
  return `${[short, '', ...lines].join('\n')}\n`;
}
