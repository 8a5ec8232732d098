import type { ConsoleStage } from '../../src/console/protocol.ts';
import { cross, mad, type Vec3 } from '../../src/core/vec.ts';

const PANEL_M = 0.5;
const PANEL_PX = 32;
const PITCH_M = PANEL_M / PANEL_PX;
const ROWS = 8;
const COLUMNS = 24;
const RADIUS_M = 4.6;

/**
 * A volume to look at: an arc of 24 × 8 panels (one facet per column) and a ceiling, on three processors. The canvases use turns and a flip,
 * so that a console that maps them wrongly shows a broken picture. `n = v × u` faces the audience (baked-stage.ts).
 */
export function fakeStage(): ConsoleStage {
  const step = 2 * Math.asin(PANEL_M / 2 / RADIUS_M);
  const facets: ConsoleStage['facets'][number][] = [];
  const tiles: ConsoleStage['tiles'][number][] = [];
  const heightPx = ROWS * PANEL_PX;
  for (let column = 0; column < COLUMNS; column++) {
    const corner = (index: number): Vec3 => {
      const angle = (index - COLUMNS / 2) * step;
      return [RADIUS_M * Math.sin(angle), ROWS * PANEL_M, -RADIUS_M * Math.cos(angle)];
    };
    const [from, to] = [corner(column), corner(column + 1)];
    const u: Vec3 = [(to[0] - from[0]) / PANEL_M, 0, (to[2] - from[2]) / PANEL_M];
    const facet = { id: column, wall: 'arc', originM: from, u, v: [0, -1, 0] as const };
    facets.push({ ...facet, pitchUM: PITCH_M, pitchVM: PITCH_M, widthPx: PANEL_PX, heightPx });
    const window = { facet: column, i0: 0, j0: 0, widthPx: PANEL_PX, heightPx };
    // The left half as it stands; the right half fed upside down (180°), the usual way to cable from above.
    if (column < 12) tiles.push({ ...window, canvas: 0, xPx: column * PANEL_PX, yPx: 0, turnDeg: 0, flip: false });
    else tiles.push({ ...window, canvas: 1, xPx: (COLUMNS - 1 - column) * PANEL_PX, yPx: 0, turnDeg: 180, flip: false });
  }
  const ceiling: readonly [number, number] = [8 * PANEL_PX, 6 * PANEL_PX];
  facets.push({
    id: COLUMNS,
    wall: 'ceiling',
    originM: [-2, 4.3, 0.4],
    u: [1, 0, 0],
    v: [0, 0, -1],
    pitchUM: PITCH_M,
    pitchVM: PITCH_M,
    widthPx: ceiling[0],
    heightPx: ceiling[1],
  });
  const half = ceiling[0] / 2;
  const ceilingTile = { facet: COLUMNS, j0: 0, widthPx: half, heightPx: ceiling[1], canvas: 2 };
  tiles.push({ ...ceilingTile, i0: 0, xPx: 0, yPx: 0, turnDeg: 90, flip: false });
  tiles.push({ ...ceilingTile, i0: half, xPx: 0, yPx: half, turnDeg: 270, flip: true });
  const wall = { widthPx: 12 * PANEL_PX, heightPx, bitDepth: 10, transfer: 'PQ' };
  return {
    name: 'Arc volume',
    rateHz: '24000/1001',
    outerEyeM: [0, 1.6, 0],
    facets,
    tiles,
    canvases: [
      { processor: 'arc-left', ...wall },
      { processor: 'arc-right', ...wall },
      { processor: 'ceiling', widthPx: ceiling[1], heightPx: 2 * half, bitDepth: 8, transfer: 'sRGB' },
    ],
  };
}

/** Stage position of the LED at each canvas pixel, metres, three numbers a pixel; NaN where no LED is. Written from the tile rule of baked-stage.ts. */
export function ledPositions(stage: ConsoleStage, canvas: number): Float32Array {
  const { widthPx, heightPx } = stage.canvases[canvas];
  const positions = new Float32Array(widthPx * heightPx * 3).fill(Number.NaN);
  for (const tile of stage.tiles.filter((entry) => entry.canvas === canvas)) {
    const facet = stage.facets[tile.facet];
    for (let b = 0; b < tile.heightPx; b++)
      for (let a = 0; a < tile.widthPx; a++) {
        const mirrored = tile.flip ? tile.widthPx - 1 - a : a;
        const [x, y] = (
          {
            0: [mirrored, b],
            90: [tile.heightPx - 1 - b, mirrored],
            180: [tile.widthPx - 1 - mirrored, tile.heightPx - 1 - b],
            270: [b, tile.widthPx - 1 - mirrored],
          } as const
        )[tile.turnDeg];
        const along = mad(facet.originM, facet.u, (tile.i0 + a + 0.5) * facet.pitchUM);
        positions.set(mad(along, facet.v, (tile.j0 + b + 0.5) * facet.pitchVM), ((tile.yPx + y) * widthPx + tile.xPx + x) * 3);
      }
  }
  return positions;
}

/** Audience side of a facet. */
export const facetNormal = (facet: ConsoleStage['facets'][number]): Vec3 => cross(facet.v, facet.u);
