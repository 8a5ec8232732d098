import type { InstanceTable, MeshRange, SceneHead } from '../../scene/scene-data.ts';
import { largestScale } from '../scene/pack-instances.ts';

/** Centre x, y, z and half extents x, y, z of an axis-aligned box, world space, metres, doubles. */
export type WorldBox = Float64Array;

/** Nothing smaller is told apart when the scene's extent grows, as a part of its first extent. */
const GROWTH_STEPS = 16;

/** Where a scene's instances are: all of them, as one box, and each that moved, by itself. */
export class Casters {
  /** Some instances are said to move from frame to frame. */
  readonly hasDynamic: boolean;
  /** Largest scale of any instance, ever. */
  maxScale = 0;
  readonly #instances: InstanceTable;
  readonly #meshes: readonly MeshRange[];
  /** Bounds of all instances where the scene put them. */
  readonly #first: WorldBox;
  readonly #moved = new Map<number, WorldBox>();

  constructor({ instances, meshes }: Pick<SceneHead, 'instances' | 'meshes'>) {
    this.#instances = instances;
    this.#meshes = meshes;
    this.hasDynamic = instances.dynamic?.includes(1) === true;
    this.#first = this.#boundsOfAll();
  }

  isDynamic(instance: number): boolean {
    return this.#instances.dynamic?.[instance] === 1;
  }

  /** The box of an instance where it is now; the same object until it moves, changed in place when it does. */
  boxOf(instance: number): WorldBox {
    const known = this.#moved.get(instance);
    if (known) return known;
    const box = new Float64Array(6);
    writeBox(this.#meshes[this.#instances.mesh[instance]!]!, this.#instances.worldFromMesh, instance * 12, box);
    this.#moved.set(instance, box);
    return box;
  }

  /** @param worldFromMesh Rows of the 3×4, 12 numbers. */
  move(instance: number, worldFromMesh: ArrayLike<number>): void {
    writeBox(this.#meshes[this.#instances.mesh[instance]!]!, worldFromMesh, 0, this.boxOf(instance));
    this.maxScale = Math.max(this.maxScale, largestScale(worldFromMesh, 0));
  }

  /**
   * Writes how far the scene reaches along a unit vector: least, greatest. Depends on where instances are now, not on how they came there, so
   * that every node finds the same; what moves out of the scene's first bounds widens them in steps, so that most moves change nothing.
   */
  writeExtent(direction: ArrayLike<number>, out: Float64Array): void {
    const [least, greatest] = [alongBox(this.#first, direction, -1), alongBox(this.#first, direction, 1)];
    const step = 2 ** Math.ceil(Math.log2(Math.max(1, greatest - least))) / GROWTH_STEPS;
    out[0] = least;
    out[1] = greatest;
    for (const box of this.#moved.values()) {
      const from = alongBox(box, direction, -1);
      const to = alongBox(box, direction, 1);
      if (from < out[0]!) out[0] = Math.floor(from / step) * step;
      if (to > out[1]!) out[1] = Math.ceil(to / step) * step;
    }
  }

  #boundsOfAll(): WorldBox {
    const { count, mesh, worldFromMesh } = this.#instances;
    const box = new Float64Array(6);
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      writeBox(this.#meshes[mesh[i]!]!, worldFromMesh, i * 12, box);
      this.maxScale = Math.max(this.maxScale, largestScale(worldFromMesh, i * 12));
      for (let a = 0; a < 3; a++) {
        low[a] = Math.min(low[a]!, box[a]! - box[3 + a]!);
        high[a] = Math.max(high[a]!, box[a]! + box[3 + a]!);
      }
    }
    for (let a = 0; a < 3; a++) {
      const some = low[a]! <= high[a]!;
      box[a] = some ? (low[a]! + high[a]!) / 2 : 0;
      box[3 + a] = some ? (high[a]! - low[a]!) / 2 : 1;
    }
    return box;
  }
}

/** Where a box ends along a unit vector (`side` 1) or against it (−1). */
export const alongBox = (box: WorldBox, d: ArrayLike<number>, side: 1 | -1): number =>
  box[0]! * d[0]! +
  box[1]! * d[1]! +
  box[2]! * d[2]! +
  side * (box[3]! * Math.abs(d[0]!) + box[4]! * Math.abs(d[1]!) + box[5]! * Math.abs(d[2]!));

/** The box of a mesh's box, placed by the 3×4 rows `m` from index `from`. */
function writeBox({ boundsMin, boundsMax }: MeshRange, m: ArrayLike<number>, from: number, out: WorldBox): void {
  for (let row = 0; row < 3; row++) {
    out[row] = m[from + row * 4 + 3]!;
    out[3 + row] = 0;
    for (let a = 0; a < 3; a++) {
      const part = m[from + row * 4 + a]!;
      out[row]! += (part * (boundsMin[a]! + boundsMax[a]!)) / 2;
      out[3 + row]! += (Math.abs(part) * (boundsMax[a]! - boundsMin[a]!)) / 2;
    }
  }
}
