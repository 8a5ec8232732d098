//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
//! import passes/lighting.wgsl
//! import passes/shade-surface.wgsl
//! import passes/shade-walk.wgsl
//! import passes/write-led.wgsl
@group(2) @binding(1) var<storage, read> blocks: array<Block>;
/// List lengths, four to a vector.
@group(2) @binding(5) var<uniform> listLengths: array<vec4u, 21>;

/// This pipeline lights blocks where no eye sees a surface: all of shading is compiled out.
override BACKGROUND_ONLY: bool = false;

/// Each LED for itself: one workgroup per block.
@compute @workgroup_size(8, 8)
fn shade(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let place = group.y * DISPATCH_ROW + group.x;
  let count = select(COUNT_SURFACE_BLOCKS, COUNT_BACKGROUND_BLOCKS, BACKGROUND_ONLY);
  if (place >= listLengths[count / 4u][count % 4u]) { return; }
  let block = blocks[blocks[select(place, arrayLength(&blocks) - 1u - place, BACKGROUND_ONLY)].listed];
  if (lane.x >= (block.size & 0xffffu) || lane.y >= (block.size >> 16u)) { return; }
  let led = vec2u(block.firstLed & 0xffffu, block.firstLed >> 16u) + lane.xy;
  shadeLed(block, led, countPlace(place, lane.y * BLOCK_LEDS + lane.x));
}

/// LEDs that only the outer eye lights, rate × rate at a time: 64 such cells of rate² blocks per workgroup.
@compute @workgroup_size(64)
fn shadeCells(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rate = eyes[frame.eyeCount - 1u].rate;
  let cellsAcross = BLOCK_LEDS / rate;
  let cellsOfBlock = cellsAcross * cellsAcross;
  let place = (group.y * DISPATCH_ROW + group.x) * rate * rate + lane / cellsOfBlock;
  let count = select(COUNT_COARSE_SURFACE_BLOCKS, COUNT_COARSE_BACKGROUND_BLOCKS, BACKGROUND_ONLY);
  if (place >= listLengths[count / 4u][count % 4u]) { return; }
  let block = blocks[blocks[select(place, arrayLength(&blocks) - 1u - place, BACKGROUND_ONLY)].listedCoarse];
  // Blocks are cut at multiples of BLOCK_LEDS of the facet, tiles anywhere: a cell's place comes from the former, its LEDs from both.
  let firstLed = vec2u(block.firstLed & 0xffffu, block.firstLed >> 16u);
  let endLed = firstLed + vec2u(block.size & 0xffffu, block.size >> 16u);
  let n = lane % cellsOfBlock;
  let cell = firstLed / BLOCK_LEDS * cellsAcross + vec2u(n % cellsAcross, n / cellsAcross);
  let low = max(cell * rate, firstLed);
  let high = min((cell + 1u) * rate, endLed);
  if (any(low >= high)) { return; }
  shadeCell(block, cell, low, high, countPlace(group.x, lane));
}

/// Light of what an LED shows for one eye.
fn lightOf(item: Visible) -> vec3f {
  let view = &views[item.view];
  let samples = vec2f(f32(eyes[item.eye].sampleColumns), f32(eyes[item.eye].sampleRows));
  if (BACKGROUND_ONLY || item.found == 0u) { return background(item.ray, length((*view).rayU) * samples.x / length(item.ray)); }
  return shadeSurface(item.eye, ~item.found, item.ray, (*view).rayU * samples.x, (*view).rayV * samples.y);
}

fn shadeLed(block: Block, led: vec2u, counter: u32) {
  var walk: Walk;
  walk.remaining = 1.0;
  var color = vec3f(0.0);
  var surfaces = 0u;
  var shown = 0u;
  var shownWeight = -1.0;
  var inner = 0.0;
  var item: Visible;
  // Finding the next surface is cheap, shading it is not: one place that shades, as many rounds as an LED has surfaces (mostly one).
  while (nextVisible(&walk, block.facet, led, &item)) {
    if (walk.weight > shownWeight) {
      shownWeight = walk.weight;
      shown = item.found;
    }
    color += lightOf(item) * item.share;
    if (item.found != 0u) { surfaces++; }
    if (eyes[item.eye].kind == EYE_CAMERA) { inner += item.share; }
  }
  writeLed(block, led, color);
  if (outputs.debug != 0u) { writeDebug(block, led, shown, color, inner); }
  addCount(COUNT_LIT, counter, 1u);
  addCount(COUNT_SHADED, counter, walk.eyes);
  if (walk.feathered) {
    addCount(COUNT_IN_FEATHER, counter, 1u);
    addCount(COUNT_SHADED_IN_FEATHER, counter, walk.eyes);
  }
  addCount(COUNT_SURFACES, counter, surfaces);
  addCount(COUNT_TEXELS, counter, texelsRead);
}

/// The LEDs `low` to `high` of one cell: one ray through the cell's centre, one shading, a code for each LED.
fn shadeCell(block: Block, cell: vec2u, low: vec2u, high: vec2u, counter: u32) {
  let eye = frame.eyeCount - 1u;
  let viewIndex = viewOf(eye, block.facet);
  var item = Visible(eye, viewIndex, 0u, 1.0, vec3f(0.0));
  var color = vec3f(0.0);
  if (viewIndex != NO_VIEW) {
    let view = &views[viewIndex];
    let at = vec2f(cell) + 0.5;
    let local = cell - vec2u((*view).windowX, (*view).windowY);
    item.found = ids[((*view).firstSample + local.y * (*view).windowWidth + local.x) * SAMPLE_WORDS];
    item.ray = (*view).rayOrigin + (*view).rayU * at.x + (*view).rayV * at.y;
    color = lightOf(item);
  }
  for (var y = low.y; y < high.y; y++) {
    for (var x = low.x; x < high.x; x++) {
      writeLed(block, vec2u(x, y), color);
      if (outputs.debug != 0u) { writeDebug(block, vec2u(x, y), item.found, color, 0.0); }
    }
  }
  addCount(COUNT_LIT, counter, (high.x - low.x) * (high.y - low.y));
  addCount(COUNT_SHADED, counter, select(1u, 0u, viewIndex == NO_VIEW));
  addCount(COUNT_SURFACES, counter, select(1u, 0u, item.found == 0u));
  addCount(COUNT_TEXELS, counter, texelsRead);
}
