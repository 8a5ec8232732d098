import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, writeSmallShow } from './small-show.ts';

// 10 minutes of the default show are `node tools/soak.ts`; here a minute of a tiny one, which renders as many frames as half an hour of that.
test('a show of a minute keeps its memory: ± 5 % after the first 25 seconds, no error', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cyc-memory-'));
  try {
    const show = writeSmallShow(folder, { pixels: 8 });
    const args = [join(ROOT, 'tools/soak.ts'), show, '--duration', '75', '--settle', '25', '--json'];
    const env = { ...process.env, CYC_GPU: 'software' };
    const stdout = await new Promise<string>((resolve) => execFile(process.execPath, args, { env }, (_, text) => resolve(text)));
    const report = JSON.parse(stdout) as { faults: string[]; framesRendered: number; rssMbAfterSettling: number };
    console.log(stdout.trim());
    expect(report.faults).toEqual([]);
    expect(report.framesRendered).toBeGreaterThan(20);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
