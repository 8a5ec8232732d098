import { styleText } from 'node:util';
import type { Command } from 'commander';
import type { CookedReport } from '../../scene/cooked/describe-cooked.ts';
import type { SceneReport } from '../../scene/describe-scene.ts';
import type { GltfInfo } from '../../scene/gltf/read-info.ts';

/** Rows shown of each list; `--json` has all. */
const MAX_ROWS = 24;

/** `cyc scene inspect FILE`: what a scene file holds, what it costs and what is left out of it. */
export function registerScene(program: Command): void {
  program
    .command('scene')
    .description('look into scene files')
    .command('inspect')
    .argument('<file>', '.gltf, .glb, or .cyc (also an http or https address)')
    .description('show what a scene holds, what it costs on the GPU and what is left out')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', '\nExit code: 0 loaded (warnings included), 2 when the file is refused; the reason is one line on stderr.')
    .action(async (file: string, options: { json?: boolean }) => {
      const { isCooked, openCookedScene } = await import('../../platform/node/open-cooked.ts');
      if (isCooked(file)) {
        const { describeCooked } = await import('../../scene/cooked/describe-cooked.ts');
        const report = describeCooked(await openCookedScene(file));
        console.log(options.json ? JSON.stringify(report, null, 2) : formatCookedReport(report));
        return;
      }
      const { inspectSceneFile } = await import('../../platform/node/load-scene.ts');
      const { describeScene } = await import('../../scene/describe-scene.ts');
      const { scene, info, fileBytes } = await inspectSceneFile(file);
      const report = describeScene(scene);
      console.log(options.json ? JSON.stringify({ ...report, ...info, fileBytes }, null, 2) : formatSceneReport(report, info, fileBytes));
    });
}

/** The report as text for a terminal. */
export function formatSceneReport(report: SceneReport, info: GltfInfo, fileBytes: number): string {
  return formatReport(
    report,
    [
      ['file', `${report.file} (${info.kind}, ${bytes(fileBytes)}${info.generator ? `, ${info.generator}` : ''})`],
      ...sizeFacts(report),
      ['triangles', `${number(report.triangles)} drawn, ${number(report.meshlets)} meshlets, ${number(report.vertices)} vertices`],
      ['memory', `geometry ${bytes(report.geometryBytes)}, textures ${bytes(report.textureBytes)} with mips`],
    ],
    info.extensions.map((e) => [e.name, e.required ? 'required' : 'optional', e.treatment]),
  );
}

/** The report of a cooked scene as text for a terminal. */
export function formatCookedReport(report: CookedReport): string {
  const { origin, chunks, gridStepsM } = report;
  const sources = origin.sources.map((source) => `${source.name} (${source.sha256 === null ? 'missing' : source.sha256.slice(0, 12)})`);
  return formatReport(
    report,
    [
      ['file', `${report.file} (${bytes(report.fileBytes)}, ${origin.cooker}, textures ${origin.settings['textures']})`],
      ['content', report.contentHash],
      ['cooked of', sources.length > 4 ? `${sources.slice(0, 3).join(', ')} and ${sources.length - 3} more` : sources.join(', ')],
      ...sizeFacts(report),
      ['triangles', `${number(report.triangles)} drawn, ${number(report.uniqueTriangles)} of their own`],
      [
        'levels',
        `${report.levels}, together ${number(report.trianglesOfAllLevels)} triangles, ${number(report.meshlets)} clusters, ${number(report.vertices)} vertices`,
      ],
      ['grid', gridStepsM ? `positions in steps of ${gridStepsM.map((step) => `${trim(step * 1e6, 3)} µm`).join(' to ')}` : 'no meshes'],
      ['chunks', `${number(chunks.length)}, the first ${bytes(chunks[0]?.bytes ?? 0)}`],
      ['memory', `geometry ${bytes(report.geometryBytes)}, textures ${bytes(report.textureBytes)} with mips`],
    ],
    [],
  );
}

function sizeFacts(report: SceneReport): [string, string][] {
  return [
    ['size', report.sizeM ? `${report.sizeM.map(metres).join(' × ')} m (x × y × z)` : 'nothing to draw'],
    ...(report.boundsMin && report.boundsMax
      ? [['bounds', `${report.boundsMin.map(metres).join(', ')} to ${report.boundsMax.map(metres).join(', ')} m`] as [string, string]]
      : []),
    ['nodes', number(report.nodes)],
    ['draws', `${number(report.instances)} of ${number(report.meshes.length)} meshes`],
  ];
}

function formatReport(report: SceneReport, facts: [string, string][], extensions: readonly (readonly string[])[]): string {
  const lines = ['', heading(report.name), ...columns(facts)];
  const section = (title: string, rows: readonly (readonly string[])[]): void => {
    if (rows.length === 0) return;
    const more = rows.length > MAX_ROWS ? [styleText('dim', `  … and ${rows.length - MAX_ROWS} more (--json shows all)`)] : [];
    lines.push('', heading(`${title} (${rows.length})`), ...columns(rows.slice(0, MAX_ROWS)), ...more);
  };
  section(
    'Meshes',
    report.meshes.map((m) => [m.name, `${number(m.triangles)} triangles`, `${number(m.meshlets)} meshlets`, m.material]),
  );
  section(
    'Materials',
    report.materials.map((m) => [m.name, m.traits.join(', ') || 'opaque', m.textures.map((t) => t.split(':')[0]).join(', ')]),
  );
  section(
    'Textures',
    report.textures.map((t) => [t.name, `${t.widthPx}×${t.heightPx}`, t.srgb ? 'sRGB' : 'linear', `${t.levels} mips`, bytes(t.bytes)]),
  );
  section(
    'Lights',
    report.lights.map((l) => [l.name, l.kind, `${l.color.map((x) => trim(x, 3)).join(', ')} ${l.unit}`]),
  );
  section(
    'Cameras',
    report.cameras.map((c) => [
      c.name,
      c.verticalFovDeg === null ? 'orthographic' : `${trim(c.verticalFovDeg, 1)}° high`,
      c.positionM.map(metres).join(', '),
    ]),
  );
  section('Extensions', extensions);
  const shown = report.warnings.slice(0, MAX_ROWS).map((line) => `${styleText('yellow', '  !')} ${line}`);
  if (shown.length) lines.push('', heading(`Left out or mended (${report.warnings.length})`), ...shown);
  if (report.warnings.length > MAX_ROWS) lines.push(styleText('dim', `  … and ${report.warnings.length - MAX_ROWS} more`));
  return [...lines, ''].join('\n');
}

/** Rows with every column as wide as its longest cell. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => (cell.length > 60 ? `${cell.slice(0, 59)}…` : cell)));
  // The last column may run on: nothing stands to the right of it.
  const widths = cells.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), []);
  return cells.map((row, r) =>
    `  ${row.map((cell, i) => (i === row.length - 1 ? rows[r][i] : cell.padEnd(widths[i]))).join('  ')}`.trimEnd(),
  );
}

const heading = (text: string): string => styleText('bold', text);
const number = (value: number): string => value.toLocaleString('en');
const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
const metres = (value: number): string => trim(value, 3);
function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 2 ** 20) return `${trim(value / 1024, 1)} KiB`;
  return `${trim(value / 2 ** 20, 1)} MiB`;
}
