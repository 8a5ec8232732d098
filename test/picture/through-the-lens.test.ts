import { beforeAll, describe, expect, test } from 'vitest';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState } from '../../src/stage/frame-state.ts';
import { type PictureVerdict, withinLensLimits } from '../reference/picture-judge.ts';
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

describe.each(walls)('$name', ({ stage, poses }) => {
  // Poses take the perfect and the distorted lenses in turn: what an LED shows does not depend on the lens, only whom it belongs to.
  test.each(poses.map((pose, k) => ({ pose, name: pose.name, lens: k % 2 ? PERFECT_LENS : k % 4 ? UNDISTORTING_LENS : DISTORTED_LENS })))(
    '$name',
    async ({ pose, lens }) => {
      const camera = cameraAt(pose, lens);
      const trial = trialOf(stage, camera);
      await withWall(gpu, stage, content.scene, async (render) => {
        for (const samplesPerLed of [1, 4] as const) {
          const { canvases } = await render(frameState([camera], { samplesPerLed }));
          const v = judgeWall(trial, canvases, 100);
          expect(v.points).toBeGreaterThanOrEqual(20);
          expect(withinLensLimits(v, samplesPerLed), `${samplesPerLed} samples: ${describeVerdict(v)}`).toBe(true);
        }
      });
    },
  );
});

test('a full 640×160 arc, distorted lens', async () => {
  const stage = arcStage();
  const camera = cameraAt(ARC_POSES[0], DISTORTED_LENS);
  const { canvases } = await renderWall(gpu, stage, content.scene, frameState([camera]));
  const v = judgeWall(trialOf(stage, camera), canvases, 100);
  expect(withinLensLimits(v, 1), describeVerdict(v)).toBe(true);
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
