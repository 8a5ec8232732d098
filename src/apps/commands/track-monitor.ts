import { createSystemClock } from '../../core/clock.ts';
import { stringifyExact } from '../../core/exact-json.ts';
import type { CameraSample, SourceCounters } from '../../tracking/camera-sample.ts';
import { reportSample } from '../../tracking/sample-report.ts';
import { StreamStats } from '../../tracking/stream-stats.ts';
import { createStop } from './track-options.ts';
import { type ReceiveOptions, sourceFromOptions } from './track-receive.ts';

export interface MonitorOptions extends ReceiveOptions {
  readonly json?: boolean;
}

/** Streams shown at once; more are counted only. */
const MAX_ROWS = 32;
const REFRESH_MS = 500;

/** `cyc track monitor`: a table that renews itself, or one JSON line per sample on stdout and messages on stderr. */
export async function runMonitor(options: MonitorOptions): Promise<void> {
  const source = sourceFromOptions(options);
  const { stopped, finish } = createStop(options.duration);
  const table = options.json ? null : new MonitorTable();
  let left = options.count ?? Number.POSITIVE_INFINITY;
  const onSample = (sample: CameraSample): void => {
    if (left <= 0) return;
    left--;
    if (table === null) process.stdout.write(`${stringifyExact(reportSample(source.name, sample))}\n`);
    else table.add(sample);
    if (left <= 0) finish();
  };
  await source.start(onSample, (message) => process.stderr.write(`${message}\n`));
  process.stderr.write(`listening: ${source.name}; Ctrl-C ends\n`);
  const timer = table === null ? undefined : setInterval(() => table.draw(source.counters), REFRESH_MS);
  await stopped;
  clearInterval(timer);
  await source.stop();
  table?.draw(source.counters);
  process.stderr.write(`${countersText(source.counters)}\n`);
}

/** Packets, samples and rejects in one line. */
export function countersText(counters: Readonly<SourceCounters>): string {
  const rejects = Object.entries(counters.rejected).map(([reason, count]) => `${reason} ${count}`);
  const partial = counters.partial > 0 ? `, ${counters.partial} segments joined` : '';
  return `${counters.packets} packets, ${counters.samples} samples${partial}; rejected: ${rejects.length > 0 ? rejects.join(', ') : 'none'}`;
}

/** Latest pose and health of each stream. On a terminal it draws over itself. */
class MonitorTable {
  readonly #rows = new Map<string, { stats: StreamStats; sample: CameraSample }>();
  readonly #clock = createSystemClock();
  #linesDrawn = 0;

  add(sample: CameraSample): void {
    const key = `${sample.subject}#${sample.sourceNumber ?? ''}`;
    const known = this.#rows.get(key);
    if (known === undefined && this.#rows.size >= MAX_ROWS) return;
    const stats = known?.stats ?? new StreamStats();
    stats.add(sample);
    this.#rows.set(key, { stats, sample });
  }

  draw(counters: Readonly<SourceCounters>): void {
    const lines = [HEADING, ...[...this.#rows.values()].map(({ stats, sample }) => this.#line(stats, sample)), countersText(counters)];
    const { stdout } = process;
    if (stdout.isTTY && this.#linesDrawn > 0) stdout.write(`\x1b[${this.#linesDrawn}A\x1b[0J`);
    stdout.write(`${lines.map((line) => (stdout.isTTY ? line.slice(0, stdout.columns) : line)).join('\n')}\n`);
    this.#linesDrawn = lines.length;
  }

  #line(stats: StreamStats, sample: CameraSample): string {
    const { ratePerS, jitterMs, lost } = stats.report(this.#clock.nowNs());
    const { positionM, panDeg, tiltDeg, rollDeg, lens } = reportSample('', sample);
    const name = sample.label ?? sample.subject.replace(/^urn:uuid:/, '');
    const columns = [
      name.slice(0, 18).padEnd(18),
      ratePerS.toFixed(1).padStart(6),
      jitterMs.toFixed(2).padStart(7),
      (lost === null ? '-' : String(lost)).padStart(5),
      positionM.map((m) => m.toFixed(3).padStart(8)).join(' '),
      [panDeg, tiltDeg, rollDeg].map((deg) => deg.toFixed(2).padStart(8)).join(' '),
      lensText(lens),
    ];
    return columns.join(' ');
  }
}

const HEADING = [
  'camera'.padEnd(18),
  '    Hz',
  ' jit ms',
  ' lost',
  'x m'.padStart(8),
  'y m'.padStart(8),
  'z m'.padStart(8),
  'pan°'.padStart(8),
  'tilt°'.padStart(8),
  'roll°'.padStart(8),
  'lens',
].join(' ');

function lensText(lens: CameraSample['lens']): string {
  const parts: string[] = [];
  if (lens.pinholeFocalLengthMm !== undefined) parts.push(`${lens.pinholeFocalLengthMm.toFixed(2)} mm`);
  if (lens.focusDistanceM !== undefined) parts.push(`focus ${lens.focusDistanceM.toFixed(2)} m`);
  if (lens.rawEncoders?.zoom !== undefined) parts.push(`zoom ${lens.rawEncoders.zoom}`);
  if (lens.rawEncoders?.focus !== undefined) parts.push(`focus ${lens.rawEncoders.focus}`);
  return parts.length > 0 ? parts.join(', ') : '-';
}
