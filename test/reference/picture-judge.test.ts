import { beforeAll, describe, expect, test } from 'vitest';
import type { CanvasImage } from '../../src/engine/frame-result.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';
import { describeVerdict, judgeWall, type LensTrial, moveCamera, prepareTrial, shiftHalfLed, withLens } from '../picture/lens-trial.ts';
import { ARC_POSES, cameraAt, DISTORTED_LENS, frameState, L_POSES } from '../picture/picture-cameras.ts';
import { type PictureScene, pictureScene } from '../picture/picture-scene.ts';
import { arcStage, lStage } from '../support/stages.ts';
import { canvasesOfLight } from './canvas-encoding.ts';
import { judgePictures, type PictureVerdict, withinLensLimits } from './picture-judge.ts';
import { createRayCaster, type RayCaster } from './ray-caster.ts';
import { renderWallReference } from './wall-reference.ts';
import { flattenScene } from './world-triangles.ts';

// The judge is judged: a wall lit by ray casting must pass, and every fault that the real test is there to find must fail.

let content: PictureScene;
let caster: RayCaster;
beforeAll(async () => {
  content = await pictureScene({ scale: 2 });
  caster = createRayCaster(flattenScene(content.scene));
});

const lightUp = (stage: BakedStage, state: FrameState) => canvasesOfLight(stage, state, renderWallReference(caster, stage, state));

describe.each([
  { name: 'arc', stage: arcStage({ pitchM: 0.049 }), pose: ARC_POSES[0] },
  { name: 'L with ceiling', stage: lStage({ pitchM: 0.05 }), pose: L_POSES[0] },
])('a wall lit by ray casting: $name', ({ stage, pose }) => {
  const camera = cameraAt(pose, DISTORTED_LENS);
  const state = frameState([camera]);
  let trial: LensTrial;
  let trueWall: readonly CanvasImage[];
  beforeAll(() => {
    trial = prepareTrial(caster, stage, state, camera, content.knownPoints);
    trueWall = lightUp(stage, { ...state, samplesPerLed: 4 });
  });
  const verdict = (canvases: readonly CanvasImage[], pretend: Parameters<typeof judgeWall>[3] = {}): PictureVerdict =>
    judgeWall(trial, canvases, state.nitsPerUnit, pretend);

  test.each([1, 4] as const)('passes at %i samples per LED', (samplesPerLed) => {
    const v = verdict(samplesPerLed === 4 ? trueWall : lightUp(stage, state));
    expect(v.points).toBeGreaterThan(60);
    expect(withinLensLimits(v, samplesPerLed), describeVerdict(v)).toBe(true);
  });

  const wrongCameras: [string, (c: CameraState) => CameraState][] = [
    ['an eye 50 mm to the side', (c) => moveCamera(c, [0.05, 0, 0])],
    ['an eye 50 mm too high', (c) => moveCamera(c, [0, 0.05, 0])],
  ];
  test.each(wrongCameras)('fails when lit for %s', (_, wrong) => {
    const v = verdict(lightUp(stage, { ...state, cameras: [wrong(camera)], samplesPerLed: 4 }));
    expect(withinLensLimits(v, 4), describeVerdict(v)).toBe(false);
  });

  test('fails when lit for the outer eye only', () => {
    const v = verdict(lightUp(stage, { ...state, cameras: [], samplesPerLed: 4 }));
    expect(withinLensLimits(v, 4), describeVerdict(v)).toBe(false);
  });

  const wrongPhotographs: [string, { stage?: BakedStage; camera?: CameraState }][] = [
    ['a lens without its distortion', { camera: withLens(camera, { distortion: null }) }],
    ['a focal length 1 % too long', { camera: withLens(camera, { pinholeFocalLengthMm: camera.lens.pinholeFocalLengthMm * 1.01 }) }],
    ['LEDs looked up half an LED beside', { stage: shiftHalfLed(stage) }],
  ];
  test.each(wrongPhotographs)('fails when photographed with %s', (_, pretend) => {
    const v = verdict(trueWall, pretend);
    expect(withinLensLimits(v, 4), describeVerdict(v)).toBe(false);
  });
});

test('measures a known shift of a smooth pattern to 0.02 pixels', () => {
  const [w, h, shiftX, shiftY] = [200, 120, 0.37, -0.81];
  const pattern = (x: number, y: number): number => 0.5 + 0.2 * Math.sin(x / 5) * Math.cos(y / 6) + 0.15 * Math.sin((x + 2 * y) / 9);
  const picture = (dx: number, dy: number) =>
    Float64Array.from({ length: w * h * 3 }, (_, k) => pattern((Math.floor(k / 3) % w) - dx, Math.floor(k / 3 / w) - dy));
  const v = judgePictures({
    widthPx: w,
    heightPx: h,
    candidate: picture(shiftX, shiftY),
    reference: picture(0, 0),
    ledPitchPx: new Float64Array(w * h).fill(1),
    knownPoints: [[100.5, 60.5]],
  });
  expect(v.points).toBeGreaterThan(20);
  expect(Math.abs(v.median - Math.hypot(shiftX, shiftY))).toBeLessThan(0.02);
  expect(Math.abs(v.mean - Math.hypot(shiftX, shiftY))).toBeLessThan(0.02);
});
