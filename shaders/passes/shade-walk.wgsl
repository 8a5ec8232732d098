//! import lens.wgsl
//! import passes/frame-bindings.wgsl
// Which surfaces an LED shows, and how much of each.
/// Per sample of each view: complement of the id; 0 = nothing.
@group(2) @binding(0) var<storage, read> ids: array<u32>;
/// View of each facet per eye: word eye·256 + facet.
@group(2) @binding(4) var<uniform> facetViews: array<vec4u, 320>;

/// One surface (or the background) that an LED shows for one eye: `share` of its light, seen along `ray`.
struct Visible {
  eye: u32,
  view: u32,
  /// Complement of the id; 0 = background.
  found: u32,
  share: f32,
  ray: vec3f,
}

/// Where the walk over an LED's eyes and samples stands.
struct Walk {
  eye: u32,
  view: u32,
  /// Samples of this eye that are spoken for; 0 = the eye has not been weighed yet.
  done: u32,
  /// Eyes that had a part so far.
  eyes: u32,
  /// Whether one of them had less than it could have had: the LED lies in a feather band.
  feathered: bool,
  weight: f32,
  remaining: f32,
  found: array<u32, 8>,
}

fn viewOf(eye: u32, facet: u32) -> u32 {
  let word = eye * 256u + facet;
  return facetViews[word / 4u][word % 4u];
}

/// Steps to the next distinct surface of an LED: eyes by priority while weight remains, and within an eye each surface once, at the
/// centroid of the samples it covers. @returns false when there is none left.
fn nextVisible(walk: ptr<function, Walk>, facet: u32, led: vec2u, item: ptr<function, Visible>) -> bool {
  while ((*walk).eye < frame.eyeCount && (*walk).remaining > 0.0) {
    if ((*walk).done == 0u && !weighEye(walk, facet, led)) {
      (*walk).eye++;
      continue;
    }
    let edges = vec2u(eyes[(*walk).eye].sampleColumns, eyes[(*walk).eye].sampleRows);
    let total = edges.x * edges.y;
    let all = (1u << total) - 1u;
    let first = countTrailingZeros(~(*walk).done);
    let id = (*walk).found[first];
    var centroid = vec2f(0.0);
    var covered = 0.0;
    for (var s = first; s < total; s++) {
      if ((*walk).found[s] == id) {
        (*walk).done |= 1u << s;
        covered += 1.0;
        centroid += vec2f(f32(s % edges.x), f32(s / edges.x));
      }
    }
    let at = vec2f(led / eyes[(*walk).eye].rate * edges) + centroid / covered + 0.5;
    let view = &views[(*walk).view];
    let share = (*walk).weight * covered / f32(total);
    *item = Visible((*walk).eye, (*walk).view, id, share, (*view).rayOrigin + (*view).rayU * at.x + (*view).rayV * at.y);
    if ((*walk).done == all) {
      (*walk).remaining -= (*walk).weight;
      (*walk).eye++;
      (*walk).done = 0u;
    }
    return true;
  }
  return false;
}

/// Weight of the walk's eye for an LED, and the ids of its samples. @returns false when the eye has no part in the LED.
fn weighEye(walk: ptr<function, Walk>, facet: u32, led: vec2u) -> bool {
  let viewIndex = viewOf((*walk).eye, facet);
  if (viewIndex == NO_VIEW) { return false; }
  let edges = vec2u(eyes[(*walk).eye].sampleColumns, eyes[(*walk).eye].sampleRows);
  let sample = led / eyes[(*walk).eye].rate * edges;
  let view = &views[viewIndex];
  let window = vec2u((*view).windowX, (*view).windowY);
  if (any(sample < window) || any(sample >= window + vec2u((*view).windowWidth, (*view).windowHeight))) { return false; }
  var weight = 1.0;
  if (eyes[(*walk).eye].kind == EYE_CAMERA) {
    let centre = (vec2f(led) + 0.5) * vec2f(edges);
    weight = innerWeight(eyes[(*walk).eye], (*view).rayOrigin + (*view).rayU * centre.x + (*view).rayV * centre.y);
  }
  (*walk).weight = weight * (*walk).remaining;
  if ((*walk).weight <= 0.0) { return false; }
  (*walk).view = viewIndex;
  (*walk).eyes++;
  (*walk).feathered = (*walk).feathered || weight < 1.0;
  let local = sample - window;
  let base = (*view).firstSample + local.y * (*view).windowWidth + local.x;
  for (var k = 0u; k < edges.x * edges.y; k++) { (*walk).found[k] = ids[(base + (k / edges.x) * (*view).windowWidth + k % edges.x) * SAMPLE_WORDS]; }
  return true;
}
