import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/outputs/bench-result.ts';
import { shadedPerLed, trianglesPerLed } from '../../src/platform/node/bench/measure-wall.ts';
import { distributionOf } from '../../src/platform/node/bench/statistics.ts';
import { verdictsOf } from '../../src/platform/node/bench/verdicts.ts';
import { rowOf, workOf } from './small-result.ts';

const SOFTWARE = { kind: 'software', scale: 0.045 } as const;
const GPU = { kind: 'gpu', scale: 1 } as const;
const find = (verdicts: readonly Verdict[], work: string, what: string): Verdict =>
  verdicts.find((verdict) => verdict.work === work && verdict.what.includes(what))!;

test('what did not run is listed as not measured', () => {
  const verdicts = verdictsOf([], SOFTWARE);
  expect(verdicts.length).toBeGreaterThan(20);
  expect(new Set(verdicts.map(({ state }) => state))).toEqual(new Set(['not measured here']));
  expect(verdicts.every(({ note }) => note !== '')).toBe(true);
});

describe('ratios', () => {
  test('are those of the worst row, and missed above the limit', () => {
    const work = workOf('views', [rowOf('1', 5), rowOf('100', 5, { trianglesPerLed: 2.5, shadedPerLed: 1.01 })]);
    const verdicts = verdictsOf([work], SOFTWARE);
    expect(find(verdicts, 'views', 'triangles')).toMatchObject({ state: 'missed', value: '2.5', note: 'worst at 100' });
    expect(find(verdicts, 'views', 'shaded')).toMatchObject({ state: 'met', value: '1.01' });
  });
  test('of a row without counters are not measured', () => {
    const work = workOf('views', [rowOf('1', 5), rowOf('100', 5, { shadedPerLed: null })]);
    expect(find(verdictsOf([work], SOFTWARE), 'views', 'shaded')).toMatchObject({
      state: 'not measured here',
      note: 'the renderer did not count it',
    });
  });
  test('leave feather bands out, where two eyes share an LED', () => {
    expect(shadedPerLed({ ledsLit: 1000, ledsShaded: 1180, ledsInFeather: 100, ledsShadedInFeather: 200 })).toBeCloseTo(980 / 900);
    expect(shadedPerLed({ ledsLit: 0, ledsShaded: 0 })).toBeNull();
    expect(trianglesPerLed({ ledsLit: 100, trianglesRasterized: 150 })).toBe(1.5);
  });
});

test('growth is that of the counter that grows most from 1 M to 1 G; instances tested do not count', () => {
  const at = (x: number, trianglesSetUp: number, instancesTested: number) =>
    rowOf(`${x}`, 5, { x, counters: { trianglesSetUp, clustersTested: 100, instancesTested } });
  const grown = verdictsOf([workOf('instances', [at(1e6, 100, 1), at(1e9, 250, 1000)])], SOFTWARE);
  expect(find(grown, 'instances', 'growth')).toMatchObject({ state: 'missed', value: '2.5', note: 'most: trianglesSetUp' });
  const half = verdictsOf([workOf('instances', [at(1e6, 100, 1)])], SOFTWARE);
  expect(find(half, 'instances', 'growth').state).toBe('not measured here');
});

test('GPU times are judged on a GPU in full size only', () => {
  const works = [workOf('wall-4k60', [rowOf('a', 3.9)])];
  expect(find(verdictsOf(works, GPU), 'wall-4k60', 'median')).toMatchObject({ state: 'met', value: '3.9' });
  expect(find(verdictsOf(works, GPU), 'wall-4k60', 'p99')).toMatchObject({ state: 'met', value: '5.85' });
  expect(find(verdictsOf(works, SOFTWARE), 'wall-4k60', 'median').note).toBe('software driver');
  expect(find(verdictsOf(works, { kind: 'gpu', scale: 0.5 }), 'wall-4k60', 'p99').note).toBe('scale 0.5');
});

test('JavaScript is the same where every median lies within a tenth of their mean', () => {
  const row = (instances: number, ms: number, facets = 9) => ({
    label: `${instances}`,
    instances,
    facets,
    encodeMs: distributionOf(new Array(1000).fill(ms)),
  });
  const judge = (...ms: readonly [number, number, number]) =>
    verdictsOf([workOf('encode', [], { encode: [row(10, ms[0]), row(5000, ms[1]), row(100_000, ms[2]), row(5000, 0.45, 100)] })], SOFTWARE);
  expect(find(judge(0.2, 0.21, 0.22), 'encode', 'difference').state).toBe('met');
  expect(find(judge(0.2, 0.2, 0.31), 'encode', 'difference').state).toBe('missed');
  expect(find(judge(0.2, 0.2, 0.31), 'encode', 'JavaScript, median')).toMatchObject({ state: 'missed', note: '100000' });
  expect(find(judge(0.2, 0.2, 0.2), 'encode', '100 facets')).toMatchObject({ state: 'met', value: '0.45' });
});

test('the best peer is the fastest one', () => {
  const peer = (name: string, ratio: number) => ({
    ...{ name, version: '1', setup: '', firstFrameMs: 1, rssBytes: 1, ratio },
    ...{ frameMs: distributionOf([ratio]), scriptMs: distributionOf([1]) },
  });
  const works = [workOf('side-by-side', [rowOf('ours', 10)], { peers: [peer('three', 4), peer('babylon', 2.5)] })];
  expect(find(verdictsOf(works, SOFTWARE), 'side-by-side', 'software')).toMatchObject({
    state: 'met',
    value: '0.4',
    note: 'best peer: babylon',
  });
  expect(find(verdictsOf(works, GPU), 'side-by-side', 'GPU')).toMatchObject({ state: 'missed', value: '2.5' });
});

test('JavaScript over fewer than 1,000 frames is not judged', () => {
  const encode = [{ label: '10', instances: 10, facets: 9, encodeMs: distributionOf([0.1, 0.1]) }];
  const judged = verdictsOf([workOf('encode', [], { encode })], SOFTWARE).filter(({ work }) => work === 'encode');
  expect(new Set(judged.map(({ note }) => note))).toEqual(new Set(['fewer than 1000 frames']));
});
