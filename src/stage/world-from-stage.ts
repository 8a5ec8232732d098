import type { Vec3 } from '../core/vec.ts';
import type { WorldFromStage } from './frame-state.ts';

/** Stage point → world point, metres, in doubles: positionM + scale · Ry(yaw) · point. */
export function worldFromStagePoint(w: WorldFromStage, point: Vec3): Vec3 {
  const [x, y, z] = turnY(point, w.yawRad);
  return [w.positionM[0] + w.scale * x, w.positionM[1] + w.scale * y, w.positionM[2] + w.scale * z];
}

/** World point → stage point, metres; the inverse of `worldFromStagePoint`. */
export function stageFromWorldPoint(w: WorldFromStage, point: Vec3): Vec3 {
  const [x, y, z] = turnY([point[0] - w.positionM[0], point[1] - w.positionM[1], point[2] - w.positionM[2]], -w.yawRad);
  return [x / w.scale, y / w.scale, z / w.scale];
}

/** Stage direction → world direction; length kept. */
export const worldFromStageDirection = (w: WorldFromStage, direction: Vec3): Vec3 => turnY(direction, w.yawRad);

/** World direction → stage direction; length kept. */
export const stageFromWorldDirection = (w: WorldFromStage, direction: Vec3): Vec3 => turnY(direction, -w.yawRad);

/** Rotation about +Y, right-hand rule: +X turns towards −Z. */
function turnY([x, y, z]: Vec3, angleRad: number): Vec3 {
  const sin = Math.sin(angleRad);
  const cos = Math.cos(angleRad);
  return [cos * x + sin * z, y, cos * z - sin * x];
}
