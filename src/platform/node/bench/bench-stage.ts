import { bakeStage } from '../../../stage/bake-stage.ts';
import type { BakedStage } from '../../../stage/baked-stage.ts';
import type { CameraEntry, PanelTypeEntry, ProcessorEntry, StageDocument, WallEntry } from '../../../stage/stage-document.ts';

/** An upright wall in one arc of flat facets, its middle ahead of the origin. */
export interface WallSpec {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly facets: number;
  /** Along the chords. */
  readonly widthM: number;
  readonly heightM: number;
  /** Turned from the first facet to the last. */
  readonly arcDeg: number;
  /** The wall's middle, metres ahead of the outer eye. */
  readonly distanceM: number;
  /** Processors side by side, each with whole columns of panels. */
  readonly canvases: number;
  /** Inner frusta, 1 … 4. */
  readonly cameras: number;
}

/** The wall of the film stage "LED volume, medium": 10 m wide on 120°. */
const MEDIUM = { widthM: 10, heightM: 5.625, arcDeg: 120, distanceM: 4.4, canvases: 1, cameras: 1 } as const;

/** Columns of cabinets of the 4K and 8K walls. */
const CABINETS = 24;

/** 3840 × 2160 LEDs on nine facets: 24 columns of cabinets, two or three to a facet. */
export const wall4k = (scale: number): WallSpec => ({
  ...MEDIUM,
  widthPx: CABINETS * px(160, scale),
  heightPx: px(2160, scale),
  facets: 9,
});
/** 7680 × 4320 on the same nine. */
export const wall8k = (scale: number): WallSpec => ({
  ...MEDIUM,
  widthPx: CABINETS * px(320, scale),
  heightPx: px(4320, scale),
  facets: 9,
});
/** 60 facets on 270° round a stage of 23 m, 6 m high, 41 million LEDs at 2.84 mm; twenty processors. */
export const arc270 = (scale: number): WallSpec => ({
  widthPx: 60 * px(316, scale),
  heightPx: px(2160, scale),
  facets: 60,
  widthM: 53.9,
  heightM: 6.14,
  arcDeg: 270,
  distanceM: 11.4,
  canvases: 20,
  cameras: 1,
});
/** The 4K wall's LEDs, cut into `facets` equal facets. */
export const wallOfFacets = (facets: number, scale: number): WallSpec => ({
  ...MEDIUM,
  facets,
  widthPx: facets * Math.max(1, Math.round((3840 * scale) / facets)),
  heightPx: px(2160, scale),
});

const px = (full: number, scale: number): number => Math.max(1, Math.round(full * scale));

/** Pan of each inner frustum's camera, and where it stands. */
const CAMERAS = [
  { panDeg: 0, positionM: [0.3, 1.6, 1.6] },
  { panDeg: 42, positionM: [0.9, 1.7, 1.2] },
  { panDeg: -42, positionM: [-0.9, 1.5, 1.2] },
  { panDeg: 14, positionM: [1.6, 2.1, 2.4] },
] as const;

export function buildBenchStage(spec: WallSpec): BakedStage {
  return bakeStage(stageDocument(spec));
}

/** @throws RangeError when the LEDs do not divide into facets of whole pixels. */
function stageDocument(spec: WallSpec): StageDocument {
  const { columns, hinges } = columnsOf(spec);
  const panel: PanelTypeEntry = {
    sizeMm: [(spec.widthM / columns) * 1000, spec.heightM * 1000],
    pixels: [spec.widthPx / columns, spec.heightPx],
    peakNits: 1500,
    primaries: 'rec709',
  };
  const wall: WallEntry = {
    name: 'wall',
    panelType: 'panel',
    columns,
    rows: 1,
    positionM: [0, 0, -spec.distanceM],
    shape: hinges.some((angle) => angle > 0) ? { kind: 'polyline', anglesDeg: hinges } : { kind: 'flat' },
  };
  return {
    file: 'bench.stage.json',
    schema: 'cyclorama.stage/1',
    name: 'bench',
    rate: 60,
    outerEyeM: [0, 1.7, 0],
    panelTypes: { panel },
    walls: [wall],
    processors: processorsOf(spec, columns),
    cameras: CAMERAS.slice(0, spec.cameras).map(cameraEntry),
  };
}

/** Panel columns, and the angle at each hinge between them: facets are runs of columns in one plane, as even as whole panels allow. */
function columnsOf({ widthPx, facets, arcDeg }: WallSpec): { readonly columns: number; readonly hinges: readonly number[] } {
  const columns = widthPx % facets === 0 ? facets : greatestDivisor(widthPx, CABINETS);
  if (columns < facets) throw new RangeError(`a wall ${widthPx} LEDs wide has no ${facets} facets of whole panels; choose another scale`);
  const facetOf = (column: number): number => Math.floor(((column + 0.5) * facets) / columns);
  const angle = facets > 1 ? arcDeg / facets : 0;
  return { columns, hinges: Array.from({ length: columns - 1 }, (_, k) => (facetOf(k) === facetOf(k + 1) ? 0 : angle)) };
}

/** The most columns, at most `wanted`, that divide the width. */
function greatestDivisor(widthPx: number, wanted: number): number {
  for (let columns = wanted; columns > 1; columns--) if (widthPx % columns === 0) return columns;
  return 1;
}

function processorsOf({ widthPx, heightPx, canvases }: WallSpec, columns: number): ProcessorEntry[] {
  return Array.from({ length: canvases }, (_, k) => {
    const first = Math.round((k * columns) / canvases);
    const last = Math.round(((k + 1) * columns) / canvases) - 1;
    return {
      name: `processor-${k + 1}`,
      canvas: { widthPx: ((last - first + 1) * widthPx) / columns, heightPx },
      bitDepth: 10,
      transfer: 'pq',
      map: [{ wall: 'wall', columns: [first, last], xPx: 0, yPx: 0 }],
    };
  });
}

function cameraEntry({ panDeg, positionM }: (typeof CAMERAS)[number], index: number): CameraEntry {
  return {
    id: String.fromCharCode(65 + index),
    sensorMm: [36, 20.25],
    resolutionPx: [3840, 2160],
    lens: { focalLengthMm: 35, distortion: { model: 'opencv', k1: -0.04, k2: 0.01 } },
    overscanPercent: 5,
    featherPercent: 2,
    priority: 4 - index,
    restPose: { positionM, panDeg },
  };
}
