import type { Distribution } from '../../../outputs/bench-result.ts';

const toMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

/**
 * What a list of times says. Percentiles are nearest-rank (the smallest sample that p of all do not exceed): always a frame that happened.
 * @throws RangeError for an empty list.
 */
export function distributionOf(samples: readonly number[]): Distribution {
  if (samples.length === 0) throw new RangeError('distributionOf: no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (p: number): number => toMicroseconds(sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!);
  return {
    count: samples.length,
    mean: toMicroseconds(samples.reduce((sum, ms) => sum + ms, 0) / samples.length),
    min: at(0),
    median: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: at(1),
    samples: samples.map(toMicroseconds),
  };
}

/** Nearest-rank median; 0 for an empty list. */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!;
}

/** Median of each key over all records; a key that a record lacks counts as 0 there. */
export function mediansByKey(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return Object.fromEntries(keys.map((key) => [key, medianOf(records.map((record) => record[key] ?? 0))]));
}
