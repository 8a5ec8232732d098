import type { Vec2 } from './vec.ts';

/**
 * Brown-Conrady distortion in tangent units (image coordinates divided by the pinhole focal length; x right, y DOWN):
 * R = (1 + n1 r² + n2 r⁴ + n3 r⁶) / (1 + d1 r² + d2 r⁴ + d3 r⁶);
 * x' = R x + 2 p1 x y + p2 (r² + 2x²); y' = R y + 2 p2 x y + p1 (r² + 2y²)   (OpenLensIO v1.0.1, OpenCV calib3d).
 * `direction` 'undistorted-to-distorted' (OpenCV, "U-D") or 'distorted-to-undistorted' (OpenLensIO default, "D-U") says what the polynomial maps.
 */
export interface Distortion {
  readonly direction: 'undistorted-to-distorted' | 'distorted-to-undistorted';
  readonly numerator: readonly [number, number, number];
  readonly denominator: readonly [number, number, number];
  readonly tangential: Vec2;
}

/** The lens at one instant. Names and units as OpenTrackIO 1.0.1. */
export interface LensState {
  readonly pinholeFocalLengthMm: number;
  /** Shift of the projection centre on the sensor, mm, x right, y down. */
  readonly projectionOffsetMm: Vec2;
  /** Shift of the distortion centre relative to the projection centre, mm, x right, y down. */
  readonly distortionOffsetMm: Vec2;
  /** Entrance pupil ahead (+) of the tracked point along the optical axis, metres. */
  readonly entrancePupilOffsetM: number;
  /** null: no distortion. */
  readonly distortion: Distortion | null;
  readonly focusDistanceM: number | null;
}
