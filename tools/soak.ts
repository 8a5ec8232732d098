/**
 * Runs `cyc start` for a while and judges it: memory flat after the first minute (± 5 %), no error, frames to the end.
 *
 *   node tools/soak.ts [SHOW] [--duration 600] [--settle 60] [--tolerance 5]
 *
 * Prints one line every ten seconds and the figures at the end; exit code 1 when something is not as it should be.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const CYC = fileURLToPath(new URL('../src/apps/cyc.mjs', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    duration: { type: 'string', default: '600' },
    settle: { type: 'string', default: '60' },
    tolerance: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});

interface Reading {
  readonly atS: number;
  readonly rssMb: number;
  readonly framesRendered: number;
  readonly framesSkipped: number;
  readonly errors: number;
}

const readings: Reading[] = [];
const bad: string[] = [];
let firstFrameAtMs = 0;
let firstFrameS = 0;

const child = spawn(process.execPath, [CYC, 'start', ...positionals, '--json', '--port', '0', '--duration', values.duration], {
  stdio: ['ignore', 'pipe', 'pipe'],
});
child.stderr.on('data', (text: Buffer) => bad.push(text.toString().trim()));
createInterface({ input: child.stdout }).on('line', (line) => {
  const message = JSON.parse(line) as { type: string; level?: string; text?: string; ms?: number } & Reading;
  // That the device is slow, and what the governor does about it, is no fault of the show.
  const isGovernor = message.text?.startsWith('governor:') ?? false;
  if (message.type === 'event' && message.level !== 'info' && !isGovernor) bad.push(message.text ?? '');
  if (message.type === 'wall') {
    firstFrameAtMs = performance.now();
    firstFrameS = (message.ms ?? 0) / 1000;
  }
  if (message.type !== 'status' || firstFrameAtMs === 0) return;
  const atS = (performance.now() - firstFrameAtMs) / 1000;
  readings.push({ ...message, atS });
  if (readings.length % 10 === 0 && !values.json) console.log(describe(readings.at(-1) as Reading));
});
const code = await new Promise<number | null>((resolve) => child.on('close', resolve));

const settleS = Number(values.settle);
const settled = readings.filter(({ atS }) => atS >= settleS);
// The reference is the median of ten readings: one garbage collection more or less must not decide.
const reference = median(settled.slice(0, 10).map(({ rssMb }) => rssMb));
const highest = Math.max(...windows(settled));
const lowest = Math.min(...windows(settled));
const spreadPercent = 100 * Math.max(highest / reference - 1, 1 - lowest / reference);
const last = readings.at(-1);
const report = {
  seconds: last?.atS ?? 0,
  firstFrameS,
  framesRendered: last?.framesRendered ?? 0,
  framesSkipped: last?.framesSkipped ?? 0,
  framesPerSecond: last ? last.framesRendered / last.atS : 0,
  rssMbAfterSettling: reference,
  rssMbHighest: highest,
  rssMbLowest: lowest,
  spreadPercent,
  errors: last?.errors ?? 0,
  messages: bad,
  exitCode: code,
};
const faults = [
  code !== 0 && `exit code ${code}`,
  bad.length > 0 && `${bad.length} warnings or errors`,
  report.errors > 0 && `${report.errors} errors counted`,
  !(settled.length >= 10) && `only ${settled.length} readings after ${settleS} s`,
  !(spreadPercent <= Number(values.tolerance)) && `memory moved by ${spreadPercent.toFixed(1)} % (allowed ${values.tolerance} %)`,
].filter((fault) => fault !== false);
console.log(JSON.stringify({ ...report, faults }, null, values.json ? 0 : 2));
process.exitCode = faults.length > 0 ? 1 : 0;

/** Medians of ten readings each. */
function windows(all: readonly Reading[]): number[] {
  return all.slice(9).map((_, i) => median(all.slice(i, i + 10).map(({ rssMb }) => rssMb)));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function describe({ atS, rssMb, framesRendered, framesSkipped, errors }: Reading): string {
  return `${atS.toFixed(0).padStart(5)} s  ${rssMb.toFixed(1)} MB  ${framesRendered} frames, ${framesSkipped} skipped, ${errors} errors`;
}
