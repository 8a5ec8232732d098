import type { Vec2, Vec3 } from '../../src/core/vec.ts';
import type { CameraState } from '../../src/stage/frame-state.ts';

/**
 * The lens written a second time, from OpenLensIO v1.0.1 and the doc of `Distortion`, independent of src/core/lens-math.ts:
 * the polynomial is inverted by following the solution from the optical axis outwards (continuation), so that it stays on the branch that light takes.
 */
export interface ReferenceCamera {
  readonly state: CameraState;
  /** Camera axes in stage space: right, up, back. */
  readonly right: Vec3;
  readonly up: Vec3;
  readonly back: Vec3;
}

/** Scan step and limit of the radius at which the radial polynomial folds over, tangents. */
const FOLD_STEP = 1e-3;
const FOLD_LIMIT = 20;
const CONTINUATION_STEPS = 3;
const NEWTON_STEPS = 6;

export function referenceCamera(state: CameraState): ReferenceCamera {
  const [x, y, z, w] = state.stageFromCamera;
  // Columns of the rotation matrix of a unit quaternion (Shepperd's form).
  return {
    state,
    right: [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)],
    up: [2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)],
    back: [2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)],
  };
}

function polynomial(state: CameraState, p: Vec2): [number, number] {
  const d = state.lens.distortion;
  if (!d) return [p[0], p[1]];
  const r2 = p[0] ** 2 + p[1] ** 2;
  const series = (c: readonly [number, number, number]): number => 1 + c[0] * r2 + c[1] * r2 ** 2 + c[2] * r2 ** 3;
  const radial = series(d.numerator) / series(d.denominator);
  const [p1, p2] = d.tangential;
  return [
    radial * p[0] + 2 * p1 * p[0] * p[1] + p2 * (r2 + 2 * p[0] ** 2),
    radial * p[1] + 2 * p2 * p[0] * p[1] + p1 * (r2 + 2 * p[1] ** 2),
  ];
}

/** Solves polynomial(x) = target along target·s, s = 0 … 1; null where the map folds over on the way. */
function solvePolynomial(state: CameraState, target: Vec2): [number, number] | null {
  let [x, y] = [0, 0];
  const h = 1e-6;
  for (let step = 1; step <= CONTINUATION_STEPS; step++) {
    const goal = [(target[0] * step) / CONTINUATION_STEPS, (target[1] * step) / CONTINUATION_STEPS];
    for (let k = 0; k < NEWTON_STEPS; k++) {
      const f = polynomial(state, [x, y]);
      const fx = polynomial(state, [x + h, y]);
      const fx0 = polynomial(state, [x - h, y]);
      const fy = polynomial(state, [x, y + h]);
      const fy0 = polynomial(state, [x, y - h]);
      const [a, c] = [(fx[0] - fx0[0]) / (2 * h), (fx[1] - fx0[1]) / (2 * h)];
      const [b, d] = [(fy[0] - fy0[0]) / (2 * h), (fy[1] - fy0[1]) / (2 * h)];
      const det = a * d - b * c;
      if (!(det > 1e-3)) return null;
      const [ex, ey] = [goal[0] - f[0], goal[1] - f[1]];
      x += (d * ex - b * ey) / det;
      y += (a * ey - c * ex) / det;
      if (Math.abs(ex) + Math.abs(ey) < 1e-13) break;
    }
  }
  const end = polynomial(state, [x, y]);
  return Math.hypot(end[0] - target[0], end[1] - target[1]) < 1e-9 ? [x, y] : null;
}

/** Radius, in the polynomial's own input, at which it stops growing. */
function foldRadius(state: CameraState): number {
  let last = 0;
  for (let r = FOLD_STEP; r < FOLD_LIMIT; r += FOLD_STEP) {
    const d = state.lens.distortion!;
    const radial: CameraState = { ...state, lens: { ...state.lens, distortion: { ...d, tangential: [0, 0] } } };
    const next = polynomial(radial, [r, 0])[0];
    if (!(next > last)) return r - FOLD_STEP;
    last = next;
  }
  return Infinity;
}
const foldRadii = new WeakMap<object, number>();

/** Undistorted tangents (x right, y down) → millimetres on the sensor from its centre (x right, y down); null beyond the lens's fold. */
export function sensorFromTangent(state: CameraState, tangent: Vec2): Vec2 | null {
  const { lens } = state;
  const f = lens.pinholeFocalLengthMm;
  const offset: Vec2 = [lens.distortionOffsetMm[0] / f, lens.distortionOffsetMm[1] / f];
  let p: Vec2 | null = [tangent[0] - offset[0], tangent[1] - offset[1]];
  if (lens.distortion?.direction === 'undistorted-to-distorted') {
    let fold = foldRadii.get(lens.distortion);
    if (fold === undefined) {
      fold = foldRadius(state);
      foldRadii.set(lens.distortion, fold);
    }
    p = Math.hypot(p[0], p[1]) < fold ? polynomial(state, p) : null;
  } else if (lens.distortion) {
    p = solvePolynomial(state, p);
  }
  if (!p) return null;
  return [(p[0] + offset[0]) * f + lens.projectionOffsetMm[0], (p[1] + offset[1]) * f + lens.projectionOffsetMm[1]];
}

/** Inverse of `sensorFromTangent`; null where no ray meets this place of the sensor. */
export function tangentFromSensor(state: CameraState, sensorMm: Vec2): Vec2 | null {
  const { lens } = state;
  const f = lens.pinholeFocalLengthMm;
  const offset: Vec2 = [lens.distortionOffsetMm[0] / f, lens.distortionOffsetMm[1] / f];
  let p: Vec2 | null = [
    (sensorMm[0] - lens.projectionOffsetMm[0]) / f - offset[0],
    (sensorMm[1] - lens.projectionOffsetMm[1]) / f - offset[1],
  ];
  if (lens.distortion?.direction === 'undistorted-to-distorted') p = solvePolynomial(state, p);
  else if (lens.distortion) p = polynomial(state, p);
  return p && [p[0] + offset[0], p[1] + offset[1]];
}

/** Stage point → sensor millimetres; null behind the camera or beyond the fold. */
export function projectPoint(camera: ReferenceCamera, pointM: Vec3): Vec2 | null {
  const e = camera.state.entrancePupilM;
  const q: Vec3 = [pointM[0] - e[0], pointM[1] - e[1], pointM[2] - e[2]];
  const along = (axis: Vec3): number => axis[0] * q[0] + axis[1] * q[1] + axis[2] * q[2];
  const ahead = -along(camera.back);
  if (!(ahead > 1e-6)) return null;
  return sensorFromTangent(camera.state, [along(camera.right) / ahead, -along(camera.up) / ahead]);
}

/** Ray of sensor place (mm): stage space, one metre ahead along the optical axis (not unit length). */
export function rayOfSensor(camera: ReferenceCamera, sensorMm: Vec2): Vec3 | null {
  const t = tangentFromSensor(camera.state, sensorMm);
  if (!t) return null;
  const component = (c: 0 | 1 | 2): number => camera.right[c] * t[0] - camera.up[c] * t[1] - camera.back[c];
  return [component(0), component(1), component(2)];
}

/** The rule of the inner frustum: 1 inside the sensor grown by the margin, smoothstep to 0 across the feather (percent of the sensor's width, on the sensor). */
export function innerWeight(camera: ReferenceCamera, ledM: Vec3): number {
  const { state } = camera;
  if (!state.enabled) return 0;
  const place = projectPoint(camera, ledM);
  if (!place) return 0;
  const [width, height] = state.sensorMm;
  const outside = Math.max(Math.abs(place[0]) - width / 2, Math.abs(place[1]) - height / 2) - (state.overscanPercent / 100) * width;
  if (outside <= 0) return 1;
  const feather = (state.featherPercent / 100) * width;
  if (outside >= feather) return 0;
  const t = outside / feather;
  return 1 - t * t * (3 - 2 * t);
}
