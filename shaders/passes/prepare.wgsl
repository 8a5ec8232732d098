//! import lens.wgsl
//! import passes/frame-bindings.wgsl
// Closes samples whose LEDs all belong to other eyes, before anything is drawn: they get a depth that nothing reaches, so no triangle is tested there,
// nothing is drawn for them, and what only such samples would show counts as hidden. Only LEDs in a film camera's window are looked at: all others
// are the outer eye's. All samples are empty when this runs.
/// Depths per sample; unused where `ids` holds them too (SAMPLE_WORDS = 2).
@group(2) @binding(0) var<storage, read_write> depths: array<u32>;
@group(2) @binding(1) var<storage, read_write> ids: array<u32>;
/// View of each facet per eye: word eye·256 + facet.
@group(2) @binding(2) var<uniform> facetViews: array<vec4u, 320>;

/// The outer eye's samples may hold several LEDs. An override: software drivers run every loop at least once.
override COARSE_OUTER: bool = true;

/// Nearer than any surface (depths end at 1).
const TAKEN: f32 = 3e38;

/// One thread per LED of the window of an inner view (z). The LED may lie in several such windows: all their threads write the same.
@compute @workgroup_size(8, 8)
fn closeSamples(@builtin(global_invocation_id) thread: vec3u) {
  let viewIndex = thread.z + frame.firstInnerView;
  let view = &views[viewIndex];
  let own = (*view).eye;
  let samples = vec2u(eyes[own].sampleColumns, eyes[own].sampleRows);
  if (any(thread.xy * samples >= vec2u((*view).windowWidth, (*view).windowHeight))) { return; }
  let facet = (*view).facet;
  let led = vec2u((*view).windowX, (*view).windowY) / samples + thread.xy;
  let remaining = remainingAfter(own, facet, led);
  if (remaining.y <= 0.0) { closeLed(viewIndex, own, led); }
  closeOuter(facet, led, remaining.x);
}

/// What is left of an LED after all film cameras, and what the camera `own` has of it (shaders/passes/shade-walk.wgsl walks the same way).
fn remainingAfter(own: u32, facet: u32, led: vec2u) -> vec2f {
  var remaining = 1.0;
  var part = 0.0;
  for (var e = 0u; e + 1u < frame.eyeCount; e++) {
    let weight = weightOf(e, facet, led) * remaining;
    if (e == own) { part = weight; }
    remaining -= weight;
  }
  return vec2f(remaining, part);
}

/// Closes the outer eye's sample of an LED, if no LED of the sample is left to it. Of a sample that is shared, its first LED in the window decides.
fn closeOuter(facet: u32, led: vec2u, remaining: f32) {
  if (remaining > 0.0) { return; }
  let outer = frame.eyeCount - 1u;
  let word = outer * 256u + facet;
  let viewIndex = facetViews[word / 4u][word % 4u];
  let rate = eyes[outer].rate;
  if (viewIndex == NO_VIEW || any(led % rate != vec2u(0u))) { return; }
  if (COARSE_OUTER) {
    for (var k = 1u; k < rate * rate; k++) {
      if (remainingAfter(outer, facet, led + vec2u(k % rate, k / rate)).x > 0.0) { return; }
    }
  }
  closeLed(viewIndex, outer, led);
}

fn closeLed(viewIndex: u32, eye: u32, led: vec2u) {
  let view = &views[viewIndex];
  let samples = vec2u(eyes[eye].sampleColumns, eyes[eye].sampleRows);
  let first = led / eyes[eye].rate * samples;
  let window = vec2u((*view).windowX, (*view).windowY);
  if (any(first < window) || any(first >= window + vec2u((*view).windowWidth, (*view).windowHeight))) { return; }
  let base = (*view).firstSample + (first.y - window.y) * (*view).windowWidth + first.x - window.x;
  for (var k = 0u; k < samples.x * samples.y; k++) {
    let at = base + (k / samples.x) * (*view).windowWidth + k % samples.x;
    if (SAMPLE_WORDS == 1u) {
      depths[at] = bitcast<u32>(TAKEN);
    } else {
      ids[at * SAMPLE_WORDS + 1u] = bitcast<u32>(TAKEN);
    }
  }
}

fn weightOf(eyeIndex: u32, facet: u32, led: vec2u) -> f32 {
  let word = eyeIndex * 256u + facet;
  let viewIndex = facetViews[word / 4u][word % 4u];
  if (viewIndex == NO_VIEW) { return 0.0; }
  let view = &views[viewIndex];
  let samples = vec2u(eyes[eyeIndex].sampleColumns, eyes[eyeIndex].sampleRows);
  let first = vec2u((*view).windowX, (*view).windowY) / samples;
  let count = vec2u((*view).windowWidth, (*view).windowHeight) / samples;
  if (any(led < first) || any(led >= first + count)) { return 0.0; }
  let centre = (vec2f(led) + 0.5) * vec2f(samples);
  return innerWeight(eyes[eyeIndex], (*view).rayOrigin + (*view).rayU * centre.x + (*view).rayV * centre.y);
}
