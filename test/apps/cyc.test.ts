import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cyc = join(root, 'src/apps/cyc.mjs');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (node: string, args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(node, args, { cwd: '/', env: { ...process.env, ...env }, timeout: 60_000 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });

describe('the command line', () => {
  test.each([
    [['--version'], 0, `${version}\n`, ''],
    [['doktor'], 2, '', "cyc: unknown command 'doktor'\n(Did you mean doctor?)"],
    [['doctor', '--jsn'], 2, '', "cyc: unknown option '--jsn'\n(Did you mean --json?)"],
  ])('%j ends with code %i', async (args, code, stdout, stderr) => {
    const outcome = await run(process.execPath, [cyc, ...args]);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe(stdout);
    expect(outcome.stderr).toContain(stderr);
  });

  test('--help lists every command and examples', async () => {
    const { code, stdout } = await run(process.execPath, [cyc, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: cyc \[options\] \[command\][\s\S]*\bdoctor\b[\s\S]*Examples:[\s\S]*\$ cyc doctor/);
  });

  const failWith = (error: string, env = {}): Promise<Outcome> => {
    const script = `
      const { main, createProgram } = await import(${JSON.stringify(join(root, 'src/apps/main.ts'))});
      const { StageError } = await import(${JSON.stringify(join(root, 'src/core/errors.ts'))});
      const program = createProgram();
      program.command('boom').action(() => { setInterval(() => {}, 1000); throw ${error}; });
      await main(['node', 'cyc', 'boom'], program);`;
    return run(process.execPath, ['--input-type=module', '-e', script], { NO_COLOR: '1', ...env });
  };

  test('an error that the user can mend is one line and code 2', async () => {
    const outcome = await failWith(
      "new StageError('BAD_PITCH', 'no pitch', { file: 'a.stage.json', path: 'walls[0]', got: '0', expected: '> 0' })",
    );
    expect(outcome).toEqual({ code: 2, stdout: '', stderr: 'cyc: a.stage.json: walls[0]: no pitch; got 0; expected > 0 [BAD_PITCH]\n' });
  });

  test('an error of our own is code 1; the stack is shown on request only', async () => {
    const plain = await failWith("new TypeError('x is not a function')");
    expect(plain.code).toBe(1);
    expect(plain.stderr).toMatch(/^cyc: x is not a function\ncyc: .*CYC_DEBUG=1.*\n$/);
    const traced = await failWith("new TypeError('x is not a function')", { CYC_DEBUG: '1' });
    expect(traced.stderr).toMatch(/TypeError: x is not a function\n +at /);
  });
});

/** A Node that cannot run TypeScript, as on the machines we support; undefined where there is none. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .concat('/usr/bin', '/usr/local/bin')
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path) && majorOf(path) >= 20 && majorOf(path) < 24);

function majorOf(node: string): number {
  return Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1] ?? 0);
}

describe.skipIf(!oldNode)('on a machine with Node 20 to 23 only (skipped where there is none)', () => {
  const node = oldNode!;

  test('runs, with the exit code of the command', async () => {
    expect(await run(node, [cyc, '--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect((await run(node, [cyc, 'doktor'])).code).toBe(2);
  });

  /** In the Node 24 that takes over: stays, prints its process id, and answers SIGTERM with code 7. */
  const PRELOAD = `data:text/javascript,${encodeURIComponent(
    "if (process.env.CYC_HANDED_OVER) { if (process.env.CATCH) process.on('SIGTERM', () => process.exit(7)); setTimeout(() => {}, 30000); console.log('pid', process.pid); }",
  )}`;
  const start = async (env = {}): Promise<{ child: ReturnType<typeof spawn>; pid: number }> => {
    const child = spawn(node, ['--import', PRELOAD, cyc, '--version'], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    const pid = await new Promise<number>((resolve, reject) => {
      child.on('exit', () => reject(new Error(`ended early: ${text}`)));
      child.stdout!.on('data', (data) => {
        text += data;
        // The version comes after everything is set up.
        const found = /pid (\d+)[\s\S]*\d\.\d/.exec(text);
        if (found) resolve(Number(found[1]));
      });
    });
    return { child, pid };
  };
  const isAlive = (pid: number): boolean => {
    try {
      // A process that ended but was not collected yet is listed as Z.
      return !/^\d+ \([^)]*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };

  test('passes signals on, and the exit code back', async () => {
    const { child } = await start({ CATCH: '1' });
    const ended = new Promise((resolve) => child.removeAllListeners('exit').on('exit', (code, signal) => resolve({ code, signal })));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 7, signal: null });
  });

  test('ends by the signal that ended the command', async () => {
    const { child } = await start();
    const ended = new Promise((resolve) => child.removeAllListeners('exit').on('exit', (code, signal) => resolve({ code, signal })));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('leaves nothing behind when it is killed', async () => {
    const { child, pid } = await start();
    expect(isAlive(pid)).toBe(true);
    child.removeAllListeners('exit').kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});
