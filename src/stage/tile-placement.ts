import type { Vec2 } from '../core/vec.ts';
import type { Tile } from './baked-stage.ts';

/** How a rectangle of LEDs lies in a canvas. */
export type Placement = Pick<Tile, 'xPx' | 'yPx' | 'widthPx' | 'heightPx' | 'turnDeg' | 'flip'>;

/** Canvas pixel of LED (a, b) of the placed rectangle (see `Tile`); linear in a and b, also outside the rectangle. */
export function canvasFromLed(tile: Placement, a: number, b: number): Vec2 {
  const { xPx: x, yPx: y, widthPx: w, heightPx: h } = tile;
  const m = tile.flip ? w - 1 - a : a;
  if (tile.turnDeg === 90) return [x + h - 1 - b, y + m];
  if (tile.turnDeg === 180) return [x + w - 1 - m, y + h - 1 - b];
  if (tile.turnDeg === 270) return [x + b, y + w - 1 - m];
  return [x + m, y + b];
}

/** LED (a, b) of the placed rectangle that lands on canvas pixel (x, y); the inverse of `canvasFromLed`. */
export function ledFromCanvas(tile: Placement, x: number, y: number): Vec2 {
  const { widthPx: w, heightPx: h } = tile;
  const px = x - tile.xPx;
  const py = y - tile.yPx;
  const [m, b] =
    tile.turnDeg === 90
      ? [py, h - 1 - px]
      : tile.turnDeg === 180
        ? [w - 1 - px, h - 1 - py]
        : tile.turnDeg === 270
          ? [w - 1 - py, px]
          : [px, py];
  return [tile.flip ? w - 1 - m : m, b];
}

/** Width and height of the placed rectangle in the canvas, pixels. */
export const placedSize = (tile: Placement): Vec2 =>
  tile.turnDeg === 90 || tile.turnDeg === 270 ? [tile.heightPx, tile.widthPx] : [tile.widthPx, tile.heightPx];

/** Placement of window (a0, b0, w, h) of a placed rectangle: every LED keeps its canvas pixel. */
export function placeWindow(outer: Placement, a0: number, b0: number, widthPx: number, heightPx: number): Placement {
  const [x0, y0] = canvasFromLed(outer, a0, b0);
  const [x1, y1] = canvasFromLed(outer, a0 + widthPx - 1, b0 + heightPx - 1);
  return { xPx: Math.min(x0, x1), yPx: Math.min(y0, y1), widthPx, heightPx, turnDeg: outer.turnDeg, flip: outer.flip };
}
