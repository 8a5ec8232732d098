import { GpuError } from '../../core/errors.ts';
import type { BakedStage, Facet } from '../../stage/baked-stage.ts';
import type { CameraState, FrameState, OuterRate } from '../../stage/frame-state.ts';
import { writeFrameHeader } from './frame-header.ts';
import { EYE_BYTES, EYES_OFFSET, FACET_VIEWS_OFFSET, MAX_EYES, MAX_FACETS, NO_VIEW, VIEW_BYTES, VIEWS_OFFSET } from './frame-layout.ts';
import type { ListCapacities } from './frame-lists.ts';
import { clipFacetToWindow, InnerWindow } from './inner-window.ts';
import { writeLens } from './lens-writer.ts';
import { NO_EYE, PreviousViews } from './previous-views.ts';
import { RestingViews } from './resting-views.ts';
import { innerGrid, outerGrid, type SampleGrid } from './sample-grid.ts';

/** LEDs of a facet that this renderer's tiles cover: first column and row, size. */
export interface FacetWindow {
  readonly facet: number;
  readonly i0: number;
  readonly j0: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const PYRAMID_LEVELS = 4;

/**
 * Writes a frame's eyes and views: doubles in, rounded once to float32 (architecture §1, prototype report §3). Arrays are made once;
 * writing a frame makes no garbage.
 */
export class FrameWriter {
  readonly buffer: ArrayBuffer;
  readonly floats: Float32Array;
  readonly words: Uint32Array;
  /** Samples of all views of the frame written last. */
  sampleCount = 0;
  viewCount = 0;
  outerRate: OuterRate = 1;
  /** Views of the outer eye, the first ones. */
  outerViews = 0;
  /** Largest window of a film camera on a facet, LEDs. */
  maxInnerWidthPx = 0;
  maxInnerHeightPx = 0;
  eyeCount = 0;
  /** Texels of all views' depth pyramids. */
  texelCount = 0;
  /** Largest view, samples. */
  maxViewWidth = 0;
  maxViewHeight = 0;
  /** World position of each eye in doubles, 3 each; the outer eye is the last. */
  readonly eyeWorld = new Float64Array(MAX_EYES * 3);
  readonly #stage: BakedStage;
  readonly #windows: readonly FacetWindow[];
  readonly #inner = Array.from({ length: MAX_EYES }, () => new InnerWindow());
  /** Rows of world-from-stage rotation. */
  readonly #cos = new Float64Array(2);
  readonly #axes = new Float64Array(9);
  readonly #frame = new Float64Array(9);
  readonly #box = new Float64Array(4);
  readonly #plane = new Float64Array(3);
  readonly #before = new PreviousViews();
  readonly #outer = new RestingViews();

  constructor(stage: BakedStage, windows: readonly FacetWindow[]) {
    if (stage.facets.length > MAX_FACETS)
      throw new GpuError('TOO_MANY_FACETS', 'the stage has more facets than one node draws', {
        got: `${stage.facets.length}`,
        expected: `at most ${MAX_FACETS}`,
        hint: 'split the stage over several nodes',
      });
    this.#stage = stage;
    this.#windows = windows;
    this.buffer = new ArrayBuffer(VIEWS_OFFSET + MAX_EYES * Math.max(1, windows.length) * VIEW_BYTES);
    this.floats = new Float32Array(this.buffer);
    this.words = new Uint32Array(this.buffer);
  }

  /** Bytes that the frame written last needs. */
  get usedBytes(): number {
    return VIEWS_OFFSET + this.viewCount * VIEW_BYTES;
  }

  /** Cameras of a frame that get an inner frustum, highest priority first, at most four. */
  static activeCameras(state: FrameState): readonly CameraState[] {
    return state.cameras.filter((camera) => camera.enabled).slice(0, MAX_EYES - 1);
  }

  write(state: FrameState, cameras: readonly CameraState[], capacities: ListCapacities): void {
    const { words } = this;
    this.#before.remember(words);
    this.outerRate = state.outerRate;
    this.eyeCount = cameras.length + 1;
    this.viewCount = this.sampleCount = this.texelCount = this.maxViewWidth = this.maxViewHeight = 0;
    this.maxInnerWidthPx = this.maxInnerHeightPx = 0;
    words.fill(NO_VIEW, FACET_VIEWS_OFFSET / 4, FACET_VIEWS_OFFSET / 4 + MAX_EYES * MAX_FACETS);
    this.#cos[0] = Math.cos(state.worldFromStage.yawRad);
    this.#cos[1] = Math.sin(state.worldFromStage.yawRad);
    // The outer eye's views come first: they stay where they are while it and the stage rest, and are kept then.
    this.#writeEye(cameras.length, state, null, outerGrid(state));
    this.outerViews = this.viewCount;
    for (let e = 0; e < cameras.length; e++) this.#writeEye(e, state, cameras[e]!, innerGrid(state));
    writeFrameHeader(this, state.lodErrorPx, capacities);
  }

  /** The frame before is gone (first frame, new lists): nothing is hidden in the first look. */
  forgetPrevious(): void {
    for (let e = 0; e < this.eyeCount; e++) this.words[(EYES_OFFSET + e * EYE_BYTES) / 4 + 39] = NO_EYE;
    for (let v = 0; v < this.viewCount; v++) this.words[(VIEWS_OFFSET + v * VIEW_BYTES) / 4 + 41] = NO_VIEW;
  }

  /** Rotates stage axes into world axes: Ry(yaw). */
  #toWorld(x: number, y: number, z: number, out: Float64Array, at: number): void {
    out[at] = this.#cos[0]! * x + this.#cos[1]! * z;
    out[at + 1] = y;
    out[at + 2] = -this.#cos[1]! * x + this.#cos[0]! * z;
  }

  #writeEye(e: number, state: FrameState, camera: CameraState | null, grid: SampleGrid): void {
    const { floats, words } = this;
    const at = (EYES_OFFSET + e * EYE_BYTES) / 4;
    const eye = camera ? camera.entrancePupilM : state.outerEyeM;
    const s = state.worldFromStage.scale;
    this.#toWorld(eye[0] * s, eye[1] * s, eye[2] * s, this.eyeWorld, e * 3);
    const firstView = this.viewCount;
    for (let a = 0; a < 3; a++) {
      this.eyeWorld[e * 3 + a]! += state.worldFromStage.positionM[a]!;
      const hi = Math.fround(this.eyeWorld[e * 3 + a]!);
      floats[at + a] = hi;
      floats[at + 4 + a] = this.eyeWorld[e * 3 + a]! - hi;
    }
    words[at + 3] = firstView;
    words[at + 11] = camera ? 1 : 0;
    words[at + 36] = grid.columns;
    words[at + 37] = grid.rows;
    words[at + 38] = grid.rate;
    words[at + 39] = this.#before.addEye(camera ? camera.id : '');
    if (camera) this.#writeLens(e, at, camera);
    if (camera || !this.#outer.restore(this, e, words[at + 39]!, state)) {
      for (const window of this.#windows) this.#writeView(e, state, camera, window, grid);
      if (!camera) this.#outer.keep(this, e);
    }
    words[at + 7] = this.viewCount - firstView;
  }

  #writeLens(e: number, at: number, camera: CameraState): void {
    const inner = this.#inner[e]!;
    inner.update(camera);
    this.#writeCameraAxes(at, camera);
    writeLens(this, at, camera, inner.validRadius);
  }

  /** Camera axes in stage axes (`#axes`: x, y, z rows) and, in world axes, into the eye. */
  #writeCameraAxes(at: number, camera: CameraState): void {
    const [x, y, z, w] = camera.stageFromCamera;
    const m = this.#axes;
    m[0] = 1 - 2 * (y * y + z * z);
    m[1] = 2 * (x * y + z * w);
    m[2] = 2 * (x * z - y * w);
    m[3] = 2 * (x * y - z * w);
    m[4] = 1 - 2 * (x * x + z * z);
    m[5] = 2 * (y * z + x * w);
    m[6] = 2 * (x * z + y * w);
    m[7] = 2 * (y * z - x * w);
    m[8] = 1 - 2 * (x * x + y * y);
    for (let axis = 0; axis < 3; axis++) {
      this.#toWorld(m[axis * 3]!, m[axis * 3 + 1]!, m[axis * 3 + 2]!, this.#plane, 0);
      this.floats.set(this.#plane, at + 8 + axis * 4);
    }
  }

  #writeView(e: number, state: FrameState, camera: CameraState | null, window: FacetWindow, grid: SampleGrid): void {
    const facet = this.#stage.facets[window.facet]!;
    const eye = camera ? camera.entrancePupilM : state.outerEyeM;
    const [ox, oy, oz] = [facet.originM[0] - eye[0], facet.originM[1] - eye[1], facet.originM[2] - eye[2]];
    const distance = -(ox * facet.n[0] + oy * facet.n[1] + oz * facet.n[2]);
    if (!(distance > 1e-4)) return;
    let { i0, j0 } = window;
    let i1 = i0 + window.widthPx;
    let j1 = j0 + window.heightPx;
    if (camera) {
      this.#facetInCamera(ox, oy, oz, window.facet);
      const box = this.#box;
      if (!clipFacetToWindow(this.#frame, facet.widthPx, facet.heightPx, this.#inner[e]!.tangents, box)) return;
      i0 = Math.max(i0, Math.floor(box[0]!) - 1);
      j0 = Math.max(j0, Math.floor(box[1]!) - 1);
      i1 = Math.min(i1, Math.ceil(box[2]!) + 1);
      j1 = Math.min(j1, Math.ceil(box[3]!) + 1);
      if (i1 <= i0 || j1 <= j0) return;
      this.maxInnerWidthPx = Math.max(this.maxInnerWidthPx, i1 - i0);
      this.maxInnerHeightPx = Math.max(this.maxInnerHeightPx, j1 - j0);
    }
    const { rate } = grid;
    i0 = Math.floor(i0 / rate) * grid.columns;
    j0 = Math.floor(j0 / rate) * grid.rows;
    i1 = Math.ceil(i1 / rate) * grid.columns;
    j1 = Math.ceil(j1 / rate) * grid.rows;
    const at = (VIEWS_OFFSET + this.viewCount * VIEW_BYTES) / 4;
    this.words[at + 41] = this.#before.viewOf(this.words[(EYES_OFFSET + e * EYE_BYTES) / 4 + 39]!, window.facet);
    this.words[at + 44] = window.facet;
    this.words[at + 45] = e;
    this.#writeViewNumbers(window.facet, state.worldFromStage.scale, ox, oy, oz, distance, grid, i0, j0, i1, j1);
    this.words[FACET_VIEWS_OFFSET / 4 + e * MAX_FACETS + window.facet] = this.viewCount - 1;
  }

  /** Corner, u·pitch, v·pitch of a facet in camera axes. */
  #facetInCamera(ox: number, oy: number, oz: number, index: number): void {
    const { u, v, pitchUM, pitchVM } = this.#stage.facets[index]!;
    const m = this.#axes;
    for (let a = 0; a < 3; a++) {
      this.#frame[a] = m[a * 3]! * ox + m[a * 3 + 1]! * oy + m[a * 3 + 2]! * oz;
      this.#frame[3 + a] = (m[a * 3]! * u[0] + m[a * 3 + 1]! * u[1] + m[a * 3 + 2]! * u[2]) * pitchUM;
      this.#frame[6 + a] = (m[a * 3]! * v[0] + m[a * 3 + 1]! * v[1] + m[a * 3 + 2]! * v[2]) * pitchVM;
    }
  }

  /** Ray basis, sample rows and side planes (prototype report §3), stage numbers turned into world axes at the end. */
  #writeViewNumbers(
    index: number,
    s: number,
    ox: number,
    oy: number,
    oz: number,
    distance: number,
    grid: SampleGrid,
    i0: number,
    j0: number,
    i1: number,
    j1: number,
  ): void {
    const { u, v, n, pitchUM, pitchVM } = this.#stage.facets[index]!;
    const { floats, words } = this;
    const at = (VIEWS_OFFSET + this.viewCount * VIEW_BYTES) / 4;
    const width = i1 - i0;
    const height = j1 - j0;
    const columns = grid.columns / grid.rate;
    const rows = grid.rows / grid.rate;
    const lx = ox * u[0] + oy * u[1] + oz * u[2];
    const ly = ox * v[0] + oy * v[1] + oz * v[2];
    const kx = columns / pitchUM;
    const ky = rows / pitchVM;
    const ax = (u[0] * distance + n[0] * lx) * kx;
    const ay = (u[1] * distance + n[1] * lx) * kx;
    const az = (u[2] * distance + n[2] * lx) * kx;
    const bx = (v[0] * distance + n[0] * ly) * ky;
    const by = (v[1] * distance + n[1] * ly) * ky;
    const bz = (v[2] * distance + n[2] * ly) * ky;
    this.#put(at, ox * s, oy * s, oz * s);
    words[at + 3] = i0;
    this.#put(at + 4, u[0] * pitchUM * (s / columns), u[1] * pitchUM * (s / columns), u[2] * pitchUM * (s / columns));
    words[at + 7] = j0;
    this.#put(at + 8, v[0] * pitchVM * (s / rows), v[1] * pitchVM * (s / rows), v[2] * pitchVM * (s / rows));
    words[at + 11] = width;
    this.#put(at + 12, ax, ay, az);
    words[at + 15] = height;
    this.#put(at + 16, bx, by, bz);
    words[at + 19] = this.sampleCount;
    this.#put(at + 20, -n[0], -n[1], -n[2]);
    floats[at + 23] = distance * s;
    this.#putPlane(at + 24, ax + n[0] * i0, ay + n[1] * i0, az + n[2] * i0);
    this.#putPlane(at + 28, -n[0] * i1 - ax, -n[1] * i1 - ay, -n[2] * i1 - az);
    this.#putPlane(at + 32, bx + n[0] * j0, by + n[1] * j0, bz + n[2] * j0);
    this.#putPlane(at + 36, -n[0] * j1 - bx, -n[1] * j1 - by, -n[2] * j1 - bz);
    words[at + 40] = this.texelCount;
    floats[at + 42] = 1 / (Math.min(pitchUM, pitchVM) * grid.rate * s);
    floats[at + 43] = reachOf(lx, ly, this.#stage.facets[index]!) * s;
    this.viewCount++;
    this.sampleCount += width * height;
    for (let k = 0, [w, h] = [width, height]; k < PYRAMID_LEVELS; k++) {
      w = Math.ceil(w / 4);
      h = Math.ceil(h / 4);
      this.texelCount += w * h;
    }
    this.maxViewWidth = Math.max(this.maxViewWidth, width);
    this.maxViewHeight = Math.max(this.maxViewHeight, height);
  }

  #put(at: number, x: number, y: number, z: number): void {
    this.#toWorld(x, y, z, this.#plane, 0);
    this.floats[at] = this.#plane[0]!;
    this.floats[at + 1] = this.#plane[1]!;
    this.floats[at + 2] = this.#plane[2]!;
  }

  #putPlane(at: number, x: number, y: number, z: number): void {
    const l = Math.hypot(x, y, z);
    this.#put(at, x / l, y / l, z / l);
  }
}

/** Farthest LED of a facet from the point (lx, ly) beside its corner, metres along u and v from the eye's foot to the corner. */
function reachOf(lx: number, ly: number, { widthPx, heightPx, pitchUM, pitchVM }: Facet): number {
  return Math.hypot(Math.max(Math.abs(lx), Math.abs(lx + widthPx * pitchUM)), Math.max(Math.abs(ly), Math.abs(ly + heightPx * pitchVM)));
}
