import type { BakedStage, Canvas, Facet, Tile } from './baked-stage.ts';
import { checkCanvas, coverFacet, type FacetCoverage } from './check-coverage.ts';
import { checkCamera } from './check-lens.ts';
import { distanceInFront } from './facet-geometry.ts';

/** Something that a stage check found. An 'error' means that the wall would show a wrong picture. */
export interface StageProblem {
  readonly severity: 'error' | 'warning';
  /** Stable; may be scripted against. */
  readonly code:
    | 'LED_UNMAPPED'
    | 'LED_MAPPED_TWICE'
    | 'PIXEL_SHARED'
    | 'TILE_OUTSIDE_CANVAS'
    | 'PORTS_OVERLOADED'
    | 'EYE_BEHIND_WALL'
    | 'LENS_FOLDS'
    | 'PIXELS_NOT_SQUARE'
    | 'TRACKING_SHARED';
  /** Wall, canvas or camera. */
  readonly where: string;
  readonly text: string;
}

export interface WallReport {
  readonly wall: string;
  readonly panelType: string;
  readonly columns: number;
  readonly rows: number;
  readonly facets: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly leds: number;
  readonly pitchMm: readonly [number, number];
  readonly sizeM: readonly [number, number];
  readonly unmapped: number;
  readonly mappedTwice: number;
}

export interface CanvasReport {
  readonly processor: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: number;
  readonly transfer: string;
  readonly tiles: number;
  readonly panels: number;
  /** LEDs placed, and their part of the canvas. */
  readonly leds: number;
  readonly filled: number;
  /** Ports that the panels need when none is split, and what there is; null where the file does not say. */
  readonly ports: { readonly needed: number; readonly count: number; readonly maxPixels: number; readonly load: number } | null;
}

/** What `cyc stage check` proves and prints. */
export interface StageReport {
  readonly name: string;
  readonly leds: number;
  readonly unmapped: number;
  readonly mappedTwice: number;
  readonly facets: number;
  readonly tiles: number;
  readonly walls: readonly WallReport[];
  readonly canvases: readonly CanvasReport[];
  readonly problems: readonly StageProblem[];
  /** No errors; there may be warnings. */
  readonly ok: boolean;
}

/**
 * Checks a baked stage by counting: every LED is placed exactly once, no two on one canvas pixel, tiles inside their canvases,
 * processors able to drive their panels, the outer eye in front of the walls, lens models valid over the grown sensors.
 */
export function checkStage(stage: BakedStage): StageReport {
  const tilesOf = groupBy(stage.tiles, (tile) => tile.facet);
  const coverages = stage.facets.map((facet) => coverFacet(stage, facet, tilesOf.get(facet.id) ?? []));
  const walls = [...groupBy(stage.facets, (facet) => facet.wall).values()].map((facets) => reportWall(stage, facets, coverages));
  const canvasTiles = groupBy(stage.tiles, (tile) => tile.canvas);
  const canvases = stage.canvases.map((canvas, index) => reportCanvas(stage, canvas, canvasTiles.get(index) ?? []));
  const problems = [
    ...stage.facets.flatMap((facet) => coverageProblems(facet, coverages[facet.id])),
    ...stage.canvases.flatMap((canvas, index) => checkCanvas(stage, canvas, canvasTiles.get(index) ?? [])),
    ...canvases.flatMap(portProblems),
    ...eyeProblems(stage),
    ...stage.cameras.flatMap(checkCamera),
    ...trackingProblems(stage),
  ];
  return {
    name: stage.name,
    leds: total(walls, (wall) => wall.leds),
    unmapped: total(walls, (wall) => wall.unmapped),
    mappedTwice: total(walls, (wall) => wall.mappedTwice),
    facets: stage.facets.length,
    tiles: stage.tiles.length,
    walls,
    canvases,
    problems,
    ok: problems.every((problem) => problem.severity !== 'error'),
  };
}

function reportWall(stage: BakedStage, facets: readonly Facet[], coverages: readonly FacetCoverage[]): WallReport {
  const [first] = facets;
  const last = facets.at(-1)!;
  const widthPx = total(facets, (facet) => facet.widthPx);
  return {
    wall: first.wall,
    panelType: stage.panelTypes[first.panelType].name,
    columns: last.columns[1] + 1,
    rows: last.rows[1] + 1,
    facets: facets.length,
    widthPx,
    heightPx: first.heightPx,
    leds: widthPx * first.heightPx,
    pitchMm: [first.pitchUM * 1000, first.pitchVM * 1000],
    sizeM: [widthPx * first.pitchUM, first.heightPx * first.pitchVM],
    unmapped: total(facets, (facet) => coverages[facet.id].unmapped),
    mappedTwice: total(facets, (facet) => coverages[facet.id].doubled),
  };
}

function reportCanvas(stage: BakedStage, canvas: Canvas, tiles: readonly Tile[]): CanvasReport {
  const leds = total(tiles, (tile) => tile.widthPx * tile.heightPx);
  const panelSizes = tiles.flatMap((tile) => {
    const [width, height] = stage.panelTypes[stage.facets[tile.facet].panelType].pixels;
    return new Array<number>(Math.round((tile.widthPx * tile.heightPx) / (width * height))).fill(width * height);
  });
  const { ports } = canvas;
  return {
    processor: canvas.processor,
    widthPx: canvas.widthPx,
    heightPx: canvas.heightPx,
    bitDepth: canvas.bitDepth,
    transfer: transferText(canvas),
    tiles: tiles.length,
    panels: panelSizes.length,
    leds,
    filled: leds / (canvas.widthPx * canvas.heightPx),
    ports: ports ? { needed: portsNeeded(panelSizes, ports.maxPixels), ...ports, load: leds / (ports.count * ports.maxPixels) } : null,
  };
}

/** Ports that carry these panels when a panel hangs on one port: fullest first, largest panels first. Infinity where one is too large. */
export function portsNeeded(panelPixels: readonly number[], maxPixels: number): number {
  const free: number[] = [];
  for (const [size, count] of [...groupBy(panelPixels, (size) => size)]
    .map(([size, list]) => [size, list.length])
    .sort((a, b) => b[0] - a[0])) {
    if (size > maxPixels) return Number.POSITIVE_INFINITY;
    let left = count;
    for (let port = 0; port < free.length && left > 0; port++) {
      const fits = Math.min(left, Math.floor(free[port] / size));
      free[port] -= fits * size;
      left -= fits;
    }
    for (; left > 0; left -= Math.floor(maxPixels / size)) free.push(maxPixels - Math.min(left, Math.floor(maxPixels / size)) * size);
  }
  return free.length;
}

/** The canvas's transfer function in words. */
export function transferText({ transfer }: Canvas): string {
  if (transfer.kind === 'pq') return 'PQ';
  return `${transfer.kind === 'srgb' ? 'sRGB' : `gamma ${transfer.gamma}`}, white ${transfer.whiteNits} nits`;
}

function coverageProblems(facet: Facet, coverage: FacetCoverage): StageProblem[] {
  const where = `wall ${facet.wall}`;
  const problem = (code: StageProblem['code'], count: number, what: string, panels: readonly string[]): StageProblem[] =>
    count ? [{ severity: 'error', code, where, text: `${count} LEDs ${what}: ${panelsText(panels)}` }] : [];
  return [
    ...problem('LED_UNMAPPED', coverage.unmapped, 'are in no canvas', coverage.unmappedPanels),
    ...problem('LED_MAPPED_TWICE', coverage.doubled, 'are mapped more than once', coverage.doubledPanels),
  ];
}

function portProblems({ processor, ports, leds }: CanvasReport): StageProblem[] {
  if (!ports || ports.needed <= ports.count) return [];
  const text = Number.isFinite(ports.needed)
    ? `${leds} LEDs need ${ports.needed} ports of ${ports.maxPixels}; there are ${ports.count}`
    : `one panel has more LEDs than a port carries (${ports.maxPixels})`;
  return [{ severity: 'error', code: 'PORTS_OVERLOADED', where: `canvas ${processor}`, text }];
}

function eyeProblems(stage: BakedStage): StageProblem[] {
  const behind = stage.facets.filter((facet) => !(distanceInFront(facet, stage.outerEyeM) > 0));
  return [...groupBy(behind, (facet) => facet.wall)].map(([wall, facets]) => ({
    severity: 'warning',
    code: 'EYE_BEHIND_WALL',
    where: `wall ${wall}`,
    text: `the outer eye at ${stage.outerEyeM.join(', ')} is not in front of columns ${some(facets.map(({ columns: [a, b] }) => (a === b ? `${a}` : `${a}–${b}`)))}; they stay black outside the inner frusta`,
  }));
}

function trackingProblems(stage: BakedStage): StageProblem[] {
  const tracked = stage.cameras.filter((camera) => camera.tracking?.port != null);
  const groups = groupBy(tracked, ({ tracking }) => [tracking!.kind, tracking!.port, tracking!.multicast, tracking!.subject].join());
  return [...groups.values()].flatMap((cameras) =>
    cameras.length < 2
      ? []
      : [
          {
            severity: 'warning' as const,
            code: 'TRACKING_SHARED' as const,
            where: cameras.map((camera) => `camera ${camera.id}`).join(', '),
            text: 'they follow the same subject on the same port; give each its own "subject"',
          },
        ],
  );
}

/** Few panels by name, many by the block that they lie in. Panels are `column/row`. */
function panelsText(panels: readonly string[]): string {
  if (panels.length <= 6) return `panel${panels.length === 1 ? '' : 's'} (column/row) ${panels.join(', ')}`;
  const range = (part: 0 | 1): string => {
    const numbers = panels.map((panel) => Number(panel.split('/')[part]));
    return `${numbers.reduce((a, b) => Math.min(a, b))}–${numbers.reduce((a, b) => Math.max(a, b))}`;
  };
  return `${panels.length} panels within columns ${range(0)}, rows ${range(1)}`;
}

const some = (items: readonly string[]): string =>
  `${items.slice(0, 8).join(', ')}${items.length > 8 ? ` and ${items.length - 8} more` : ''}`;

const total = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((sum, item) => sum + of(item), 0);

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
