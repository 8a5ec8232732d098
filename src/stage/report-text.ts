import type { BakeRecords } from './bake-records.ts';
import type { StageReport } from './check-stage.ts';

/** A line for a terminal; `tone` says how it is coloured where there is colour. */
export interface ReportLine {
  readonly text: string;
  readonly tone?: 'heading' | 'good' | 'warning' | 'error' | 'soft';
}

/** The report of `cyc stage check` as lines of text. */
export function reportText(report: StageReport): ReportLine[] {
  const walls = table(
    ['wall', 'panels', 'type', 'facets', 'LEDs', 'size m', 'pitch mm', 'mapped'],
    report.walls.map((wall) => [
      wall.wall,
      `${wall.columns} × ${wall.rows}`,
      wall.panelType,
      `${wall.facets}`,
      `${wall.widthPx} × ${wall.heightPx}`,
      wall.sizeM.map((size) => size.toFixed(2)).join(' × '),
      wall.pitchMm[0] === wall.pitchMm[1] ? fixed(wall.pitchMm[0]) : wall.pitchMm.map(fixed).join(' × '),
      wall.unmapped || wall.mappedTwice ? `${wall.unmapped} missing, ${wall.mappedTwice} twice` : 'all once',
    ]),
  );
  const canvases = table(
    ['canvas', 'pixels', 'signal', 'tiles', 'panels', 'LEDs', 'used', 'ports needed', 'load'],
    report.canvases.map((canvas) => [
      canvas.processor,
      `${canvas.widthPx} × ${canvas.heightPx}`,
      `${canvas.bitDepth} bit ${canvas.transfer}`,
      `${canvas.tiles}`,
      `${canvas.panels}`,
      `${canvas.leds}`,
      percent(canvas.filled),
      canvas.ports ? `${canvas.ports.needed} of ${canvas.ports.count}` : 'not stated',
      canvas.ports ? percent(canvas.ports.load) : '',
    ]),
  );
  const errors = report.problems.filter((problem) => problem.severity === 'error').length;
  const verdict: ReportLine = report.ok
    ? { text: `${report.leds} LEDs, each mapped exactly once; ${report.facets} facets, ${report.tiles} tiles`, tone: 'good' }
    : {
        text: `${errors} ${errors === 1 ? 'problem' : 'problems'}: ${report.unmapped} LEDs unmapped, ${report.mappedTwice} mapped more than once, of ${report.leds}`,
        tone: 'error',
      };
  const problems = report.problems.map(
    ({ severity, code, where, text }): ReportLine => ({ text: `  ${severity}  ${where}: ${text} [${code}]`, tone: severity }),
  );
  return [{ text: report.name, tone: 'heading' }, { text: '' }, ...walls, { text: '' }, ...canvases, { text: '' }, ...problems, verdict];
}

/** The table of `cyc stage bake`. */
export function bakeText(baked: BakeRecords): ReportLine[] {
  const meters = (values: readonly number[]): string => values.map((value) => (value + 0).toFixed(4)).join(' ');
  const range = ([a, b]: readonly number[]): string => (a === b ? `${a}` : `${a}–${b}`);
  const rows = baked.facets.map((record) => [
    `${record.facet}`,
    record.wall,
    range(record.columns),
    range(record.rows),
    meters(record.o),
    meters(record.u),
    meters(record.v),
    record.pitchM.map((pitch) => fixed(pitch * 1000)).join(' × '),
    record.sizePx.join(' × '),
    `${record.window.i0},${record.window.j0}`,
    record.canvas,
    `${record.x},${record.y}`,
    `${record.turn}°${record.flip ? ' flip' : ''}`,
  ]);
  const head = ['facet', 'wall', 'cols', 'rows', 'o (m)', 'u', 'v', 'pitch mm', 'LEDs', 'window', 'canvas', 'at', 'turn'];
  const title = `${baked.name}: ${baked.rate} frames a second, outer eye ${baked.outerEyeM.join(', ')} m, ${baked.cameras.length} cameras`;
  return [{ text: title, tone: 'heading' }, { text: '' }, ...table(head, rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): ReportLine[] {
  const widths = head.map((title, k) => rows.reduce((width, row) => Math.max(width, [...row[k]].length), title.length));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, k) => cell + ' '.repeat(widths[k] - [...cell].length))
      .join('  ')
      .trimEnd();
  return [{ text: lineOf(head), tone: 'soft' }, ...rows.map((row) => ({ text: lineOf(row) }))];
}

const fixed = (value: number): string => `${Math.round(value * 1000) / 1000}`;
const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
