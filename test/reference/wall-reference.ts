import type { Vec3 } from '../../src/core/vec.ts';
import type { BakedStage, Facet, Tile } from '../../src/stage/baked-stage.ts';
import type { FrameState, SamplesPerLed, WorldFromStage } from '../../src/stage/frame-state.ts';
import { innerWeight, referenceCamera } from './lens-reference.ts';
import { emptyHit, type RayCaster } from './ray-caster.ts';
import { shadeUnlit } from './unlit-shading.ts';

export const NO_ID = 0xffffffff;

/** What every LED of the stage should show; arrays per facet, row-major. */
export interface WallLight {
  readonly facets: readonly {
    /** Triangle of the eye with most weight at the LED's centre sample, engine id. */
    readonly ids: Uint32Array;
    /** RGB scene-linear + summed inner weight. */
    readonly color: Float64Array;
  }[];
}

/** Stage direction → world direction (scaled). world = position + scale · Ry(yaw) · stage. */
export function worldDirection(place: WorldFromStage, d: Vec3): Vec3 {
  const c = Math.cos(place.yawRad) * place.scale;
  const s = Math.sin(place.yawRad) * place.scale;
  return [c * d[0] + s * d[2], place.scale * d[1], -s * d[0] + c * d[2]];
}

export function worldPoint(place: WorldFromStage, p: Vec3): Vec3 {
  const [x, y, z] = worldDirection(place, p);
  return [x + place.positionM[0], y + place.positionM[1], z + place.positionM[2]];
}

export function ledCentre(f: Facet, i: number, j: number): Vec3 {
  const [a, b] = [(i + 0.5) * f.pitchUM, (j + 0.5) * f.pitchVM];
  return [f.originM[0] + a * f.u[0] + b * f.v[0], f.originM[1] + a * f.u[1] + b * f.v[1], f.originM[2] + a * f.u[2] + b * f.v[2]];
}

/** Sample places inside an LED, in LEDs from its centre: one in the middle, 2×2, or 4 columns × 2 rows; row by row. */
const SAMPLES: Readonly<Record<SamplesPerLed, readonly (readonly [number, number])[]>> = {
  1: [[0, 0]],
  4: [
    [-0.25, -0.25],
    [0.25, -0.25],
    [-0.25, 0.25],
    [0.25, 0.25],
  ],
  8: [
    [-0.375, -0.25],
    [-0.125, -0.25],
    [0.125, -0.25],
    [0.375, -0.25],
    [-0.375, 0.25],
    [-0.125, 0.25],
    [0.125, 0.25],
    [0.375, 0.25],
  ],
};

/**
 * Ray casts every LED for the eyes it belongs to: the rule of architecture §1 and §2.4 in doubles, with no raster, no meshlets and no float32.
 * Each distinct triangle among an LED's samples is shaded once, along the ray through the centroid of those samples, over the footprint of a whole LED.
 */
export function renderWallReference(caster: RayCaster, stage: BakedStage, state: FrameState): WallLight {
  const cameras = state.cameras.filter((c) => c.enabled).map(referenceCamera);
  const place = state.worldFromStage;
  const hit = emptyHit();
  const facets = stage.facets.map((facet) => {
    const ids = new Uint32Array(facet.widthPx * facet.heightPx).fill(NO_ID);
    const color = new Float64Array(ids.length * 4);
    const dx = worldDirection(place, facet.u.map((x) => x * facet.pitchUM) as unknown as Vec3);
    const dy = worldDirection(place, facet.v.map((x) => x * facet.pitchVM) as unknown as Vec3);

    function look(eyeStage: Vec3, led: Vec3): { id: number; rgb: Vec3 } {
      const toEye = eyeStage.reduce((sum, x, c) => sum + (x - facet.originM[c]) * facet.n[c], 0);
      if (!(toEye > 0)) return { id: NO_ID, rgb: [0, 0, 0] };
      const eye = worldPoint(place, eyeStage);
      const ray = worldDirection(place, [led[0] - eyeStage[0], led[1] - eyeStage[1], led[2] - eyeStage[2]]);
      const at = (a: number, b: number): Vec3 => [
        ray[0] + a * dx[0] + b * dy[0],
        ray[1] + a * dx[1] + b * dy[1],
        ray[2] + a * dx[2] + b * dy[2],
      ];
      const samples = SAMPLES[state.samplesPerLed];
      const groups = new Map<number, [number, number, number]>();
      let id = NO_ID;
      samples.forEach(([a, b], s) => {
        const d = at(a, b);
        caster.cast(...eye, ...d, hit);
        if (s === 0) id = hit.triangle < 0 ? NO_ID : caster.triangles.ids[hit.triangle];
        const group = groups.get(hit.triangle) ?? [0, 0, 0];
        groups.set(hit.triangle, [group[0] + a, group[1] + b, group[2] + 1]);
      });
      const rgb: [number, number, number] = [0, 0, 0];
      for (const [triangle, [a, b, n]] of groups) {
        if (triangle < 0) continue;
        const part = shadeUnlit(caster.triangles, triangle, eye, at(a / n, b / n), dx, dy, groups.size > 1);
        for (let c = 0; c < 3; c++) rgb[c] += (part[c] * n) / samples.length;
      }
      return { id, rgb };
    }

    for (let j = 0; j < facet.heightPx; j++) {
      for (let i = 0; i < facet.widthPx; i++) {
        const q = j * facet.widthPx + i;
        const led = ledCentre(facet, i, j);
        let left = 1;
        let heaviest = 0;
        const add = (eye: Vec3, weight: number): void => {
          if (weight <= 0) return;
          const seen = look(eye, led);
          for (let c = 0; c < 3; c++) color[q * 4 + c] += weight * seen.rgb[c];
          if (weight > heaviest) {
            heaviest = weight;
            ids[q] = seen.id;
          }
        };
        for (const camera of cameras) {
          const weight = left * innerWeight(camera, led);
          add(camera.state.entrancePupilM, weight);
          left -= weight;
        }
        color[q * 4 + 3] = 1 - left;
        add(state.outerEyeM, left);
      }
    }
    return { ids, color };
  });
  return { facets };
}

/** Canvas pixel of LED (i0 + a, j0 + b) of a tile, by the rule written at `Tile`. */
export function tilePixel(tile: Tile, a: number, b: number): readonly [number, number] {
  const { widthPx: w, heightPx: h } = tile;
  const m = tile.flip ? w - 1 - a : a;
  const [x, y] =
    tile.turnDeg === 0 ? [m, b] : tile.turnDeg === 90 ? [h - 1 - b, m] : tile.turnDeg === 180 ? [w - 1 - m, h - 1 - b] : [b, w - 1 - m];
  return [tile.xPx + x, tile.yPx + y];
}

/** Calls `visit` for every LED that a tile sends to a canvas. `pixel` counts in the canvas, `flat` over all canvases one after another. */
export function forEachLed(
  stage: BakedStage,
  visit: (led: { facet: number; i: number; j: number; canvas: number; pixel: number; flat: number }) => void,
): void {
  const base: number[] = [];
  let sum = 0;
  for (const c of stage.canvases) {
    base.push(sum);
    sum += c.widthPx * c.heightPx;
  }
  for (const tile of stage.tiles) {
    for (let b = 0; b < tile.heightPx; b++) {
      for (let a = 0; a < tile.widthPx; a++) {
        const [x, y] = tilePixel(tile, a, b);
        const pixel = y * stage.canvases[tile.canvas].widthPx + x;
        visit({ facet: tile.facet, i: tile.i0 + a, j: tile.j0 + b, canvas: tile.canvas, pixel, flat: base[tile.canvas] + pixel });
      }
    }
  }
}
