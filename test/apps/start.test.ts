import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCyc, startCyc } from '../show/run-cyc.ts';
import { writeSmallShow } from '../show/small-show.ts';

// Each run of the program compiles its shaders anew on the CPU: seconds alone, minutes beside other work.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

let folder = '';
let show = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-start-'));
  show = writeSmallShow(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('cyc start', () => {
  test('says what runs where and why, shows its frames and ends with code 0', async () => {
    const { code, stdout, stderr } = await runCyc(['start', show, '--frames', '4', '--port', '0'], folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}show +Small \(.*small\.show\.json\), loaded in \d+\.\d s$/m);
    expect(stdout).toMatch(/^ {2}stage +Small: 1 wall, 2,048 LEDs, 24 frames a second; left 32×32 8-bit srgb, right 32×32 10-bit srgb$/m);
    expect(stdout).toMatch(/^ {2}scene +boxes.*: 108 triangles, 9 instances, 9 materials, 0 textures$/m);
    expect(stdout).toMatch(/^ {2}device +SwiftShader.*\(software\)\. The CPU renders with a software driver: /m);
    expect(stdout).toMatch(/^ {2}tracking +A: simulated operator, dolly$/m);
    expect(stdout).toMatch(
      /^ {2}governor +off without a GPU \(--governor, --budget or the console switch it on\): everything is drawn as asked, whatever it costs$/m,
    );
    expect(stdout).toMatch(/^ {2}console +http:\/\/127\.0\.0\.1:\d+\/$/m);
    expect(stdout).toMatch(/^ {2}wall +first frame after \d+\.\d s$/m);
    expect(stdout).toMatch(/^ {2}ended +4 frames shown, [\d,]+ skipped, 0 errors$/m);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the show in order with code 0; the console answers until then', async (signal) => {
    const running = startCyc(['start', show, '--json', '--port', '0'], folder);
    while (!running.stdout().includes('"type":"wall"') && running.child.exitCode === null) await sleep(20);
    const { url } = linesOf(running.stdout()).find(({ type }) => type === 'console') as { url: string };
    expect(await (await fetch(`${url}healthz`)).json()).toMatchObject({ ok: true });
    running.child.kill(signal);
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(linesOf(stdout).at(-1)).toMatchObject({ type: 'ended', errors: 0, deviceLosses: 0 });
    await expect(fetch(`${url}healthz`)).rejects.toThrow();
  });

  test.each([
    ['--budget', ['--budget', '12'], { on: true, budgetMs: 12 }],
    ['--governor', ['--governor'], { on: true, budgetMs: 37.5 }],
    ['--budget with --no-governor', ['--budget', '12', '--no-governor'], { on: false, budgetMs: 12 }],
  ])('on a software driver the governor is on with %s as said', async (_, args, governor) => {
    const { code, stdout } = await runCyc(['start', show, '--json', '--no-console', '--frames', '1', ...args], folder);
    expect(code).toBe(0);
    expect(linesOf(stdout).find(({ type }) => type === 'governor')).toMatchObject(governor);
  });

  test('--duration ends it, --no-console opens no port, --json reports the state', async () => {
    const args = ['--json', '--no-console', '--duration', '4', '--no-governor', '--samples', '4', '--lod-error', '0'];
    const { code, stdout } = await runCyc(['start', show, ...args], folder);
    expect(code).toBe(0);
    const lines = linesOf(stdout);
    expect(lines.some(({ type }) => type === 'console')).toBe(false);
    const status = lines.findLast(({ type }) => type === 'status');
    expect(status).toMatchObject({ phase: 'running', targetFps: 24, errors: 0, recording: null });
    const drawn = { samplesPerLed: 4, outerRate: 1, lodErrorPx: 0 };
    expect(status).toMatchObject({ governor: { on: false, level: 0, drawn, budgetMs: 37.5 } });
    // On a machine that is busy with other tests the simulated operator may be late for a moment.
    expect(['live', 'held']).toContain((status as { tracking: { A: string } }).tracking.A);
    expect((status as { framesRendered: number }).framesRendered).toBeGreaterThan(0);
  });
});

describe('cyc start says what is wrong, with code 2', () => {
  const cases: [string, string[], RegExp][] = [
    ['no show', ['nowhere.show.json'], /nowhere\.show\.json: cannot be read; got no such file/],
    ['bad port', ['SHOW', '--port', '99999'], /--port: not such a number; got "99999"; expected a whole number from 0 to 65535/],
    ['bad frames', ['SHOW', '--frames', 'many'], /--frames: not such a number; got "many"/],
    ['bad duration', ['SHOW', '--duration', '-1'], /--duration/],
    ['bad samples', ['SHOW', '--samples', '2'], /Allowed choices are 1, 4, 8/],
    ['bad error', ['SHOW', '--lod-error', '-1'], /--lod-error: not such a number; got "-1"; expected a number from 0 to 64/],
    ['bad budget', ['SHOW', '--budget', '0'], /--budget: not such a number; got "0"; expected a number from 0\.1 to 60000/],
    ['bad device', ['SHOW', '--gpu', 'abacus'], /Allowed choices are auto, gpu, software/],
    ['bad address', ['SHOW', '--host', '203.0.113.7'], /cannot listen on 203\.0\.113\.7/],
    [
      'take is there',
      ['SHOW', '--no-console', '--record', 'small.show.json'],
      /small\.show\.json: the file is there already.*\[TAKE_EXISTS\]/,
    ],
  ];
  test.each(cases)('%s', async (_, args, message) => {
    const { code, stderr } = await runCyc(['start', ...args.map((arg) => (arg === 'SHOW' ? show : arg))], folder);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
