import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { registerStage } from '../../src/apps/commands/stage.ts';
import type { StageDocument } from '../../src/stage/stage-document.ts';
import { cameraEntry, lDocument } from '../support/stages.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-stage-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** Runs `cyc stage …` in this process. */
async function run(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text) => void out.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err.push(String(text));
    return true;
  });
  process.exitCode = 0;
  const program = new Command('cyc');
  registerStage(program);
  await program.parseAsync(['node', 'cyc', 'stage', ...args]);
  return { out: out.join('\n'), err: err.join(''), code: Number(process.exitCode) };
}

function write(change: Partial<StageDocument> = {}): string {
  const { file: _, ...document } = { ...lDocument({ canvases: 2, cameras: [cameraEntry()] }), ...change };
  const path = join(folder, 'l.stage.json');
  writeFileSync(path, JSON.stringify(document));
  return path;
}

test('check: a right stage ends with 0, a table and its drawings', async () => {
  const out = join(folder, 'drawings');
  const result = await run('check', write(), '--out', out);
  expect(result).toMatchObject({ code: 0, err: '' });
  expect(result.out).toContain('108800 LEDs, each mapped exactly once');
  expect(result.out).toMatch(/right +12 × 8 +panel +1 +240 × 160 +6\.00 × 4\.00 +25 +all once/);
  const names = readdirSync(out).sort();
  expect(names).toEqual(['canvas-processor-1.png', 'canvas-processor-2.png', 'plan.png', 'walls.png']);
  for (const name of names) expect([...readFileSync(join(out, name)).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
});

test('check: an unmapped wall ends with 1 and is named; --json says the same', async () => {
  const { processors } = lDocument({ canvases: 2 });
  const path = write({ processors: [{ ...processors[0], map: processors[0].map.slice(0, 1) }, processors[1]] });
  const text = await run('check', path);
  expect(text.code).toBe(1);
  expect(text.out).toContain('error  wall right: 19200 LEDs are in no canvas: 48 panels within columns 0–5, rows 0–7 [LED_UNMAPPED]');
  const json = await run('check', path, '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, unmapped: 19200, problems: [{ code: 'LED_UNMAPPED', where: 'wall right' }] });
});

test('a file that cannot be read ends with 2 and one clear message', async () => {
  const missing = await run('check', join(folder, 'none.stage.json'));
  expect(missing.code).toBe(2);
  expect(missing.err).toMatch(/none\.stage\.json: cannot read the stage file; got ENOENT; expected .* \[FILE_UNREADABLE\]\n$/);
  const path = write();
  writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]));
  expect(await run('bake', path)).toMatchObject({ code: 2, err: expect.stringContaining('bytes that are not UTF-8') });
  writeFileSync(path, '{"schema": "cyclorama.stage/1"');
  expect(await run('bake', path)).toMatchObject({ code: 2, err: expect.stringContaining('l.stage.json: 1:31: not JSON; got end of file') });
  writeFileSync(path, '{"schema": "cyclorama.stage/1"}');
  const several = await run('check', path);
  expect(several.code).toBe(2);
  expect(several.err.split('\n')).toHaveLength(8);
});

test('bake: flat records, one per tile', async () => {
  const { out, code } = await run('bake', write(), '--json');
  expect(code).toBe(0);
  const baked = JSON.parse(out);
  expect(baked).toMatchObject({
    rate: '24',
    outerEyeM: [0, 1.7, 0],
    canvases: [{ processor: 'processor-1' }, { processor: 'processor-2' }],
    cameras: [{ id: 'A' }],
  });
  expect(baked.facets).toHaveLength(4);
  // The right wall's second half: columns 6 to 11 of 0.5 m start 3 m from the back wall at z = −4.
  expect(baked.facets[2]).toEqual({
    facet: 1,
    wall: 'right',
    columns: [6, 11],
    rows: [0, 7],
    o: [4, 4, -1],
    u: [0, 0, 1],
    v: [0, -1, 0],
    n: [-1, 0, 0],
    pitchM: [0.025, 0.025],
    sizePx: [120, 160],
    window: { i0: 120, j0: 0 },
    facetSizePx: [240, 160],
    canvas: 'processor-2',
    canvasIndex: 1,
    x: 0,
    y: 0,
    turn: 0,
    flip: false,
    peakNits: 100,
  });
  expect((await run('bake', write())).out).toContain('ceiling');
});
