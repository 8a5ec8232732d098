import { beforeAll, describe, expect, test } from 'vitest';
import { directFrameState, directStage, resampleDirect } from '../../src/outputs/direct-view.ts';
import { photographWall } from '../../src/outputs/photograph.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState } from '../../src/stage/frame-state.ts';
import { judgePictures, type PictureVerdict, withinLensLimits } from '../reference/picture-judge.ts';
import { createRayCaster, type RayCaster } from '../reference/ray-caster.ts';
import { flattenScene } from '../reference/world-triangles.ts';
import { openTestGpu } from '../support/gpu.ts';
import { arcStage, flatStage, lStage } from '../support/stages.ts';
import { describeVerdict, judgeWall, type LensTrial, moveCamera, prepareTrial, shiftHalfLed, withLens } from './lens-trial.ts';
import {
  ARC_POSES,
  cameraAt,
  DISTORTED_LENS,
  FLAT_POSES,
  frameState,
  L_POSES,
  PERFECT_LENS,
  type Pose,
  RESOLUTION_PX,
  UNDISTORTING_LENS,
} from './picture-cameras.ts';
import { type PictureScene, pictureScene } from './picture-scene.ts';
import { renderWall, withWall } from './render-wall.ts';

// Issue 2, "Through the lens": the photograph of the wall shows the scene where the camera itself would see it.

const gpu = openTestGpu();
let content: PictureScene;
let caster: RayCaster;
beforeAll(async () => {
  content = await pictureScene({ scale: 2 });
  caster = createRayCaster(flattenScene(content.scene));
});

const trialOf = (stage: BakedStage, camera: CameraState): LensTrial =>
  prepareTrial(caster, stage, frameState([camera]), camera, content.knownPoints);

const walls: { name: string; stage: BakedStage; poses: readonly Pose[] }[] = [
  { name: 'flat', stage: flatStage({ pitchM: 0.025 }), poses: FLAT_POSES },
  { name: 'arc', stage: arcStage({ pitchM: 0.049 }), poses: ARC_POSES },
  { name: 'L with ceiling', stage: lStage({ pitchM: 0.05 }), poses: L_POSES },
];

describe.each(walls)('$name', ({ name, stage, poses }) => {
  const trials = poses.flatMap((pose, k) => [
    { pose, name: `${pose.name}, perfect lens`, lens: PERFECT_LENS },
    { pose, name: `${pose.name}, distorted lens`, lens: k % 2 ? UNDISTORTING_LENS : DISTORTED_LENS },
  ]);
  test.each(trials)('$name', async ({ pose, lens, name: trialName }) => {
    const camera = cameraAt(pose, lens);
    const trial = trialOf(stage, camera);
    await withWall(gpu, stage, content.scene, async (render) => {
      for (const samplesPerLed of [1, 4] as const) {
        const { canvases } = await render(frameState([camera], { samplesPerLed }));
        const v = judgeWall(trial, canvases, 100);
        console.log(`${name}, ${trialName}, ${samplesPerLed} samples: ${describeVerdict(v)}`);
        expect(v.points).toBeGreaterThanOrEqual(20);
        expect(withinLensLimits(v, samplesPerLed), `${samplesPerLed} samples: ${describeVerdict(v)}`).toBe(true);
      }
    });
  });
});

test('a full 640×160 arc, distorted lens', async () => {
  const stage = arcStage();
  const camera = cameraAt(ARC_POSES[0], DISTORTED_LENS);
  const { canvases } = await renderWall(gpu, stage, content.scene, frameState([camera]));
  const v = judgeWall(trialOf(stage, camera), canvases, 100);
  expect(withinLensLimits(v, 1), describeVerdict(v)).toBe(true);
});

test('the product’s own direct view shows what the CPU sees, and the photograph of the wall matches it', async () => {
  const stage = arcStage({ pitchM: 0.049 });
  const camera = cameraAt(ARC_POSES[0], DISTORTED_LENS);
  const state = frameState([camera], { samplesPerLed: 4 });
  const trial = trialOf(stage, camera);
  const view = directStage(camera, RESOLUTION_PX, 2);
  const [image] = (
    await renderWall(gpu, view.stage, content.scene, { ...directFrameState(state, camera), samplesPerLed: 1 }, { debug: false })
  ).canvases;
  const picture = resampleDirect(view, image, camera, { nitsPerUnit: 100 });
  const { widthPx, heightPx, rgb, ledPitchPx } = trial.direct;
  const where = (values: ArrayLike<number>): Float64Array => Float64Array.from(rgb, (v, k) => (Number.isNaN(v) ? v : values[k]));
  const direct = where(picture.rgb);
  const pair = { widthPx, heightPx, reference: rgb, ledPitchPx, knownPoints: trial.knownPoints };
  const v = judgePictures({ ...pair, candidate: direct, candidateBlurLeds: 0 });
  // Sharper than any wall: registered to a fraction of a camera pixel.
  expect(v.points).toBeGreaterThan(60);
  expect(v.median, describeVerdict(v)).toBeLessThan(0.05);
  expect(v.p95, describeVerdict(v)).toBeLessThan(0.15);
  expect(v.mean, describeVerdict(v)).toBeLessThan(0.02);
  const photo = photographWall({
    stage,
    canvases: (await renderWall(gpu, stage, content.scene, state)).canvases,
    camera,
    resolutionPx: RESOLUTION_PX,
    nitsPerUnit: 100,
    reconstruct: 'bilinear',
  });
  const w = judgePictures({ ...pair, reference: direct, candidate: where(photo.rgb) });
  expect(withinLensLimits(w, 4), describeVerdict(w)).toBe(true);
});

describe('a wrong wall fails', () => {
  const stage = arcStage({ pitchM: 0.049 });
  const camera = cameraAt(ARC_POSES[0], DISTORTED_LENS);
  let trial: LensTrial;
  beforeAll(() => {
    trial = trialOf(stage, camera);
  });
  const lit = async (cameras: readonly CameraState[]) =>
    (await renderWall(gpu, stage, content.scene, frameState(cameras, { samplesPerLed: 4 }))).canvases;
  const expectFailure = (v: PictureVerdict): void => expect(withinLensLimits(v, 4), describeVerdict(v)).toBe(false);

  test('eye 50 mm off', async () => expectFailure(judgeWall(trial, await lit([moveCamera(camera, [0.05, 0, 0])]), 100)));
  test('outer eye instead of the camera', async () => expectFailure(judgeWall(trial, await lit([]), 100)));
  test('camera turned away: the inner frustum lies elsewhere', async () =>
    expectFailure(
      judgeWall(trial, await lit([{ ...cameraAt(ARC_POSES[4], DISTORTED_LENS), entrancePupilM: camera.entrancePupilM }]), 100),
    ));
  test('photographed without distortion, with another focal length, half an LED beside', async () => {
    const canvases = await lit([camera]);
    expect(withinLensLimits(judgeWall(trial, canvases, 100), 4)).toBe(true);
    expectFailure(judgeWall(trial, canvases, 100, { camera: withLens(camera, { distortion: null }) }));
    expectFailure(
      judgeWall(trial, canvases, 100, { camera: withLens(camera, { pinholeFocalLengthMm: camera.lens.pinholeFocalLengthMm * 1.01 }) }),
    );
    expectFailure(judgeWall(trial, canvases, 100, { stage: shiftHalfLed(stage) }));
  });
});
