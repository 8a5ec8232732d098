import type { Vec2 } from '../core/vec.ts';
import type { BakedStage, Tile } from './baked-stage.ts';
import { tileName } from './check-coverage.ts';
import { transferText } from './check-stage.ts';
import { panelOfLed } from './facet-geometry.ts';
import { strokeText, textWidth } from './stroke-font.ts';
import { arrow, colorOf, FAINT_INK, HEAD_PX, hatchedRect, INK, rect, SOFT_INK, svgDocument } from './svg.ts';
import { canvasFromLed, placedSize, placeWindow } from './tile-placement.ts';

const MAX_WIDTH_PX = 1600;
const MAX_HEIGHT_PX = 1200;
const SIDE_PX = 32;
/** Panels smaller than this in the drawing get no borders, and labels need more. */
const MIN_PANEL_PX = 4;

/**
 * One processor's canvas: every panel where it lands with its column and row, arrows along the wall's right (long) and up (short, with a
 * bar where the picture is mirrored), unused pixels hatched. SVG text.
 */
export function drawCanvas(stage: BakedStage, canvasIndex: number): string {
  const canvas = stage.canvases[canvasIndex];
  const walls = [...new Set(stage.facets.map((facet) => facet.wall))];
  const tiles = stage.tiles.filter((tile) => tile.canvas === canvasIndex);
  const scale = Math.min(8, (MAX_WIDTH_PX - 2 * SIDE_PX) / canvas.widthPx, (MAX_HEIGHT_PX - HEAD_PX - SIDE_PX) / canvas.heightPx);
  const [width, height] = [canvas.widthPx * scale, canvas.heightPx * scale];
  const toPx = ([x, y]: Vec2): Vec2 => [SIDE_PX + x * scale, HEAD_PX + y * scale];
  const used = tiles.reduce((sum, tile) => sum + tile.widthPx * tile.heightPx, 0);
  const filled = ((100 * used) / (canvas.widthPx * canvas.heightPx)).toFixed(1);
  const facts = `${canvas.widthPx} × ${canvas.heightPx} px, ${canvas.bitDepth} bit, ${transferText(canvas)}; ${tiles.length} tiles, ${used} LEDs, ${filled} % used; long arrow: right on the wall, short: up`;
  return svgDocument(2 * SIDE_PX + width, HEAD_PX + height + SIDE_PX, `${stage.name} – canvas ${canvas.processor}`, facts, [
    hatchedRect(...toPx([0, 0]), width, height, FAINT_INK),
    ...tiles.map((tile) => drawTile(stage, tile, colorOf(walls.indexOf(stage.facets[tile.facet].wall)), toPx, scale)),
    rect(...toPx([0, 0]), width, height, { stroke: INK, width: 1.5 }),
  ]);
}

function drawTile(stage: BakedStage, tile: Tile, color: string, toPx: (p: Vec2) => Vec2, scale: number): string {
  const [w, h] = placedSize(tile);
  const [x, y] = toPx([tile.xPx, tile.yPx]);
  const facet = stage.facets[tile.facet];
  const name = w * scale > textWidth(facet.wall, 9) + 8 && h * scale > 40 ? facet.wall : '';
  return [
    rect(x, y, w * scale, h * scale, { fill: '#ffffff' }),
    rect(x, y, w * scale, h * scale, { fill: color, fillOpacity: 0.18, stroke: color, width: 1.6 }),
    `<g><title>${tileName(stage, tile).replaceAll(/[&<>"]/g, ' ')}</title>`,
    ...panelsOf(stage, tile, toPx, scale, color),
    '</g>',
    orientation(tile, toPx, scale, color),
    name && strokeText(name, x + (w * scale) / 2, y + 16, { sizePx: 9, color, anchor: 'middle', bold: true, halo: '#ffffff' }),
  ].join('');
}

/** Borders and numbers of the panels in a tile. Tiles may cut panels. */
function panelsOf(stage: BakedStage, tile: Tile, toPx: (p: Vec2) => Vec2, scale: number, color: string): string[] {
  const facet = stage.facets[tile.facet];
  const [panelW, panelH] = stage.panelTypes[facet.panelType].pixels;
  if (Math.min(panelW, panelH) * scale < MIN_PANEL_PX) return [];
  const out: string[] = [];
  for (let j = tile.j0 - (tile.j0 % panelH); j < tile.j0 + tile.heightPx; j += panelH)
    for (let i = tile.i0 - (tile.i0 % panelW); i < tile.i0 + tile.widthPx; i += panelW) {
      const [a, b] = [Math.max(i, tile.i0) - tile.i0, Math.max(j, tile.j0) - tile.j0];
      const [w, h] = [
        Math.min(i + panelW, tile.i0 + tile.widthPx) - tile.i0 - a,
        Math.min(j + panelH, tile.j0 + tile.heightPx) - tile.j0 - b,
      ];
      const placed = placeWindow(tile, a, b, w, h);
      const [pw, ph] = placedSize(placed).map((size) => size * scale);
      const [x, y] = toPx([placed.xPx, placed.yPx]);
      out.push(rect(x, y, pw, ph, { stroke: color, width: 0.5 }));
      const { column, row } = panelOfLed(stage, facet, i, j);
      const label = `${column}/${row}`;
      const size = Math.min(8, (pw * 0.8 * 8) / textWidth(label, 8), ph * 0.2);
      if (size >= 4) out.push(strokeText(label, x + pw / 2, y + ph - size * 0.7, { sizePx: size, color: SOFT_INK, anchor: 'middle' }));
    }
  return out;
}

/** The wall's right and up in the canvas, from the tile's middle; from the canvas placement itself, so that the drawing cannot disagree. */
function orientation(tile: Tile, toPx: (p: Vec2) => Vec2, scale: number, color: string): string {
  const [w, h] = placedSize(tile);
  const reach = Math.min(w, h) * scale * 0.3;
  if (reach < 5) return '';
  const length = Math.min(reach, 44);
  const [x0, y0] = canvasFromLed(tile, 0, 0);
  const along = (a: number, b: number): Vec2 => {
    const [x, y] = canvasFromLed(tile, a, b);
    return [x - x0, y - y0];
  };
  const [cx, cy] = toPx([tile.xPx + w / 2, tile.yPx + h / 2]);
  const tip = (direction: Vec2, size: number): Vec2 => [cx + direction[0] * size, cy + direction[1] * size];
  const thick = length > 14 ? 2 : 1;
  return arrow([cx, cy], tip(along(1, 0), length), color, thick) + arrow([cx, cy], tip(along(0, -1), length * 0.65), INK, thick);
}
