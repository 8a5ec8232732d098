import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCyc, startCyc } from '../show/run-cyc.ts';
import { writeSmallShow } from '../show/small-show.ts';

// Each run of the program compiles its shaders anew on the CPU: seconds alone, minutes beside other work.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

let folder = '';
let show = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-render-'));
  show = writeSmallShow(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Path → SHA-256 of every file below. */
function hashFiles(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(root.length + 1), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

describe('cyc render', () => {
  test('writes every canvas of every frame at its own depth, photographs and direct views; the same bytes each time', async () => {
    const args = ['render', show, '--frames', '3-4', '--photograph', 'A', '--direct', 'A', '--json', '--out'];
    const first = await runCyc([...args, 'once'], folder);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ frames: 2, rendered: 2, kept: 0, stopped: false, deviceKind: 'software' });
    const once = hashFiles(join(folder, 'once'));
    expect(Object.keys(once)).toEqual([
      'A-direct.00000003.png',
      'A-direct.00000004.png',
      'A-photograph.00000003.png',
      'A-photograph.00000004.png',
      'left/left.00000003.png',
      'left/left.00000004.png',
      'render.json',
      'right/right.00000003.png',
      'right/right.00000004.png',
    ]);
    const left = decode(readFileSync(join(folder, 'once/left/left.00000003.png')));
    const right = decode(readFileSync(join(folder, 'once/right/right.00000003.png')));
    expect([left.width, left.height, left.depth, left.channels]).toEqual([32, 32, 8, 3]);
    expect([right.width, right.height, right.depth, right.channels]).toEqual([32, 32, 16, 3]);
    // Pictures, not black frames: the boxes have at least four colours on each canvas.
    for (const { data } of [left, right]) expect(new Set(Array.from(data).map((value) => Math.round(value / 16))).size).toBeGreaterThan(4);
    // The camera moves: frames differ.
    expect(once['left/left.00000003.png']).not.toBe(once['left/left.00000004.png']);
    expect((await runCyc([...args, 'twice'], folder)).code).toBe(0);
    expect(hashFiles(join(folder, 'twice'))).toEqual(once);
  });

  test('goes on after kill -9 with the same bytes as an unbroken run, and says what it kept', async () => {
    const args = ['render', show, '--frames', '0-19', '--out'];
    const killed = startCyc([...args, 'killed'], folder);
    const left = join(folder, 'killed', 'left');
    while (killed.child.exitCode === null && !(existsSync(left) && readdirSync(left).length >= 3)) await sleep(5);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    const kept = readdirSync(join(folder, 'killed', 'right')).filter((name) => name.endsWith('.png')).length;
    expect(kept).toBeLessThan(20);
    // What a machine that lost its power may leave: a temporary file and a cut picture.
    writeFileSync(join(left, 'left.00000019.png.tmp'), 'half');
    const cut = join(left, 'left.00000000.png');
    writeFileSync(cut, readFileSync(cut).subarray(0, 100));
    const again = await runCyc([...args, 'killed', '--json'], folder);
    expect(again.code).toBe(0);
    const summary = JSON.parse(again.stdout) as { rendered: number; kept: number };
    expect(summary.kept).toBeGreaterThanOrEqual(1);
    expect(summary.kept).toBeLessThanOrEqual(kept);
    expect(summary.rendered + summary.kept).toBe(20);
    expect((await runCyc([...args, 'unbroken'], folder)).code).toBe(0);
    expect(hashFiles(join(folder, 'killed'))).toEqual(hashFiles(join(folder, 'unbroken')));
    const third = await runCyc([...args, 'killed', '--json'], folder);
    expect(JSON.parse(third.stdout)).toMatchObject({ rendered: 0, kept: 20 });
  });

  test('Ctrl-C finishes the frame in hand, says how to go on and ends with code 1', async () => {
    const args = ['render', show, '--frames', '0-999', '--out', 'stopped'];
    const running = startCyc(args, folder);
    const left = join(folder, 'stopped', 'left');
    while (running.child.exitCode === null && !(existsSync(left) && readdirSync(left).length >= 2)) await sleep(5);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/stopped +\d+ frames? rendered, 0 kept[\s\S]*run the same command again to go on/);
    const [lefts, rights] = ['left', 'right'].map((name) => readdirSync(join(folder, 'stopped', name)).length);
    expect(lefts).toBe(rights);
    expect(lefts).toBeLessThan(1000);
  });

  test('does not mix another show in; --overwrite replaces', async () => {
    const args = ['render', show, '--frames', '0', '--out', 'mixed'];
    expect((await runCyc(args, folder)).code).toBe(0);
    const before = hashFiles(join(folder, 'mixed'));
    const refused = await runCyc([...args, '--exposure', '1'], folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /render\.json: the folder holds frames of another render; got states sha256.*--overwrite \[RENDER_CHANGED\]/,
    );
    // How well is drawn stands in the manifest in plain figures, and in the refusal.
    const simpler = await runCyc([...args, '--lod-error', '2.5', '--samples', '8'], folder);
    expect(simpler.stderr).toMatch(/got lodErrorPx 2\.5, samplesPerLed 8, states .*; expected lodErrorPx 1, samplesPerLed 1, states/);
    expect(JSON.parse(readFileSync(join(folder, 'mixed', 'render.json'), 'utf8')).parameters).toMatchObject({
      samplesPerLed: '1',
      outerRate: '1',
      lodErrorPx: '1',
    });
    expect(hashFiles(join(folder, 'mixed'))).toEqual(before);
    expect((await runCyc([...args, '--exposure', '1', '--overwrite'], folder)).code).toBe(0);
    expect(hashFiles(join(folder, 'mixed'))['left/left.00000000.png']).not.toBe(before['left/left.00000000.png']);
  });

  test('--pose, --samples and --canvases decide what they say', async () => {
    const of = async (out: string, ...more: string[]): Promise<Record<string, string>> => {
      const { code, stderr } = await runCyc(['render', show, '--frames', '0-1', '--out', out, ...more], folder);
      expect(code, stderr).toBe(0);
      return hashFiles(join(folder, out));
    };
    const fixed = await of('fixed', '--pose', 'A=0,1.5,1,0,0,0');
    // Only the dither is fixed to the LED, so a camera that stands still gives the same picture twice.
    expect(fixed['left/left.00000000.png']).toBe(fixed['left/left.00000001.png']);
    const moved = await of('moved', '--pose', 'A=0.3,1.5,1,0,0,0', '--canvases', 'left');
    expect(Object.keys(moved)).toEqual(['left/left.00000000.png', 'left/left.00000001.png', 'render.json']);
    expect(moved['left/left.00000000.png']).not.toBe(fixed['left/left.00000000.png']);
    const four = await of('four', '--pose', 'A=0,1.5,1,0,0,0', '--samples', '4');
    expect(four['left/left.00000000.png']).not.toBe(fixed['left/left.00000000.png']);
  });
});

describe('cyc render says what is wrong, with code 2', () => {
  const cases: [string, string[], RegExp][] = [
    ['no out', ['SHOW', '--frames', '0'], /required option '--out <dir>'/],
    ['no frames', ['SHOW', '--out', 'x'], /--frames: which frames\?; expected A-B, or --take.*\[NO_FRAMES\]/],
    [
      'bad frames',
      ['SHOW', '--out', 'x', '--frames', '9-1'],
      /--frames: not a range of frames; got "9-1"; expected A-B with A ≤ B \[BAD_FRAMES\]/,
    ],
    ['bad samples', ['SHOW', '--out', 'x', '--frames', '0', '--samples', '3'], /Allowed choices are 1, 4, 8/],
    ['bad error', ['SHOW', '--out', 'x', '--frames', '0', '--lod-error', '65'], /--lod-error: .*got "65"; expected a number from 0 to 64/],
    [
      'bad exposure',
      ['SHOW', '--out', 'x', '--frames', '0', '--exposure', 'bright'],
      /--exposure: not such a number; got "bright".*\[BAD_NUMBER\]/,
    ],
    [
      'no show',
      ['nowhere.show.json', '--out', 'x', '--frames', '0'],
      /nowhere\.show\.json: cannot be read; got no such file.*\[FILE_UNREADABLE\]/,
    ],
    ['not a show', ['small.stage.json', '--out', 'x', '--frames', '0'], /small\.stage\.json/],
    ['no stage', ['SHOW', '--out', 'x', '--frames', '0', '--stage', 'nowhere.stage.json'], /nowhere\.stage\.json: cannot be read/],
    [
      'unknown camera',
      ['SHOW', '--out', 'x', '--frames', '0', '--photograph', 'B'],
      /--photograph: no such camera; got "B"; expected "A" \[UNKNOWN_CAMERA\]/,
    ],
    [
      'unknown canvas',
      ['SHOW', '--out', 'x', '--frames', '0', '--canvases', 'left,up'],
      /got "up"; expected "left", "right" \[UNKNOWN_CANVAS\]/,
    ],
    [
      'bad pose',
      ['SHOW', '--out', 'x', '--frames', '0', '--pose', 'A=1,2'],
      /--pose: not a pose; got "A=1,2"; expected CAMERA=x,y,z,pan,tilt,roll.*\[BAD_POSE\]/,
    ],
    ['no take', ['SHOW', '--out', 'x', '--take', 'nowhere.take'], /nowhere\.take: cannot read the take.*\[TAKE_NOT_FOUND\]/],
    [
      'take and pose',
      ['SHOW', '--out', 'x', '--take', 'a.take', '--samples', '4', '--lod-error', '0'],
      /a take is rendered as it was recorded; got --samples, --lod-error.*\[TAKE_IS_FIXED\]/,
    ],
    ['out is a file', ['SHOW', '--out', 'small.show.json', '--frames', '0'], /small\.show\.json.*\[NOT_A_FOLDER\]/],
  ];
  test.each(cases)('%s', async (_, args, message) => {
    const { code, stderr, stdout } = await runCyc(['render', ...args.map((arg) => (arg === 'SHOW' ? show : arg))], folder);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('a folder that cannot be written', async () => {
    mkdirSync(join(folder, 'taken/left'), { recursive: true });
    mkdirSync(join(folder, 'taken/left/left.00000000.png'));
    const { code, stderr } = await runCyc(['render', show, '--frames', '0', '--out', 'taken'], folder);
    expect(stderr).toMatch(/left\.00000000\.png: a folder stands where the file is to be written.*\[IS_A_FOLDER\]/);
    expect(code).toBe(2);
  });
});
