import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { benchReport } from '../../../outputs/bench-report.ts';
import type { BenchResult } from '../../../outputs/bench-result.ts';
import { outputErrorOf, writeFileAtomic } from '../atomic-file.ts';

/** `2026-11-22-1649-nvidia-h200`: date and UTC time, then the adapter in letters, digits and dashes. */
export function benchFileName({ date, machine }: BenchResult): string {
  const adapter = machine.adapter
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `${date.slice(0, 10)}-${date.slice(11, 16).replace(':', '')}-${adapter}`;
}

/** Writes the result and its report. @returns their paths. @throws OutputError when the folder cannot be written. */
export async function writeBenchFiles(result: BenchResult, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw outputErrorOf(error, folder);
  });
  const base = join(folder, benchFileName(result));
  await writeFileAtomic(`${base}.json`, `${JSON.stringify(result, null, 1)}\n`);
  await writeFileAtomic(`${base}.html`, benchReport(result));
  return [`${base}.json`, `${base}.html`];
}
