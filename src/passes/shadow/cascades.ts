import { cross, normalize, type Vec3 } from '../../core/vec.ts';
import type { WorldFromStage } from '../../stage/frame-state.ts';
import type { ShadowMapPx } from '../../stage/show.ts';
import { CASCADES } from '../frame/frame-layout.ts';
import type { CascadeNumbers } from '../frame/lighting-writer.ts';
import { alongBox, type Casters, type WorldBox } from './casters.ts';

/** Half edges of the cascades, stage metres: what stands near the stage, its surroundings, the middle distance. */
export const CASCADE_HALF_M: readonly number[] = [10, 45, 240];
/** Edge of a cascade's map unless asked otherwise. */
export const SHADOW_MAP_PX = 2048;

/** How far along the sun's rays casters and receivers are told apart in depth, stage metres each way; nearer casters are pressed together. */
const REACH_M = 6 * CASCADE_HALF_M[CASCADES - 1]!;
/** Beyond the scene's bounds, stage metres: more than any bias moves a point. */
const MARGIN_M = 1;

/** The box that one cascade's map shows: changes in whole texels, so that the map is drawn again only then, and shadows do not crawl. */
export interface CascadeBox {
  /** World position of the middle, doubles. */
  readonly anchor: Float64Array;
  halfM: number;
  texelM: number;
  /** Along the way to the sun from the anchor: where depth is 0 and 1, metres. */
  nearM: number;
  farM: number;
  /** Counts what the box was: a map drawn for another number shows something else. From 1. */
  version: number;
}

/**
 * Where the sun's shadows are drawn: boxes around the stage's origin, so that every node and every facet shares them. A function of placement,
 * sun and casters alone: a box that waited to follow (hysteresis) would differ between nodes.
 */
export class Cascades {
  readonly boxes: readonly CascadeBox[];
  /** The boxes as shading reads them, relative to `anchor`. */
  readonly numbers: readonly CascadeNumbers[];
  /** World position the numbers are relative to: the stage's origin. */
  readonly anchor = new Float64Array(3);
  /** Axes of the maps, unit, world: x, y, to the sun. */
  readonly right = new Float64Array(3);
  readonly up = new Float64Array(3);
  readonly toSun = new Float64Array(3).fill(Number.NaN);
  readonly #mapPx: number;
  readonly #casters: Casters;
  /** Least and greatest of the casters along the way to the sun. */
  readonly #extent = new Float64Array(2);
  #extentDue = true;

  constructor(mapPx: ShadowMapPx, casters: Casters) {
    this.#mapPx = mapPx;
    this.#casters = casters;
    this.boxes = Array.from({ length: CASCADES }, () => ({
      anchor: new Float64Array(3),
      halfM: 0,
      texelM: 0,
      nearM: 0,
      farM: 0,
      version: 0,
    }));
    this.numbers = Array.from({ length: CASCADES }, () => ({ rows: new Float64Array(12), texelM: 0 }));
  }

  /** Some caster moved. */
  castersMoved(): void {
    this.#extentDue = true;
  }

  /** Brings boxes and numbers to a frame. Makes no garbage while the sun rests. */
  update({ positionM, scale }: WorldFromStage, toSun: Vec3): void {
    const turned = this.#turn(toSun);
    if (turned || this.#extentDue) this.#casters.writeExtent(this.toSun, this.#extent);
    this.#extentDue = false;
    this.anchor.set(positionM);
    for (let k = 0; k < CASCADES; k++) {
      this.#moveBox(this.boxes[k]!, CASCADE_HALF_M[k]! * scale, scale, turned);
      this.#writeNumbers(this.numbers[k]!, this.boxes[k]!);
    }
  }

  /** Whether what a box casts may fall into a cascade: the sun's rays run along it. */
  touches(cascade: number, box: WorldBox): boolean {
    const { anchor, halfM } = this.boxes[cascade]!;
    for (const axis of [this.right, this.up]) {
      const middle = dotOf(axis, anchor);
      if (alongBox(box, axis, -1) > middle + halfM || alongBox(box, axis, 1) < middle - halfM) return false;
    }
    return true;
  }

  /** @returns Whether the sun stands elsewhere than before. */
  #turn(toSun: Vec3): boolean {
    const known = this.toSun;
    if (known[0] === toSun[0] && known[1] === toSun[1] && known[2] === toSun[2]) return false;
    const right = normalize(Math.abs(toSun[1]) > 0.99 ? cross([0, 0, 1], toSun) : cross([0, 1, 0], toSun));
    this.toSun.set(toSun);
    this.right.set(right);
    this.up.set(cross(toSun, right));
    return true;
  }

  #moveBox(box: CascadeBox, halfM: number, scale: number, turned: boolean): void {
    const texelM = (2 * halfM) / this.#mapPx;
    const x = Math.round(dotOf(this.right, this.anchor) / texelM) * texelM;
    const y = Math.round(dotOf(this.up, this.anchor) / texelM) * texelM;
    // Far coarser: depth has digits to spare, and the scene's own bounds mostly decide where it begins and ends.
    const step = (REACH_M * scale) / 2;
    const z = Math.round(dotOf(this.toSun, this.anchor) / step) * step;
    const nearM = Math.min(this.#extent[1]! - z, REACH_M * scale) + MARGIN_M * scale;
    const farM = Math.min(Math.max(this.#extent[0]! - z, -REACH_M * scale) - MARGIN_M * scale, nearM - MARGIN_M * scale);
    let changed = turned || halfM !== box.halfM || nearM !== box.nearM || farM !== box.farM;
    for (let a = 0; a < 3; a++) {
      const next = this.right[a]! * x + this.up[a]! * y + this.toSun[a]! * z;
      changed ||= next !== box.anchor[a];
      box.anchor[a] = next;
    }
    box.halfM = halfM;
    box.texelM = texelM;
    box.nearM = nearM;
    box.farM = farM;
    if (changed) box.version++;
  }

  /** Rows that give x, y (−1..1) and depth (0..1) in a box's map of a point relative to `anchor`. */
  #writeNumbers(numbers: CascadeNumbers, box: CascadeBox): void {
    const { rows } = numbers;
    const depthM = box.nearM - box.farM;
    numbers.texelM = box.texelM;
    rows[3] = rows[7] = 0;
    rows[11] = box.nearM / depthM;
    for (let a = 0; a < 3; a++) {
      const fromBox = this.anchor[a]! - box.anchor[a]!;
      rows[a] = this.right[a]! / box.halfM;
      rows[4 + a] = this.up[a]! / box.halfM;
      rows[8 + a] = -this.toSun[a]! / depthM;
      for (let row = 0; row < 12; row += 4) rows[row + 3]! += rows[row + a]! * fromBox;
    }
  }
}

const dotOf = (a: Float64Array, b: Float64Array): number => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
