import { styleText } from 'node:util';
import type { Command } from 'commander';
import { type DoctorAdapter, type DoctorCheck, type DoctorReport, examineMachine } from '../../platform/node/doctor.ts';
import { createGpuPort } from '../gpu-port.ts';

/** A check that another room adds to the report, such as the rasteriser's self-test. `ok: false` makes the exit code 1. */
export type ExtraCheck = () => Promise<Pick<DoctorCheck, 'title' | 'text' | 'table' | 'data'> & { readonly ok: boolean }>;

/** `cyc doctor`: what the machine has, which device would render and why, what is missing and how to mend it. */
export function registerDoctor(program: Command, extraChecks: readonly ExtraCheck[] = []): void {
  program
    .command('doctor')
    .description('show drivers, adapters, limits and features; what is missing and how to mend it')
    .option('--json', 'print the report as JSON')
    .option('--require-gpu', 'exit with code 1 unless a GPU renders')
    .addHelpText(
      'after',
      `
Tests and times every way of rasterising; on a software driver that takes up to half a minute.
Exit code: 0 fine (a software driver is fine), 1 when something fails or --require-gpu finds no GPU.`,
    )
    .action(async (options: { json?: boolean; requireGpu?: boolean }) => {
      const report = withExtra(await examineMachine(() => createGpuPort()), await runExtra(extraChecks));
      console.log(options.json ? JSON.stringify(report, null, 2) : formatReport(report));
      const failed = report.checks.some((check) => check.state === 'fail');
      if (failed || (options.requireGpu && report.chosen?.kind !== 'gpu')) process.exitCode = 1;
    });
}

/** The report as text for a terminal; colours are left out where the output is no terminal. */
export function formatReport(report: DoctorReport): string {
  const lines = ['', heading('System'), ...table(Object.entries(report.system))];
  const { loader, drivers, devices } = report.vulkan;
  lines.push('', heading('Vulkan'));
  lines.push(
    ...table([
      ['loader', loader.origin || `none (${loader.problem})`],
      ['drivers', drivers.map(driverText).join('\n') || 'none installed'],
      ['devices', devices.join(', ') || 'none in /dev'],
    ]),
  );
  lines.push('', heading('Adapters'), ...report.adapters.flatMap((adapter) => adapterLines(adapter, report.chosen?.kind === adapter.kind)));
  lines.push('', heading('Checks'), ...report.checks.flatMap(checkLines), '');
  return lines.join('\n');
}

function adapterLines(adapter: DoctorAdapter, isChosen: boolean): string[] {
  const mark = isChosen ? styleText('green', '▶') : ' ';
  const title = `${mark} ${adapter.kind.padEnd(9)}`;
  if (!adapter.found) return [`${title} ${dim(`none: ${adapter.detail}`)}`];
  const limits = Object.entries(adapter.limits).map(
    ([name, value]) => `${name.replace(/^max/, '')} ${/Size$/.test(name) && value >= 1024 ? bytes(value) : value}`,
  );
  return [
    `${title} ${styleText('bold', adapter.name)}${isChosen ? styleText('green', '  renders') : ''}`,
    dim(wrap(adapter.detail)),
    dim(wrap(`features: ${adapter.features.join(', ')}`)),
    dim(wrap(`limits: ${limits.join(', ')}`)),
  ];
}

function driverText({ manifest, library, kind, origin }: DoctorReport['vulkan']['drivers'][number]): string {
  const notes = [kind === 'software' && 'software', origin === 'made' && 'made by cyc: the driver has no manifest that works here'].filter(
    Boolean,
  );
  return `${manifest} → ${library}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

const MARKS = { ok: ['green', '✔'], warn: ['yellow', '!'], fail: ['red', '✘'] } as const;

function checkLines({ title, state, text, mend, table }: DoctorCheck): string[] {
  const [color, mark] = MARKS[state];
  return [
    `${styleText(color, mark)} ${title.padEnd(LABEL_WIDTH)} ${wrap(text, LABEL_WIDTH + 3).trimStart()}`,
    ...mend.map((line) => `${' '.repeat(LABEL_WIDTH + 3)}${styleText('cyan', `→ ${line}`)}`),
    ...columns(table ?? []).map((line) => `${' '.repeat(LABEL_WIDTH + 3)}${dim(line)}`),
  ];
}

const LABEL_WIDTH = 17;

function table(rows: readonly (readonly [string, string])[]): string[] {
  return rows.flatMap(([name, value]) => value.split('\n').map((line, i) => `  ${dim((i === 0 ? name : '').padEnd(LABEL_WIDTH))} ${line}`));
}

/** Rows as lines, each column as wide as its widest cell. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  return rows.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k]!))
      .join('  ')
      .trimEnd(),
  );
}

function wrap(text: string, indent = 12): string {
  const width = Math.max(60, Math.min(process.stdout.columns ?? 120, 140)) - indent;
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

const heading = (text: string): string => styleText(['bold', 'underline'], text);
const dim = (text: string): string => styleText('dim', text);
const bytes = (value: number): string =>
  value >= 2 ** 30
    ? `${+(value / 2 ** 30).toFixed(1)} GiB`
    : value >= 2 ** 20
      ? `${+(value / 2 ** 20).toFixed(1)} MiB`
      : `${+(value / 1024).toFixed(1)} KiB`;

async function runExtra(checks: readonly ExtraCheck[]): Promise<DoctorCheck[]> {
  const results: DoctorCheck[] = [];
  for (const check of checks) {
    const failed = (error: Error): Awaited<ReturnType<ExtraCheck>> => ({ title: check.name || 'check', ok: false, text: error.message });
    const { ok, ...found } = await check().catch(failed);
    results.push({ ...found, state: ok ? 'ok' : 'fail', mend: [] });
  }
  return results;
}

function withExtra(report: DoctorReport, extra: readonly DoctorCheck[]): DoctorReport {
  return { ...report, checks: [...report.checks, ...extra] };
}
