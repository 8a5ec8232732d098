import type { BakedStage, Facet } from './baked-stage.ts';
import { strokeText, textWidth } from './stroke-font.ts';
import { ALERT, colorOf, HEAD_PX, hatchedRect, INK, rect, SOFT_INK, svgDocument } from './svg.ts';

const WIDTH_PX = 1400;
const SIDE_PX = 32;
/** Room for all walls below one another. */
const MAX_WALLS_HEIGHT_PX = 3000;
const GAP_PX = 64;

/** Every wall unrolled, as the audience sees it: panels in the colour of the canvas that feeds them, unmapped ones hatched red, hinges bold. SVG text. */
export function drawWalls(stage: BakedStage): string {
  const walls = [...new Set(stage.facets.map((facet) => facet.wall))].map((wall) => stage.facets.filter((facet) => facet.wall === wall));
  const widest = Math.max(...walls.map(widthM));
  const tallest = walls.reduce((sum, facets) => sum + heightM(facets[0]), 0);
  const pxPerM = Math.min((WIDTH_PX - 2 * SIDE_PX) / widest, MAX_WALLS_HEIGHT_PX / tallest);
  const body: string[] = [];
  let y = HEAD_PX + 20;
  for (const facets of walls) {
    body.push(strokeText(facets[0].wall, SIDE_PX, y, { sizePx: 11, color: INK, bold: true }));
    const sizeText = `${widthM(facets).toFixed(2)} × ${heightM(facets[0]).toFixed(2)} m, pitch ${(facets[0].pitchUM * 1000).toFixed(3)} mm`;
    body.push(strokeText(sizeText, SIDE_PX + textWidth(facets[0].wall, 11) + 16, y, { sizePx: 8, color: SOFT_INK }));
    body.push(drawWall(stage, facets, y + 24, pxPerM));
    y += 24 + heightM(facets[0]) * pxPerM + GAP_PX;
  }
  const legend = stage.canvases.slice(0, 24).map((canvas, k) => {
    const [x, top] = [SIDE_PX + (k % 6) * 210, y - 20 + Math.floor(k / 6) * 22];
    const swatch = rect(x, top, 14, 14, { fill: colorOf(k), fillOpacity: 0.35, stroke: colorOf(k) });
    return swatch + strokeText(canvas.processor, x + 22, top + 11, { sizePx: 8, color: INK });
  });
  const facts =
    'walls unrolled, as the audience sees them; panel numbers are column/row; colours are canvases, red hatching is in no canvas';
  return svgDocument(WIDTH_PX, y + 22 * Math.ceil(legend.length / 6), `${stage.name} – walls`, facts, [...body, ...legend]);
}

const widthM = (facets: readonly Facet[]): number => facets.reduce((sum, facet) => sum + facet.widthPx * facet.pitchUM, 0);
const heightM = (facet: Facet): number => facet.heightPx * facet.pitchVM;

function drawWall(stage: BakedStage, facets: readonly Facet[], top: number, pxPerM: number): string {
  const [panelW, panelH] = stage.panelTypes[facets[0].panelType].pixels;
  const [cellW, cellH] = [panelW * facets[0].pitchUM * pxPerM, panelH * facets[0].pitchVM * pxPerM];
  const height = heightM(facets[0]) * pxPerM;
  const total = widthM(facets) * pxPerM;
  const out = [hatchedRect(SIDE_PX, top, total, height, ALERT)];
  let left = SIDE_PX;
  for (const facet of facets) {
    for (const tile of stage.tiles.filter((candidate) => candidate.facet === facet.id)) {
      const [x, y] = [left + tile.i0 * facet.pitchUM * pxPerM, top + tile.j0 * facet.pitchVM * pxPerM];
      const [w, h] = [tile.widthPx * facet.pitchUM * pxPerM, tile.heightPx * facet.pitchVM * pxPerM];
      out.push(rect(x, y, w, h, { fill: '#ffffff' }));
      out.push(rect(x, y, w, h, { fill: colorOf(tile.canvas), fillOpacity: 0.3, stroke: colorOf(tile.canvas), width: 1 }));
    }
    left += facet.widthPx * facet.pitchUM * pxPerM;
    out.push(`<path d="M${left.toFixed(2)} ${top}V${(top + height).toFixed(2)}" stroke="${INK}" stroke-width="2"/>`);
  }
  out.push(panelGrid(facets, top, cellW, cellH));
  out.push(rect(SIDE_PX, top, total, height, { stroke: INK, width: 2 }));
  return out.join('');
}

function panelGrid(facets: readonly Facet[], top: number, cellW: number, cellH: number): string {
  if (Math.min(cellW, cellH) < 4) return '';
  const [columns, rows] = [facets.at(-1)!.columns[1] + 1, facets[0].rows[1] + 1];
  const out: string[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [x, y] = [SIDE_PX + column * cellW, top + row * cellH];
      out.push(rect(x, y, cellW, cellH, { stroke: SOFT_INK, width: 0.4 }));
      const label = `${column}/${row}`;
      const size = Math.min(8, (cellW * 0.7 * 8) / textWidth(label, 8), cellH * 0.35);
      if (size >= 4) out.push(strokeText(label, x + cellW / 2, y + cellH / 2 + size / 2, { sizePx: size, color: INK, anchor: 'middle' }));
    }
  return out.join('');
}
