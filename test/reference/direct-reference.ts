import type { Vec2, Vec3 } from '../../src/core/vec.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState, WorldFromStage } from '../../src/stage/frame-state.ts';
import { projectPoint, rayOfSensor, referenceCamera } from './lens-reference.ts';
import { emptyHit, type RayCaster } from './ray-caster.ts';
import { shadeUnlit } from './unlit-shading.ts';
import { worldDirection, worldPoint } from './wall-reference.ts';

/** The virtual scene as the film camera would photograph it, where it sees the wall. */
export interface DirectPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Linear RGB; NaN where the camera sees no wall. */
  readonly rgb: Float64Array;
  /** Facet seen by each pixel, −1 for none. */
  readonly facet: Int32Array;
  readonly ledPitchPx: Float64Array;
}

/** Nearest facet that faces the ray, in doubles; distance in units of the ray. */
export function hitWall(stage: BakedStage, eye: Vec3, ray: Vec3): { facet: number; x: number; y: number; t: number } | null {
  let best: { facet: number; x: number; y: number; t: number } | null = null;
  for (const f of stage.facets) {
    const facing = ray[0] * f.n[0] + ray[1] * f.n[1] + ray[2] * f.n[2];
    if (!(facing < -1e-9)) continue;
    const o: Vec3 = [f.originM[0] - eye[0], f.originM[1] - eye[1], f.originM[2] - eye[2]];
    const t = (o[0] * f.n[0] + o[1] * f.n[1] + o[2] * f.n[2]) / facing;
    if (!(t > 0) || (best && t >= best.t)) continue;
    const q: Vec3 = [ray[0] * t - o[0], ray[1] * t - o[1], ray[2] * t - o[2]];
    const x = (q[0] * f.u[0] + q[1] * f.u[1] + q[2] * f.u[2]) / f.pitchUM;
    const y = (q[0] * f.v[0] + q[1] * f.v[1] + q[2] * f.v[2]) / f.pitchVM;
    if (x >= 0 && y >= 0 && x < f.widthPx && y < f.heightPx) best = { facet: f.id, x, y, t };
  }
  return best;
}

/** Ray casts the scene for every camera pixel through the lens, with the footprint of the pixel. */
export function renderDirectReference(
  caster: RayCaster,
  stage: BakedStage,
  place: WorldFromStage,
  state: CameraState,
  resolutionPx: Vec2,
): DirectPicture {
  const [w, h] = resolutionPx;
  const camera = referenceCamera(state);
  const eye = worldPoint(place, state.entrancePupilM);
  const rgb = new Float64Array(w * h * 3).fill(Number.NaN);
  const facet = new Int32Array(w * h).fill(-1);
  const ledPitchPx = new Float64Array(w * h);
  const pixelPerTangent = (state.lens.pinholeFocalLengthMm / state.sensorMm[0]) * w;
  const step = 1 / pixelPerTangent;
  const scaled = (axis: Vec3, s: number): Vec3 => worldDirection(place, [axis[0] * s, axis[1] * s, axis[2] * s]);
  const [dx, dy] = [scaled(camera.right, step), scaled(camera.up, -step)];
  const hit = emptyHit();
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const p = y * w + x;
      const ray = rayOfSensor(camera, sensorFromPixel(state, resolutionPx, x + 0.5, y + 0.5));
      const wall = ray && hitWall(stage, state.entrancePupilM, ray);
      if (!ray || !wall) continue;
      facet[p] = wall.facet;
      ledPitchPx[p] = (stage.facets[wall.facet].pitchUM / wall.t) * pixelPerTangent;
      const d = worldDirection(place, ray);
      caster.cast(...eye, ...d, hit);
      rgb.set(hit.triangle < 0 ? [0, 0, 0] : shadeUnlit(caster.triangles, hit.triangle, eye, d, dx, dy), p * 3);
    }
  }
  return { widthPx: w, heightPx: h, rgb, facet, ledPitchPx };
}

export function sensorFromPixel(state: CameraState, [w, h]: Vec2, x: number, y: number): Vec2 {
  return [(x / w - 0.5) * state.sensorMm[0], (y / h - 0.5) * state.sensorMm[1]];
}

/** Pixels of those world points that the camera sees on the wall and that nothing hides. */
export function visiblePoints(
  caster: RayCaster,
  place: WorldFromStage,
  state: CameraState,
  [w, h]: Vec2,
  worldPoints: readonly Vec3[],
): [number, number][] {
  const camera = referenceCamera(state);
  const eye = worldPoint(place, state.entrancePupilM);
  const hit = emptyHit();
  const c = Math.cos(place.yawRad);
  const s = Math.sin(place.yawRad);
  const out: [number, number][] = [];
  for (const point of worldPoints) {
    const q = point.map((v, k) => (v - place.positionM[k]) / place.scale) as unknown as Vec3;
    const sensor = projectPoint(camera, [c * q[0] - s * q[2], q[1], s * q[0] + c * q[2]]);
    if (!sensor) continue;
    const x = (sensor[0] / state.sensorMm[0] + 0.5) * w;
    const y = (sensor[1] / state.sensorMm[1] + 0.5) * h;
    if (!(x >= 0 && y >= 0 && x < w && y < h)) continue;
    caster.cast(...eye, point[0] - eye[0], point[1] - eye[1], point[2] - eye[2], hit);
    if (hit.triangle >= 0 && Math.abs(hit.t - 1) < 1e-4) out.push([x, y]);
  }
  return out;
}
