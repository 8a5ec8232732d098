import { StageError } from '../core/errors.ts';
import { parseRational } from '../core/rational.ts';
import { bakeCamera } from './bake-camera.ts';
import { type BakedWall, bakeTiles } from './bake-tiles.ts';
import { bakeWall } from './bake-wall.ts';
import type { BakedStage, Canvas, PanelType, Transfer } from './baked-stage.ts';
import { panelPrimaries } from './panel-primaries.ts';
import type { PanelTypeEntry, ProcessorEntry, StageDocument } from './stage-document.ts';

/**
 * Bakes a validated stage document: walls to facets, maps to tiles, cameras to radians and tangent units. Pure.
 * Facet ids follow the file's order of walls, left to right; canvases follow the processors.
 * @throws StageError WHITE_NITS_AMBIGUOUS where walls of different peaks share a canvas that states no `whiteNits`
 *   (`parseStage` reports it with the file's other errors).
 */
export function bakeStage(document: StageDocument): BakedStage {
  const names = Object.keys(document.panelTypes);
  const walls = new Map<string, BakedWall>();
  let facetCount = 0;
  for (const wall of document.walls) {
    const panel = document.panelTypes[wall.panelType];
    const facets = bakeWall(wall, panel, names.indexOf(wall.panelType), facetCount);
    walls.set(wall.name, { wall, panel, facets });
    facetCount += facets.length;
  }
  return {
    name: document.name,
    file: document.file,
    rate: parseRational(document.rate),
    outerEyeM: document.outerEyeM,
    panelTypes: names.map((name) => bakePanelType(name, document.panelTypes[name])),
    facets: [...walls.values()].flatMap((wall) => wall.facets),
    canvases: document.processors.map((processor, index) => bakeCanvas(processor, index, document)),
    tiles: document.processors.flatMap((processor, index) => bakeTiles(processor, index, walls)),
    cameras: (document.cameras ?? []).map((camera) => bakeCamera(camera, document.file)),
  };
}

/** Peaks of the panels that a processor feeds, nits, each once, ascending. */
export function processorPeaksNits(processor: ProcessorEntry, document: StageDocument): readonly number[] {
  const mapped = new Set(processor.map.map((entry) => entry.wall));
  const peaks = document.walls.filter((wall) => mapped.has(wall.name)).map((wall) => document.panelTypes[wall.panelType]?.peakNits);
  return [...new Set(peaks.filter((nits) => nits !== undefined))].sort((a, b) => a - b);
}

function bakePanelType(name: string, entry: PanelTypeEntry): PanelType {
  return {
    name,
    sizeMm: entry.sizeMm,
    pixels: entry.pixels,
    peakNits: entry.peakNits,
    primaries: panelPrimaries(entry.primaries ?? 'rec709'),
  };
}

function bakeCanvas(processor: ProcessorEntry, index: number, document: StageDocument): Canvas {
  return {
    processor: processor.name,
    widthPx: processor.canvas.widthPx,
    heightPx: processor.canvas.heightPx,
    bitDepth: processor.bitDepth ?? 8,
    transfer: bakeTransfer(processor, index, document),
    ...(processor.ports ? { ports: processor.ports } : {}),
  };
}

function bakeTransfer(processor: ProcessorEntry, index: number, document: StageDocument): Transfer {
  const entry = processor.transfer ?? 'srgb';
  if (entry === 'pq' || (typeof entry === 'object' && entry.kind === 'pq')) return { kind: 'pq' };
  const transfer = entry === 'srgb' ? ({ kind: 'srgb' } as const) : entry;
  const peaks = processorPeaksNits(processor, document);
  const whiteNits = transfer.whiteNits ?? (peaks.length === 1 ? peaks[0] : undefined);
  if (whiteNits === undefined)
    throw new StageError('WHITE_NITS_AMBIGUOUS', 'signal white has no luminance', {
      file: document.file,
      path: `processors[${index}].transfer`,
      got: peaks.length ? `walls with peaks of ${peaks.join(' and ')} nits` : 'no walls',
      expected: 'walls of one peak, or a transfer that states "whiteNits"',
    });
  return transfer.kind === 'gamma' ? { kind: 'gamma', gamma: transfer.gamma, whiteNits } : { kind: 'srgb', whiteNits };
}
