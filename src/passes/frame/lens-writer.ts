import type { CameraState } from '../../stage/frame-state.ts';

/** Writes sensor, margins and lens of a camera into its Eye at word `at` (shaders/view.wgsl), lengths divided by the focal length. */
export function writeLens(
  { floats, words }: { readonly floats: Float32Array; readonly words: Uint32Array },
  at: number,
  camera: CameraState,
  validRadius: number,
): void {
  const { lens } = camera;
  const f = lens.pinholeFocalLengthMm;
  floats[at + 15] = ((camera.overscanPercent / 100) * camera.sensorMm[0]) / f;
  floats[at + 19] = ((camera.featherPercent / 100) * camera.sensorMm[0]) / f;
  floats[at + 20] = camera.sensorMm[0] / (2 * f);
  floats[at + 21] = camera.sensorMm[1] / (2 * f);
  floats[at + 22] = lens.projectionOffsetMm[0] / f;
  floats[at + 23] = lens.projectionOffsetMm[1] / f;
  floats[at + 24] = lens.distortionOffsetMm[0] / f;
  floats[at + 25] = lens.distortionOffsetMm[1] / f;
  floats[at + 26] = validRadius * validRadius;
  const d = lens.distortion;
  words[at + 27] = d ? (d.direction === 'undistorted-to-distorted' ? 1 : 2) : 0;
  for (let k = 0; k < 3; k++) {
    floats[at + 28 + k] = d ? d.numerator[k]! : 0;
    floats[at + 32 + k] = d ? d.denominator[k]! : 0;
  }
  floats[at + 31] = d ? d.tangential[0] : 0;
  floats[at + 35] = d ? d.tangential[1] : 0;
}
