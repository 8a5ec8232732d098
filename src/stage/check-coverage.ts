import type { BakedStage, Canvas, Facet, Tile } from './baked-stage.ts';
import type { StageProblem } from './check-stage.ts';
import { panelOfLed } from './facet-geometry.ts';
import { placedSize } from './tile-placement.ts';

/** How often the LEDs of one facet are mapped. */
export interface FacetCoverage {
  readonly unmapped: number;
  /** Mapped more than once. */
  readonly doubled: number;
  readonly unmappedPanels: readonly string[];
  readonly doubledPanels: readonly string[];
}

/** Counts every LED of a facet: how many tiles place it. */
export function coverFacet(stage: BakedStage, facet: Facet, tiles: readonly Tile[]): FacetCoverage {
  const { widthPx, heightPx } = facet;
  // Saturates at 2: more than once is all the same.
  const counts = new Uint8Array(widthPx * heightPx);
  for (const tile of tiles)
    for (let j = tile.j0; j < tile.j0 + tile.heightPx; j++)
      for (let k = j * widthPx + tile.i0; k < j * widthPx + tile.i0 + tile.widthPx; k++) if (counts[k] < 2) counts[k]++;
  let [unmapped, doubled] = [0, 0];
  const panels = [new Set<string>(), new Set<string>()] as const;
  counts.forEach((count, k) => {
    if (count === 1) return;
    const { column, row } = panelOfLed(stage, facet, k % widthPx, Math.floor(k / widthPx));
    panels[count === 0 ? 0 : 1].add(`${column}/${row}`);
    if (count === 0) unmapped++;
    else doubled++;
  });
  return { unmapped, doubled, unmappedPanels: [...panels[0]], doubledPanels: [...panels[1]] };
}

/** Tiles that leave their canvas, and canvas pixels that more than one LED lands on. */
export function checkCanvas(stage: BakedStage, canvas: Canvas, tiles: readonly Tile[]): StageProblem[] {
  const problems: StageProblem[] = [];
  // Only the part that tiles reach: canvases may be large and nearly empty.
  const reach = (edge: (tile: Tile) => number): number => tiles.reduce((most, tile) => Math.max(most, edge(tile)), 0);
  const usedW = Math.min(
    canvas.widthPx,
    reach((tile) => tile.xPx + placedSize(tile)[0]),
  );
  const usedH = Math.min(
    canvas.heightPx,
    reach((tile) => tile.yPx + placedSize(tile)[1]),
  );
  const counts = new Uint8Array(usedW * usedH);
  for (const tile of tiles) {
    const [width, height] = placedSize(tile);
    const [x1, y1] = [tile.xPx + width, tile.yPx + height];
    if (tile.xPx < 0 || tile.yPx < 0 || x1 > canvas.widthPx || y1 > canvas.heightPx)
      problems.push({
        severity: 'error',
        code: 'TILE_OUTSIDE_CANVAS',
        where: `canvas ${canvas.processor}`,
        text: `${tileName(stage, tile)} reaches to pixel (${x1}, ${y1}) of a canvas of ${canvas.widthPx} × ${canvas.heightPx}`,
      });
    for (let y = Math.max(0, tile.yPx); y < Math.min(y1, usedH); y++)
      for (let x = Math.max(0, tile.xPx); x < Math.min(x1, usedW); x++) {
        const k = y * usedW + x;
        if (counts[k] < 2) counts[k]++;
      }
  }
  const shared = counts.reduce((sum, count) => sum + (count > 1 ? 1 : 0), 0);
  if (shared)
    problems.push({
      severity: 'error',
      code: 'PIXEL_SHARED',
      where: `canvas ${canvas.processor}`,
      text: `${shared} pixels are given to more than one LED: ${overlaps(stage, tiles)}`,
    });
  return problems;
}

/** A tile in the words of the stage file. */
export function tileName(stage: BakedStage, tile: Tile): string {
  const facet = stage.facets[tile.facet];
  const first = panelOfLed(stage, facet, tile.i0, tile.j0);
  const last = panelOfLed(stage, facet, tile.i0 + tile.widthPx - 1, tile.j0 + tile.heightPx - 1);
  const range = (name: string, a: number, b: number): string => (a === b ? `${name} ${a}` : `${name}s ${a}–${b}`);
  return `wall "${facet.wall}" ${range('column', first.column, last.column)} ${range('row', first.row, last.row)}`;
}

/** The first pairs of tiles that lie on one another. */
function overlaps(stage: BakedStage, tiles: readonly Tile[]): string {
  const sorted = [...tiles].sort((a, b) => a.xPx - b.xPx);
  const pairs: string[] = [];
  for (let a = 0; a < sorted.length && pairs.length < 3; a++) {
    const [widthA, heightA] = placedSize(sorted[a]);
    for (let b = a + 1; b < sorted.length && sorted[b].xPx < sorted[a].xPx + widthA && pairs.length < 3; b++) {
      const meet = sorted[b].yPx < sorted[a].yPx + heightA && sorted[a].yPx < sorted[b].yPx + placedSize(sorted[b])[1];
      if (meet) pairs.push(`${tileName(stage, sorted[a])} and ${tileName(stage, sorted[b])}`);
    }
  }
  return pairs.join('; ');
}
