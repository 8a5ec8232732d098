import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { pngFromSvg } from '../../src/platform/node/svg-to-png.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import { drawCanvas } from '../../src/stage/draw-canvas.ts';
import { drawStage } from '../../src/stage/draw-stage.ts';
import { strokeText, textWidth } from '../../src/stage/stroke-font.ts';
import { arcStage, cameraEntry, flatStage, lStage } from '../support/stages.ts';

/** RGB of a picture's pixel; paletted pictures are looked up. */
async function pixels(svg: string): Promise<{ width: number; height: number; rgb: (x: number, y: number) => number[] }> {
  const { width, height, data, channels, palette } = decode(await pngFromSvg(svg));
  const rgb = (x: number, y: number): number[] => {
    const k = (Math.floor(y) * width + Math.floor(x)) * channels;
    return palette ? [...palette[data[k]].slice(0, 3)] : [...data.slice(k, k + 3)];
  };
  return { width, height, rgb };
}
const isInk = (rgb: number[]): boolean => Math.max(...rgb) < 128;

test('one plan, one of the walls, one per canvas, with names that file systems take', () => {
  expect(drawStage(arcStage({ canvases: 3 })).map(({ name }) => name)).toEqual([
    'plan',
    'walls',
    'canvas-processor-1',
    'canvas-processor-2',
    'canvas-processor-3',
  ]);
  const stage = flatStage({ canvases: 3 });
  const named: BakedStage = { ...stage, canvases: stage.canvases.map((canvas, k) => ({ ...canvas, processor: ['A/B', 'A B', '..'][k] })) };
  const names = drawStage(named).map(({ name }) => name);
  expect(names.slice(2)).toEqual(['canvas-A-B', 'canvas-A-B-1', 'canvas-..-2']);
});

test('drawings are pictures of sound size for any stage, however tall, wide or large', async () => {
  const cameras = [cameraEntry(), cameraEntry({ id: 'B <&> "é漢"' })];
  const stages = [flatStage({ cameras }), lStage({ canvases: 2 }), arcStage({ cutTiles: true, turned: true })];
  for (const { svg } of stages.flatMap((stage) => drawStage(stage))) {
    const { width, height } = await pixels(svg);
    expect(Math.max(width, height)).toBeLessThan(4000);
    expect(Math.min(width, height)).toBeGreaterThan(80);
  }
});

describe('letters', () => {
  test('are strokes: drawn where no font is installed', async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="80" height="40" fill="#fff"/>${strokeText('L', 10, 30, { sizePx: 18, color: '#000' })}</svg>`;
    const { rgb } = await pixels(svg);
    // L: down from (10, 12) to the baseline at 30, then right by 4/6 of 18 = 12.
    for (const [x, y] of [
      [10, 13],
      [10, 21],
      [10, 29],
      [16, 30],
      [21, 30],
    ])
      expect(isInk(rgb(x, y))).toBe(true);
    for (const [x, y] of [
      [16, 20],
      [27, 30],
      [10, 8],
    ])
      expect(isInk(rgb(x, y))).toBe(false);
    expect(svg).not.toContain('<text');
  });
  test('accents are dropped, unknown letters are boxes', () => {
    const style = { sizePx: 6, color: '#000' };
    expect(strokeText('é', 0, 6, style)).toBe(strokeText('e', 0, 6, style));
    expect(strokeText('漢', 0, 6, style)).toContain('M0 0L4 0L4 6L0 6L0 0');
    expect(textWidth('abc', 6)).toBe(15);
  });
});

describe('a canvas', () => {
  test('shows its LEDs where they land and hatches the rest', async () => {
    // 640 × 160 LEDs in a canvas of 1280 × 320, at its lower right.
    const stage = flatStage();
    const tiles = [{ ...stage.tiles[0], xPx: 640, yPx: 160 }];
    const { rgb } = await pixels(drawCanvas({ ...stage, tiles, canvases: [{ ...stage.canvases[0], widthPx: 1280, heightPx: 320 }] }, 0));
    const scale = (1600 - 64) / 1280;
    // Panel colour #2563eb at 18 % on white, between the labels; the hatch is white and grey.
    const inside = rgb(32 + (640 + 10) * scale, 84 + (160 + 10) * scale);
    [216, 227, 251].forEach((value, k) => {
      expect(Math.abs(inside[k] - value)).toBeLessThanOrEqual(4);
    });
    const outside = rgb(32 + 300 * scale, 84 + 80 * scale);
    expect(Math.max(...outside) - Math.min(...outside)).toBeLessThan(20);
  });
});
