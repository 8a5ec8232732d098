import type { JsonReader } from './exact-json.ts';
import type { Distortion, LensState } from './lens.ts';

/** Reads a `Distortion` as `stringifyExact` wrote it. @throws the reader's error */
export function readDistortion(json: JsonReader): Distortion {
  return {
    direction: json.at('direction').oneOf('undistorted-to-distorted', 'distorted-to-undistorted'),
    numerator: json.at('numerator').vec3(),
    denominator: json.at('denominator').vec3(),
    tangential: json.at('tangential').vec2(),
  };
}

/** Reads a `LensState` as `stringifyExact` wrote it. @throws the reader's error */
export function readLensState(json: JsonReader): LensState {
  return {
    pinholeFocalLengthMm: json.at('pinholeFocalLengthMm').number(),
    projectionOffsetMm: json.at('projectionOffsetMm').vec2(),
    distortionOffsetMm: json.at('distortionOffsetMm').vec2(),
    entrancePupilOffsetM: json.at('entrancePupilOffsetM').number(),
    distortion: json.at('distortion').nullOr(readDistortion),
    focusDistanceM: json.at('focusDistanceM').nullOr((value) => value.number()),
  };
}
