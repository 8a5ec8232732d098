import { cross, dot, normalize, type Vec3 } from '../../core/vec.ts';
import type { SceneHead } from '../../scene/scene-data.ts';
import type { WorldFromStage } from '../../stage/frame-state.ts';
import { CASCADES } from '../frame/frame-layout.ts';
import type { CascadeNumbers } from '../frame/lighting-writer.ts';

/** Half edges of the cascades, stage metres: what stands near the stage, its surroundings, the middle distance. */
export const CASCADE_HALF_M: readonly number[] = [10, 45, 240];
export const SHADOW_MAP_PX = 2048;

/** Axis-aligned bounds of all instances, world space, doubles. */
export interface WorldBounds {
  readonly min: Vec3;
  readonly max: Vec3;
}

/** Bounds from each instance's transformed mesh box. */
export function sceneBounds(scene: SceneHead): WorldBounds {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < scene.instances.count; i++) {
    const mesh = scene.meshes[scene.instances.mesh[i]!]!;
    const m = scene.instances.worldFromMesh.subarray(i * 12, i * 12 + 12);
    for (let corner = 0; corner < 8; corner++) {
      const p = [0, 1, 2].map((a) => (corner & (1 << a) ? mesh.boundsMax[a]! : mesh.boundsMin[a]!));
      for (let a = 0; a < 3; a++) {
        const w = m[a * 4]! * p[0]! + m[a * 4 + 1]! * p[1]! + m[a * 4 + 2]! * p[2]! + m[a * 4 + 3]!;
        min[a] = Math.min(min[a]!, w);
        max[a] = Math.max(max[a]!, w);
      }
    }
  }
  if (!(min[0]! <= max[0]!)) return { min: [-1, -1, -1], max: [1, 1, 1] };
  return { min: min as unknown as Vec3, max: max as unknown as Vec3 };
}

/**
 * Where the sun's shadows are drawn: boxes around the stage's origin, so that every node and every facet shares them. The boxes move in
 * whole texels, or shadows would crawl while the stage moves through the world.
 */
export class Cascades {
  readonly numbers: readonly CascadeNumbers[] = Array.from({ length: CASCADES }, () => ({ rows: new Float64Array(12), texelM: 0 }));
  /** World position the rows are relative to. */
  readonly anchor = new Float64Array(3);
  readonly #bounds: WorldBounds;
  readonly #key = new Float64Array(7).fill(Number.NaN);

  constructor(bounds: WorldBounds) {
    this.#bounds = bounds;
  }

  /** @returns true when the maps must be drawn again. */
  update(placement: WorldFromStage, toSun: Vec3): boolean {
    const { positionM, scale } = placement;
    const next = [...positionM, scale, ...toSun];
    if (next.every((value, k) => value === this.#key[k])) return false;
    this.#key.set(next);
    this.anchor.set(positionM);
    const right = normalize(Math.abs(toSun[1]) > 0.99 ? cross([0, 0, 1], toSun) : cross([0, 1, 0], toSun));
    const up = cross(toSun, right);
    const [near, far] = this.#depthRange(toSun);
    this.numbers.forEach((cascade, k) => {
      const half = CASCADE_HALF_M[k]! * scale;
      const texel = (2 * half) / SHADOW_MAP_PX;
      const shift = (axis: Vec3): number => {
        const along = dot(axis, positionM);
        return Math.round(along / texel) * texel - along;
      };
      cascade.texelM = texel;
      cascade.rows.set([...right.map((c) => c / half), -shift(right) / half, ...up.map((c) => c / half), -shift(up) / half]);
      cascade.rows.set([...toSun.map((c) => -c / (near - far)), near / (near - far)], 8);
    });
    return true;
  }

  /** Extent of the scene along the way to the sun, relative to the anchor, with a margin. */
  #depthRange(toSun: Vec3): readonly [near: number, far: number] {
    let near = -Infinity;
    let far = Infinity;
    for (let corner = 0; corner < 8; corner++) {
      const p = [0, 1, 2].map((a) => (corner & (1 << a) ? this.#bounds.max[a]! : this.#bounds.min[a]!) - this.anchor[a]!);
      const along = p[0]! * toSun[0] + p[1]! * toSun[1] + p[2]! * toSun[2];
      near = Math.max(near, along);
      far = Math.min(far, along);
    }
    const limit = CASCADE_HALF_M[CASCADES - 1]! * 6;
    return [Math.min(near, limit) + 1, Math.max(far, -limit) - 1];
  }
}
