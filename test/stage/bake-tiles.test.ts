import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { bakeStage } from '../../src/stage/bake-stage.ts';
import type { BakedStage, Tile } from '../../src/stage/baked-stage.ts';
import { checkStage } from '../../src/stage/check-stage.ts';
import type { MapEntry, StageDocument, TurnDeg, WallEntry, WallShape } from '../../src/stage/stage-document.ts';
import { canvasFromLed, ledFromCanvas, placedSize, placeWindow } from '../../src/stage/tile-placement.ts';
import { arcStage, cutTilesAnywhere, flatDocument, flatStage, lStage } from '../support/stages.ts';

const TURNS: readonly TurnDeg[] = [0, 90, 180, 270];

describe('placement', () => {
  const tile = (turnDeg: TurnDeg, flip: boolean) => ({ xPx: 100, yPx: 50, widthPx: 4, heightPx: 3, turnDeg, flip });
  // Where the top left LED of a 4 × 3 rectangle lands, and the one to its right.
  for (const [turn, flip, corner, next] of [
    [0, false, [100, 50], [101, 50]],
    [90, false, [102, 50], [102, 51]],
    [180, false, [103, 52], [102, 52]],
    [270, false, [100, 53], [100, 52]],
    [0, true, [103, 50], [102, 50]],
    [90, true, [102, 53], [102, 52]],
    [180, true, [100, 52], [101, 52]],
    [270, true, [100, 50], [100, 51]],
  ] as const) {
    test(`turn ${turn}°${flip ? ', flipped' : ''}`, () => {
      expect(canvasFromLed(tile(turn, flip), 0, 0)).toEqual(corner);
      expect(canvasFromLed(tile(turn, flip), 1, 0)).toEqual(next);
    });
  }
  test('every LED gets a pixel of its own inside the placed rectangle, and back', () => {
    for (const turn of TURNS)
      for (const flip of [false, true]) {
        const placed = tile(turn, flip);
        const [w, h] = placedSize(placed);
        const seen = new Set<string>();
        for (let b = 0; b < 3; b++)
          for (let a = 0; a < 4; a++) {
            const [x, y] = canvasFromLed(placed, a, b);
            expect(x >= 100 && x < 100 + w && y >= 50 && y < 50 + h).toBe(true);
            expect(ledFromCanvas(placed, x, y)).toEqual([a, b]);
            seen.add(`${x},${y}`);
          }
        expect(seen.size).toBe(12);
      }
  });
  test('a window keeps every LED where it was', () => {
    for (const turn of TURNS)
      for (const flip of [false, true]) {
        const outer = tile(turn, flip);
        const inner = placeWindow(outer, 1, 1, 2, 2);
        for (let b = 0; b < 2; b++)
          for (let a = 0; a < 2; a++) expect(canvasFromLed(inner, a, b)).toEqual(canvasFromLed(outer, a + 1, b + 1));
      }
  });
});

describe('tiles', () => {
  test('neighbouring panels are joined: one tile per facet and canvas', () => {
    expect(flatStage().tiles).toHaveLength(1);
    expect(arcStage().tiles).toHaveLength(20);
    expect(lStage().tiles).toHaveLength(3);
    expect(flatStage({ canvases: 4 }).tiles.map(({ i0, widthPx, canvas, xPx }) => [i0, widthPx, canvas, xPx])).toEqual([
      [0, 160, 0, 0],
      [160, 160, 1, 0],
      [320, 160, 2, 0],
      [480, 160, 3, 0],
    ]);
  });
  test('panels listed one by one in their places make one tile, also when turned and flipped', () => {
    const whole = flatDocument();
    for (const turnDeg of TURNS)
      for (const flip of [false, true]) {
        const block: MapEntry = { wall: 'back', xPx: 0, yPx: 0, turnDeg, flip };
        const [tile] = bakeMap(whole, [block]).tiles;
        const panels = Array.from({ length: 100 }, (_, k) => {
          const [column, row] = [k % 20, Math.floor(k / 20)];
          return { column, row, ...placed(tile, column * 32, row * 32), turnDeg, flip };
        });
        expect(bakeMap(whole, [{ wall: 'back', panels }]).tiles).toEqual([tile]);
      }
  });
  test('a turned block over a curved wall is placed as one picture', () => {
    const document = { ...arcDocumentOf(), processors: [processor([{ wall: 'arc', xPx: 10, yPx: 20, turnDeg: 90 }], 200, 700)] };
    const { tiles } = bakeStage(document);
    expect(tiles).toHaveLength(20);
    // 640 × 160 LEDs turned clockwise: column 0 is at the top, its first row at the right.
    expect(tiles[0]).toMatchObject({ xPx: 10, yPx: 20 });
    expect(tiles[1]).toMatchObject({ xPx: 10, yPx: 52 });
    expect(canvasFromLed(tiles[0], 0, 0)).toEqual([10 + 159, 20]);
  });
  test('cutting tiles anywhere leaves every LED on its pixel', () => {
    for (const stage of [flatStage(), lStage({ cutTiles: true, turned: true, canvases: 3 })]) {
      const cut = cutTilesAnywhere(stage, 5);
      expect(cut.tiles.length).toBeGreaterThan(stage.tiles.length);
      expect(pixelMap(cut)).toEqual(pixelMap(stage));
    }
  });
});

test('100 random stages: every LED mapped once, no pixel shared', () => {
  for (let seed = 0; seed < 100; seed++) {
    const document = randomStage(seed);
    const stage = bakeStage(document);
    const report = checkStage(stage);
    const errors = report.problems.filter((problem) => problem.severity === 'error');
    expect({ seed, errors }).toEqual({ seed, errors: [] });
    expect([report.unmapped, report.mappedTwice]).toEqual([0, 0]);
    // And the check itself can fail: one tile less, or one twice, is found.
    const [first, ...others] = stage.tiles;
    const area = first.widthPx * first.heightPx;
    expect(checkStage({ ...stage, tiles: others }).unmapped).toBe(area);
    expect(checkStage({ ...stage, tiles: [...stage.tiles, first] }).mappedTwice).toBe(area);
  }
});

function bakeMap(document: StageDocument, map: readonly MapEntry[]): BakedStage {
  return bakeStage({ ...document, processors: [processor(map, 700, 700)] });
}

const processor = (map: readonly MapEntry[], widthPx: number, heightPx: number) => ({ name: 'p', canvas: { widthPx, heightPx }, map });

const arcDocumentOf = (): StageDocument => {
  const side = 10_000 * Math.sin(Math.PI / 40);
  const panel = { sizeMm: [side, side], pixels: [32, 32], peakNits: 100 } as const;
  const wall: WallEntry = {
    name: 'arc',
    panelType: 'panel',
    columns: 20,
    rows: 5,
    positionM: [0, 0, -5],
    shape: { kind: 'arc', radiusM: 5 },
  };
  return { ...flatDocument(), panelTypes: { panel }, walls: [wall] };
};

/** Place of a 32 × 32 panel of the tile. */
function placed(tile: Tile, a: number, b: number): { xPx: number; yPx: number } {
  const { xPx, yPx } = placeWindow(tile, a, b, 32, 32);
  return { xPx, yPx };
}

/** facet/LED → canvas pixel, sorted. */
function pixelMap(stage: BakedStage): string[] {
  const out: string[] = [];
  for (const tile of stage.tiles)
    for (let b = 0; b < tile.heightPx; b++)
      for (let a = 0; a < tile.widthPx; a++)
        out.push(`${tile.facet} ${tile.i0 + a} ${tile.j0 + b} ${tile.canvas} ${canvasFromLed(tile, a, b)}`);
  return out.sort();
}

/** Walls of random shape, panels dealt to random processors as random blocks with random turns, packed in rows. */
function randomStage(seed: number): StageDocument {
  const random = createRng(seed);
  const upTo = (n: number): number => 1 + Math.floor(random() * n);
  const pixels = [upTo(12), upTo(12)] as const;
  const panelTypes = {
    a: { sizeMm: [500, 500], pixels, peakNits: 1000 },
    b: { sizeMm: [250, 500], pixels: [upTo(9), upTo(9)], peakNits: 1000 },
  } as const;
  const walls = Array.from({ length: upTo(3) }, (_, k): WallEntry => {
    const columns = upTo(9);
    const anglesDeg = Array.from({ length: columns - 1 }, () => (random() < 0.4 ? 0 : 60 * random() - 20));
    const shapes: WallShape[] = [{ kind: 'flat' }, { kind: 'arc', radiusM: 2 + 5 * random() }, { kind: 'polyline', anglesDeg }];
    const angles = { yawDeg: 360 * random() - 180, pitchDeg: 180 * random() - 90, rollDeg: 90 * random() };
    const panelType = random() < 0.5 ? 'a' : 'b';
    return {
      name: `w${k}`,
      panelType,
      columns,
      rows: upTo(5),
      shape: shapes[Math.floor(random() * 3)],
      positionM: [random(), random(), random()],
      ...angles,
    };
  });
  const size = 220;
  const rows = [{ y: 0, x: 0, height: 0, map: [] as MapEntry[] }];
  for (const wall of walls) {
    const [w, h] = panelTypes[wall.panelType as 'a' | 'b'].pixels;
    // Columns are cut in runs of one or more, rows as well.
    for (const [c0, c1] of runs(wall.columns, upTo))
      for (const [r0, r1] of runs(wall.rows, upTo)) {
        const turnDeg = TURNS[Math.floor(random() * 4)];
        const block = { widthPx: (c1 - c0 + 1) * w, heightPx: (r1 - r0 + 1) * h };
        const [bw, bh] = placedSize({ ...block, xPx: 0, yPx: 0, turnDeg, flip: false });
        let last = rows.at(-1)!;
        if (last.x + bw > size) {
          last =
            last.y + last.height + 110 > size ? { y: 0, x: 0, height: 0, map: [] } : { ...last, x: 0, y: last.y + last.height, height: 0 };
          rows.push(last);
        }
        last.map.push({ wall: wall.name, columns: [c0, c1], rows: [r0, r1], xPx: last.x, yPx: last.y, turnDeg, flip: random() < 0.5 });
        last.x += bw;
        last.height = Math.max(last.height, bh);
      }
  }
  const maps = [...new Set(rows.map((row) => row.map))];
  const processors = maps.map((map, k) => ({ name: `p${k}`, canvas: { widthPx: size, heightPx: size }, map }));
  return { ...flatDocument(), panelTypes, walls, processors };
}

function runs(count: number, upTo: (n: number) => number): [number, number][] {
  const out: [number, number][] = [];
  for (let first = 0; first < count; ) {
    const last = Math.min(count - 1, first + upTo(4) - 1);
    out.push([first, last]);
    first = last + 1;
  }
  return out;
}
