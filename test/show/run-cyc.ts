import { type ChildProcess, spawn } from 'node:child_process';
import { CYC } from './small-show.ts';

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it has written to stdout so far. */
  readonly stdout: () => string;
  readonly ended: Promise<Outcome>;
}

/** Starts `cyc` on the software driver, in any folder. */
export function startCyc(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [CYC, ...args], { cwd, env: { ...process.env, CYC_GPU: 'software', NO_COLOR: '1' } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const ended = new Promise<Outcome>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
  return { child, stdout: () => stdout, ended };
}

export const runCyc = (args: readonly string[], cwd: string): Promise<Outcome> => startCyc(args, cwd).ended;
