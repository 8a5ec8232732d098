/// SMPTE ST 2084 (PQ) constants.
const PQ_M1: f32 = 0.1593017578125;
const PQ_M2: f32 = 78.84375;
const PQ_C1: f32 = 0.8359375;
const PQ_C2: f32 = 18.8515625;
const PQ_C3: f32 = 18.6875;
const PQ_PEAK_NITS: f32 = 10000.0;

/// SMPTE ST 2084 inverse EOTF: luminance in nits → PQ signal 0..1. CPU twin: src/core/transfer.ts.
fn pqFromNits(nits: vec3f) -> vec3f {
  let y = pow(clamp(nits / PQ_PEAK_NITS, vec3f(0.0), vec3f(1.0)), vec3f(PQ_M1));
  return pow((PQ_C1 + PQ_C2 * y) / (1.0 + PQ_C3 * y), vec3f(PQ_M2));
}

/// IEC 61966-2-1: linear 0..1 → sRGB signal. CPU twin: src/core/transfer.ts.
fn srgbFromLinear(linear: vec3f) -> vec3f {
  let c = saturate(linear);
  return select(1.055 * pow(c, vec3f(1.0 / 2.4)) - 0.055, 12.92 * c, c <= vec3f(0.0031308));
}

/// Pure power: linear 0..1 → signal. CPU twin: src/core/transfer.ts.
fn gammaFromLinear(linear: vec3f, gamma: f32) -> vec3f {
  return pow(saturate(linear), vec3f(1.0 / gamma));
}

/// PCG hash of three numbers (Jarzynski, Olano, "Hash Functions for GPU Rendering", JCGT 2020) as 0..1.
fn hashToUnit(v: vec3u) -> vec3f {
  var h = v * 1664525u + 1013904223u;
  h.x += h.y * h.z; h.y += h.z * h.x; h.z += h.x * h.y;
  h ^= h >> vec3u(16u);
  h.x += h.y * h.z; h.y += h.z * h.x; h.z += h.x * h.y;
  return vec3f(h >> vec3u(8u)) / 16777216.0;
}
