import { describe, expect, test } from 'vitest';
import { quatFromAxisAngle } from '../../src/core/quat.ts';
import type { CanvasImage } from '../../src/engine/frame-result.ts';
import { lightOfFacets } from '../../src/outputs/canvas-codes.ts';
import { findFacetNeighbours } from '../../src/outputs/facet-neighbours.ts';
import { photographWall } from '../../src/outputs/photograph.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState } from '../../src/stage/frame-state.ts';
import { cameraAt, frameState } from '../picture/picture-cameras.ts';
import { canvasesOfLight } from '../reference/canvas-encoding.ts';
import { arcStage, flatStage, lStage } from '../support/stages.ts';

/** Canvases that show `paint(facet, i, j)`, scene-linear. */
function paintWall(stage: BakedStage, paint: (facet: number, i: number, j: number) => readonly [number, number, number]): CanvasImage[] {
  const facets = stage.facets.map((f) => {
    const color = new Float64Array(f.widthPx * f.heightPx * 4);
    for (let q = 0; q < f.widthPx * f.heightPx; q++) color.set(paint(f.id, q % f.widthPx, Math.floor(q / f.widthPx)), q * 4);
    return { ids: new Uint32Array(f.widthPx * f.heightPx), color };
  });
  return canvasesOfLight(stage, frameState([]), { facets });
}

/** 8 × 2 m wall at z = −4 seen from 4 m straight on: 36 mm of sensor at 36 mm focal length see 4 m, so a pixel of 400 is 1 cm. A little beside the middle, so that no ray meets an edge of an LED. */
const camera: CameraState = cameraAt({ name: 'straight', eyeM: [0.003, 1.004, 0], lookAtM: [0.003, 1.004, -4], focalLengthMm: 36 });
const shoot = (stage: BakedStage, canvases: readonly CanvasImage[], reconstruct: 'nearest' | 'bilinear', cam = camera) =>
  photographWall({ stage, canvases, camera: cam, resolutionPx: [400, 225], nitsPerUnit: 100, reconstruct });

describe('a flat wall seen straight on', () => {
  // LEDs of 2.5 cm: pixel (x, y) shows the point (x − 199.2, 112.4 − y) cm from the wall's middle, LED ⌊(4 m + that) / 2.5 cm⌋.
  const stage = flatStage({ pitchM: 0.025, bitDepth: 12, transfer: { kind: 'pq' }, canvases: 3, cutTiles: true, turned: true });
  const canvases = paintWall(stage, (_, i, j) => [i / 320, j / 80, 0.25]);

  test('shows at every pixel the LED that pinhole geometry says', () => {
    const photo = shoot(stage, canvases, 'nearest');
    for (let y = 15; y < 210; y += 13) {
      for (let x = 3; x < 400; x += 11) {
        const i = Math.floor((4 + (x - 199.2) / 100) / 0.025);
        const j = Math.floor((1 + (y - 112.4) / 100) / 0.025);
        const [r, g, b] = photo.rgb.subarray((y * 400 + x) * 3);
        // Half a 12-bit PQ code is at most 0.5 % of the light, and these signals step by 1/320.
        expect(Math.abs(r - i / 320)).toBeLessThan(0.001 + 0.005 * r);
        expect(Math.abs(g - j / 80)).toBeLessThan(0.001 + 0.005 * g);
        expect(b).toBeCloseTo(0.25, 2);
      }
    }
  });

  test('interpolates between LED centres', () => {
    const photo = shoot(stage, canvases, 'bilinear');
    for (let x = 5; x < 400; x += 7) {
      const place = (4 + (x - 199.2) / 100) / 0.025 - 0.5;
      expect(Math.abs(photo.rgb[(112 * 400 + x) * 3] - place / 320)).toBeLessThan(0.004);
    }
  });

  test('says where there is no wall', () => {
    const photo = shoot(stage, canvases, 'nearest');
    // The wall is 2 m high: 100 rows up and down from the middle.
    expect(photo.hitFacet[5 * 400 + 200]).toBe(-1);
    expect([...photo.rgb.subarray((5 * 400 + 200) * 3, (5 * 400 + 200) * 3 + 3)]).toEqual([0, 0, 0]);
    expect(photo.hitFacet[20 * 400 + 200]).toBe(0);
  });

  test('does not see a wall from behind', () => {
    const behind = { ...camera, entrancePupilM: [0, 1, -8] as const, stageFromCamera: quatFromAxisAngle([0, 1, 0], Math.PI) };
    expect(shoot(stage, canvases, 'nearest', behind).hitFacet.every((f) => f === -1)).toBe(true);
  });

  test('LEDs whose canvas is missing are black, the others the same', () => {
    const all = shoot(stage, canvases, 'nearest');
    const part = shoot(stage, canvases.slice(1), 'nearest');
    const light = lightOfFacets(stage, canvases.slice(1))[0];
    expect(light.nits.some(Number.isNaN)).toBe(true);
    let [black, same] = [0, 0];
    for (let p = 0; p < 400 * 225; p++) {
      if (part.rgb[p * 3 + 2] === 0) black++;
      else if (part.rgb[p * 3 + 2] === all.rgb[p * 3 + 2]) same++;
    }
    expect(black).toBeGreaterThan(1000);
    expect(black + same).toBe(400 * 225);
  });
});

test.each([
  ['srgb', { kind: 'srgb', whiteNits: 100 }, 8, 0.012],
  ['gamma', { kind: 'gamma', gamma: 2.4, whiteNits: 200 }, 10, 0.006],
  ['pq', { kind: 'pq' }, 12, 0.004],
] as const)('undoes %s, exposure and scale', (_, transfer, bitDepth, tolerance) => {
  const stage = flatStage({ pitchM: 0.1, bitDepth, transfer });
  const canvases = paintWall(stage, () => [0.8, 0.4, 0.2]);
  const photo = photographWall({
    stage,
    canvases,
    camera,
    resolutionPx: [16, 9],
    exposureStops: 1,
    nitsPerUnit: 100,
    reconstruct: 'nearest',
  });
  // Written at exposure 0, read as if lit one stop brighter: half.
  [0.4, 0.2, 0.1].forEach((v, c) => {
    expect(Math.abs(photo.rgb[(4 * 16 + 8) * 3 + c] / v - 1)).toBeLessThan(tolerance);
  });
});

test('takes the size from the stage, or says what is missing', () => {
  const stage = flatStage({ pitchM: 0.1 });
  expect(() => photographWall({ stage, canvases: [], camera, nitsPerUnit: 100, reconstruct: 'nearest' })).toThrow(/NO_RESOLUTION/);
});

test('neighbouring facets of an arc continue each other, walls at a corner do not', () => {
  const arc = findFacetNeighbours(arcStage({ pitchM: 0.1 }).facets);
  arc.forEach((n, k) => {
    expect(n).toEqual({ left: k - 1, right: k + 1 < arc.length ? k + 1 : -1, up: -1, down: -1 });
  });
  expect(findFacetNeighbours(lStage({ pitchM: 0.1 }).facets)).toEqual(Array(3).fill({ left: -1, right: -1, up: -1, down: -1 }));
});
