import { Box3, OrthographicCamera, PerspectiveCamera, type Quaternion, Vector3 } from 'three';
import { mad, type Vec3 } from '../../../core/vec.ts';
import type { ConsoleCamera } from '../../protocol.ts';

/** What the stage view shows. `camera:<id>` looks through a tracked camera. */
export type ViewName = 'perspective' | 'plan' | 'front' | `camera:${string}`;

/** Share of the view's width or height that a camera's sensor fills when we look through it. */
const GATE_SHARE = 0.9;
/** Air about a fitted stage, and what its buttons cover: share of the view's height at the top and at the bottom. */
const FIT_MARGIN = 1.06;

/** The part of the stage view that a fitted picture may take. */
export interface ViewFrame {
  readonly aspect: number;
  readonly coveredTop: number;
  readonly coveredBottom: number;
}

/**
 * Perspective from the audience's side, a little above and aside, near enough that `points` fill the view.
 * @param points What must be seen, stage space, metres.   @param audience Unit horizontal direction from the wall to the audience.
 */
export function fitPerspective(points: readonly Vec3[], audience: Vec3, frame: ViewFrame): { camera: PerspectiveCamera; target: Vector3 } {
  const camera = new PerspectiveCamera(38, frame.aspect, 0.05, 2000);
  const aside: Vec3 = [audience[2], 0, -audience[0]];
  const away = new Vector3(...mad(mad([0, 0.36, 0], audience, 1), aside, 0.36)).normalize();
  camera.position.copy(away);
  camera.lookAt(0, 0, 0);
  // In the view's axes each side plane of the frustum touches its outermost point: four planes, three unknowns, solved in closed form.
  const seen = inViewAxes(points, camera.quaternion);
  const tanY = Math.tan((camera.fov * Math.PI) / 360) / FIT_MARGIN;
  const tanX = tanY * frame.aspect;
  const tanTop = tanY * (1 - 2 * frame.coveredTop);
  const tanBottom = tanY * (1 - 2 * frame.coveredBottom);
  const reach = (signedSide: (point: Vector3) => number) => seen.reduce((most, point) => Math.max(most, signedSide(point)), -Infinity);
  const right = reach((point) => point.x + tanX * point.z);
  const left = reach((point) => -point.x + tanX * point.z);
  const top = reach((point) => point.y + tanTop * point.z);
  const bottom = reach((point) => -point.y + tanBottom * point.z);
  const back = Math.max((right + left) / (2 * tanX), (top + bottom) / (tanTop + tanBottom));
  camera.position.set((right - left) / 2, (top - bottom + (tanBottom - tanTop) * back) / 2, back).applyQuaternion(camera.quaternion);
  const middle = seen.reduce((sum, point) => sum + point.z, 0) / seen.length;
  return { camera, target: camera.position.clone().addScaledVector(away, middle - back) };
}

/** Parallel view from above (the wall at the top of the picture) or from the audience. */
export function fitOrthographic(
  points: readonly Vec3[],
  audience: Vec3,
  { aspect, coveredTop, coveredBottom }: ViewFrame,
  view: 'plan' | 'front',
): { camera: OrthographicCamera; target: Vector3 } {
  const camera = new OrthographicCamera();
  if (view === 'plan') camera.up.set(-audience[0], 0, -audience[2]);
  camera.position.copy(view === 'plan' ? new Vector3(0, 1, 0) : new Vector3(...audience));
  camera.lookAt(0, 0, 0);
  const box = new Box3().setFromPoints(inViewAxes(points, camera.quaternion));
  const size = box.getSize(new Vector3());
  const free = 1 - coveredTop - coveredBottom;
  const halfHeight = (Math.max(1, size.y / free, size.x / aspect) / 2) * FIT_MARGIN;
  const target = box.getCenter(new Vector3());
  target.y += (coveredTop - coveredBottom) * halfHeight;
  target.applyQuaternion(camera.quaternion);
  const reach = size.length() + 20;
  camera.position.multiplyScalar(reach).add(target);
  camera.near = 0;
  camera.far = 2 * reach;
  setOrthographicSize(camera, halfHeight, aspect);
  return { camera, target };
}

export function setOrthographicSize(camera: OrthographicCamera, halfHeightM: number, aspect: number): void {
  camera.top = halfHeightM;
  camera.bottom = -halfHeightM;
  camera.right = halfHeightM * aspect;
  camera.left = -camera.right;
  camera.updateProjectionMatrix();
}

/** Puts `camera` into the entrance pupil of a tracked camera. @returns the sensor's rectangle in the view: share of width and height. */
export function lookThrough(camera: PerspectiveCamera, tracked: ConsoleCamera, aspect: number): { width: number; height: number } {
  const [sensorWidth, sensorHeight] = tracked.sensorMm;
  const sensorAspect = sensorWidth / sensorHeight;
  const tanY = sensorHeight / 2 / tracked.focalLengthMm;
  const byHeight = aspect > sensorAspect;
  const viewTanY = (byHeight ? tanY : (tanY * sensorAspect) / aspect) / GATE_SHARE;
  camera.fov = (2 * Math.atan(viewTanY) * 180) / Math.PI;
  camera.aspect = aspect;
  camera.near = 0.02;
  camera.far = 2000;
  camera.position.set(...tracked.entrancePupilM);
  camera.quaternion.set(...tracked.stageFromCamera);
  camera.updateProjectionMatrix();
  return byHeight
    ? { width: (GATE_SHARE * sensorAspect) / aspect, height: GATE_SHARE }
    : { width: GATE_SHARE, height: (GATE_SHARE * aspect) / sensorAspect };
}

function inViewAxes(points: readonly Vec3[], viewRotation: Quaternion): Vector3[] {
  const inverse = viewRotation.clone().invert();
  return points.map((point) => new Vector3(...point).applyQuaternion(inverse));
}
