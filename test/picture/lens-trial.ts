import type { Vec2, Vec3 } from '../../src/core/vec.ts';
import type { CanvasImage } from '../../src/engine/frame-result.ts';
import { photographWall } from '../../src/outputs/photograph.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';
import { type DirectPicture, renderDirectReference, visiblePoints } from '../reference/direct-reference.ts';
import { judgePictures, type PictureVerdict } from '../reference/picture-judge.ts';
import type { RayCaster } from '../reference/ray-caster.ts';
import { RESOLUTION_PX } from './picture-cameras.ts';

/** What the film camera should see: made once per camera, judged against many walls. */
export interface LensTrial {
  readonly stage: BakedStage;
  readonly camera: CameraState;
  readonly direct: DirectPicture;
  readonly knownPoints: readonly [number, number][];
}

export function prepareTrial(
  caster: RayCaster,
  stage: BakedStage,
  state: FrameState,
  camera: CameraState,
  worldPoints: readonly Vec3[],
  resolutionPx: Vec2 = RESOLUTION_PX,
): LensTrial {
  const direct = renderDirectReference(caster, stage, state.worldFromStage, camera, resolutionPx);
  return { stage, camera, direct, knownPoints: visiblePoints(caster, state.worldFromStage, camera, resolutionPx, worldPoints) };
}

/** Photographs the canvases and judges the photograph. `pretend` photographs with another stage or camera than the true one: negative controls. */
export function judgeWall(
  trial: LensTrial,
  canvases: readonly CanvasImage[],
  nitsPerUnit: number,
  pretend: { readonly stage?: BakedStage; readonly camera?: CameraState } = {},
): PictureVerdict {
  const { widthPx, heightPx, rgb, ledPitchPx } = trial.direct;
  const photo = photographWall({
    stage: pretend.stage ?? trial.stage,
    canvases,
    camera: pretend.camera ?? trial.camera,
    resolutionPx: [widthPx, heightPx],
    nitsPerUnit,
    reconstruct: 'bilinear',
  });
  const candidate = Float64Array.from(photo.rgb, (v, k) => (photo.hitFacet[Math.floor(k / 3)] < 0 ? Number.NaN : v));
  return judgePictures({ widthPx, heightPx, candidate, reference: rgb, ledPitchPx, knownPoints: trial.knownPoints });
}

/** The stage with every LED looked up half an LED to the side: a fault that only sub-pixel measurement finds. */
export const shiftHalfLed = (stage: BakedStage): BakedStage => ({
  ...stage,
  facets: stage.facets.map((f) => ({ ...f, originM: f.originM.map((x, k) => x + 0.5 * f.pitchUM * f.u[k]) as unknown as Vec3 })),
});

/** The camera somewhere else, by `offsetM` in stage space. */
export const moveCamera = (camera: CameraState, offsetM: Vec3): CameraState => ({
  ...camera,
  entrancePupilM: camera.entrancePupilM.map((x, k) => x + offsetM[k]) as unknown as Vec3,
});

export const withLens = (camera: CameraState, lens: Partial<CameraState['lens']>): CameraState => ({
  ...camera,
  lens: { ...camera.lens, ...lens },
});

export const describeVerdict = (v: PictureVerdict): string =>
  `${v.points} points, median ${v.median.toFixed(3)}, p95 ${v.p95.toFixed(3)}, mean ${v.mean.toFixed(3)} LED, ${v.psnrDb.toFixed(1)} dB`;
