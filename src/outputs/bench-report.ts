import { curves, escapeHtml, histogram, prefixed, type StackedRow, short, stackedBars } from './bench-report-charts.ts';
import { REPORT_STYLE } from './bench-report-style.ts';
import { countersTable, encodeTable, peersTable, rowsTable, verdictsTable } from './bench-report-tables.ts';
import type { BenchResult, BenchWork } from './bench-result.ts';

/** A result as one HTML page that needs nothing else: no script, no network, charts as SVG. Pure. */
export function benchReport(result: BenchResult): string {
  const { machine, date } = result;
  const title = `Cyclorama bench · ${machine.adapter} · ${date.slice(0, 10)}`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${REPORT_STYLE}</style></head><body><main>`,
    headSection(result),
    verdictSection(result),
    ...result.works.map((work) => workSection(work, result)),
    '</main></body></html>\n',
  ].join('\n');
}

function headSection({ machine, settings, versions, commit, date, works }: BenchResult): string {
  const facts: [string, string][] = [
    ['Device', `${machine.adapter} (${machine.kind === 'gpu' ? 'GPU' : machine.kind === 'null' ? 'no driver' : 'software driver'})`],
    ['Driver', [machine.driver, machine.vendor, machine.architecture].filter(Boolean).join(' · ')],
    ['Machine', `${machine.cpus} × ${machine.cpu}, ${short(machine.memoryBytes / 2 ** 30)} GiB, ${machine.system}`],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Commit', commit],
    ['Measured', `${date.slice(0, 16).replace('T', ' ')} UTC, ${settings.frames} frames after ${settings.warmFrames} warm ones`],
    ['Size', scaleText(settings.scale)],
    [
      'Quality',
      `${settings.samplesPerLed} sample${settings.samplesPerLed > 1 ? 's' : ''} per LED, simplified surfaces at most ${settings.lodErrorPx} LED pixel off`,
    ],
  ];
  const terms = facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  const links = works.map((work) => `<a href="#${work.name}">${work.name}</a>`).join('');
  return `<h1>Cyclorama bench</h1><p class="soft">${escapeHtml(machine.adapter)}, ${date.slice(0, 10)}</p><nav><a href="#verdicts">numbers to show</a>${links}</nav><section><h2>Where and how</h2><dl>${terms}</dl></section>`;
}

function scaleText(scale: number): string {
  if (scale === 1) return 'full';
  return `scale ${scale}: LEDs along an edge × ${scale}, triangles × ${short(scale ** 1.25)}, texture edges × ${short(Math.sqrt(scale))}`;
}

function verdictSection({ verdicts, machine }: BenchResult): string {
  const count = (state: string): number => verdicts.filter((verdict) => verdict.state === state).length;
  const line = `${count('met')} met, ${count('missed')} missed, ${count('not measured here')} not measured here (${machine.adapter})`;
  return `<section id="verdicts"><h2>Numbers to show</h2><p class="soft">${escapeHtml(line)}</p>${verdictsTable(verdicts)}</section>`;
}

function workSection(work: BenchWork, result: BenchResult): string {
  const notes = work.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`);
  const warnings = [...new Set(work.rows.flatMap((row) => row.warnings))].map((warning) => `<p class="note">${escapeHtml(warning)}</p>`);
  const charts = [...histogramsOf(work, result), ...curvesOf(work), ...passesOf(work), ...peerBars(work), ...memoryOf(work)];
  const tables = [
    work.rows.length > 0 ? rowsTable(work) : '',
    work.peers.length > 0 ? `<h3>Peers</h3>${peersTable(work)}` : '',
    work.encode.length > 0 ? encodeTable(work) : '',
    work.rows.length > 0 ? `<h3>Counters, median of all frames</h3>${countersTable(work)}` : '',
  ];
  return [
    `<section id="${work.name}"><h2>${escapeHtml(work.title)}</h2><p class="soft">${escapeHtml(work.name)}${contentOf(work)}</p>`,
    ...notes,
    ...warnings,
    tables[0]!,
    charts.length > 0 ? `<div class="charts">${charts.join('')}</div>` : '',
    ...tables.slice(1),
    '</section>',
  ].join('');
}

/** What the work's largest row drew, in words. */
function contentOf({ rows }: BenchWork): string {
  const row = rows.at(-1);
  if (!row) return '';
  const { scene, stage } = row;
  const set = `${prefixed(scene.uniqueTriangles)} unique triangles, ${prefixed(scene.drawnTriangles)} drawn in ${short(scene.instances)} instances, ${scene.materials} materials, ${scene.textures} textures of ${scene.textureEdgePx}², shadow maps of ${scene.shadowMapPx}²`;
  return ` · last row: ${stage.widthPx} × ${stage.heightPx} LEDs, ${stage.facets} facets, ${stage.cameras} inner frust${stage.cameras === 1 ? 'um' : 'a'}; ${set}`;
}

const figure = (caption: string, chart: string): string => `<figure><figcaption>${escapeHtml(caption)}</figcaption>${chart}</figure>`;

/** One per row where rows are few; of a curve only the last. */
function histogramsOf({ rows, xLabel, encode }: BenchWork, { settings }: BenchResult): string[] {
  const shown = xLabel ? rows.slice(-1) : rows;
  const ofFrames = shown.map(({ label, frameMs, gpuMs }) => {
    const times = gpuMs ?? frameMs;
    const caption = `${gpuMs ? 'GPU time' : 'Frame time'}, ${label}: ${times.count} frames`;
    return figure(caption, histogram(times.samples, percentilesOf(times), settings.budgetMs, caption));
  });
  const ofScripts = encode.map(({ label, encodeMs }) => {
    const caption = `JavaScript, ${label}: ${encodeMs.count} frames`;
    // A stray sample a hundred times the median would leave one bar: the axis ends at the p99, what lies beyond is in the table.
    const within = encodeMs.samples.filter((ms) => ms <= encodeMs.p99 * 1.5);
    return figure(caption, histogram(within, percentilesOf(encodeMs).slice(0, 3), settings.budgetMs, caption));
  });
  return [...ofFrames, ...ofScripts];
}

const percentilesOf = ({ median, p90, p99, max }: { median: number; p90: number; p99: number; max: number }) => [
  { label: 'median', value: median },
  { label: 'p90', value: p90 },
  { label: 'p99', value: p99 },
  { label: 'max', value: max },
];

function passesOf({ rows }: BenchWork): string[] {
  const timed = rows.filter((row) => Object.keys(row.passesMs).length > 0);
  if (timed.length === 0) return [];
  const bars = timed.map(
    (row): StackedRow => ({ label: row.label, parts: Object.entries(row.passesMs).map(([label, value]) => ({ label, value })) }),
  );
  return [figure('GPU time by pass, median', stackedBars(bars, 'ms', 'GPU time by pass'))];
}

/** Two charts: a software driver keeps the scene in the process, a GPU does not, so the two never add up to a meaning. */
function memoryOf({ rows, peers }: BenchWork): string[] {
  if (rows.length === 0) return [];
  const bar = (label: string, bytes: number): StackedRow => ({ label, parts: [{ label: 'memory', value: bytes / 2 ** 20 }] });
  const processes = [...rows.map((row) => bar(row.label, row.rssBytes)), ...peers.map((peer) => bar(peer.name, peer.rssBytes))];
  const scenes = rows.map((row) => bar(row.label, row.sceneBytes));
  return [
    figure('Memory of the process', stackedBars(processes, 'MiB', 'Memory of the process')),
    figure('Memory of the scene on the device', stackedBars(scenes, 'MiB', 'Memory of the scene on the device')),
  ];
}

const CURVE_COUNTERS = ['clustersTested', 'trianglesSetUp', 'trianglesRasterized', 'surfacesShaded'] as const;

function curvesOf({ rows, xLabel }: BenchWork): string[] {
  if (!xLabel || rows.length < 2) return [];
  const logY = xLabel === 'triangles drawn';
  const points = (of: (row: (typeof rows)[number]) => number) => rows.map((row) => [row.x!, of(row)] as const);
  const times = [
    { label: 'frame, median', points: points((row) => row.frameMs.median) },
    { label: 'GPU, median', points: points((row) => row.gpuMs?.median ?? 0) },
    { label: 'JavaScript, median', points: points((row) => row.encodeMs.median) },
  ].filter((curve) => curve.points.some(([, value]) => value > 0));
  const counts = CURVE_COUNTERS.map((name) => ({ label: name, points: points((row) => row.counters[name] ?? 0) })).filter((curve) =>
    curve.points.some(([, value]) => value > 0),
  );
  return [
    figure(`Times against ${xLabel}`, curves(times, xLabel, 'ms', { logY: true }, `Times against ${xLabel}`)),
    ...(counts.length > 0
      ? [figure(`Work against ${xLabel}`, curves(counts, xLabel, 'per frame', { logY }, `Work against ${xLabel}`))]
      : []),
  ];
}

function peerBars({ rows, peers }: BenchWork): string[] {
  const [ours] = rows;
  if (!ours || peers.length === 0) return [];
  const bars = (of: (who: { median: number }) => number, ownMs: { median: number }, their: 'frameMs' | 'scriptMs'): StackedRow[] => [
    { label: 'cyclorama', parts: [{ label: 'median', value: of(ownMs) }] },
    ...peers.map((peer) => ({ label: peer.name, parts: [{ label: 'median', value: of(peer[their]) }] })),
  ];
  const firsts = [{ name: 'cyclorama', firstFrameMs: ours.firstFrameMs }, ...peers].map((who) => ({
    label: who.name,
    parts: [{ label: 'first frame', value: who.firstFrameMs / 1000 }],
  }));
  return [
    figure(
      'Frame time beside the peers',
      stackedBars(
        bars((d) => d.median, ours.frameMs, 'frameMs'),
        'ms',
        'Frame time beside the peers',
      ),
    ),
    figure(
      'JavaScript beside the peers',
      stackedBars(
        bars((d) => d.median, ours.encodeMs, 'scriptMs'),
        'ms',
        'JavaScript beside the peers',
      ),
    ),
    figure('First frame: renderer made, shaders compiled', stackedBars(firsts, 's', 'First frame')),
  ];
}
