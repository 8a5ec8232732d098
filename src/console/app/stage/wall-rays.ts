import { rotate } from '../../../core/quat.ts';
import { add, cross, dot, mad, scale, sub, type Vec3 } from '../../../core/vec.ts';
import type { ConsoleCamera, ConsoleStage } from '../../protocol.ts';

export type ConsoleFacet = ConsoleStage['facets'][number];

/** A facet as rays meet it: corner, edges in metres, normal to the audience. */
export interface FacetPlane {
  readonly originM: Vec3;
  readonly edgeUM: Vec3;
  readonly edgeVM: Vec3;
  readonly normal: Vec3;
}

export function facetPlane(facet: ConsoleFacet): FacetPlane {
  return {
    originM: facet.originM,
    edgeUM: scale(facet.u, facet.widthPx * facet.pitchUM),
    edgeVM: scale(facet.v, facet.heightPx * facet.pitchVM),
    normal: cross(facet.v, facet.u),
  };
}

/** Nearest point where a ray meets the lit side of a wall, stage space, metres; null: it meets none. */
export function hitWall(originM: Vec3, direction: Vec3, planes: readonly FacetPlane[]): Vec3 | null {
  let nearest = Number.POSITIVE_INFINITY;
  for (const plane of planes) {
    const facing = dot(direction, plane.normal);
    if (facing >= -1e-9) continue;
    const distance = dot(sub(plane.originM, originM), plane.normal) / facing;
    if (distance <= 0 || distance >= nearest) continue;
    const onFacet = sub(mad(originM, direction, distance), plane.originM);
    const along = dot(onFacet, plane.edgeUM) / dot(plane.edgeUM, plane.edgeUM);
    const down = dot(onFacet, plane.edgeVM) / dot(plane.edgeVM, plane.edgeVM);
    // A hair of slack, so that no ray slips through the joint of two facets.
    if (along > -1e-6 && along < 1 + 1e-6 && down > -1e-6 && down < 1 + 1e-6) nearest = distance;
  }
  return Number.isFinite(nearest) ? mad(originM, direction, nearest) : null;
}

export interface WallFrustum {
  /** The four corner rays, from the entrance pupil: to the wall, or `FREE_RAY_M` long. Top left, top right, bottom right, bottom left. */
  readonly corners: readonly Vec3[];
  /** Line segments (pairs of points) of the sensor's border on the wall, lifted a little to the audience. */
  readonly border: readonly Vec3[];
}

const FREE_RAY_M = 8;
const LIFT = 0.004;

/** Where a camera's sensor lands on the wall, without lens distortion. @param marginPercent Grows the sensor on each side, percent of its width. */
export function frustumOnWall(
  camera: ConsoleCamera,
  planes: readonly FacetPlane[],
  marginPercent: number,
  stepsPerSide: number,
): WallFrustum {
  const margin = (camera.sensorMm[0] * marginPercent) / 100;
  const halfX = (camera.sensorMm[0] / 2 + margin) / camera.focalLengthMm;
  const halfY = (camera.sensorMm[1] / 2 + margin) / camera.focalLengthMm;
  const eye = camera.entrancePupilM;
  const direction = (x: number, y: number): Vec3 => rotate(camera.stageFromCamera, [x * halfX, y * halfY, -1]);
  const corners: Vec3[] = [];
  const border: Vec3[] = [];
  let previous: Vec3 | null = null;
  for (let step = 0; step <= 4 * stepsPerSide; step++) {
    const side = Math.floor(step / stepsPerSide) % 4;
    const t = (step % stepsPerSide) / stepsPerSide;
    const [from, to] = [SENSOR_CORNERS[side], SENSOR_CORNERS[(side + 1) % 4]];
    const ray = direction(from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t);
    const hit = hitWall(eye, ray, planes);
    if (step % stepsPerSide === 0 && corners.length < 4) corners.push(hit ?? mad(eye, ray, FREE_RAY_M));
    const lifted = hit && add(scale(hit, 1 - LIFT), scale(eye, LIFT));
    if (previous && lifted) border.push(previous, lifted);
    previous = lifted;
  }
  return { corners, border };
}

const SENSOR_CORNERS = [
  [-1, 1],
  [1, 1],
  [1, -1],
  [-1, -1],
] as const;
