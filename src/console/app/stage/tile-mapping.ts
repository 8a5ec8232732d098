import type { Vec2 } from '../../../core/vec.ts';
import type { ConsoleStage } from '../../protocol.ts';

export type ConsoleTile = ConsoleStage['tiles'][number];

/**
 * Canvas position of a point of a tile, both in pixels and continuous (pixel centres at ½): the rule of `Tile` (stage/baked-stage.ts),
 * flip first, then the clockwise turn, with `width − 1 − a` become `width − a`.
 * @param a 0..widthPx along the tile.   @param b 0..heightPx down the tile.
 */
export function canvasFromTile(tile: ConsoleTile, a: number, b: number): Vec2 {
  const mirrored = tile.flip ? tile.widthPx - a : a;
  switch (tile.turnDeg) {
    case 0:
      return [tile.xPx + mirrored, tile.yPx + b];
    case 90:
      return [tile.xPx + tile.heightPx - b, tile.yPx + mirrored];
    case 180:
      return [tile.xPx + tile.widthPx - mirrored, tile.yPx + tile.heightPx - b];
    case 270:
      return [tile.xPx + b, tile.yPx + tile.widthPx - mirrored];
  }
}
