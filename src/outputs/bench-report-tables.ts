import { escapeHtml, short } from './bench-report-charts.ts';
import type { BenchWork, Verdict } from './bench-result.ts';

interface Column<T> {
  readonly head: string;
  readonly cell: (item: T) => string;
  readonly kind?: 'number' | 'wrap';
}

/** A table; cells are escaped unless they come from `raw`. */
function table<T>(items: readonly T[], columns: readonly Column<T>[], kindOfTable = ''): string {
  const kind = ({ kind: name }: Column<T>): string => (name ? ` class="${name}"` : '');
  const head = columns.map((column) => `<th${kind(column)}>${escapeHtml(column.head)}</th>`).join('');
  const rows = items.map((item) => `<tr>${columns.map((column) => `<td${kind(column)}>${column.cell(item)}</td>`).join('')}</tr>`);
  return `<div class="scroll"><table class="${kindOfTable}"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const STATE_STYLE = { met: 'met', missed: 'missed', 'not measured here': 'unmeasured' } as const;
const STATE_MARK = { met: '✔', missed: '✘', 'not measured here': '·' } as const;

export function verdictsTable(verdicts: readonly Verdict[]): string {
  return table(verdicts, [
    { head: 'Work', cell: ({ work }) => escapeHtml(work) },
    { head: 'What', cell: ({ what }) => escapeHtml(what), kind: 'wrap' },
    { head: 'Wanted', cell: ({ limit }) => escapeHtml(limit), kind: 'number' },
    { head: 'Measured', cell: ({ value }) => escapeHtml(value || '–'), kind: 'number' },
    { head: '', cell: ({ state }) => `<span class="${STATE_STYLE[state]}">${STATE_MARK[state]} ${state}</span>` },
    { head: 'Note', cell: ({ note }) => escapeHtml(note), kind: 'wrap' },
  ]);
}

const ms = (value: number | undefined): string => (value === undefined ? '–' : short(value));
const mib = (bytes: number): string => short(bytes / 2 ** 20);

export function rowsTable({ rows }: BenchWork): string {
  return table(rows, [
    { head: '', cell: ({ label }) => escapeHtml(label) },
    { head: 'LEDs', cell: ({ stage }) => short(stage.leds), kind: 'number' },
    { head: 'frame ms, median', cell: ({ frameMs }) => ms(frameMs.median), kind: 'number' },
    { head: 'p90', cell: ({ frameMs }) => ms(frameMs.p90), kind: 'number' },
    { head: 'p99', cell: ({ frameMs }) => ms(frameMs.p99), kind: 'number' },
    { head: 'max', cell: ({ frameMs }) => ms(frameMs.max), kind: 'number' },
    { head: 'GPU ms, median', cell: ({ gpuMs }) => ms(gpuMs?.median), kind: 'number' },
    { head: 'p99', cell: ({ gpuMs }) => ms(gpuMs?.p99), kind: 'number' },
    { head: 'JavaScript ms', cell: ({ encodeMs }) => ms(encodeMs.median), kind: 'number' },
    { head: 'first frame s', cell: ({ firstFrameMs }) => short(firstFrameMs / 1000), kind: 'number' },
    { head: 'scene made in s', cell: ({ buildMs }) => short(buildMs / 1000), kind: 'number' },
    { head: 'process MiB', cell: ({ rssBytes }) => mib(rssBytes), kind: 'number' },
    { head: 'scene MiB', cell: ({ sceneBytes }) => mib(sceneBytes), kind: 'number' },
    { head: 'triangles ÷ LED', cell: ({ trianglesPerLed }) => ms(trianglesPerLed ?? undefined), kind: 'number' },
    { head: 'shaded ÷ lit', cell: ({ shadedPerLed }) => ms(shadedPerLed ?? undefined), kind: 'number' },
  ]);
}

export function peersTable({ peers }: BenchWork): string {
  return table(peers, [
    { head: '', cell: ({ name, version }) => escapeHtml(`${name} ${version}`) },
    { head: 'frame ms, median', cell: ({ frameMs }) => ms(frameMs.median), kind: 'number' },
    { head: 'p99', cell: ({ frameMs }) => ms(frameMs.p99), kind: 'number' },
    { head: '× ours', cell: ({ ratio }) => short(ratio), kind: 'number' },
    { head: 'JavaScript ms', cell: ({ scriptMs }) => ms(scriptMs.median), kind: 'number' },
    { head: 'first frame s', cell: ({ firstFrameMs }) => short(firstFrameMs / 1000), kind: 'number' },
    { head: 'process MiB', cell: ({ rssBytes }) => mib(rssBytes), kind: 'number' },
    { head: 'set up as', cell: ({ setup }) => escapeHtml(setup), kind: 'wrap' },
  ]);
}

export function encodeTable({ encode }: BenchWork): string {
  return table(encode, [
    { head: '', cell: ({ label }) => escapeHtml(label) },
    { head: 'facets', cell: ({ facets }) => short(facets), kind: 'number' },
    { head: 'JavaScript ms, median', cell: ({ encodeMs }) => ms(encodeMs.median), kind: 'number' },
    { head: 'p90', cell: ({ encodeMs }) => ms(encodeMs.p90), kind: 'number' },
    { head: 'p99', cell: ({ encodeMs }) => ms(encodeMs.p99), kind: 'number' },
    { head: 'max', cell: ({ encodeMs }) => ms(encodeMs.max), kind: 'number' },
    { head: 'frames', cell: ({ encodeMs }) => short(encodeMs.count), kind: 'number' },
  ]);
}

/** One line per counter, one column per row of the work. */
export function countersTable({ rows }: BenchWork): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.counters)))];
  return table(
    names,
    [
      { head: '', cell: (name) => escapeHtml(name) },
      ...rows.map((row): Column<string> => ({ head: row.label, cell: (name) => short(row.counters[name] ?? 0), kind: 'number' })),
    ],
    'narrow',
  );
}
