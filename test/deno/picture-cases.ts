import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';
import { ARC_POSES, cameraAt, DISTORTED_LENS, FLAT_POSES, frameState, UNDISTORTING_LENS } from '../picture/picture-cameras.ts';
import { type PictureScene, pictureScene } from '../picture/picture-scene.ts';
import { arcStage, flatStage } from '../support/stages.ts';

/** Walls of the picture tests that both hosts render; few, since each runs on the CPU. */
export interface PictureCase {
  readonly stage: BakedStage;
  readonly camera: CameraState;
  readonly state: FrameState;
}

const flatCamera = cameraAt(FLAT_POSES[2], UNDISTORTING_LENS);
const arcCamera = cameraAt(ARC_POSES[0], DISTORTED_LENS);

export const PICTURE_CASES = {
  flat: { stage: flatStage({ pitchM: 0.05 }), camera: flatCamera, state: frameState([flatCamera]) },
  arc: { stage: arcStage({ pitchM: 0.049 }), camera: arcCamera, state: frameState([arcCamera]) },
  arcIn4Canvases: { stage: arcStage({ pitchM: 0.049, canvases: 4 }), camera: arcCamera, state: frameState([arcCamera]) },
} as const satisfies Readonly<Record<string, PictureCase>>;
export type PictureCaseName = keyof typeof PICTURE_CASES;
export const PICTURE_CASE_NAMES = Object.keys(PICTURE_CASES) as readonly PictureCaseName[];

export const pictureCaseScene = (): Promise<PictureScene> => pictureScene({ scale: 2, objects: 40 });
