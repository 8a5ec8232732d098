//! import brdf.wgsl
//! import view.wgsl
// Light of the scene: group 2, bindings 8 and up of the shade pass.
const MAX_LIGHTS: u32 = 128u;
const CASCADES: u32 = 3u;

// What the scene has; what it lacks is compiled out (software drivers run every branch, only masked).
override HAS_ENVIRONMENT: bool = true;
override HAS_SHADOWS: bool = true;
override HAS_LIGHTS: bool = true;

struct PunctualLight {
  positionHi: vec3f,
  /// 0 directional, 1 point, 2 spot.
  kind: u32,
  positionLo: vec3f,
  inverseRange2: f32,
  direction: vec3f,
  coneScale: f32,
  color: vec3f,
  coneOffset: f32,
}

struct Cascade {
  /// Rows give shadow-map x, y (−1..1) and depth of a point relative to the anchor.
  row0: vec4f,
  row1: vec4f,
  row2: vec4f,
  /// Texel edge, world metres.
  texelM: f32,
  pad0: f32,
  pad1: f32,
  pad2: f32,
}

struct Lighting {
  sunDirection: vec3f,
  sunEnabled: u32,
  sunColor: vec3f,
  sunShadows: u32,
  ambient: vec3f,
  lightCount: u32,
  environmentIntensity: f32,
  environmentSin: f32,
  environmentCos: f32,
  /// Bit 0: lights the scene; bit 1: seen as background.
  environmentFlags: u32,
  environmentSize: vec2f,
  environmentLastLevel: f32,
  specularLastLevel: f32,
  irradiance: array<vec4f, 9>,
  cascades: array<Cascade, CASCADES>,
  /// World-axes vector from the shadows' anchor to each eye.
  anchorToEye: array<vec4f, MAX_EYES>,
  lights: array<PunctualLight, MAX_LIGHTS>,
}
@group(2) @binding(8) var<uniform> lighting: Lighting;
@group(2) @binding(9) var environmentMap: texture_2d<f32>;
@group(2) @binding(10) var specularMap: texture_2d<f32>;
@group(2) @binding(11) var dfgTable: texture_2d<f32>;
/// Repeats in u, clamps in v, trilinear.
@group(2) @binding(12) var panoramaSampler: sampler;
@group(2) @binding(13) var shadowMaps: texture_depth_2d_array;
@group(2) @binding(14) var shadowSampler: sampler_comparison;

/// Lat-long coordinates of a world direction: u = ½ + atan2(x, −z)/2π, v = acos(y)/π.
fn panoramaCoordinate(direction: vec3f) -> vec2f {
  let d = normalize(direction);
  let x = lighting.environmentCos * d.x - lighting.environmentSin * d.z;
  let z = lighting.environmentSin * d.x + lighting.environmentCos * d.z;
  return vec2f(0.5 + atan2(x, -z) / (2.0 * PI), acos(clamp(d.y, -1.0, 1.0)) / PI);
}

fn toEnvironment(d: vec3f) -> vec3f {
  return vec3f(lighting.environmentCos * d.x - lighting.environmentSin * d.z, d.y, lighting.environmentSin * d.x + lighting.environmentCos * d.z);
}

/// What is seen where there is no surface. `spreadRad`: angle of one LED.
fn background(direction: vec3f, spreadRad: f32) -> vec3f {
  if (!HAS_ENVIRONMENT || (lighting.environmentFlags & 2u) == 0u) { return vec3f(0.0); }
  let lod = clamp(log2(max(spreadRad * lighting.environmentSize.y / PI, 1e-6)), 0.0, lighting.environmentLastLevel);
  return textureSampleLevel(environmentMap, panoramaSampler, panoramaCoordinate(direction), lod).rgb * lighting.environmentIntensity;
}

/// Irradiance / π from the nine coefficients (basis constants folded in).
fn diffuseEnvironment(worldNormal: vec3f) -> vec3f {
  let n = toEnvironment(worldNormal);
  let sh = &lighting.irradiance;
  let e = (*sh)[0].rgb + (*sh)[1].rgb * n.y + (*sh)[2].rgb * n.z + (*sh)[3].rgb * n.x
    + (*sh)[4].rgb * (n.x * n.y) + (*sh)[5].rgb * (n.y * n.z) + (*sh)[6].rgb * (3.0 * n.z * n.z - 1.0)
    + (*sh)[7].rgb * (n.x * n.z) + (*sh)[8].rgb * (n.x * n.x - n.y * n.y);
  return max(e, vec3f(0.0));
}

/// Image-based light with multiple scattering (Fdez-Agüera, "A Multiple-Scattering Microfacet Model for Real-Time IBL", JCGT 2019).
fn environmentLight(m: SurfaceMaterial, n: vec3f, v: vec3f) -> vec3f {
  let nDotV = clamp(dot(n, v), 1e-4, 1.0);
  // The sampler repeats in u: half a texel from the ends, or head-on would mix with grazing.
  let halfTexel = 0.5 / f32(textureDimensions(dfgTable).x);
  let dfg = textureSampleLevel(dfgTable, panoramaSampler, vec2f(clamp(nDotV, halfTexel, 1.0 - halfTexel), m.roughness), 0.0).xy;
  let single = m.f0 * dfg.x + dfg.y;
  let average = m.f0 + (1.0 - m.f0) / 21.0;
  let missing = 1.0 - (dfg.x + dfg.y);
  let multiple = single * average / (1.0 - average * missing) * missing;
  let diffuseWeight = m.diffuse * (1.0 - single - multiple);
  var irradiance = lighting.ambient;
  var radiance = lighting.ambient;
  if (HAS_ENVIRONMENT && (lighting.environmentFlags & 1u) != 0u) {
    irradiance += diffuseEnvironment(n) * lighting.environmentIntensity;
    let uv = panoramaCoordinate(reflect(-v, n));
    radiance += textureSampleLevel(specularMap, panoramaSampler, uv, m.roughness * lighting.specularLastLevel).rgb * lighting.environmentIntensity;
  }
  return (single * radiance + (multiple + diffuseWeight) * irradiance) * m.occlusion;
}

/// Light that reaches a point from the sun, 0..1: 3×3 comparisons in the first cascade that holds the point. `errorM`: how far the surface lies
/// below the one that casts, where it is drawn with less detail.
fn sunVisibility(p: vec3f, n: vec3f, eyeIndex: u32, errorM: f32) -> f32 {
  if (!HAS_SHADOWS || lighting.sunShadows == 0u) { return 1.0; }
  let base = p + lighting.anchorToEye[eyeIndex].xyz;
  let slope = 1.0 - saturate(dot(n, lighting.sunDirection));
  for (var k = 0u; k < CASCADES; k++) {
    let c = &lighting.cascades[k];
    let q = base + n * ((*c).texelM * (0.75 + 1.5 * slope) + errorM);
    let s = vec3f(dot((*c).row0.xyz, q) + (*c).row0.w, dot((*c).row1.xyz, q) + (*c).row1.w, dot((*c).row2.xyz, q) + (*c).row2.w);
    if (max(abs(s.x), abs(s.y)) > 0.98 || s.z < 0.0 || s.z > 1.0) { continue; }
    let uv = vec2f(s.x * 0.5 + 0.5, 0.5 - s.y * 0.5);
    let texel = 1.0 / vec2f(textureDimensions(shadowMaps));
    var sum = 0.0;
    for (var t = 0u; t < 9u; t++) {
      let offset = vec2f(f32(t % 3u) - 1.0, f32(t / 3u) - 1.0) * texel;
      sum += textureSampleCompareLevel(shadowMaps, shadowSampler, uv + offset, k, s.z);
    }
    return sum / 9.0;
  }
  return 1.0;
}

/// Point, spot and directional lights (KHR_lights_punctual). `p` is eye-relative.
fn punctualLights(m: SurfaceMaterial, p: vec3f, n: vec3f, v: vec3f, eye: Eye) -> vec3f {
  var sum = vec3f(0.0);
  if (!HAS_LIGHTS) { return sum; }
  for (var k = 0u; k < lighting.lightCount; k++) {
    let light = &lighting.lights[k];
    var l = -(*light).direction;
    var strength = 1.0;
    if ((*light).kind != 0u) {
      let toLight = ((*light).positionHi - eye.positionHi) + ((*light).positionLo - eye.positionLo) - p;
      let d2 = max(dot(toLight, toLight), 1e-4);
      l = toLight * inverseSqrt(d2);
      let window = saturate(1.0 - (d2 * (*light).inverseRange2) * (d2 * (*light).inverseRange2));
      strength = window / d2;
      if ((*light).kind == 2u) {
        let cone = saturate(dot(-l, (*light).direction) * (*light).coneScale + (*light).coneOffset);
        strength *= cone * cone;
      }
    }
    if (strength > 0.0) { sum += evaluateBrdf(m, n, v, l) * (*light).color * strength; }
  }
  return sum;
}
