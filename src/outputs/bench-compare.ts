import { OutputError } from '../core/errors.ts';
import { BENCH_SCHEMA, type BenchResult, type BenchRow } from './bench-result.ts';

/** One figure of both runs. */
export interface ComparedFigure {
  readonly work: string;
  readonly row: string;
  readonly figure: string;
  readonly a: number;
  readonly b: number;
  /** b ÷ a. */
  readonly ratio: number;
  /** Of B against A; within 3 % is the same. */
  readonly direction: 'faster' | 'slower' | 'less' | 'more' | 'same';
}

export interface Comparison {
  readonly warnings: readonly string[];
  readonly figures: readonly ComparedFigure[];
  /** Rows that only one of them has. */
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
}

/** Ratios nearer to 1 than this say nothing. */
const SAME = 0.03;

/** @throws OutputError BENCH_FILE when the text is no result of this schema. */
export function parseBenchResult(text: string, file: string): BenchResult {
  let json: Partial<BenchResult> | null = null;
  try {
    json = JSON.parse(text) as Partial<BenchResult>;
  } catch (cause) {
    throw new OutputError('BENCH_FILE', 'is no JSON', { file, hint: (cause as Error).message, cause });
  }
  if (json?.schema !== BENCH_SCHEMA)
    throw new OutputError('BENCH_FILE', 'is no result of `cyc bench`', {
      file,
      path: 'schema',
      got: JSON.stringify(json?.schema),
      expected: BENCH_SCHEMA,
    });
  return json as BenchResult;
}

/** Figure by figure, B against A, rows matched by work and label. */
export function compareBench(a: BenchResult, b: BenchResult): Comparison {
  const rowsOfA = rowsByKey(a);
  const rowsOfB = rowsByKey(b);
  const figures = [...rowsOfA].flatMap(([key, { work, row, figures: of }]) =>
    Object.entries(rowsOfB.get(key)?.figures ?? {}).flatMap(([figure, value]) => {
      const before = of[figure];
      return before === undefined || !(before > 0) || !(value > 0) ? [] : [compared(work, row, figure, before, value)];
    }),
  );
  return {
    warnings: warningsOf(a, b),
    figures,
    onlyInA: [...rowsOfA.keys()].filter((key) => !rowsOfB.has(key)),
    onlyInB: [...rowsOfB.keys()].filter((key) => !rowsOfA.has(key)),
  };
}

interface Figures {
  readonly work: string;
  readonly row: string;
  readonly figures: Readonly<Record<string, number>>;
}

function rowsByKey({ works }: BenchResult): Map<string, Figures> {
  const all = works.flatMap((work): Figures[] => [
    ...work.rows.map((row) => ({ work: work.name, row: row.label, figures: figuresOf(row) })),
    ...work.encode.map(({ label, encodeMs }) => ({
      work: work.name,
      row: label,
      figures: { 'JavaScript median, ms': encodeMs.median, 'JavaScript p99, ms': encodeMs.p99 },
    })),
    ...work.peers.map((peer) => ({
      work: work.name,
      row: peer.name,
      figures: { 'frame median, ms': peer.frameMs.median, 'its frame ÷ ours': peer.ratio },
    })),
  ]);
  return new Map(all.map((row) => [`${row.work} / ${row.row}`, row]));
}

function figuresOf({ frameMs, gpuMs, encodeMs, firstFrameMs, rssBytes, sceneBytes, counters }: BenchRow): Record<string, number> {
  return {
    'frame median, ms': frameMs.median,
    'frame p99, ms': frameMs.p99,
    ...(gpuMs && { 'GPU median, ms': gpuMs.median, 'GPU p99, ms': gpuMs.p99 }),
    'JavaScript median, ms': encodeMs.median,
    'first frame, ms': firstFrameMs,
    'process memory, bytes': rssBytes,
    'scene memory, bytes': sceneBytes,
    ...Object.fromEntries(['trianglesRasterized', 'surfacesShaded'].map((name) => [name, counters[name] ?? 0])),
  };
}

function compared(work: string, row: string, figure: string, a: number, b: number): ComparedFigure {
  const ratio = b / a;
  const [down, up] = figure.includes(', ms') ? (['faster', 'slower'] as const) : (['less', 'more'] as const);
  return { work, row, figure, a, b, ratio, direction: Math.abs(ratio - 1) <= SAME ? 'same' : ratio < 1 ? down : up };
}

function warningsOf(a: BenchResult, b: BenchResult): string[] {
  const differ = (what: string, x: unknown, y: unknown, so: string): string[] => (x === y ? [] : [`${what} differ (${x}; ${y}): ${so}`]);
  return [
    ...differ('adapters', a.machine.adapter, b.machine.adapter, 'the ratios compare machines, not versions'),
    ...differ('drivers', a.machine.driver, b.machine.driver, 'part of a ratio may be the driver’s'),
    ...differ('processors', a.machine.cpu, b.machine.cpu, 'JavaScript times compare machines'),
    ...differ('scales', a.settings.scale, b.settings.scale, 'the rows are not the same work'),
    ...differ('samples per LED', a.settings.samplesPerLed, b.settings.samplesPerLed, 'the rows are not the same work'),
    ...differ('LOD errors', a.settings.lodErrorPx, b.settings.lodErrorPx, 'the rows are not the same work'),
  ];
}
