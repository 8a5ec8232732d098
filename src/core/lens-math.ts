import type { Distortion, LensState } from './lens.ts';
import { determinant, evaluatePolynomial, foldRadius, MIN_DETERMINANT } from './lens-polynomial.ts';
import type { Vec2, Vec3 } from './vec.ts';

const MAX_NEWTON_STEPS = 40;
/** Points on each edge of the sensor that the valid radius is taken from. */
const BORDER_STEPS = 32;

/** Undistorted → distorted image point, tangent units about the distortion centre, y down; null past the fold. */
export const distortTangent = (distortion: Distortion | null, point: Vec2): Vec2 | null =>
  mapTangent(distortion, point, 'undistorted-to-distorted');

/** Distorted → undistorted image point, tangent units about the distortion centre, y down; null past the fold. */
export const undistortTangent = (distortion: Distortion | null, point: Vec2): Vec2 | null =>
  mapTangent(distortion, point, 'distorted-to-undistorted');

/**
 * Where a direction in camera space (looks −Z, +Y up, +X right) lands on the sensor: mm from its centre, x right, y down
 * (OpenLensIO v1.0.1: ε_d = D(ε_u − ΔC − ΔP) + ΔC + ΔP with ε_u = F·(x/z, y/z) + ΔP). Not cut at the sensor's border.
 * @returns null behind the camera and past the fold of the lens model.
 */
export function sensorFromDirection(lens: LensState, direction: Vec3): Vec2 | null {
  const depth = -direction[2];
  if (!(depth > 0)) return null;
  const f = lens.pinholeFocalLengthMm;
  const [cx, cy] = lens.distortionOffsetMm;
  const distorted = distortTangent(lens.distortion, [direction[0] / depth - cx / f, -direction[1] / depth - cy / f]);
  return distorted && [f * distorted[0] + cx + lens.projectionOffsetMm[0], f * distorted[1] + cy + lens.projectionOffsetMm[1]];
}

/**
 * Direction seen by a sensor point (mm from the centre, x right, y down), camera space with z = −1 (not unit length).
 * The inverse of `sensorFromDirection`. @returns null where the lens model has no answer.
 */
export function directionFromSensor(lens: LensState, sensorMm: Vec2): Vec3 | null {
  const f = lens.pinholeFocalLengthMm;
  const [cx, cy] = lens.distortionOffsetMm;
  const x = (sensorMm[0] - lens.projectionOffsetMm[0] - cx) / f;
  const y = (sensorMm[1] - lens.projectionOffsetMm[1] - cy) / f;
  const point = undistortTangent(lens.distortion, [x, y]);
  return point && [point[0] + cx / f, -(point[1] + cy / f), -1];
}

/** How far from the axis a lens may be asked. */
export interface LensValidRadius {
  /** Undistorted tangent radius about the distortion centre; a direction beyond it belongs to no point of the grown sensor. */
  readonly radius: number;
  /** False: part of the grown sensor lies past the fold of the lens model, nothing is seen there. */
  readonly coversSensor: boolean;
}

/**
 * Radius guard of a lens for its sensor grown by `growMm` on every side: without it a Brown-Conrady polynomial folds back and far
 * directions seem to hit the sensor (prototype report, finding 8). min(1.01 × border of the grown sensor, 0.98 × fold).
 */
export function lensValidRadius(lens: LensState, sensorMm: Vec2, growMm: number): LensValidRadius {
  const f = lens.pinholeFocalLengthMm;
  const [halfW, halfH] = [sensorMm[0] / 2 + growMm, sensorMm[1] / 2 + growMm];
  const center = [0, 1].map((k) => lens.projectionOffsetMm[k] + lens.distortionOffsetMm[k]);
  let [border, coversSensor] = [0, true];
  for (let k = 0; k <= BORDER_STEPS; k++) {
    const t = (2 * k) / BORDER_STEPS - 1;
    for (const [x, y] of [
      [t, -1],
      [t, 1],
      [-1, t],
      [1, t],
    ]) {
      const point = undistortTangent(lens.distortion, [(x * halfW - center[0]) / f, (y * halfH - center[1]) / f]);
      if (point) border = Math.max(border, Math.hypot(...point));
      else coversSensor = false;
    }
  }
  const fold = lens.distortion ? undistortedFoldRadius(lens.distortion) : Number.POSITIVE_INFINITY;
  return { radius: coversSensor ? Math.min(1.01 * border, 0.98 * fold) : 0.98 * fold, coversSensor };
}

/** The fold as an undistorted radius, the smallest of all directions. */
function undistortedFoldRadius(distortion: Distortion): number {
  const fold = foldRadius(distortion);
  if (distortion.direction === 'undistorted-to-distorted') return fold;
  const images = Array.from({ length: 16 }, (_, k) => {
    const angle = (k * Math.PI) / 8;
    return evaluatePolynomial(distortion, fold * Math.cos(angle), fold * Math.sin(angle))?.point ?? [0, 0];
  });
  return Math.min(...images.map((point) => Math.hypot(...point)));
}

function mapTangent(distortion: Distortion | null, point: Vec2, direction: Distortion['direction']): Vec2 | null {
  if (!distortion) return point;
  const fold = foldRadius(distortion);
  const result = distortion.direction === direction ? evaluatePolynomial(distortion, ...point)?.point : invertPolynomial(distortion, point);
  const input = distortion.direction === direction ? point : result;
  return input && result && Math.hypot(...input) < fold ? result : null;
}

/** Newton's method from the point nearest to the axis, so that it stays on the branch of the origin; null past the fold. */
function invertPolynomial(distortion: Distortion, target: Vec2): Vec2 | null {
  let [x, y] = [0, 0];
  let here: ReturnType<typeof evaluatePolynomial> = evaluatePolynomial(distortion, x, y);
  for (let step = 0; step < MAX_NEWTON_STEPS && here; step++) {
    const [a, b, c, d] = here.jacobian;
    const det = determinant(here.jacobian);
    if (!(det > MIN_DETERMINANT)) return null;
    const [ex, ey] = [target[0] - here.point[0], target[1] - here.point[1]];
    const error = Math.hypot(ex, ey);
    const [dx, dy] = [(d * ex - b * ey) / det, (a * ey - c * ex) / det];
    if (Math.hypot(dx, dy) <= 1e-15 * (1 + Math.hypot(x, y))) return [x, y];
    // Damped: a step that leads away from the target, or over the fold, is halved.
    let damping = 1;
    let next: ReturnType<typeof evaluatePolynomial> = null;
    for (; damping > 1e-6; damping /= 2) {
      next = evaluatePolynomial(distortion, x + damping * dx, y + damping * dy);
      if (next && determinant(next.jacobian) > MIN_DETERMINANT && errorOf(next.point, target) < error) break;
      next = null;
    }
    // No step brings it nearer: rounding is reached, or the target lies past the fold.
    if (!next) return error <= 1e-12 * (1 + Math.hypot(target[0], target[1])) ? [x, y] : null;
    x += damping * dx;
    y += damping * dy;
    here = next;
  }
  return here && errorOf(here.point, target) <= 1e-9 ? [x, y] : null;
}

const errorOf = (p: Vec2, target: Vec2): number => Math.hypot(target[0] - p[0], target[1] - p[1]);
