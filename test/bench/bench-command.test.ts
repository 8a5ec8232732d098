import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/outputs/bench-compare.ts';
import { BENCH_SCHEMA, type BenchResult } from '../../src/outputs/bench-result.ts';
import { WORKS } from '../../src/platform/node/bench/bench-works.ts';
import { type Outcome, runCyc } from '../show/run-cyc.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const cyc = (...args: string[]): Promise<Outcome> => runCyc(['bench', ...args], folder);

test('--list names every work, --help shows how', async () => {
  const [list, help] = await Promise.all([cyc('--list'), cyc('--help')]);
  expect(list.stdout.trim().split('\n')).toHaveLength(WORKS.length);
  for (const { name } of WORKS) expect(list.stdout).toContain(name);
  for (const word of ['--scale', '--peers', 'compare', 'cyclorama.bench/1', 'Exit code']) expect(help.stdout).toContain(word);
});

test.each([
  [['wall-16k'], /no such work; got wall-16k; expected wall-4k60/],
  [['--peers', 'unity'], /--peers: no such peer; got unity; expected three, babylon, playcanvas/],
  [['views', '--scale', '2'], /--scale: not such a number; got "2"/],
  [['views', '--full', '--scale', '0.5'], /give --full or --scale/],
  [['compare', 'a.json', 'b.json'], /a\.json: cannot be read; got ENOENT/],
])('%j is refused in one line', async (args, message) => {
  const { code, stderr } = await cyc(...args);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});

describe('a tiny run on the software driver', () => {
  let outcome: Outcome;
  let result: BenchResult;
  let file: string;
  beforeAll(async () => {
    outcome = await cyc('views', '--scale', '0.02', '--frames', '2', '--warm', '1', '-o', 'out');
    expect(outcome.code, outcome.stderr).toBe(0);
    file = join(folder, 'out', readdirSync(join(folder, 'out')).find((name) => name.endsWith('.json'))!);
    result = JSON.parse(readFileSync(file, 'utf8')) as BenchResult;
  });

  test('writes the result, with where, what and how', () => {
    expect(result).toMatchObject({
      schema: BENCH_SCHEMA,
      settings: { scale: 0.02, frames: 2, warmFrames: 1 },
      machine: { kind: 'software' },
    });
    expect(result.commit).toMatch(/^[0-9a-f]{12}( \+ changes)?$/);
    expect(result.works.map((work) => work.name)).toEqual(['views']);
  });

  test('measures every row: times, work, no errors of the device', () => {
    const { rows, notes } = result.works[0]!;
    expect(notes).toEqual([]);
    expect(rows.map((row) => row.stage.facets)).toEqual([1, 4, 12, 36, 100]);
    for (const row of rows) {
      expect(row.frameMs.count).toBe(2);
      expect(row.frameMs.median).toBeGreaterThan(0);
      expect(row.encodeMs.median).toBeGreaterThan(0);
      expect(row.rssBytes).toBeGreaterThan(2 ** 20);
      expect(row.sceneBytes).toBeGreaterThan(2 ** 20);
      expect(row.counters['ledsLit']).toBe(row.stage.widthPx * row.stage.heightPx);
      expect(row.counters['trianglesRasterized']).toBeGreaterThan(0);
      expect(row.warnings.filter((warning) => warning.startsWith('GPU error'))).toEqual([]);
    }
    const verdict = result.verdicts.find(({ work, what }) => work === 'views' && what.includes('triangles'))!;
    expect(verdict.state).not.toBe('not measured here');
  });

  test('writes the report beside it', () => {
    expect(readFileSync(file.replace('.json', '.html'), 'utf8')).toContain('Times against facets');
    expect(outcome.stdout).toContain('written:');
  });

  test('compares with itself as the same', async () => {
    const { code, stdout } = await cyc('compare', file, file, '--json');
    expect(code).toBe(0);
    const { figures, warnings } = JSON.parse(stdout) as Comparison;
    expect(figures.length).toBeGreaterThan(20);
    expect(new Set(figures.map(({ direction }) => direction))).toEqual(new Set(['same']));
    expect(warnings).toEqual([]);
  });
});
