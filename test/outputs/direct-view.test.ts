import { describe, expect, test } from 'vitest';
import { directFrameState, directStage, resampleDirect } from '../../src/outputs/direct-view.ts';
import { rayOfPixel } from '../../src/outputs/photograph.ts';
import { cameraAt, DISTORTED_LENS, frameState, PERFECT_LENS, UNDISTORTING_LENS } from '../picture/picture-cameras.ts';
import { canvasesOfLight } from '../reference/canvas-encoding.ts';
import { ledCentre } from '../reference/wall-reference.ts';

const pose = { name: 'test', eyeM: [1, 1.5, 2], lookAtM: [0, 1.2, -3], focalLengthMm: 28, rollDeg: 10, shiftMm: [1, -0.5] } as const;
const RESOLUTION = [160, 90] as const;
/** A smooth world: light by direction. */
const lightOf = (d: readonly number[]): [number, number, number] => {
  const l = Math.hypot(d[0], d[1], d[2]);
  return [0.5 + (0.4 * d[0]) / l, 0.5 + (0.4 * d[1]) / l, 0.5 + 0.3 * Math.sin((8 * d[0]) / l)];
};

describe.each(Object.entries({ perfect: PERFECT_LENS, distorted: DISTORTED_LENS, undistorting: UNDISTORTING_LENS }))(
  'lens %s',
  (_, lens) => {
    const camera = cameraAt(pose, lens);
    const view = directStage(camera, RESOLUTION, 2);
    const [facet] = view.stage.facets;

    test('the virtual facet faces the pupil, one metre ahead', () => {
      const e = camera.entrancePupilM;
      const distance = facet.n.reduce((sum, n, k) => sum + n * (e[k] - facet.originM[k]), 0);
      expect(distance).toBeCloseTo(1, 12);
      const state = directFrameState(frameState([camera]), camera);
      expect(state.outerEyeM).toBe(e);
      expect(state.cameras).toEqual([]);
    });

    test('covers every pixel with at least two LEDs a side', () => {
      const ledOf = (x: number, y: number): [number, number] => {
        const ray = rayOfPixel(camera, RESOLUTION, x, y)!;
        const ahead = -ray.reduce((sum, c, k) => sum + c * facet.n[k], 0);
        const q = ray.map((c, k) => camera.entrancePupilM[k] + c / ahead - facet.originM[k]);
        const along = (axis: readonly number[]): number => axis.reduce((sum, c, k) => sum + c * q[k], 0);
        return [along(facet.u) / facet.pitchUM, along(facet.v) / facet.pitchVM];
      };
      for (let y = 0; y <= 90; y += 9) {
        for (let x = 0; x <= 160; x += 10) {
          const [i, j] = ledOf(x, y);
          expect(i).toBeGreaterThanOrEqual(1);
          expect(j).toBeGreaterThanOrEqual(1);
          expect(i).toBeLessThanOrEqual(facet.widthPx - 1);
          expect(j).toBeLessThanOrEqual(facet.heightPx - 1);
          const [i2, j2] = ledOf(x + (x < 160 ? 1 : -1), y);
          // Grid points of the scan may miss the very smallest step by a little.
          expect(Math.hypot(i2 - i, j2 - j)).toBeGreaterThan(1.999);
        }
      }
    });

    test('resampled, shows the light of every pixel’s own ray', () => {
      const color = new Float64Array(facet.widthPx * facet.heightPx * 4);
      for (let q = 0; q < facet.widthPx * facet.heightPx; q++) {
        const p = ledCentre(facet, q % facet.widthPx, Math.floor(q / facet.widthPx));
        color.set(lightOf(p.map((c, k) => c - camera.entrancePupilM[k])), q * 4);
      }
      const [image] = canvasesOfLight(view.stage, frameState([]), { facets: [{ ids: new Uint32Array(0), color }] });
      const photo = resampleDirect(view, image, camera, { nitsPerUnit: 100 });
      expect([photo.widthPx, photo.heightPx]).toEqual([160, 90]);
      for (let y = 0; y < 90; y += 4) {
        for (let x = 0; x < 160; x += 5) {
          const want = lightOf(rayOfPixel(camera, RESOLUTION, x + 0.5, y + 0.5)!);
          // 12-bit PQ is good to 0.3 % here; a shift of a tenth of a pixel would change these ramps by more.
          want.forEach((v, c) => {
            expect(Math.abs(photo.rgb[(y * 160 + x) * 3 + c] - v)).toBeLessThan(0.0025);
          });
        }
      }
    });
  },
);

test('refuses a lens that folds on the sensor, and a picture too large', () => {
  const camera = cameraAt(pose, { distortionOffsetMm: [0, 0], distortion: { ...DISTORTED_LENS.distortion!, numerator: [-0.9, 0, 0] } });
  expect(() => directStage(camera, RESOLUTION, 1)).toThrow(/DIRECT_LENS/);
  expect(() => directStage(cameraAt(pose), [4096, 2160], 4)).toThrow(/DIRECT_SIZE/);
});
