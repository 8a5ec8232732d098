//! import geometry.wgsl
//! import material.wgsl
// Group 0: the scene, the same for every pass that reads it.
@group(0) @binding(0) var<storage, read> instances: array<Instance>;
@group(0) @binding(1) var<storage, read> meshlets: array<Meshlet>;
/// Per meshlet-instance (instance, meshlet); then meshlet vertex indices; then triangles (a | b « 8 | c « 16). Offsets in `sceneLayout`.
@group(0) @binding(2) var<storage, read> topology: array<u32>;
@group(0) @binding(3) var<storage, read> positions: array<f32>;
@group(0) @binding(4) var<storage, read> attributes: array<vec4u>;
@group(0) @binding(5) var<storage, read> materials: array<Material>;
@group(0) @binding(6) var<uniform> sceneLayout: SceneLayout;
@group(0) @binding(7) var repeatSampler: sampler;
@group(0) @binding(8) var texture0: texture_2d_array<f32>;
@group(0) @binding(9) var texture1: texture_2d_array<f32>;
@group(0) @binding(10) var texture2: texture_2d_array<f32>;
@group(0) @binding(11) var texture3: texture_2d_array<f32>;
@group(0) @binding(12) var texture4: texture_2d_array<f32>;
@group(0) @binding(13) var texture5: texture_2d_array<f32>;
@group(0) @binding(14) var texture6: texture_2d_array<f32>;
@group(0) @binding(15) var texture7: texture_2d_array<f32>;
@group(0) @binding(16) var texture8: texture_2d_array<f32>;
@group(0) @binding(17) var texture9: texture_2d_array<f32>;
@group(0) @binding(18) var texture10: texture_2d_array<f32>;
@group(0) @binding(19) var texture11: texture_2d_array<f32>;

struct SceneLayout {
  meshletInstanceCount: u32,
  firstVertexIndex: u32,
  firstTriangle: u32,
  pad0: u32,
  /// Per class: width, height, levels.
  classes: array<vec4u, 12>,
}

fn meshletInstance(index: u32) -> vec2u {
  return vec2u(topology[2u * index], topology[2u * index + 1u]);
}

/// Vertices of triangle `t` of a meshlet; mirrored instances are wound back so that fronts stay counter-clockwise.
fn triangleVertices(m: Meshlet, t: u32, mirrored: bool) -> vec3u {
  let packed = topology[sceneLayout.firstTriangle + m.firstTriangle + t];
  let local = vec3u(packed & 255u, (packed >> 8u) & 255u, (packed >> 16u) & 255u);
  let wound = select(local, local.xzy, mirrored);
  let base = sceneLayout.firstVertexIndex + m.firstVertex;
  return vec3u(topology[base + wound.x], topology[base + wound.y], topology[base + wound.z]);
}

fn vertexPosition(index: u32) -> vec3f {
  return vec3f(positions[3u * index], positions[3u * index + 1u], positions[3u * index + 2u]);
}

fn sampleClass(class_: u32, layer: u32, uv: vec2f, lod: f32) -> vec4f {
  switch class_ {
    case 0u: { return textureSampleLevel(texture0, repeatSampler, uv, layer, lod); }
    case 1u: { return textureSampleLevel(texture1, repeatSampler, uv, layer, lod); }
    case 2u: { return textureSampleLevel(texture2, repeatSampler, uv, layer, lod); }
    case 3u: { return textureSampleLevel(texture3, repeatSampler, uv, layer, lod); }
    case 4u: { return textureSampleLevel(texture4, repeatSampler, uv, layer, lod); }
    case 5u: { return textureSampleLevel(texture5, repeatSampler, uv, layer, lod); }
    case 6u: { return textureSampleLevel(texture6, repeatSampler, uv, layer, lod); }
    case 7u: { return textureSampleLevel(texture7, repeatSampler, uv, layer, lod); }
    case 8u: { return textureSampleLevel(texture8, repeatSampler, uv, layer, lod); }
    case 9u: { return textureSampleLevel(texture9, repeatSampler, uv, layer, lod); }
    case 10u: { return textureSampleLevel(texture10, repeatSampler, uv, layer, lod); }
    default: { return textureSampleLevel(texture11, repeatSampler, uv, layer, lod); }
  }
}

/// Reads a slot with anisotropy up to 8; `dx`, `dy`: change of uv (before the slot's transform) over one whole LED.
fn sampleSlot(slot: TextureSlot, uv: vec2f, dx: vec2f, dy: vec2f) -> vec4f {
  let class_ = slot.source & 255u;
  let layer = slot.source >> 8u;
  let info = sceneLayout.classes[class_];
  let size = vec2f(info.xy);
  let lastLevel = f32(info.z - 1u);
  let coordinate = vec2f(dot(slot.uvRow0, vec3f(uv, 1.0)), dot(slot.uvRow1, vec3f(uv, 1.0)));
  let tx = vec2f(dot(slot.uvRow0.xy, dx), dot(slot.uvRow1.xy, dx));
  let ty = vec2f(dot(slot.uvRow0.xy, dy), dot(slot.uvRow1.xy, dy));
  var foot = anisoFootprint(tx, ty, size);
  let magnified = foot.lod <= 0.0;
  let nearest = (slot.sampling & select(SAMPLE_MIN_NEAREST, SAMPLE_MAG_NEAREST, magnified)) != 0u;
  var lod = clamp(foot.lod, 0.0, lastLevel);
  if ((slot.sampling & SAMPLE_MIP_NONE) != 0u) { lod = 0.0; }
  if ((slot.sampling & SAMPLE_MIP_NEAREST) != 0u) { lod = floor(lod + 0.5); }
  if (nearest) { foot.taps = 1u; }
  let coarsest = max(size * exp2(-ceil(lod)), vec2f(1.0));
  let halfTexel = 0.5 / coarsest;
  let wrapU = slot.sampling & 3u;
  let wrapV = (slot.sampling >> 2u) & 3u;
  var sum = vec4f(0.0);
  for (var k = 0u; k < foot.taps; k++) {
    let at = coordinate + foot.major * ((f32(k) + 0.5) / f32(foot.taps) - 0.5);
    var p = vec2f(wrapCoordinate(at.x, wrapU, halfTexel.x), wrapCoordinate(at.y, wrapV, halfTexel.y));
    if (nearest) {
      let texels = max(floor(size * exp2(-floor(lod + 0.5))), vec2f(1.0));
      p = (floor(min(p, vec2f(0.9999999)) * texels) + 0.5) / texels;
    }
    sum += sampleClass(class_, layer, p, lod);
  }
  return sum / f32(foot.taps);
}

/// Barycentrics (of vertices 1 and 2) of a ray through the eye, and their exact change over one LED (report §3: Möller–Trumbore about vertex 0).
struct Barycentric {
  weights: vec3f,
  dx: vec2f,
  dy: vec2f,
  determinant: f32,
}

fn intersectRay(a: vec3f, b: vec3f, c: vec3f, ray: vec3f, rayDx: vec3f, rayDy: vec3f) -> Barycentric {
  let e1 = b - a;
  let e2 = c - a;
  let nu = cross(a, e2);
  let nv = cross(e1, a);
  let ng = cross(e2, e1);
  let det = dot(ray, ng);
  let inv = 1.0 / select(det, 1e-30, abs(det) < 1e-30);
  let u = dot(ray, nu) * inv;
  let v = dot(ray, nv) * inv;
  let dux = (dot(rayDx, nu) - u * dot(rayDx, ng)) * inv;
  let dvx = (dot(rayDx, nv) - v * dot(rayDx, ng)) * inv;
  let duy = (dot(rayDy, nu) - u * dot(rayDy, ng)) * inv;
  let dvy = (dot(rayDy, nv) - v * dot(rayDy, ng)) * inv;
  return Barycentric(vec3f(1.0 - u - v, u, v), vec2f(dux, dvx), vec2f(duy, dvy), det);
}

/// Texture coordinates of a triangle's corners: set 0 in xy, set 1 in zw.
fn vertexUv(index: u32) -> vec4f {
  return bitcast<vec4f>(attributes[2u * index + 1u]);
}

fn vertexColor(index: u32) -> vec4f {
  let p = attributes[2u * index].zw;
  return vec4f(unpack2x16unorm(p.x), unpack2x16unorm(p.y));
}

/// Alpha of a masked surface at a ray: base-colour factor × texture × vertex colour.
fn surfaceAlpha(material: u32, v: vec3u, bary: Barycentric) -> f32 {
  let slot = materials[material].slots[SLOT_BASE_COLOR];
  let w = bary.weights;
  var alpha = materials[material].baseColor.a;
  alpha *= vertexColor(v.x).a * w.x + vertexColor(v.y).a * w.y + vertexColor(v.z).a * w.z;
  if (slot.source == NO_TEXTURE) { return alpha; }
  let second = (slot.sampling & SAMPLE_UV1) != 0u;
  let t0 = select(vertexUv(v.x).xy, vertexUv(v.x).zw, second);
  let t1 = select(vertexUv(v.y).xy, vertexUv(v.y).zw, second) - t0;
  let t2 = select(vertexUv(v.z).xy, vertexUv(v.z).zw, second) - t0;
  return alpha * sampleSlot(slot, t0 + t1 * w.y + t2 * w.z, t1 * bary.dx.x + t2 * bary.dx.y, t1 * bary.dy.x + t2 * bary.dy.y).a;
}
