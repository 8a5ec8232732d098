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
  planes: array<vec4f, 4>,
}

/// An eye: the outer eye (kind 0) or a film camera's entrance pupil (kind 1). Lens numbers in tangents (divided by the focal length).
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
}
