//! import view.wgsl

const LENS_NONE: u32 = 0u;
/// Polynomial maps undistorted to distorted (OpenCV, "U-D").
const LENS_DISTORTS: u32 = 1u;
/// Polynomial maps distorted to undistorted (OpenLensIO, "D-U"): inverted by iteration.
const LENS_UNDISTORTS: u32 = 2u;

fn radialFactor(eye: Eye, r2: f32) -> f32 {
  let n = 1.0 + r2 * (eye.numerator.x + r2 * (eye.numerator.y + r2 * eye.numerator.z));
  let d = 1.0 + r2 * (eye.denominator.x + r2 * (eye.denominator.y + r2 * eye.denominator.z));
  return n / d;
}

fn tangentialShift(eye: Eye, p: vec2f, r2: f32) -> vec2f {
  return vec2f(
    2.0 * eye.tangential1 * p.x * p.y + eye.tangential2 * (r2 + 2.0 * p.x * p.x),
    2.0 * eye.tangential2 * p.x * p.y + eye.tangential1 * (r2 + 2.0 * p.y * p.y));
}

/// Undistorted tangents about the distortion centre → distorted. Valid inside the eye's radius only. CPU twin: src/core/lens-math.ts.
fn distortTangent(eye: Eye, u: vec2f) -> vec2f {
  if (eye.lensDirection == LENS_NONE) { return u; }
  if (eye.lensDirection == LENS_DISTORTS) {
    let r2 = dot(u, u);
    return u * radialFactor(eye, r2) + tangentialShift(eye, u, r2);
  }
  var d = u;
  for (var k = 0u; k < 12u; k++) {
    let r2 = dot(d, d);
    d = (u - tangentialShift(eye, d, r2)) / radialFactor(eye, r2);
  }
  return d;
}

/// How much of the LED at `p` (relative to the entrance pupil, world axes) belongs to the camera: 1 inside the sensor grown
/// by the margin, falling to 0 across the feather, 0 behind the camera and beyond the lens's valid radius.
fn innerWeight(eye: Eye, p: vec3f) -> f32 {
  let depth = -dot(p, eye.cameraZ);
  if (!(depth > 1e-6)) { return 0.0; }
  let tangent = vec2f(dot(p, eye.cameraX), -dot(p, eye.cameraY)) / depth;
  let u = tangent - eye.distortionOffset;
  if (dot(u, u) > eye.validRadius2) { return 0.0; }
  let sensor = distortTangent(eye, u) + eye.distortionOffset + eye.projectionOffset;
  let beyond = max(abs(sensor.x) - eye.halfSensor.x, abs(sensor.y) - eye.halfSensor.y) - eye.margin;
  if (beyond <= 0.0) { return 1.0; }
  let t = saturate(beyond / max(eye.feather, 1e-9));
  return 1.0 - t * t * (3.0 - 2.0 * t);
}
