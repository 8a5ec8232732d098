import type { Facet, Tile } from './baked-stage.ts';
import type { MapEntry, PanelTypeEntry, ProcessorEntry, WallEntry } from './stage-document.ts';
import { canvasFromLed, type Placement, placeWindow } from './tile-placement.ts';

/** A wall with what its map entries refer to. */
export interface BakedWall {
  readonly wall: WallEntry;
  readonly panel: PanelTypeEntry;
  readonly facets: readonly Facet[];
}

/**
 * Tiles of one canvas: map entries split by facet, then neighbours that lie side by side on the wall and in the canvas joined again,
 * so that there are as few as possible. LEDs mapped twice stay in two tiles (`checkStage` reports them).
 */
export function bakeTiles(processor: ProcessorEntry, canvas: number, walls: ReadonlyMap<string, BakedWall>): Tile[] {
  const windows = processor.map.flatMap((entry) => {
    const wall = walls.get(entry.wall)!;
    return blocksOf(entry, wall.wall).flatMap((block) => splitByFacet(block, wall, canvas));
  });
  const groups = new Map<string, Tile[]>();
  for (const tile of windows) {
    // Tiles whose LEDs follow one linear map facet → canvas may be joined.
    const key = [tile.facet, tile.turnDeg, tile.flip, ...canvasFromLed(tile, -tile.i0, -tile.j0)].join();
    const group = groups.get(key);
    if (group) group.push(tile);
    else groups.set(key, [tile]);
  }
  return [...groups.values()]
    .flatMap(joinTiles)
    .sort((a, b) => a.facet - b.facet || a.j0 - b.j0 || a.i0 - b.i0 || a.yPx - b.yPx || a.xPx - b.xPx);
}

interface Block {
  readonly columns: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly at: Pick<Placement, 'xPx' | 'yPx' | 'turnDeg' | 'flip'>;
}

function blocksOf(entry: MapEntry, wall: WallEntry): Block[] {
  if ('panels' in entry)
    return entry.panels.map((p) => ({ columns: [p.column, p.column], rows: [p.row, p.row], at: { turnDeg: 0, flip: false, ...p } }));
  const columns = entry.columns ?? ([0, wall.columns - 1] as const);
  const rows = entry.rows ?? ([0, wall.rows - 1] as const);
  return [{ columns: [columns[0], columns[1]], rows: [rows[0], rows[1]], at: { turnDeg: 0, flip: false, ...entry } }];
}

function splitByFacet(block: Block, { panel, facets }: BakedWall, canvas: number): Tile[] {
  const [panelW, panelH] = panel.pixels;
  const [c0, c1] = block.columns;
  const [r0, r1] = block.rows;
  const outer: Placement = {
    xPx: block.at.xPx,
    yPx: block.at.yPx,
    turnDeg: block.at.turnDeg,
    flip: block.at.flip,
    widthPx: (c1 - c0 + 1) * panelW,
    heightPx: (r1 - r0 + 1) * panelH,
  };
  return facets.flatMap((facet) => {
    const first = Math.max(c0, facet.columns[0]);
    const last = Math.min(c1, facet.columns[1]);
    if (first > last) return [];
    const placed = placeWindow(outer, (first - c0) * panelW, 0, (last - first + 1) * panelW, outer.heightPx);
    return [{ facet: facet.id, i0: (first - facet.columns[0]) * panelW, j0: r0 * panelH, canvas, ...placed }];
  });
}

/** Joins tiles of one linear map; tries rows first and columns first and keeps the shorter list. */
function joinTiles(tiles: readonly Tile[]): Tile[] {
  const byRows = joinAlong(joinAlong(tiles, 'u'), 'v');
  const byColumns = joinAlong(joinAlong(tiles, 'v'), 'u');
  return byColumns.length < byRows.length ? byColumns : byRows;
}

function joinAlong(tiles: readonly Tile[], axis: 'u' | 'v'): Tile[] {
  const [start, size, otherStart, otherSize] =
    axis === 'u' ? (['i0', 'widthPx', 'j0', 'heightPx'] as const) : (['j0', 'heightPx', 'i0', 'widthPx'] as const);
  const sorted = [...tiles].sort((a, b) => a[otherStart] - b[otherStart] || a[otherSize] - b[otherSize] || a[start] - b[start]);
  const out: Tile[] = [];
  for (const tile of sorted) {
    const last = out.at(-1);
    const joins =
      last && last[otherStart] === tile[otherStart] && last[otherSize] === tile[otherSize] && last[start] + last[size] === tile[start];
    if (joins)
      out[out.length - 1] = {
        ...last,
        xPx: Math.min(last.xPx, tile.xPx),
        yPx: Math.min(last.yPx, tile.yPx),
        [size]: last[size] + tile[size],
      };
    else out.push(tile);
  }
  return out;
}
