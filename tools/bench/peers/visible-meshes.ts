import type { Vec3 } from '../../../src/core/vec.ts';
import { dot, sub } from '../../../src/core/vec.ts';
import { transformPoint } from '../../../src/scene/matrix.ts';
import type { MeshGeometry } from '../../../src/scene/scene-builder.ts';
import { NEAR_M, type PeerView } from './peer.ts';

/** World-space sphere round a placed mesh, metres. */
export interface Sphere {
  readonly center: Vec3;
  readonly radius: number;
}

/** Sphere round the mesh's box, placed; scales are even. */
export function placedSphere({ positions }: MeshGeometry, matrix: Float64Array): Sphere {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let k = 0; k < positions.length; k++) {
    min[k % 3] = Math.min(min[k % 3]!, positions[k]!);
    max[k % 3] = Math.max(max[k % 3]!, positions[k]!);
  }
  const middle = min.map((low, k) => (low + max[k]!) / 2) as unknown as Vec3;
  const half = Math.hypot(...min.map((low, k) => (max[k]! - low) / 2));
  return { center: transformPoint(matrix, middle), radius: half * Math.hypot(matrix[0]!, matrix[1]!, matrix[2]!) };
}

/** False where the sphere lies outside one side of the view. */
export function isVisible({ center, radius }: Sphere, view: PeerView): boolean {
  const toCenter = sub(center, view.eyeM);
  const [x, y, ahead] = [dot(toCenter, view.right), dot(toCenter, view.up), -dot(toCenter, view.back)];
  // Each side is a plane through the eye: `edge` on the near plane, inside where sign · (across · near − edge · ahead) ≤ 0.
  const outside = (across: number, edge: number, sign: number): boolean =>
    (sign * (across * NEAR_M - edge * ahead)) / Math.hypot(NEAR_M, edge) > radius;
  return !(
    ahead < -radius ||
    outside(x, view.leftM, -1) ||
    outside(x, view.rightM, 1) ||
    outside(y, view.bottomM, -1) ||
    outside(y, view.topM, 1)
  );
}
