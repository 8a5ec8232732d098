import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { OutputError } from '../core/errors.ts';
import { type Comparison, compareBench, parseBenchResult } from '../outputs/bench-compare.ts';
import type { BenchResult, BenchWork, Verdict } from '../outputs/bench-result.ts';

/** Reads and compares two result files, as the user named them. @throws OutputError BENCH_FILE */
export async function compareFiles(a: string, b: string): Promise<Comparison> {
  const [before, after] = await Promise.all([readResult(a), readResult(b)]);
  return compareBench(before, after);
}

async function readResult(file: string): Promise<BenchResult> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new OutputError('BENCH_FILE', 'cannot be read', { file, got: cause.code ?? 'error', expected: 'a result of `cyc bench`', cause });
  });
  return parseBenchResult(text, file);
}

/** A result as text for a terminal. */
export function formatResult(result: BenchResult, files: readonly string[]): string {
  const { machine, settings, commit } = result;
  return [
    '',
    `${bold(machine.adapter)}  ${dim(`${machine.driver} · ${machine.cpus} CPUs · scale ${settings.scale} · commit ${commit}`)}`,
    ...result.works.flatMap(workLines),
    '',
    bold('Numbers to show'),
    ...columns(result.verdicts.map(verdictCells)),
    '',
    ...files.map((file) => `written: ${file}`),
  ].join('\n');
}

function workLines({ name, title, rows, peers, encode, notes }: BenchWork): string[] {
  const head = ['', 'frame ms', 'p99', 'GPU ms', 'p99', 'JS ms', 'first frame', 'RSS'];
  const measured = rows.map(({ label, frameMs, gpuMs, encodeMs, firstFrameMs, rssBytes }) => [
    label,
    ms(frameMs.median),
    ms(frameMs.p99),
    gpuMs ? ms(gpuMs.median) : '–',
    gpuMs ? ms(gpuMs.p99) : '–',
    ms(encodeMs.median),
    seconds(firstFrameMs),
    megabytes(rssBytes),
  ]);
  const others = peers.map(({ name: peer, version, frameMs, scriptMs, firstFrameMs, rssBytes, ratio }) => [
    `${peer} ${version}`,
    ms(frameMs.median),
    ms(frameMs.p99),
    `${ratio.toFixed(2)} × ours`,
    '',
    ms(scriptMs.median),
    seconds(firstFrameMs),
    megabytes(rssBytes),
  ]);
  const scripts = encode.map(({ label, encodeMs }) => [label, ms(encodeMs.median), ms(encodeMs.p99)]);
  return [
    '',
    `${bold(name)}  ${dim(title)}`,
    ...(measured.length > 0 ? columns([head, ...measured, ...others]) : []),
    ...(scripts.length > 0 ? columns([['', 'JS ms', 'p99'], ...scripts]) : []),
    ...notes.map((note) => `  ${styleText('yellow', '!')} ${note}`),
  ];
}

const MARKS = { met: ['green', '✔'], missed: ['red', '✘'], 'not measured here': ['dim', '·'] } as const;

function verdictCells({ work, what, limit, state, value, note }: Verdict): string[] {
  const [color, mark] = MARKS[state];
  return [`${styleText(color, mark)} ${work}`, what, limit, value || state, note];
}

/** A comparison as text for a terminal. */
export function formatComparison({ warnings, figures, onlyInA, onlyInB }: Comparison): string {
  const colorOf = { faster: 'green', less: 'green', slower: 'red', more: 'red', same: 'dim' } as const;
  const rows = figures.map(({ work, row, figure, a, b, ratio, direction }) => [
    work,
    row,
    figure,
    short(a),
    short(b),
    `× ${ratio.toFixed(3)}`,
    styleText(colorOf[direction], direction),
  ]);
  return [
    ...warnings.map((warning) => `${styleText('yellow', '!')} ${warning}`),
    ...columns([['work', 'row', 'figure', 'A', 'B', 'B ÷ A', ''], ...rows]),
    ...onlyInA.map((key) => `only in A: ${key}`),
    ...onlyInB.map((key) => `only in B: ${key}`),
  ].join('\n');
}

/** Rows with every column as wide as its longest cell, colours not counted. */
function columns(rows: readonly (readonly string[])[]): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of styleText
  const widthOf = (cell: string): number => cell.replaceAll(/\u001b\[\d+m/g, '').length;
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, widthOf(cell))), []);
  return rows.map((row) =>
    `  ${row.map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell)))).join('  ')}`.trimEnd(),
  );
}

const bold = (text: string): string => styleText('bold', text);
const dim = (text: string): string => styleText('dim', text);
const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
const megabytes = (value: number): string => `${Math.round(value / 2 ** 20)} MiB`;
const short = (value: number): string => (value >= 1e6 ? value.toPrecision(4) : String(Number(value.toPrecision(4))));
