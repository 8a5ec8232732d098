import type { BakedStage, Tile } from '../../stage/baked-stage.ts';
import type { FacetWindow } from '../frame/frame-writer.ts';
import type { OutputIndex } from '../frame/outputs-writer.ts';

/** LEDs along a block's edge: one workgroup of the shade pass (shaders/passes/frame-bindings.wgsl, BLOCK_LEDS). */
const BLOCK_EDGE = 8;
const BLOCK_WORDS = 13;

/** Where a canvas lies in the canvas buffer. */
export interface CanvasRange {
  readonly canvas: number;
  readonly firstWord: number;
  readonly words: number;
  readonly firstLed: number;
}

/** The static work list of the shade pass: what of which tile each workgroup lights. */
export interface LedBlocks {
  readonly words: Uint32Array;
  readonly count: number;
  readonly ledCount: number;
  readonly canvases: readonly CanvasRange[];
  readonly canvasWords: number;
  readonly windows: readonly FacetWindow[];
}

/** 12-bit canvases take two words per LED, all others one. */
export const wordsPerLed = (bitDepth: number): number => (bitDepth === 12 ? 2 : 1);

/**
 * Lays out canvases and cuts their tiles into blocks, at multiples of BLOCK_EDGE of the facet: what the outer eye shades once for several LEDs
 * then lies in one block, wherever tiles are cut. @param canvases Indices of the canvases to render, ascending.
 */
export function buildLedBlocks(stage: BakedStage, canvases: readonly number[], outputIndex: OutputIndex): LedBlocks {
  const ranges: CanvasRange[] = [];
  let canvasWords = 0;
  let canvasLeds = 0;
  for (const canvas of canvases) {
    const { widthPx, heightPx, bitDepth } = stage.canvases[canvas]!;
    const words = widthPx * heightPx * wordsPerLed(bitDepth);
    ranges.push({ canvas, firstWord: canvasWords, words, firstLed: canvasLeds });
    canvasWords += words;
    canvasLeds += widthPx * heightPx;
  }
  const tiles = stage.tiles.filter((tile) => canvases.includes(tile.canvas));
  const count = tiles.reduce((sum, tile) => sum + cuts(tile.i0, tile.widthPx).length * cuts(tile.j0, tile.heightPx).length, 0);
  const words = new Uint32Array(Math.max(1, count) * BLOCK_WORDS);
  let at = 0;
  for (const tile of tiles) {
    const range = ranges.find((r) => r.canvas === tile.canvas)!;
    const output = outputIndex(tile.canvas, stage.facets[tile.facet]!.panelType);
    for (const [j, rows] of cuts(tile.j0, tile.heightPx))
      for (const [i, columns] of cuts(tile.i0, tile.widthPx)) {
        words.set(
          [
            tile.facet,
            pair(i, j),
            pair(columns, rows),
            output,
            pair(tile.i0, tile.j0),
            pair(tile.widthPx, tile.heightPx),
            pair(tile.xPx, tile.yPx),
            tile.turnDeg / 90 + (tile.flip ? 4 : 0),
            range.firstWord,
            stage.canvases[tile.canvas]!.widthPx,
            range.firstLed,
            0,
            0,
          ],
          at,
        );
        at += BLOCK_WORDS;
      }
  }
  return {
    words,
    count,
    ledCount: tiles.reduce((sum, t) => sum + t.widthPx * t.heightPx, 0),
    canvases: ranges,
    canvasWords,
    windows: windowsOf(tiles),
  };
}

/** Pieces of `size` LEDs from `first` on, cut at multiples of BLOCK_EDGE: first LED and length of each. */
function cuts(first: number, size: number): readonly (readonly [number, number])[] {
  const pieces: [number, number][] = [];
  for (let at = first; at < first + size; ) {
    const end = Math.min(first + size, (Math.floor(at / BLOCK_EDGE) + 1) * BLOCK_EDGE);
    pieces.push([at, end - at]);
    at = end;
  }
  return pieces;
}

/** Per facet the box of all windows that its tiles cover: the LEDs an eye's view must hold. */
function windowsOf(tiles: readonly Tile[]): readonly FacetWindow[] {
  const boxes = new Map<number, [number, number, number, number]>();
  for (const t of tiles) {
    const b = boxes.get(t.facet) ?? [t.i0, t.j0, t.i0, t.j0];
    boxes.set(t.facet, [Math.min(b[0], t.i0), Math.min(b[1], t.j0), Math.max(b[2], t.i0 + t.widthPx), Math.max(b[3], t.j0 + t.heightPx)]);
  }
  return [...boxes.entries()]
    .sort(([a], [b]) => a - b)
    .map(([facet, [i0, j0, i1, j1]]) => ({ facet, i0, j0, widthPx: i1 - i0, heightPx: j1 - j0 }));
}

const pair = (low: number, high: number): number => (low | (high << 16)) >>> 0;
