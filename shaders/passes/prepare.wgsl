//! import lens.wgsl
//! import passes/frame-bindings.wgsl
// Empties the samples of every view. A sample whose LEDs all belong to eyes before it gets a depth that nothing reaches: no triangle is tested
// there, nothing is drawn for it, and what only such samples would show counts as hidden.
/// Depths per sample; unused where `ids` holds them too (SAMPLE_WORDS = 2).
@group(2) @binding(0) var<storage, read_write> depths: array<u32>;
@group(2) @binding(1) var<storage, read_write> ids: array<u32>;
/// View of each facet per eye: word eye·256 + facet.
@group(2) @binding(2) var<uniform> facetViews: array<vec4u, 320>;

/// Nearer than any surface (depths end at 1).
const TAKEN: f32 = 3e38;

@compute @workgroup_size(8, 8)
fn prepareSamples(@builtin(global_invocation_id) thread: vec3u) {
  let view = &views[thread.z];
  if (thread.x >= (*view).windowWidth || thread.y >= (*view).windowHeight) { return; }
  let at = (*view).firstSample + thread.y * (*view).windowWidth + thread.x;
  let sample = thread.xy + vec2u((*view).windowX, (*view).windowY);
  let eye = &eyes[(*view).eye];
  var mine = false;
  let rate = (*eye).rate;
  let first = sample * rate / vec2u((*eye).sampleColumns, (*eye).sampleRows);
  for (var k = 0u; k < rate * rate && !mine; k++) {
    mine = hasPart((*view).eye, (*view).facet, first + vec2u(k % rate, k / rate));
  }
  let depth = select(bitcast<u32>(TAKEN), 0u, mine);
  ids[at * SAMPLE_WORDS] = 0u;
  if (SAMPLE_WORDS == 1u) {
    depths[at] = depth;
  } else {
    ids[at * SAMPLE_WORDS + 1u] = depth;
  }
}

/// Whether an eye has any part in an LED, after the eyes before it (shaders/passes/shade.wgsl walks the same way).
fn hasPart(eyeIndex: u32, facet: u32, led: vec2u) -> bool {
  var remaining = 1.0;
  for (var e = 0u; e < eyeIndex && remaining > 0.0; e++) { remaining -= remaining * weightOf(e, facet, led); }
  if (eyes[eyeIndex].kind == EYE_CAMERA) { remaining *= weightOf(eyeIndex, facet, led); }
  return remaining > 0.0;
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
