import { directionFromSensor, lensValidRadius } from '../../core/lens-math.ts';
import type { CameraState } from '../../stage/frame-state.ts';

const BORDER_STEPS = 24;

/** What of a camera decides its inner frustum, besides its pose; numbers compared to know whether the cached answer still holds. */
const KEY_NUMBERS = 18;

/** Tangents (x right, y down) that surely hold everything a camera's inner frustum covers, and the lens's radius guard. */
export class InnerWindow {
  /** x0, x1, y0, y1 in tangents about the optical axis. */
  readonly tangents = new Float64Array(4);
  /** Undistorted tangent radius about the distortion centre beyond which no LED belongs to the camera. */
  validRadius = 0;
  readonly #key = new Float64Array(KEY_NUMBERS).fill(Number.NaN);
  readonly #next = new Float64Array(KEY_NUMBERS);

  /** Recomputes only when lens, sensor, margin or feather changed. */
  update(camera: CameraState): void {
    const { lens } = camera;
    const k = this.#next;
    k[0] = lens.pinholeFocalLengthMm;
    k[1] = lens.projectionOffsetMm[0];
    k[2] = lens.projectionOffsetMm[1];
    k[3] = lens.distortionOffsetMm[0];
    k[4] = lens.distortionOffsetMm[1];
    k[5] = camera.sensorMm[0];
    k[6] = camera.sensorMm[1];
    k[7] = camera.overscanPercent;
    k[8] = camera.featherPercent;
    const d = lens.distortion;
    k[9] = d ? (d.direction === 'undistorted-to-distorted' ? 1 : 2) : 0;
    for (let i = 0; i < 3; i++) {
      k[10 + i] = d ? d.numerator[i]! : 0;
      k[13 + i] = d ? d.denominator[i]! : 0;
    }
    k[16] = d ? d.tangential[0] : 0;
    k[17] = d ? d.tangential[1] : 0;
    let same = true;
    for (let i = 0; i < KEY_NUMBERS; i++) same &&= k[i] === this.#key[i];
    if (same) return;
    this.#key.set(k);
    this.#recompute(camera);
  }

  #recompute(camera: CameraState): void {
    const { lens, sensorMm } = camera;
    const grow = ((camera.overscanPercent + camera.featherPercent) / 100) * sensorMm[0];
    const guard = lensValidRadius(lens, sensorMm, grow);
    this.validRadius = Math.min(guard.radius, 1e4);
    const f = lens.pinholeFocalLengthMm;
    const centreX = lens.distortionOffsetMm[0] / f;
    const centreY = lens.distortionOffsetMm[1] / f;
    const t = this.tangents;
    if (!guard.coversSensor) {
      t.set([centreX - this.validRadius, centreX + this.validRadius, centreY - this.validRadius, centreY + this.validRadius]);
      return;
    }
    t.set([Infinity, -Infinity, Infinity, -Infinity]);
    const halfW = sensorMm[0] / 2 + grow;
    const halfH = sensorMm[1] / 2 + grow;
    for (let i = 0; i <= BORDER_STEPS; i++) {
      const s = (2 * i) / BORDER_STEPS - 1;
      this.#include(camera, s * halfW, -halfH);
      this.#include(camera, s * halfW, halfH);
      this.#include(camera, -halfW, s * halfH);
      this.#include(camera, halfW, s * halfH);
    }
    // Between two border points a distorted edge may bulge: a margin of 2 % of the window covers it (1/24 of the edge; sagitta < 1 %).
    const mx = (t[1]! - t[0]!) * 0.02;
    const my = (t[3]! - t[2]!) * 0.02;
    t.set([t[0]! - mx, t[1]! + mx, t[2]! - my, t[3]! + my]);
  }

  #include(camera: CameraState, xMm: number, yMm: number): void {
    const direction = directionFromSensor(camera.lens, [xMm, yMm]);
    if (!direction) return;
    const t = this.tangents;
    t[0] = Math.min(t[0]!, direction[0]);
    t[1] = Math.max(t[1]!, direction[0]);
    t[2] = Math.min(t[2]!, -direction[1]);
    t[3] = Math.max(t[3]!, -direction[1]);
  }
}

const POLYGON_MAX = 16;
const polygon = new Float64Array(POLYGON_MAX * 3);
const clipped = new Float64Array(POLYGON_MAX * 3);

/**
 * LEDs of a facet that a camera's window may cover: the facet's quad clipped by the window's pyramid.
 * @param frame Facet in camera axes (x right, y up, z back), relative to the pupil: corner, u·pitch, v·pitch; 9 numbers, metres.
 * @param box Written: i0, j0, i1, j1, LEDs (fractional).
 * @returns false when nothing is covered.
 */
export function clipFacetToWindow(
  frame: Float64Array,
  widthPx: number,
  heightPx: number,
  tangents: Float64Array,
  box: Float64Array,
): boolean {
  for (let k = 0; k < 4; k++) {
    const i = k === 1 || k === 2 ? widthPx : 0;
    const j = k >= 2 ? heightPx : 0;
    for (let a = 0; a < 3; a++) polygon[k * 3 + a] = frame[a]! + frame[3 + a]! * i + frame[6 + a]! * j;
  }
  let count = 4;
  // Planes through the pupil, inside positive: in front, then x ≥ x0·depth, x ≤ x1·depth, −y ≥ y0·depth, −y ≤ y1·depth with depth = −z.
  count = clip(count, 0, 0, -1);
  count = clip(count, 1, 0, tangents[0]!);
  count = clip(count, -1, 0, -tangents[1]!);
  count = clip(count, 0, -1, tangents[2]!);
  count = clip(count, 0, 1, -tangents[3]!);
  if (count === 0) return false;
  const uu = frame[3]! ** 2 + frame[4]! ** 2 + frame[5]! ** 2;
  const vv = frame[6]! ** 2 + frame[7]! ** 2 + frame[8]! ** 2;
  box[0] = box[1] = Number.POSITIVE_INFINITY;
  box[2] = box[3] = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < count; k++) {
    const x = polygon[k * 3]! - frame[0]!;
    const y = polygon[k * 3 + 1]! - frame[1]!;
    const z = polygon[k * 3 + 2]! - frame[2]!;
    const i = (x * frame[3]! + y * frame[4]! + z * frame[5]!) / uu;
    const j = (x * frame[6]! + y * frame[7]! + z * frame[8]!) / vv;
    if (i < box[0]!) box[0] = i;
    if (j < box[1]!) box[1] = j;
    if (i > box[2]!) box[2] = i;
    if (j > box[3]!) box[3] = j;
  }
  return true;
}

/** Sutherland-Hodgman against nx·x + ny·y + nz·z ≥ 0, in place. */
function clip(count: number, nx: number, ny: number, nz: number): number {
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const a = k * 3;
    const b = ((k + 1) % count) * 3;
    const da = nx * polygon[a]! + ny * polygon[a + 1]! + nz * polygon[a + 2]!;
    const db = nx * polygon[b]! + ny * polygon[b + 1]! + nz * polygon[b + 2]!;
    if (da >= 0) {
      clipped[kept * 3] = polygon[a]!;
      clipped[kept * 3 + 1] = polygon[a + 1]!;
      clipped[kept * 3 + 2] = polygon[a + 2]!;
      kept++;
    }
    if (da >= 0 !== db >= 0) {
      const t = da / (da - db);
      clipped[kept * 3] = polygon[a]! + (polygon[b]! - polygon[a]!) * t;
      clipped[kept * 3 + 1] = polygon[a + 1]! + (polygon[b + 1]! - polygon[a + 1]!) * t;
      clipped[kept * 3 + 2] = polygon[a + 2]! + (polygon[b + 2]! - polygon[a + 2]!) * t;
      kept++;
    }
  }
  polygon.set(clipped.subarray(0, kept * 3));
  return kept;
}
