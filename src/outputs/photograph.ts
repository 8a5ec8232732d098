import { OutputError } from '../core/errors.ts';
import { directionFromSensor } from '../core/lens-math.ts';
import { rotate } from '../core/quat.ts';
import { dot, sub, type Vec2, type Vec3 } from '../core/vec.ts';
import type { CanvasImage } from '../engine/frame-result.ts';
import type { BakedStage, Facet } from '../stage/baked-stage.ts';
import type { CameraState } from '../stage/frame-state.ts';
import { type FacetLight, lightOfFacets } from './canvas-codes.ts';
import { type FacetNeighbours, findFacetNeighbours } from './facet-neighbours.ts';

export interface PhotographOptions {
  readonly stage: BakedStage;
  /** Any subset of the stage's canvases; LEDs that none of them feeds are black. */
  readonly canvases: readonly CanvasImage[];
  readonly camera: CameraState;
  /** Size of the picture; the stage's camera of the same id says it when left out. */
  readonly resolutionPx?: Vec2;
  /** Exposure and scale with which the wall was lit: undone, so that the picture is scene-linear again. */
  readonly exposureStops?: number;
  readonly nitsPerUnit: number;
  /** `nearest`: every LED a filled rectangle. `bilinear`: light spread between LED centres, as a camera slightly out of focus sees it. */
  readonly reconstruct: 'nearest' | 'bilinear';
}

export interface Photograph {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 3 per pixel, rows top first: scene-linear Rec.709; 0 where there is no wall. */
  readonly rgb: Float32Array;
  /** Facet seen by each pixel, −1 where there is none. */
  readonly hitFacet: Int32Array;
}

/**
 * The photograph that the film camera takes of the lit wall: one ray per pixel centre → lens → nearest facet hit from the front → LED → light.
 * Together with the direct view it is the proof of the wall's picture (architecture §1).
 * @throws OutputError NO_RESOLUTION when neither options nor stage say how large the picture is.
 */
export function photographWall(options: PhotographOptions): Photograph {
  const { stage, camera, reconstruct } = options;
  const [widthPx, heightPx] = options.resolutionPx ?? resolutionOf(stage, camera);
  const light = lightOfFacets(stage, options.canvases);
  const neighbours = findFacetNeighbours(stage.facets);
  const unitsPerNit = 1 / (options.nitsPerUnit * 2 ** (options.exposureStops ?? 0));
  const planes = stage.facets.map((f) => facetPlane(f, camera.entrancePupilM));
  const rgb = new Float32Array(widthPx * heightPx * 3);
  const hitFacet = new Int32Array(widthPx * heightPx).fill(-1);
  const hit: WallHit = { facet: -1, x: 0, y: 0 };
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const ray = rayOfPixel(camera, [widthPx, heightPx], x + 0.5, y + 0.5);
      if (!ray || !castAtWall(planes, ray, hit)) continue;
      const p = y * widthPx + x;
      hitFacet[p] = hit.facet;
      if (reconstruct === 'nearest') addLed(light, neighbours, hit.facet, Math.floor(hit.x), Math.floor(hit.y), unitsPerNit, rgb, p * 3);
      else addBetweenLeds(light, neighbours, hit, unitsPerNit, rgb, p * 3);
    }
  }
  return { widthPx, heightPx, rgb, hitFacet };
}

/** Stage-space ray through a place of the picture (pixels from its top left corner), one metre ahead along the optical axis; null where the lens has no answer. */
export function rayOfPixel(camera: CameraState, [widthPx, heightPx]: Vec2, x: number, y: number): Vec3 | null {
  const [sensorW, sensorH] = camera.sensorMm;
  const direction = directionFromSensor(camera.lens, [(x / widthPx - 0.5) * sensorW, (y / heightPx - 0.5) * sensorH]);
  return direction && rotate(camera.stageFromCamera, direction);
}

/** A facet as a ray from one fixed point meets it: t = distance / (n·ray), LED = lean·ray·t + offset. */
interface FacetPlane {
  readonly n: Vec3;
  readonly distance: number;
  readonly u: Vec3;
  readonly v: Vec3;
  readonly offsetU: number;
  readonly offsetV: number;
  readonly widthPx: number;
  readonly heightPx: number;
}
interface WallHit {
  facet: number;
  /** LEDs from the facet's corner; LED (i, j) is i ≤ x < i+1. */
  x: number;
  y: number;
}

function facetPlane(f: Facet, eye: Vec3): FacetPlane {
  const toOrigin = sub(f.originM, eye);
  return {
    n: f.n,
    distance: dot(toOrigin, f.n),
    u: [f.u[0] / f.pitchUM, f.u[1] / f.pitchUM, f.u[2] / f.pitchUM],
    v: [f.v[0] / f.pitchVM, f.v[1] / f.pitchVM, f.v[2] / f.pitchVM],
    offsetU: -dot(toOrigin, f.u) / f.pitchUM,
    offsetV: -dot(toOrigin, f.v) / f.pitchVM,
    widthPx: f.widthPx,
    heightPx: f.heightPx,
  };
}

/** Nearest facet whose lit face meets the ray; writes `hit`. */
function castAtWall(planes: readonly FacetPlane[], ray: Vec3, hit: WallHit): boolean {
  let nearest = Infinity;
  for (let k = 0; k < planes.length; k++) {
    const plane = planes[k];
    const facing = dot(ray, plane.n);
    if (!(facing < 0)) continue;
    const t = plane.distance / facing;
    if (!(t > 0) || t >= nearest) continue;
    const x = t * dot(ray, plane.u) + plane.offsetU;
    const y = t * dot(ray, plane.v) + plane.offsetV;
    if (!(x >= 0 && y >= 0 && x < plane.widthPx && y < plane.heightPx)) continue;
    nearest = t;
    hit.facet = k;
    hit.x = x;
    hit.y = y;
  }
  return nearest < Infinity;
}

function addLed(
  light: readonly FacetLight[],
  neighbours: readonly FacetNeighbours[],
  facet: number,
  i: number,
  j: number,
  weight: number,
  rgb: Float32Array,
  at: number,
): void {
  let f = light[facet];
  let k = facet;
  if (i < 0 || i >= f.widthPx) {
    const next = i < 0 ? neighbours[k].left : neighbours[k].right;
    if (next >= 0) {
      i = i < 0 ? light[next].widthPx - 1 : 0;
      k = next;
      f = light[k];
    } else i = i < 0 ? 0 : f.widthPx - 1;
  }
  if (j < 0 || j >= f.heightPx) {
    const next = j < 0 ? neighbours[k].up : neighbours[k].down;
    if (next >= 0) {
      j = j < 0 ? light[next].heightPx - 1 : 0;
      f = light[next];
    } else j = j < 0 ? 0 : f.heightPx - 1;
  }
  const o = (j * f.widthPx + i) * 3;
  for (let c = 0; c < 3; c++) {
    const nits = f.nits[o + c];
    if (!Number.isNaN(nits)) rgb[at + c] += weight * nits;
  }
}

function addBetweenLeds(
  light: readonly FacetLight[],
  neighbours: readonly FacetNeighbours[],
  hit: WallHit,
  weight: number,
  rgb: Float32Array,
  at: number,
): void {
  const i = Math.floor(hit.x - 0.5);
  const j = Math.floor(hit.y - 0.5);
  const a = hit.x - 0.5 - i;
  const b = hit.y - 0.5 - j;
  addLed(light, neighbours, hit.facet, i, j, weight * (1 - a) * (1 - b), rgb, at);
  addLed(light, neighbours, hit.facet, i + 1, j, weight * a * (1 - b), rgb, at);
  addLed(light, neighbours, hit.facet, i, j + 1, weight * (1 - a) * b, rgb, at);
  addLed(light, neighbours, hit.facet, i + 1, j + 1, weight * a * b, rgb, at);
}

function resolutionOf(stage: BakedStage, camera: CameraState): Vec2 {
  const described = stage.cameras.find((c) => c.id === camera.id);
  if (described) return described.resolutionPx;
  throw new OutputError('NO_RESOLUTION', `the stage has no camera "${camera.id}", so the photograph has no size`, {
    got: stage.cameras.map((c) => c.id).join(', ') || 'no cameras',
    hint: 'name a camera of the stage or give a resolution',
  });
}
