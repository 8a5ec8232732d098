import { describe, expect, test } from 'vitest';
import { bakeRecords } from '../../src/stage/bake-records.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import { checkStage, portsNeeded, type StageProblem } from '../../src/stage/check-stage.ts';
import { ledCenter } from '../../src/stage/facet-geometry.ts';
import { arcStage, cameraEntry, cutTilesAnywhere, flatStage, lStage } from '../support/stages.ts';

const codes = (stage: BakedStage): StageProblem['code'][] => checkStage(stage).problems.map((problem) => problem.code);

test('the test stages are right, in 1, 4 and 20 canvases, cut, turned and flipped', () => {
  for (const stage of [flatStage, arcStage, lStage])
    for (const options of [{}, { canvases: 4 }, { canvases: 20 }, { cutTiles: true, turned: true, canvases: 2 }])
      expect(checkStage(stage(options))).toMatchObject({ ok: true, unmapped: 0, mappedTwice: 0, problems: [] });
});

test('counts what there is', () => {
  const report = checkStage(lStage({ canvases: 2 }));
  expect(report.leds).toBe(320 * 160 + 240 * 160 + 160 * 120);
  expect(report.walls.map(({ wall, columns, rows, facets, leds }) => [wall, columns, rows, facets, leds])).toEqual([
    ['back', 16, 8, 1, 51200],
    ['right', 12, 8, 1, 38400],
    ['ceiling', 16, 12, 1, 19200],
  ]);
  expect(report.canvases.map(({ panels, leds }) => [panels, leds])).toEqual([
    [176, 70400],
    [240, 38400],
  ]);
});

describe('finds', () => {
  const stage = lStage();
  const only = (problems: readonly StageProblem[]): StageProblem => {
    expect(problems).toHaveLength(1);
    return problems[0];
  };
  test('an LED that is in no canvas', () => {
    const cut = cutTilesAnywhere(stage, 1, 2);
    const gap = cut.tiles[0];
    const report = checkStage({ ...cut, tiles: cut.tiles.slice(1) });
    expect(report).toMatchObject({ ok: false, unmapped: gap.widthPx * gap.heightPx });
    expect(only(report.problems)).toMatchObject({ code: 'LED_UNMAPPED', where: 'wall back' });
  });
  test('one single LED, and names its panel', () => {
    const tiles = [
      { ...stage.tiles[0], widthPx: 319 },
      { ...stage.tiles[0], i0: 319, xPx: 319, widthPx: 1, heightPx: 159 },
      ...stage.tiles.slice(1),
    ];
    expect(only(checkStage({ ...stage, tiles }).problems).text).toBe('1 LEDs are in no canvas: panel (column/row) 15/7');
  });
  test('an LED mapped twice', () => {
    const spare = { ...stage.canvases[0], processor: 'spare' };
    const again = { ...stage.tiles[1], canvas: 1, xPx: 0, widthPx: 20, heightPx: 20 };
    const report = checkStage({ ...stage, canvases: [...stage.canvases, spare], tiles: [...stage.tiles, again] });
    expect(report.mappedTwice).toBe(400);
    expect(only(report.problems)).toMatchObject({
      code: 'LED_MAPPED_TWICE',
      where: 'wall right',
      text: '400 LEDs are mapped more than once: panel (column/row) 0/0',
    });
  });
  test('two LEDs on one pixel', () => {
    const tiles = stage.tiles.map((tile, k) => (k === 1 ? { ...tile, xPx: tile.xPx - 1 } : tile));
    const text = '160 pixels are given to more than one LED: wall "back" columns 0–15 rows 0–7 and wall "right" columns 0–11 rows 0–7';
    expect(only(checkStage({ ...stage, tiles }).problems)).toMatchObject({ code: 'PIXEL_SHARED', text });
  });
  test('a tile that leaves its canvas', () => {
    const tiles = stage.tiles.map((tile, k) => (k === 2 ? { ...tile, yPx: 41 } : tile));
    expect(only(checkStage({ ...stage, tiles }).problems)).toMatchObject({
      code: 'TILE_OUTSIDE_CANVAS',
      text: expect.stringContaining('(720, 161) of a canvas of 720 × 160'),
    });
  });
  test('overloaded ports', () => {
    const ports = { count: 2, maxPixels: 54_399 };
    expect(codes({ ...stage, canvases: [{ ...stage.canvases[0], ports }] })).toEqual(['PORTS_OVERLOADED']);
    expect(codes({ ...stage, canvases: [{ ...stage.canvases[0], ports: { count: 2, maxPixels: 54_400 } }] })).toEqual([]);
  });
  test('an outer eye behind a wall, as a warning', () => {
    const report = checkStage(flatStage({ outerEyeM: [0, 1.7, -4] }));
    expect(report.ok).toBe(true);
    expect(only(report.problems)).toMatchObject({ severity: 'warning', code: 'EYE_BEHIND_WALL', where: 'wall back' });
  });
  test('a lens that folds inside the grown sensor, and the margin that would do', () => {
    // hfov 40°, k1 = −0.5: the fold is at r = 0.8165, r_d = 0.5443 of the focal length of 49.455 mm: 26.92 mm from the centre.
    // The grown corner (18 + g, 10.125 + g) reaches that at g = 4.561 mm = 12.67 % of the sensor's width; percent are given to a tenth, downwards.
    const lens = { focalLengthMm: 18 / Math.tan(Math.PI / 9), distortion: { model: 'opencv', k1: -0.5 } } as const;
    const at = (overscanPercent: number) => flatStage({ cameras: [cameraEntry({ lens, overscanPercent })] });
    expect(codes(at(10))).toEqual([]);
    const problem = only(checkStage(at(15)).problems);
    expect(problem).toMatchObject({ severity: 'error', code: 'LENS_FOLDS', where: 'camera A' });
    expect(problem.text).toContain('may be 12.6 % together, they are 17 %');
  });
  test('cameras that follow one subject, pixels that are not square', () => {
    const tracking = { kind: 'freed-udp', port: 40000 } as const;
    expect(codes(flatStage({ cameras: [cameraEntry({ tracking }), cameraEntry({ id: 'B', tracking })] }))).toEqual(['TRACKING_SHARED']);
    expect(codes(flatStage({ cameras: [cameraEntry({ resolutionPx: [1920, 1200] })] }))).toEqual(['PIXELS_NOT_SQUARE']);
  });
});

describe('ports', () => {
  for (const [name, panels, maxPixels, expected] of [
    ['none', [], 100, 0],
    ['panels are not split', [40, 40, 40], 100, 2],
    ['small ones fill the gaps', [40, 40, 20, 40, 40, 20], 100, 2],
    ['a panel larger than a port', [101], 100, Number.POSITIVE_INFINITY],
  ] as const)
    test(name, () => expect(portsNeeded(panels, maxPixels)).toBe(expected));
});

test('records of tiles stand alone: their own corner gives the same LEDs', () => {
  const stage = cutTilesAnywhere(arcStage({ canvases: 4 }), 9);
  const { facets, rate } = bakeRecords(stage);
  expect(rate).toBe('24');
  facets.forEach((record, k) => {
    const tile = stage.tiles[k];
    const expected = ledCenter(stage.facets[tile.facet], tile.i0 + 2, tile.j0 + 1);
    for (const axis of [0, 1, 2] as const)
      expect(record.o[axis] + 2.5 * record.pitchM[0] * record.u[axis] + 1.5 * record.pitchM[1] * record.v[axis]).toBeCloseTo(
        expected[axis],
        12,
      );
    expect(record).toMatchObject({
      canvas: `processor-${tile.canvas + 1}`,
      x: tile.xPx,
      y: tile.yPx,
      turn: 0,
      flip: false,
      sizePx: [tile.widthPx, tile.heightPx],
    });
    expect(record.columns).toEqual([tile.facet, tile.facet]);
  });
});
