/** Charts of the benchmark's report as SVG text. Colours are classes of `bench-report-style.ts`, so that light and dark need one drawing. */

/** Series colours in the style sheet. */
export const SERIES = 8;

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Number with three significant digits and a thousands' separator. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return Number.isFinite(value) ? '0' : '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

/** 1 k, 10 M, 1 G. */
export function prefixed(value: number): string {
  const [size, letter] = value >= 1e9 ? [1e9, ' G'] : value >= 1e6 ? [1e6, ' M'] : value >= 1e3 ? [1e3, ' k'] : [1, ''];
  return `${Number((value / size).toPrecision(3))}${letter}`;
}

const px = (value: number): string => value.toFixed(1);

/** At most about `count` round steps from 0 (or below `max`) up to `max`. */
function ticksTo(max: number, count: number): number[] {
  const raw = max / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999)!;
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, k) => k * step);
}

const svg = (width: number, height: number, title: string, body: readonly string[]): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}"><title>${escapeHtml(title)}</title>${body.join('')}</svg>`;
const text = (x: number, y: number, content: string, kind = '', anchor: 'start' | 'middle' | 'end' = 'start'): string =>
  `<text x="${px(x)}" y="${px(y)}" class="${kind}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
const line = (x0: number, y0: number, x1: number, y1: number, kind: string): string =>
  `<line x1="${px(x0)}" y1="${px(y0)}" x2="${px(x1)}" y2="${px(y1)}" class="${kind}"/>`;
const rect = (x: number, y: number, w: number, h: number, kind: string, tip = ''): string =>
  `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, w))}" height="${px(Math.max(0, h))}" class="${kind}">${tip ? `<title>${escapeHtml(tip)}</title>` : ''}</rect>`;

/** Rough width of a label in the charts' 12 px type. */
const widthOf = (label: string): number => label.length * 6.6;

export interface Mark {
  readonly label: string;
  readonly value: number;
}

/**
 * Histogram of times with percentile marks and the budget line. The axis holds the budget when it is within three times the largest sample;
 * otherwise the line stands at the edge with an arrow.
 */
export function histogram(samples: readonly number[], marks: readonly Mark[], budgetMs: number, title: string): string {
  const [width, height, left, bottom, top] = [560, 226, 34, 34, 68];
  const largest = Math.max(...samples);
  const smallest = Math.min(...samples);
  const holds = budgetMs < largest * 3;
  const to = Math.max(largest, holds ? budgetMs : 0) * 1.06;
  const from = smallest > to * 0.5 && !(holds && budgetMs < smallest) ? smallest - (to - smallest) * 0.15 : 0;
  const bins = Math.max(8, Math.min(60, Math.round(Math.sqrt(samples.length) * 4)));
  const counts = new Array<number>(bins).fill(0);
  for (const sample of samples) counts[Math.min(bins - 1, Math.floor(((sample - from) / (to - from)) * bins))]!++;
  const most = Math.max(...counts);
  const x = (ms: number): number => left + ((ms - from) / (to - from)) * (width - left - 14);
  const y = (count: number): number => height - bottom - (count / most) * (height - bottom - top);
  const step = (to - from) / bins;
  const bars = counts.map((count, k) => {
    if (count === 0) return '';
    const tip = `${count} of ${samples.length} frames: ${short(from + k * step)}–${short(from + (k + 1) * step)} ms`;
    return rect(x(from + k * step) + 0.5, y(count), x(step + from) - x(from) - 1, height - bottom - y(count), 'fill0', tip);
  });
  const ticks = ticksTo(to - from, 6).map((tick) => tick + from);
  const axis = ticks.flatMap((ms) => [
    line(x(ms), height - bottom, x(ms), height - bottom + 4, 'axis'),
    text(x(ms), height - bottom + 16, short(ms), 'tick', 'middle'),
  ]);
  // Labels of near marks go on lines of their own.
  let [lastEnd, row] = [-Infinity, 0];
  const percentiles = marks.flatMap(({ label, value }) => {
    const content = `${label} ${short(value)}`;
    const at = Math.min(x(value) + 3, width - widthOf(content) - 4);
    row = at < lastEnd ? (row + 1) % 4 : 0;
    lastEnd = at + widthOf(content);
    const labelY = 12 + row * 13;
    return [line(x(value), labelY + 3, x(value), height - bottom, 'mark'), text(at, labelY, content, 'label')];
  });
  const budgetText = `budget ${short(budgetMs)} ms`;
  const fits = x(budgetMs) + 4 + widthOf(budgetText) < width;
  const budget = holds
    ? [
        line(x(budgetMs), top - 8, x(budgetMs), height - bottom, 'budget'),
        text(x(budgetMs) + (fits ? 4 : -4), top + 2, budgetText, 'alarm', fits ? 'start' : 'end'),
      ]
    : [text(left, height - 4, `${budgetText} lies to the right →`, 'alarm')];
  return svg(width, height, title, [
    line(left, height - bottom, width - 14, height - bottom, 'axis'),
    text(left - 6, y(most) + 4, String(most), 'tick', 'end'),
    text(width - 14, height - 4, 'ms per frame', 'tick', 'end'),
    ...bars,
    ...axis,
    ...percentiles,
    ...budget,
  ]);
}

export interface StackedRow {
  readonly label: string;
  readonly parts: readonly Mark[];
}

/** Horizontal bars of stacked parts; the names of the parts stand in a legend, in the order of their first appearance. */
export function stackedBars(rows: readonly StackedRow[], unit: string, title: string): string {
  const names = [...new Set(rows.flatMap((row) => row.parts.map((part) => part.label)))];
  const left = Math.min(190, 16 + Math.max(...rows.map((row) => widthOf(row.label))));
  const width = 560;
  // One kind of part needs no name: the caption says it.
  const legend = legendLines(names.length > 1 ? names : [], width);
  const [barHeight, top] = [22, 10 + legend.heightPx];
  const height = top + rows.length * (barHeight + 8) + 26;
  const total = (row: StackedRow): number => row.parts.reduce((sum, part) => sum + part.value, 0);
  const max = Math.max(...rows.map(total), 1e-9);
  const x = (value: number): number => left + (value / max) * (width - left - 76);
  const bars = rows.flatMap((row, r) => {
    const y = top + r * (barHeight + 8);
    let sum = 0;
    const parts = row.parts.map((part) => {
      const from = sum;
      sum += part.value;
      const tip = `${row.label}, ${part.label}: ${short(part.value)} ${unit}`;
      return rect(x(from), y, x(sum) - x(from), barHeight, `fill${names.indexOf(part.label) % SERIES}`, tip);
    });
    return [text(left - 8, y + 15, row.label, 'label', 'end'), ...parts, text(x(sum) + 6, y + 15, `${short(sum)} ${unit}`, 'label')];
  });
  const axis = ticksTo(max, 5).flatMap((tick) => [
    line(x(tick), top - 2, x(tick), height - 22, 'grid'),
    text(x(tick), height - 8, short(tick), 'tick', 'middle'),
  ]);
  return svg(width, height, title, [...axis, ...legend.marks, ...bars]);
}

function legendLines(names: readonly string[], width: number): { readonly marks: string[]; readonly heightPx: number } {
  let [x, y] = [8, 14];
  const marks = names.flatMap((name, k) => {
    if (x + 22 + widthOf(name) > width) [x, y] = [8, y + 18];
    const at = x;
    x += 34 + widthOf(name);
    return [rect(at, y - 9, 11, 11, `fill${k % SERIES}`), text(at + 16, y, name, 'label')];
  });
  return { marks, heightPx: names.length > 0 ? y + 6 : 0 };
}

export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Curves over a logarithmic x axis; y logarithmic or from zero. */
export function curves(
  all: readonly Curve[],
  xLabel: string,
  yLabel: string,
  options: { readonly logY: boolean; readonly limit?: Mark },
  title: string,
): string {
  const [width, left, bottom] = [560, 58, 40];
  const legend = legendLines(
    all.map((curve) => curve.label),
    width,
  );
  const top = 28 + legend.heightPx;
  const height = top + 190 + bottom;
  const points = all.flatMap((curve) => curve.points.filter(([, y]) => y > 0));
  const xs = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const values = [...points.map(([, y]) => y), ...(options.limit ? [options.limit.value] : [])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [logFrom, logTo] = [Math.floor(Math.log10(low) - 0.05), Math.ceil(Math.log10(high) + 0.05)];
  const yTicks = options.logY ? Array.from({ length: logTo - logFrom + 1 }, (_, k) => 10 ** (logFrom + k)) : ticksTo(high * 1.12, 5);
  const yTop = options.logY ? 10 ** logTo : high * 1.12;
  const share = (y: number): number => (options.logY ? (Math.log10(y) - logFrom) / (logTo - logFrom) : y / yTop);
  const y = (value: number): number => height - bottom - share(value) * (height - bottom - top);
  const span = Math.log(xs.at(-1)! / xs[0]!) || 1;
  const x = (value: number): number => left + 14 + (Math.log(value / xs[0]!) / span) * (width - left - 40);
  const grid = yTicks.flatMap((tick) => [
    line(left, y(tick), width - 12, y(tick), 'grid'),
    text(left - 6, y(tick) + 4, prefixed(tick), 'tick', 'end'),
  ]);
  const xTicks = xs.flatMap((value) => [
    line(x(value), height - bottom, x(value), height - bottom + 4, 'axis'),
    text(x(value), height - bottom + 17, prefixed(value), 'tick', 'middle'),
  ]);
  const drawn = all.flatMap((curve, k) => {
    const seen = curve.points.filter(([, value]) => value > 0);
    const path = seen.map(([a, b], i) => `${i ? 'L' : 'M'}${px(x(a))} ${px(y(b))}`).join('');
    const dots = seen.map(
      ([a, b]) =>
        `<circle cx="${px(x(a))}" cy="${px(y(b))}" r="3.5" class="fill${k % SERIES}"><title>${escapeHtml(`${curve.label}: ${short(b)} at ${prefixed(a)} ${xLabel}`)}</title></circle>`,
    );
    return [`<path d="${path}" class="stroke${k % SERIES}"/>`, ...dots];
  });
  const limit = options.limit
    ? [
        line(left, y(options.limit.value), width - 12, y(options.limit.value), 'budget'),
        text(width - 14, y(options.limit.value) - 5, options.limit.label, 'alarm', 'end'),
      ]
    : [];
  const axes = [line(left, height - bottom, width - 12, height - bottom, 'axis'), line(left, top, left, height - bottom, 'axis')];
  const names = [text(width - 12, height - 6, xLabel, 'tick', 'end'), text(4, top - 12, yLabel, 'tick')];
  return svg(width, height, title, [...grid, ...axes, ...xTicks, ...names, ...legend.marks, ...drawn, ...limit]);
}
