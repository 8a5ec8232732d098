import { rotate } from '../../../src/core/quat.ts';
import { dot, scale, sub } from '../../../src/core/vec.ts';
import type { BakedStage, Facet } from '../../../src/stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../../src/stage/frame-state.ts';
import { NEAR_M, type PeerView } from './peer.ts';

/** What a peer draws of a frame: every facet from the outer eye, off axis; then every tracked camera's own picture, overscan included. */
export function peerViews(stage: BakedStage, state: FrameState): PeerView[] {
  return [...stage.facets.map((facet) => facetView(facet, state)), ...state.cameras.map(cameraView)];
}

/** Generalised perspective projection (Kooima): the facet is the image plane. */
function facetView(facet: Facet, { outerEyeM }: FrameState): PeerView {
  const fromFacet = sub(outerEyeM, facet.originM);
  const near = NEAR_M / dot(fromFacet, facet.n);
  const left = -dot(fromFacet, facet.u);
  const top = dot(fromFacet, facet.v);
  return {
    eyeM: outerEyeM,
    right: facet.u,
    up: scale(facet.v, -1),
    back: facet.n,
    leftM: left * near,
    rightM: (left + facet.widthPx * facet.pitchUM) * near,
    topM: top * near,
    bottomM: (top - facet.heightPx * facet.pitchVM) * near,
  };
}

/** Half the picture with its margin, on tangents. */
function halfTangents({ sensorMm, lens, overscanPercent }: CameraState): readonly [number, number] {
  const margin = (overscanPercent / 100) * sensorMm[0];
  return [(sensorMm[0] / 2 + margin) / lens.pinholeFocalLengthMm, (sensorMm[1] / 2 + margin) / lens.pinholeFocalLengthMm];
}

function cameraView(camera: CameraState): PeerView {
  const q = camera.stageFromCamera;
  const [x, y] = halfTangents(camera);
  return {
    eyeM: camera.entrancePupilM,
    right: rotate(q, [1, 0, 0]),
    up: rotate(q, [0, 1, 0]),
    back: rotate(q, [0, 0, 1]),
    leftM: -x * NEAR_M,
    rightM: x * NEAR_M,
    bottomM: -y * NEAR_M,
    topM: y * NEAR_M,
  };
}

/** Pixels of each view: the facets', and for a camera as many as make its picture as fine as the LEDs it sees, on its axis. */
export function peerSizes(stage: BakedStage, state: FrameState): (readonly [number, number])[] {
  const inner = state.cameras.map((camera): readonly [number, number] => {
    const forward = rotate(camera.stageFromCamera, [0, 0, -1]);
    const ledsPerTangent = Math.max(...stage.facets.map((facet) => ledsPerTangentOn(facet, camera, forward)));
    const [x, y] = halfTangents(camera);
    return [Math.max(1, Math.round(2 * x * ledsPerTangent)), Math.max(1, Math.round(2 * y * ledsPerTangent))];
  });
  return [...stage.facets.map(({ widthPx, heightPx }) => [widthPx, heightPx] as const), ...inner];
}

/** LEDs per unit of tangent where the axis meets the facet; 0 where it does not. */
function ledsPerTangentOn(facet: Facet, { entrancePupilM }: CameraState, forward: readonly [number, number, number]): number {
  const towards = -dot(forward, facet.n);
  if (towards <= 0) return 0;
  const distanceM = dot(sub(entrancePupilM, facet.originM), facet.n) / towards;
  const hit = sub([0, 1, 2].map((k) => entrancePupilM[k]! + distanceM * forward[k]!) as unknown as typeof entrancePupilM, facet.originM);
  const [i, j] = [dot(hit, facet.u) / facet.pitchUM, dot(hit, facet.v) / facet.pitchVM];
  const inside = i >= 0 && i <= facet.widthPx && j >= 0 && j <= facet.heightPx;
  return inside ? distanceM / facet.pitchUM : 0;
}
