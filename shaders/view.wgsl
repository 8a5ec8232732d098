/// Near plane of every facet view, world metres along the facet's normal. Depth = NEAR_M / distance, reverse-Z, far at infinity.
const NEAR_M: f32 = 0.02;
const NO_VIEW: u32 = 0xffffffffu;
const MAX_EYES: u32 = 5u;
/// 32-bit words of a facet mask: up to 256 views per eye.
const MASK_WORDS: u32 = 8u;

/// One facet seen by one eye. Vectors are eye-relative, world axes, world scale; samples are facet-local (architecture §1).
/// Ray of sample (x, y): rayOrigin + rayU·x + rayV·y. Sample of point q: (A·q, B·q) / (C·q).
struct View {
  rayOrigin: vec3f,
  windowX: u32,
  rayU: vec3f,
  windowY: u32,
  rayV: vec3f,
  windowWidth: u32,
  sampleX: vec3f,
  windowHeight: u32,
  sampleY: vec3f,
  firstSample: u32,
  sampleW: vec3f,
  distanceM: f32,
  /// Inside where dot(xyz, q) + w ≥ 0.
  planes: array<vec4f, 4>,
  /// First texel of the view's depth pyramid.
  firstTexel: u32,
  /// The same facet and eye in the frame before; NO_VIEW where there was none.
  previousView: u32,
  /// 1 / pitch of what is shaded once, per world metre; orthographic views: 1 / texel.
  ledsPerM: f32,
  /// Farthest that an LED of the facet lies from the foot of the eye's perpendicular, world metres.
  reachM: f32,
  facet: u32,
  eye: u32,
  pad0: u32,
  pad1: u32,
}

/// An eye: the fixed outer one, a film camera's entrance pupil, or a sun's cascade. Lens numbers in tangents (divided by the focal length).
struct Eye {
  positionHi: vec3f,
  firstView: u32,
  positionLo: vec3f,
  viewCount: u32,
  cameraX: vec3f,
  kind: u32,
  cameraY: vec3f,
  margin: f32,
  cameraZ: vec3f,
  feather: f32,
  halfSensor: vec2f,
  projectionOffset: vec2f,
  distortionOffset: vec2f,
  validRadius2: f32,
  lensDirection: u32,
  numerator: vec3f,
  tangential1: f32,
  denominator: vec3f,
  tangential2: f32,
  /// Samples per LED along u and v.
  sampleColumns: u32,
  sampleRows: u32,
  /// LEDs along the edge of one sample; above 1 only where sampleColumns = sampleRows = 1.
  rate: u32,
  /// This eye in the frame before.
  previousEye: u32,
}

/// Kinds of eye. A sun's cascade is drawn from an orthographic one: its view has planes (with w), ledsPerM, and where a point q lies in the map:
/// x, y = sampleX·q, sampleY·q in −1..1, depth = rayOrigin·q + distanceM; the rest is zero.
const EYE_OUTER: u32 = 0u;
const EYE_CAMERA: u32 = 1u;
const EYE_ORTHOGRAPHIC: u32 = 2u;
