import { formatRational } from '../core/rational.ts';
import type { Vec2, Vec3 } from '../core/vec.ts';
import type { BakedStage, Tile } from './baked-stage.ts';
import { facetPoint, panelOfLed } from './facet-geometry.ts';

/** One tile with all that is needed to place its LEDs in space and in the canvas; the record stands alone. */
export interface FacetRecord {
  /** Facet id. */
  readonly facet: number;
  readonly wall: string;
  /** Panels of this window, inclusive. */
  readonly columns: Vec2;
  readonly rows: Vec2;
  /** Outer corner of this window's first LED, stage space, metres: LED (i, j) is centred at o + (i + ½)·pu·u + (j + ½)·pv·v. */
  readonly o: Vec3;
  readonly u: Vec3;
  readonly v: Vec3;
  readonly n: Vec3;
  readonly pitchM: Vec2;
  /** LEDs of this window. */
  readonly sizePx: Vec2;
  /** Where the window lies in its facet. */
  readonly window: { readonly i0: number; readonly j0: number };
  readonly facetSizePx: Vec2;
  readonly canvas: string;
  readonly canvasIndex: number;
  readonly x: number;
  readonly y: number;
  readonly turn: Tile['turnDeg'];
  readonly flip: boolean;
  readonly peakNits: number;
}

/** What `cyc stage bake --json` prints. */
export interface BakeRecords extends Pick<BakedStage, 'name' | 'outerEyeM' | 'canvases' | 'cameras' | 'panelTypes'> {
  readonly rate: string;
  readonly facets: readonly FacetRecord[];
}

/** A baked stage as flat records, one per tile, in the order of the tiles. */
export function bakeRecords(stage: BakedStage): BakeRecords {
  const { name, outerEyeM, canvases, cameras, panelTypes } = stage;
  return {
    name,
    rate: formatRational(stage.rate),
    outerEyeM,
    canvases,
    cameras,
    panelTypes,
    facets: stage.tiles.map((tile) => recordOf(stage, tile)),
  };
}

function recordOf(stage: BakedStage, tile: Tile): FacetRecord {
  const facet = stage.facets[tile.facet];
  const first = panelOfLed(stage, facet, tile.i0, tile.j0);
  const last = panelOfLed(stage, facet, tile.i0 + tile.widthPx - 1, tile.j0 + tile.heightPx - 1);
  return {
    facet: facet.id,
    wall: facet.wall,
    columns: [first.column, last.column],
    rows: [first.row, last.row],
    o: facetPoint(facet, tile.i0, tile.j0),
    u: facet.u,
    v: facet.v,
    n: facet.n,
    pitchM: [facet.pitchUM, facet.pitchVM],
    sizePx: [tile.widthPx, tile.heightPx],
    window: { i0: tile.i0, j0: tile.j0 },
    facetSizePx: [facet.widthPx, facet.heightPx],
    canvas: stage.canvases[tile.canvas].processor,
    canvasIndex: tile.canvas,
    x: tile.xPx,
    y: tile.yPx,
    turn: tile.turnDeg,
    flip: tile.flip,
    peakNits: stage.panelTypes[facet.panelType].peakNits,
  };
}
