import type { BenchMachine, BenchRow, BenchWork, Verdict } from '../../../outputs/bench-result.ts';

/** Counters that stand for work on the device. Instances tested are left out: a thousand instances are a thousand tests, by construction. */
export const WORK_COUNTERS = [
  'nodesTested',
  'clustersTested',
  'clustersDrawn',
  'trianglesSetUp',
  'trianglesRasterized',
  'surfacesShaded',
  'texelsRead',
  'bytesWritten',
  'dispatches',
  'draws',
] as const;

/** Where a run took place, as far as verdicts depend on it. */
export interface VerdictContext {
  readonly kind: BenchMachine['kind'];
  readonly scale: number;
}

type Measured = { readonly value: number; readonly note?: string } | { readonly missing: string };

/** Every number that the benchmark has to show, as shown by these works; none is left out because it was not measured. */
export function verdictsOf(works: readonly BenchWork[], context: VerdictContext): Verdict[] {
  const find = (name: string): BenchWork | undefined => works.find((work) => work.name === name);
  return [
    ...COUNTED.flatMap((name) => ratioVerdicts(name, find(name))),
    atMost('instances', 'growth of GPU work counters, 1 M to 1 G triangles drawn', 2, growth(find('instances'))),
    ...gpuVerdicts(find('wall-4k60'), find('wall-8k60'), context),
    ...encodeVerdicts(find('encode')),
    ...peerVerdicts(find('side-by-side'), context),
  ];
}

const COUNTED = ['wall-4k60', 'wall-8k60', 'arc-270', 'instances', 'views', 'multi-camera', 'side-by-side'] as const;
const NOT_RUN = 'not run';

function ratioVerdicts(name: string, work: BenchWork | undefined): Verdict[] {
  return [
    atMost(
      name,
      'LEDs shaded ÷ LEDs lit, outside feathers',
      1.02,
      worstOf(work, (row) => row.shadedPerLed),
    ),
    atMost(
      name,
      'triangles rasterised per LED',
      2,
      worstOf(work, (row) => row.trianglesPerLed),
    ),
  ];
}

function worstOf(work: BenchWork | undefined, of: (row: BenchRow) => number | null): Measured {
  if (!work || work.rows.length === 0) return { missing: NOT_RUN };
  const counted = work.rows.flatMap((row) => {
    const value = of(row);
    return value === null ? [] : [{ value, note: work.rows.length > 1 ? `worst at ${row.label}` : '' }];
  });
  if (counted.length < work.rows.length) return { missing: 'the renderer did not count it' };
  return counted.reduce((a, b) => (b.value > a.value ? b : a));
}

function growth(work: BenchWork | undefined): Measured {
  if (!work) return { missing: NOT_RUN };
  const [from, to] = [1e6, 1e9].map((x) => work.rows.find((row) => row.x === x)?.counters);
  if (!from || !to) return { missing: 'the rows of 1 M and 1 G triangles did not both run' };
  const ratios = WORK_COUNTERS.flatMap((name) => {
    const [a, b] = [from[name] ?? 0, to[name] ?? 0];
    return a > 0 ? [{ value: b / a, note: `most: ${name}` }] : [];
  });
  return ratios.length > 0 ? ratios.reduce((a, b) => (b.value > a.value ? b : a)) : { missing: 'the renderer did not count it' };
}

function gpuVerdicts(wall4k: BenchWork | undefined, wall8k: BenchWork | undefined, context: VerdictContext): Verdict[] {
  const gpuTime = (work: BenchWork | undefined, of: 'median' | 'p99'): Measured => {
    if (!work || work.rows.length === 0) return { missing: NOT_RUN };
    if (context.kind !== 'gpu') return { missing: 'software driver' };
    if (context.scale !== 1) return { missing: `scale ${context.scale}` };
    const { gpuMs } = work.rows[0]!;
    return gpuMs ? { value: gpuMs[of] } : { missing: 'the adapter has no timestamps' };
  };
  return [
    atMost('wall-4k60', 'GPU time, median, ms', 4, gpuTime(wall4k, 'median')),
    atMost('wall-4k60', 'GPU time, p99, ms', 8, gpuTime(wall4k, 'p99')),
    atMost('wall-8k60', 'GPU time, p99, ms', 16, gpuTime(wall8k, 'p99')),
  ];
}

/** A p99 of fewer frames is a maximum. */
const ENCODE_FRAMES = 1000;
/** Most that a median may differ from the mean of them all. */
const SAME = 0.1;

function encodeVerdicts(work: BenchWork | undefined): Verdict[] {
  const rows = work?.encode ?? [];
  const tooFew = rows.some((row) => row.encodeMs.count < ENCODE_FRAMES);
  const worst = (of: 'median' | 'p99', some: typeof rows): Measured =>
    some.length === 0 || tooFew
      ? { missing: tooFew ? `fewer than ${ENCODE_FRAMES} frames` : NOT_RUN }
      : some.map((row) => ({ value: row.encodeMs[of], note: row.label })).reduce((a, b) => (b.value > a.value ? b : a));
  const byInstances = rows.filter((row) => row.facets < 100);
  const many = rows.filter((row) => row.facets >= 100);
  const mean = byInstances.reduce((sum, row) => sum + row.encodeMs.median, 0) / Math.max(1, byInstances.length);
  const spread: Measured =
    byInstances.length < 2 || tooFew
      ? { missing: tooFew ? `fewer than ${ENCODE_FRAMES} frames` : NOT_RUN }
      : { value: Math.max(...byInstances.map((row) => Math.abs(row.encodeMs.median / mean - 1))), note: 'farthest median from their mean' };
  return [
    atMost('encode', 'JavaScript, median, ms', 0.3, worst('median', byInstances)),
    atMost('encode', 'JavaScript, p99, ms', 0.6, worst('p99', byInstances)),
    atMost('encode', 'difference between 10, 5,000 and 100,000 instances', SAME, spread),
    atMost('encode', 'JavaScript at 100 facets, median, ms', 0.5, worst('median', many)),
  ];
}

function peerVerdicts(work: BenchWork | undefined, { kind, scale }: VerdictContext): Verdict[] {
  const best = work?.peers.length ? work.peers.reduce((a, b) => (b.ratio < a.ratio ? b : a)) : null;
  const missing = work && work.rows.length > 0 ? 'no peer was measured (--peers)' : NOT_RUN;
  const software: Measured = !best
    ? { missing }
    : kind === 'gpu'
      ? { missing: 'a GPU rendered' }
      : { value: 1 / best.ratio, note: `best peer: ${best.name}` };
  const gpu: Measured = !best
    ? { missing }
    : kind !== 'gpu'
      ? { missing: 'software driver' }
      : scale !== 1
        ? { missing: `scale ${scale}` }
        : { value: best.ratio, note: `best peer: ${best.name}` };
  return [
    atMost('side-by-side', 'frame time ÷ best peer’s, software driver', 0.5, software),
    judged('side-by-side', 'best peer’s frame time ÷ ours, GPU', `≥ 10`, gpu, (value) => value >= 10),
  ];
}

const atMost = (work: string, what: string, limit: number, measured: Measured): Verdict =>
  judged(work, what, `≤ ${limit}`, measured, (value) => value <= limit);

function judged(work: string, what: string, limit: string, measured: Measured, isMet: (value: number) => boolean): Verdict {
  if ('missing' in measured) return { work, what, limit, state: 'not measured here', value: '', note: measured.missing };
  const { value, note = '' } = measured;
  return { work, what, limit, state: isMet(value) ? 'met' : 'missed', value: String(Number(value.toPrecision(3))), note };
}
