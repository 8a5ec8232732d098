import { REC709 } from '../core/primaries.ts';
import type { Vec3 } from '../core/vec.ts';
import type { BakedStage, Facet, Tile } from '../stage/baked-stage.ts';
import type { FrameState } from '../stage/frame-state.ts';

const WIDTH_PX = 96;
const HEIGHT_PX = 64;
const PITCH_M = 4 / WIDTH_PX;
/** LED columns at which the two facets' strip is cut into canvases: not at facets' edges, and odd. */
const CUTS = [0, 37, 125, 2 * WIDTH_PX] as const;
/** The canvas that is also rendered alone: its windows start inside both facets. */
export const SHIFTED_CANVAS = 1;

/** Two flat walls at a right angle in three canvases, cut inside the facets; one film camera. For the rasteriser's self-test. */
export function selfTestStage(): BakedStage {
  const facets = [
    facet(0, [-4, 3, -2], [Math.SQRT1_2, 0, -Math.SQRT1_2]),
    facet(1, [-4 + 4 * Math.SQRT1_2, 3, -2 - 4 * Math.SQRT1_2], [Math.SQRT1_2, 0, Math.SQRT1_2]),
  ];
  const canvases = CUTS.slice(1).map((end, k) => ({
    processor: `self-test-${k}`,
    widthPx: end - CUTS[k]!,
    heightPx: HEIGHT_PX,
    bitDepth: 8 as const,
    transfer: { kind: 'srgb' as const, whiteNits: 100 },
  }));
  return {
    name: 'self-test',
    file: 'self-test',
    rate: { num: 24, den: 1 },
    outerEyeM: [0, 1.5, 0],
    panelTypes: [{ name: 'panel', sizeMm: [500, 500], pixels: [12, 12], peakNits: 100, primaries: REC709 }],
    facets,
    canvases,
    tiles: facets.flatMap((f) => canvases.flatMap((_, canvas) => tileOf(f.id, canvas))),
    cameras: [],
  };
}

/** The self-test's one frame: outer eye and an inner frustum whose border crosses both walls. */
export function selfTestState(stage: BakedStage): FrameState {
  return {
    frame: 0n,
    timeNs: 0n,
    sceneTimeS: 0,
    worldFromStage: { positionM: [1234.5, 0, -987.25], yawRad: 0.3, scale: 1 },
    outerEyeM: stage.outerEyeM,
    cameras: [
      {
        id: 'self-test',
        entrancePupilM: [0.3, 1.7, 0.5],
        stageFromCamera: [0, Math.sin(0.1), 0, Math.cos(0.1)],
        lens: {
          pinholeFocalLengthMm: 24,
          projectionOffsetMm: [0, 0],
          distortionOffsetMm: [0, 0],
          entrancePupilOffsetM: 0,
          distortion: null,
          focusDistanceM: null,
        },
        sensorMm: [36, 20.25],
        overscanPercent: 5,
        featherPercent: 2,
        enabled: true,
        sampleTimestampNs: null,
      },
    ],
    exposureStops: 0,
    nitsPerUnit: 100,
    samplesPerLed: 1,
    outerRate: 1,
    lodErrorPx: 0,
    seed: 1,
  };
}

function facet(id: number, originM: Vec3, u: Vec3): Facet {
  return {
    id,
    wall: `self-test-${id}`,
    columns: [0, 7],
    rows: [0, 4],
    originM,
    u,
    v: [0, -1, 0],
    // v × u: towards the audience.
    n: [-u[2], 0, u[0]],
    pitchUM: PITCH_M,
    pitchVM: PITCH_M,
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    panelType: 0,
  };
}

/** What of a facet a canvas takes; none where they do not meet. */
function tileOf(facetId: number, canvas: number): Tile[] {
  const first = Math.max(CUTS[canvas]!, facetId * WIDTH_PX);
  const end = Math.min(CUTS[canvas + 1]!, (facetId + 1) * WIDTH_PX);
  if (end <= first) return [];
  const place = { xPx: first - CUTS[canvas]!, yPx: 0, turnDeg: 0 as const, flip: false };
  return [{ facet: facetId, i0: first - facetId * WIDTH_PX, j0: 0, widthPx: end - first, heightPx: HEIGHT_PX, canvas, ...place }];
}
