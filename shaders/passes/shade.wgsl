//! import lens.wgsl
//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
//! import passes/lighting.wgsl
//! import passes/shade-surface.wgsl
//! import passes/write-led.wgsl
/// Per sample of each view: complement of the id; 0 = nothing.
@group(2) @binding(0) var<storage, read> ids: array<u32>;
@group(2) @binding(1) var<storage, read> blocks: array<Block>;
/// View of each facet per eye: word eye·256 + facet.
@group(2) @binding(4) var<uniform> facetViews: array<vec4u, 320>;
/// List lengths, four to a vector.
@group(2) @binding(5) var<uniform> listLengths: array<vec4u, 20>;

/// This pipeline lights blocks where no eye sees a surface: all of shading is compiled out.
override BACKGROUND_ONLY: bool = false;

@compute @workgroup_size(8, 8)
fn shade(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let place = group.y * DISPATCH_ROW + group.x;
  let count = select(COUNT_SURFACE_BLOCKS, COUNT_BACKGROUND_BLOCKS, BACKGROUND_ONLY);
  if (place >= listLengths[count / 4u][count % 4u]) { return; }
  let blockIndex = blocks[select(place, arrayLength(&blocks) - 1u - place, BACKGROUND_ONLY)].listed;
  shadeLed(blocks[blockIndex], lane.xy);
}

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
  weight: f32,
  remaining: f32,
  found: array<u32, 8>,
}

fn shadeLed(block: Block, lane: vec2u) {
  if (lane.x >= (block.size & 0xffffu) || lane.y >= (block.size >> 16u)) { return; }
  let led = vec2u(block.firstLed & 0xffffu, block.firstLed >> 16u) + lane;
  var walk: Walk;
  walk.remaining = 1.0;
  var color = vec3f(0.0);
  var surfaces = 0u;
  var shown = Visible();
  var shownWeight = -1.0;
  var inner = 0.0;
  var item: Visible;
  // Finding the next surface is cheap, shading it is not: one place that shades, as many rounds as an LED has surfaces (mostly one).
  while (nextVisible(&walk, block.facet, led, &item)) {
    if (walk.weight > shownWeight) {
      shownWeight = walk.weight;
      shown = item;
    }
    let samples = vec2f(f32(eyes[item.eye].sampleColumns), f32(eyes[item.eye].sampleRows));
    if (BACKGROUND_ONLY || item.found == 0u) {
      color += background(item.ray, length(views[item.view].rayU) * samples.x / length(item.ray)) * item.share;
    } else {
      color += shadeSurface(item.eye, ~item.found, item.ray, views[item.view].rayU * samples.x, views[item.view].rayV * samples.y) * item.share;
      surfaces++;
    }
    if (eyes[item.eye].kind == EYE_CAMERA) { inner += item.share; }
  }
  writeLed(block, led, color);
  if (outputs.debug != 0u) {
    let at = outputs.debug + 8u * (block.canvasLed + placeInCanvas(block, led));
    atomicStore(&output[at], ~shown.found);
    atomicStore(&output[at + 4u], bitcast<u32>(color.r));
    atomicStore(&output[at + 5u], bitcast<u32>(color.g));
    atomicStore(&output[at + 6u], bitcast<u32>(color.b));
    atomicStore(&output[at + 7u], bitcast<u32>(inner));
  }
  let spread = (lane.y * 8u + lane.x) & (COUNT_SPREAD - 1u);
  atomicAdd(&output[spread], 1u);
  atomicAdd(&output[COUNT_SPREAD + spread], surfaces);
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
  let word = (*walk).eye * 256u + facet;
  let viewIndex = facetViews[word / 4u][word % 4u];
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
  let local = sample - window;
  let base = (*view).firstSample + local.y * (*view).windowWidth + local.x;
  for (var k = 0u; k < edges.x * edges.y; k++) { (*walk).found[k] = ids[base + (k / edges.x) * (*view).windowWidth + k % edges.x]; }
  return true;
}
