import { expect, test } from 'vitest';
import { compareBench, parseBenchResult } from '../../src/outputs/bench-compare.ts';
import { resultOf, rowOf, workOf } from './small-result.ts';

const before = resultOf([workOf('wall-4k60', [rowOf('hand', 10)]), workOf('views', [rowOf('1', 5), rowOf('4', 6)])]);
const after = resultOf([workOf('wall-4k60', [rowOf('hand', 5)]), workOf('views', [rowOf('1', 6), rowOf('100', 9)])]);

test('rows are matched by work and label, B is divided by A, the direction is said', () => {
  const { figures, onlyInA, onlyInB, warnings } = compareBench(before, after);
  const figure = (work: string, row: string, name: string) => figures.find((f) => f.work === work && f.row === row && f.figure === name);
  expect(figure('wall-4k60', 'hand', 'frame median, ms')).toMatchObject({ a: 10, b: 5, ratio: 0.5, direction: 'faster' });
  expect(figure('views', '1', 'GPU median, ms')).toMatchObject({ ratio: 1.2, direction: 'slower' });
  expect(figure('views', '1', 'process memory, bytes')).toMatchObject({ ratio: 1, direction: 'same' });
  expect(onlyInA).toEqual(['views / 4']);
  expect(onlyInB).toEqual(['views / 100']);
  expect(warnings).toEqual([]);
});

test('other adapters and scales are warned of', () => {
  const { warnings } = compareBench(before, resultOf(after.works, { adapter: 'NVIDIA H200', kind: 'gpu', scale: 1 }));
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain('SwiftShader (CPU); NVIDIA H200');
  expect(warnings[1]).toContain('not the same work');
});

test('a file that is no result is refused by name', () => {
  expect(parseBenchResult(JSON.stringify(before), 'a.json')).toEqual(before);
  expect(() => parseBenchResult('{', 'a.json')).toThrow(/a\.json: is no JSON.*BENCH_FILE/);
  expect(() => parseBenchResult('{"schema":"cyclorama.bench/9"}', 'a.json')).toThrow(
    /a\.json: schema.*got "cyclorama.bench\/9".*expected cyclorama.bench\/1/,
  );
});
