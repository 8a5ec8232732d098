import { OutputError } from '../core/errors.ts';
import { directionFromSensor } from '../core/lens-math.ts';
import { REC709 } from '../core/primaries.ts';
import { rotate } from '../core/quat.ts';
import type { Rational } from '../core/rational.ts';
import { mad, scale, type Vec2 } from '../core/vec.ts';
import type { CanvasImage } from '../engine/frame-result.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { CameraState, FrameState } from '../stage/frame-state.ts';
import { lightOfFacets } from './canvas-codes.ts';
import type { Photograph } from './photograph.ts';

/** Distance of the virtual facet ahead of the entrance pupil; any would do. */
const PLANE_M = 1;
/** Places along each edge of the sensor where the lens is asked for its reach and scale. */
const GRID = 48;
/** LEDs added on every side, so that filters have neighbours. */
const BORDER_PX = 2;
/** Largest canvas side: WebGPU's default maxTextureDimension2D. */
const MAX_SIDE_PX = 8192;
const WIDEST_NITS = 10_000;

/** Stage and picture of a direct camera render. */
export interface DirectView {
  /** One facet, one canvas (12-bit PQ): the camera's image plane without lens distortion, facing the entrance pupil. */
  readonly stage: BakedStage;
  /** Of the final picture. */
  readonly resolutionPx: Vec2;
  readonly supersample: number;
}

/**
 * The scene drawn for a camera itself, without wall: its undistorted image plane becomes a facet, large enough for every place of the
 * distorted sensor and at least `supersample` LEDs per camera pixel everywhere. Render it with `directFrameState`, then `resampleDirect`.
 * @throws OutputError DIRECT_LENS where the lens model has no answer on the sensor; DIRECT_SIZE when it needs more than 8192 LEDs on a side.
 */
export function directStage(
  camera: CameraState,
  resolutionPx: Vec2,
  supersample: number,
  rate: Rational = { num: 24, den: 1 },
): DirectView {
  const reach = reachOfLens(camera, resolutionPx);
  const pitchM = (reach.smallestStep * PLANE_M) / supersample;
  const left = reach.minX * PLANE_M - BORDER_PX * pitchM;
  const top = reach.minY * PLANE_M - BORDER_PX * pitchM;
  const widthPx = Math.ceil((reach.maxX * PLANE_M - left) / pitchM) + BORDER_PX;
  const heightPx = Math.ceil((reach.maxY * PLANE_M - top) / pitchM) + BORDER_PX;
  if (Math.max(widthPx, heightPx) > MAX_SIDE_PX) {
    throw new OutputError('DIRECT_SIZE', `camera "${camera.id}": the direct picture is too large`, {
      got: `${widthPx}×${heightPx} at supersample ${supersample}`,
      expected: `at most ${MAX_SIDE_PX} on a side`,
      hint: 'lower the supersampling or the resolution',
    });
  }
  const right = rotate(camera.stageFromCamera, [1, 0, 0]);
  const down = rotate(camera.stageFromCamera, [0, -1, 0]);
  const back = rotate(camera.stageFromCamera, [0, 0, 1]);
  const centre = mad(camera.entrancePupilM, back, -PLANE_M);
  const name = `direct ${camera.id}`;
  const stage: BakedStage = {
    name,
    file: '',
    rate,
    outerEyeM: camera.entrancePupilM,
    panelTypes: [
      {
        name,
        sizeMm: scale([widthPx, heightPx, 0], pitchM * 1000).slice(0, 2) as unknown as Vec2,
        pixels: [widthPx, heightPx],
        peakNits: WIDEST_NITS,
        primaries: REC709,
      },
    ],
    facets: [
      {
        id: 0,
        wall: name,
        columns: [0, 0],
        rows: [0, 0],
        originM: mad(mad(centre, right, left), down, top),
        u: right,
        v: down,
        n: back,
        pitchUM: pitchM,
        pitchVM: pitchM,
        widthPx,
        heightPx,
        panelType: 0,
      },
    ],
    canvases: [{ processor: name, widthPx, heightPx, bitDepth: 12, transfer: { kind: 'pq' } }],
    tiles: [{ facet: 0, i0: 0, j0: 0, widthPx, heightPx, canvas: 0, xPx: 0, yPx: 0, turnDeg: 0, flip: false }],
    cameras: [],
  };
  return { stage, resolutionPx, supersample };
}

/** The frame as the camera itself sees it: its pupil is the only eye. */
export const directFrameState = (state: FrameState, camera: CameraState): FrameState => ({
  ...state,
  outerEyeM: camera.entrancePupilM,
  cameras: [],
});

/**
 * Bends the direct render through the lens to the camera's pixels. Each pixel is the mean over its own area, taken bilinearly, at least one tap per LED.
 * @param light Exposure and scale with which the frame was rendered: undone.
 */
export function resampleDirect(
  view: DirectView,
  image: CanvasImage,
  camera: CameraState,
  light: { readonly exposureStops?: number; readonly nitsPerUnit: number },
): Photograph {
  const [w, h] = view.resolutionPx;
  const facet = view.stage.facets[0];
  const { nits } = lightOfFacets(view.stage, [image])[0];
  const unitsPerNit = 1 / (light.nitsPerUnit * 2 ** (light.exposureStops ?? 0));
  const [left, top] = planeCorner(view, camera);
  // LED coordinates of every pixel corner.
  const corners = new Float64Array((w + 1) * (h + 1) * 2);
  for (let y = 0; y <= h; y++) {
    for (let x = 0; x <= w; x++) {
      const [tx, ty] = tangentAt(camera, x / w, y / h);
      corners.set([(tx * PLANE_M - left) / facet.pitchUM, (ty * PLANE_M - top) / facet.pitchVM], (y * (w + 1) + x) * 2);
    }
  }
  const rgb = new Float32Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const c0 = (y * (w + 1) + x) * 2;
      const c2 = c0 + (w + 1) * 2;
      const taps = Math.max(
        1,
        Math.ceil(
          Math.max(
            Math.hypot(corners[c0 + 2] - corners[c0], corners[c0 + 3] - corners[c0 + 1]),
            Math.hypot(corners[c2] - corners[c0], corners[c2 + 1] - corners[c0 + 1]),
          ),
        ),
      );
      const weight = unitsPerNit / (taps * taps);
      for (let n = 0; n < taps * taps; n++) {
        const a = ((n % taps) + 0.5) / taps;
        const b = (Math.floor(n / taps) + 0.5) / taps;
        const at = (k: 0 | 1): number =>
          (corners[c0 + k] * (1 - a) + corners[c0 + 2 + k] * a) * (1 - b) + (corners[c2 + k] * (1 - a) + corners[c2 + 2 + k] * a) * b;
        addBilinear(nits, facet.widthPx, facet.heightPx, at(0) - 0.5, at(1) - 0.5, weight, rgb, (y * w + x) * 3);
      }
    }
  }
  return { widthPx: w, heightPx: h, rgb, hitFacet: new Int32Array(w * h) };
}

function addBilinear(nits: Float32Array, w: number, h: number, x: number, y: number, weight: number, rgb: Float32Array, at: number): void {
  const i = Math.min(w - 2, Math.max(0, Math.floor(x)));
  const j = Math.min(h - 2, Math.max(0, Math.floor(y)));
  const a = Math.min(1, Math.max(0, x - i));
  const b = Math.min(1, Math.max(0, y - j));
  const o = (j * w + i) * 3;
  for (let c = 0; c < 3; c++) {
    const upper = nits[o + c] * (1 - a) + nits[o + 3 + c] * a;
    const lower = nits[o + w * 3 + c] * (1 - a) + nits[o + w * 3 + 3 + c] * a;
    rgb[at + c] += weight * (upper * (1 - b) + lower * b);
  }
}

/** Where the facet's corner lies on the image plane: metres right and down of the optical axis. */
function planeCorner(view: DirectView, camera: CameraState): Vec2 {
  const { originM, u, v } = view.stage.facets[0];
  const e = camera.entrancePupilM;
  const along = (axis: readonly number[]): number => axis.reduce((sum, x, k) => sum + x * (originM[k] - e[k]), 0);
  return [along(u), along(v)];
}

/** Undistorted tangents (x right, y down) at a place of the sensor, 0..1 from its top left. @throws OutputError DIRECT_LENS */
function tangentAt(camera: CameraState, x: number, y: number): Vec2 {
  const sensorMm: Vec2 = [(x - 0.5) * camera.sensorMm[0], (y - 0.5) * camera.sensorMm[1]];
  const direction = directionFromSensor(camera.lens, sensorMm);
  if (direction) return [direction[0], -direction[1]];
  throw new OutputError('DIRECT_LENS', `camera "${camera.id}": the lens model has no answer on part of the sensor`, {
    got: `sensor point ${sensorMm.map((mm) => mm.toFixed(2)).join(', ')} mm`,
    expected: 'a distortion that is one-to-one over the whole sensor',
    hint: 'check the distortion coefficients, their order and direction',
  });
}

/** Extent of the undistorted sensor and the smallest step from one camera pixel to the next, tangents. */
function reachOfLens(camera: CameraState, [w, h]: Vec2) {
  const reach = { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity, smallestStep: Infinity };
  for (let j = 0; j <= GRID; j++) {
    for (let i = 0; i <= GRID; i++) {
      const [x, y] = [i / GRID, j / GRID];
      const here = tangentAt(camera, x, y);
      reach.minX = Math.min(reach.minX, here[0]);
      reach.maxX = Math.max(reach.maxX, here[0]);
      reach.minY = Math.min(reach.minY, here[1]);
      reach.maxY = Math.max(reach.maxY, here[1]);
      const stepX = tangentAt(camera, x + (i === GRID ? -1 : 1) / w, y);
      const stepY = tangentAt(camera, x, y + (j === GRID ? -1 : 1) / h);
      for (const next of [stepX, stepY])
        reach.smallestStep = Math.min(reach.smallestStep, Math.hypot(next[0] - here[0], next[1] - here[1]));
    }
  }
  return reach;
}
