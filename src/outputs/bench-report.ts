import type { BenchResult } from './bench-result.ts';
export const benchReport = (result: BenchResult): string => JSON.stringify(result);
