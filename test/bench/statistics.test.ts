import { expect, test } from 'vitest';
import { distributionOf, medianOf, mediansByKey } from '../../src/platform/node/bench/statistics.ts';

test('percentiles of 1 … 100 in any order are nearest-rank', () => {
  const shuffled = Array.from({ length: 100 }, (_, k) => ((k * 37) % 100) + 1);
  expect(distributionOf(shuffled)).toMatchObject({ count: 100, mean: 50.5, min: 1, median: 50, p90: 90, p99: 99, max: 100 });
  expect(distributionOf(shuffled).samples).toEqual(shuffled);
});

test('one sample is every percentile; times are kept to the microsecond', () => {
  expect(distributionOf([1.23456])).toEqual({
    count: 1,
    mean: 1.235,
    min: 1.235,
    median: 1.235,
    p90: 1.235,
    p99: 1.235,
    max: 1.235,
    samples: [1.235],
  });
});

test('no samples are an error, not a zero', () => {
  expect(() => distributionOf([])).toThrow(RangeError);
});

test('medians by key count a missing key as 0', () => {
  expect(medianOf([5, 1, 9])).toBe(5);
  expect(mediansByKey([{ a: 1, b: 4 }, { a: 3 }, { a: 2 }])).toEqual({ a: 2, b: 0 });
});
