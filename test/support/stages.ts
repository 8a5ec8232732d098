import { createRng } from '../../src/core/rng.ts';
import { bakeStage } from '../../src/stage/bake-stage.ts';
import type { BakedStage, Tile } from '../../src/stage/baked-stage.ts';
import type {
  BlockMapEntry,
  CameraEntry,
  MapEntry,
  PanelMapEntry,
  PanelTypeEntry,
  ProcessorEntry,
  StageDocument,
  TransferEntry,
  TurnDeg,
  WallEntry,
} from '../../src/stage/stage-document.ts';
import { placeWindow } from '../../src/stage/tile-placement.ts';

/** Generated stages for tests. With the defaults a code is OETF(scene-linear): peak 100 nits, sRGB, signal white at 100 nits. */
export interface StageOptions {
  /** Wanted LED pitch, metres; rounded so that a panel has whole LEDs. */
  readonly pitchM?: number;
  /** Processors that the wall is divided over, by panel columns from the left. */
  readonly canvases?: number;
  /** Map every panel by itself, in a shuffled order with gaps, so that tiles are single panels. */
  readonly cutTiles?: boolean;
  /** With `cutTiles`: panels are turned and flipped as well. */
  readonly turned?: boolean;
  readonly bitDepth?: 8 | 10 | 12;
  readonly transfer?: TransferEntry;
  readonly peakNits?: number;
  readonly primaries?: NonNullable<PanelTypeEntry['primaries']>;
  readonly cameras?: readonly CameraEntry[];
  readonly outerEyeM?: readonly [number, number, number];
  readonly rate?: number | string;
}

/** Flat wall 8 m × 2 m at z = −4, 20 × 5 panels; 640×160 LEDs at the default pitch of 12.5 mm. */
export const flatStage = (options: StageOptions = {}): BakedStage => bakeStage(flatDocument(options));
/** Half circle of radius 5 m around the origin, 20 columns × 5 panels, 3.92 m high; 640×160 LEDs at the default pitch of 24.5 mm. */
export const arcStage = (options: StageOptions = {}): BakedStage => bakeStage(arcDocument(options));
/** Back wall 8 × 4 m (z = −4), right wall 6 × 4 m (x = 4), ceiling 8 × 6 m (y = 4, twice the pitch); 320×160, 240×160, 160×120 LEDs at 25 mm. */
export const lStage = (options: StageOptions = {}): BakedStage => bakeStage(lDocument(options));

export function flatDocument(options: StageOptions = {}): StageDocument {
  const panel = panelOf(400, 400, options.pitchM ?? 0.0125, options);
  return stageOf('flat', { panel }, [wall('back', 'panel', 20, 5, { positionM: [0, 0, -4] })], options);
}

export function arcDocument(options: StageOptions = {}): StageDocument {
  const sizeMm = 2 * 5000 * Math.sin(Math.PI / 40);
  const panel = panelOf(sizeMm, sizeMm, options.pitchM ?? sizeMm / 32_000, options);
  const shape = { kind: 'arc', radiusM: 5, arcDeg: 180 } as const;
  return stageOf('arc', { panel }, [wall('arc', 'panel', 20, 5, { positionM: [0, 0.1, -5], shape })], options);
}

export function lDocument(options: StageOptions = {}): StageDocument {
  const pitchM = options.pitchM ?? 0.025;
  const panelTypes = { panel: panelOf(500, 500, pitchM, options), ceiling: panelOf(500, 500, 2 * pitchM, options) };
  const walls = [
    wall('back', 'panel', 16, 8, { positionM: [0, 0, -4] }),
    wall('right', 'panel', 12, 8, { positionM: [4, 0, -1], yawDeg: -90 }),
    wall('ceiling', 'ceiling', 16, 12, { positionM: [0, 4, -4], pitchDeg: 90 }),
  ];
  return stageOf('L', panelTypes, walls, options);
}

/** A camera as in the stage file: 36 × 20.25 mm sensor, 24 mm lens, resting 2 m behind the origin at eye height. */
export function cameraEntry(changes: Partial<CameraEntry> = {}): CameraEntry {
  return {
    id: 'A',
    sensorMm: [36, 20.25],
    resolutionPx: [960, 540],
    lens: { focalLengthMm: 24 },
    restPose: { positionM: [0, 1.7, 2] },
    ...changes,
  };
}

/** The same stage with every tile cut in windows at pseudo-random LEDs (not at panel borders); each LED keeps its canvas pixel. */
export function cutTilesAnywhere(stage: BakedStage, seed: number, pieces = 3): BakedStage {
  const random = createRng(seed);
  const cuts = (size: number): number[] => {
    const inner = Array.from({ length: pieces - 1 }, () => 1 + Math.floor(random() * (size - 1)));
    return [...new Set([0, ...inner, size])].filter((cut) => cut <= size).sort((a, b) => a - b);
  };
  const split = (tile: Tile): Tile[] => {
    const columns = cuts(tile.widthPx);
    const rows = cuts(tile.heightPx);
    return rows.slice(1).flatMap((row, r) =>
      columns.slice(1).map((column, c) => ({
        ...tile,
        ...placeWindow(tile, columns[c], rows[r], column - columns[c], row - rows[r]),
        i0: tile.i0 + columns[c],
        j0: tile.j0 + rows[r],
      })),
    );
  };
  return { ...stage, tiles: stage.tiles.flatMap(split) };
}

function panelOf(widthMm: number, heightMm: number, pitchM: number, options: StageOptions): PanelTypeEntry {
  const pixels = [Math.max(1, Math.round(widthMm / 1000 / pitchM)), Math.max(1, Math.round(heightMm / 1000 / pitchM))] as const;
  return { sizeMm: [widthMm, heightMm], pixels, peakNits: options.peakNits ?? 100, primaries: options.primaries ?? 'rec709' };
}

function wall(
  name: string,
  panelType: string,
  columns: number,
  rows: number,
  rest: Omit<WallEntry, 'name' | 'panelType' | 'columns' | 'rows'>,
): WallEntry {
  return { name, panelType, columns, rows, ...rest };
}

function stageOf(name: string, panelTypes: StageDocument['panelTypes'], walls: readonly WallEntry[], options: StageOptions): StageDocument {
  const columns = walls.flatMap((entry) => Array.from({ length: entry.columns }, (_, column) => ({ entry, column })));
  const count = Math.min(options.canvases ?? 1, columns.length);
  const processors = Array.from({ length: count }, (_, k) => {
    const part = columns.slice(Math.round((k * columns.length) / count), Math.round(((k + 1) * columns.length) / count));
    return processorOf(`processor-${k + 1}`, part, panelTypes, options, k);
  });
  return {
    file: `${name}.stage.json`,
    schema: 'cyclorama.stage/1',
    name,
    rate: options.rate ?? 24,
    outerEyeM: options.outerEyeM ?? [0, 1.7, 0],
    panelTypes,
    walls,
    processors,
    cameras: options.cameras ?? [],
  };
}

interface PanelColumn {
  readonly entry: WallEntry;
  readonly column: number;
}

function processorOf(
  name: string,
  columns: readonly PanelColumn[],
  panelTypes: StageDocument['panelTypes'],
  options: StageOptions,
  index: number,
): ProcessorEntry {
  const map = options.cutTiles ? scatter(columns, panelTypes, options.turned ?? false, index) : sideBySide(columns, panelTypes);
  return {
    name,
    canvas: map.canvas,
    bitDepth: options.bitDepth ?? 8,
    transfer: options.transfer ?? { kind: 'srgb', whiteNits: 100 },
    map: map.entries,
  };
}

interface MapPlan {
  readonly canvas: ProcessorEntry['canvas'];
  readonly entries: readonly MapEntry[];
}

/** One block per wall, left to right. */
function sideBySide(columns: readonly PanelColumn[], panelTypes: StageDocument['panelTypes']): MapPlan {
  const entries: BlockMapEntry[] = [];
  let [xPx, heightPx] = [0, 1];
  for (const { entry, column } of columns) {
    const [w, h] = panelTypes[entry.panelType].pixels;
    const last = entries.at(-1);
    if (last?.wall === entry.name) entries[entries.length - 1] = { ...last, columns: [last.columns![0], column] };
    else entries.push({ wall: entry.name, columns: [column, column], xPx, yPx: 0 });
    xPx += w;
    heightPx = Math.max(heightPx, entry.rows * h);
  }
  return { canvas: { widthPx: xPx, heightPx }, entries };
}

/** Every panel in a cell of its own, cells in shuffled order, one unused pixel between them. */
function scatter(columns: readonly PanelColumn[], panelTypes: StageDocument['panelTypes'], turned: boolean, seed: number): MapPlan {
  const random = createRng(seed + 1);
  const panels = columns.flatMap(({ entry, column }) => Array.from({ length: entry.rows }, (_, row) => ({ entry, column, row })));
  const cell = 1 + Math.max(...panels.flatMap(({ entry }) => panelTypes[entry.panelType].pixels));
  const order = panels.map((panel) => ({ panel, key: random() })).sort((a, b) => a.key - b.key);
  const across = Math.ceil(Math.sqrt(order.length));
  const entries = order.map(({ panel: { entry, column, row } }, k): PanelMapEntry => {
    const turn = turned ? { turnDeg: (90 * Math.floor(random() * 4)) as TurnDeg, flip: random() < 0.5 } : {};
    return { wall: entry.name, panels: [{ column, row, xPx: (k % across) * cell, yPx: Math.floor(k / across) * cell, ...turn }] };
  });
  return { canvas: { widthPx: across * cell, heightPx: Math.ceil(order.length / across) * cell }, entries };
}
