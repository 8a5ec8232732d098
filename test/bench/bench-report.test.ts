import { expect, test } from 'vitest';
import { benchReport } from '../../src/outputs/bench-report.ts';
import { distributionOf } from '../../src/platform/node/bench/statistics.ts';
import { resultOf, rowOf, workOf } from './small-result.ts';

const peer = {
  ...{ name: 'three', version: '187', setup: 'as <an> expert', firstFrameMs: 2000, rssBytes: 2 ** 29, ratio: 2 },
  ...{ frameMs: distributionOf([20, 21]), scriptMs: distributionOf([5, 6]) },
};
const result = resultOf([
  workOf('wall-4k60', [rowOf('camera in the hand', 10, { warnings: ['drawn otherwise'] })]),
  workOf(
    'instances',
    [1e6, 1e7, 1e9].map((x) => rowOf(`${x}`, 10, { x })),
    { xLabel: 'triangles drawn' },
  ),
  workOf('encode', [], { encode: [{ label: '10 instances', instances: 10, facets: 9, encodeMs: distributionOf([0.2, 0.3]) }] }),
  workOf('side-by-side', [rowOf('cyclorama', 10)], { peers: [peer], notes: ['babylon: failed'] }),
]);
const html = benchReport(result);

test('holds a section per work and every chart that its rows allow', () => {
  for (const id of ['verdicts', 'wall-4k60', 'instances', 'encode', 'side-by-side']) expect(html).toContain(`<section id="${id}">`);
  for (const chart of [
    'GPU time, camera in the hand: 3 frames',
    'GPU time by pass',
    'Memory of the process',
    'Memory of the scene on the device',
    'Times against triangles drawn',
    'Work against triangles drawn',
    'JavaScript, 10 instances',
    'Frame time beside the peers',
    'First frame',
  ])
    expect(html, chart).toContain(`<title>${chart}`);
  expect(html).toContain('budget 16.7 ms');
});

test('names device, versions, commit, and every verdict', () => {
  for (const text of ['SwiftShader (CPU)', 'cyclorama 0.1.0', 'webgpu 0.6.2', '<dd>abc</dd>', 'scale 0.045']) expect(html).toContain(text);
  for (const { what } of result.verdicts) expect(html).toContain(what);
  expect(html.match(/· not measured here/g)!.length).toBe(result.verdicts.filter(({ state }) => state === 'not measured here').length);
});

test('shows notes and warnings, escaped', () => {
  for (const text of ['babylon: failed', 'drawn otherwise', 'as &lt;an&gt; expert']) expect(html).toContain(text);
  expect(html).not.toContain('<an>');
});

test('is one file: no script, nothing from elsewhere', () => {
  expect(html).not.toMatch(/<script|<link|<img|url\(|https?:\/\//);
});

test('holds no number that is none', () => {
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
});
