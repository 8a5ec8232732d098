// glTF 2.0 specification, appendix B: metallic-roughness BRDF.
const PI: f32 = 3.14159265359;

/// Trowbridge-Reitz distribution; `alpha` = roughness².
fn distributionGgx(nDotH: f32, alpha: f32) -> f32 {
  let a2 = alpha * alpha;
  let f = (nDotH * a2 - nDotH) * nDotH + 1.0;
  return a2 / (PI * f * f);
}

/// Height-correlated Smith visibility, G / (4 n·l n·v) (Heitz 2014).
fn visibilitySmith(nDotL: f32, nDotV: f32, alpha: f32) -> f32 {
  let a2 = alpha * alpha;
  let gv = nDotL * sqrt(nDotV * nDotV * (1.0 - a2) + a2);
  let gl = nDotV * sqrt(nDotL * nDotL * (1.0 - a2) + a2);
  return 0.5 / max(gv + gl, 1e-7);
}

fn fresnelSchlick(f0: vec3f, vDotH: f32) -> vec3f {
  let x = 1.0 - vDotH;
  let x2 = x * x;
  return f0 + (1.0 - f0) * (x2 * x2 * x);
}

/// What a surface is made of, at one point.
struct SurfaceMaterial {
  diffuse: vec3f,
  alpha: f32,
  f0: vec3f,
  occlusion: f32,
  emissive: vec3f,
  roughness: f32,
}

/// BRDF × n·l for one light direction; unit vectors.
fn evaluateBrdf(m: SurfaceMaterial, n: vec3f, v: vec3f, l: vec3f) -> vec3f {
  let nDotL = dot(n, l);
  if (nDotL <= 0.0) { return vec3f(0.0); }
  let h = normalize(l + v);
  let nDotV = max(dot(n, v), 1e-4);
  let nDotH = saturate(dot(n, h));
  let fresnel = fresnelSchlick(m.f0, saturate(dot(v, h)));
  let specular = fresnel * (distributionGgx(nDotH, m.alpha) * visibilitySmith(nDotL, nDotV, m.alpha));
  return ((1.0 - fresnel) * m.diffuse / PI + specular) * nDotL;
}
