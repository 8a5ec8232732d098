//! import passes/frame-bindings.wgsl
// Sorts blocks by whether any eye sees a surface in them, so that background is lit by a pipeline without shading; and by whether a camera's
// view reaches into them, so that the others are shaded at the outer eye's rate.
@group(2) @binding(0) var<storage, read> ids: array<u32>;
@group(2) @binding(1) var<storage, read_write> blocks: array<Block>;
@group(2) @binding(2) var<storage, read_write> counts: array<atomic<u32>, COUNT_WORDS>;
/// View of each facet per eye: word eye·256 + facet.
@group(2) @binding(3) var<uniform> facetViews: array<vec4u, 320>;

@compute @workgroup_size(64)
fn classify(@builtin(global_invocation_id) thread: vec3u) {
  let count = arrayLength(&blocks);
  if (thread.x >= count) { return; }
  let facet = blocks[thread.x].facet;
  let firstLed = vec2u(blocks[thread.x].firstLed & 0xffffu, blocks[thread.x].firstLed >> 16u);
  let endLed = firstLed + vec2u(blocks[thread.x].size & 0xffffu, blocks[thread.x].size >> 16u);
  var seen = 0u;
  var coarse = frame.listsCoarse != 0u;
  for (var e = 0u; e < frame.eyeCount && seen == 0u; e++) {
    let word = e * 256u + facet;
    let viewIndex = facetViews[word / 4u][word % 4u];
    if (viewIndex == NO_VIEW) { continue; }
    let view = &views[viewIndex];
    let window = vec2u((*view).windowX, (*view).windowY);
    let samples = vec2u(eyes[e].sampleColumns, eyes[e].sampleRows);
    let low = max(firstLed / eyes[e].rate * samples, window);
    let high = min((endLed + eyes[e].rate - 1u) / eyes[e].rate * samples, window + vec2u((*view).windowWidth, (*view).windowHeight));
    if (eyes[e].kind == EYE_CAMERA && all(low < high)) { coarse = false; }
    for (var y = low.y; y < high.y && seen == 0u; y++) {
      let row = (*view).firstSample + (y - window.y) * (*view).windowWidth - window.x;
      for (var x = low.x; x < high.x; x++) { seen |= ids[(row + x) * SAMPLE_WORDS]; }
    }
  }
  // Cameras stand before the outer eye: none is left out when the loop ends early.
  if (coarse && seen != 0u) {
    blocks[atomicAdd(&counts[COUNT_COARSE_SURFACE_BLOCKS], 1u)].listedCoarse = thread.x;
  } else if (coarse) {
    blocks[count - 1u - atomicAdd(&counts[COUNT_COARSE_BACKGROUND_BLOCKS], 1u)].listedCoarse = thread.x;
  } else if (seen != 0u) {
    blocks[atomicAdd(&counts[COUNT_SURFACE_BLOCKS], 1u)].listed = thread.x;
  } else {
    blocks[count - 1u - atomicAdd(&counts[COUNT_BACKGROUND_BLOCKS], 1u)].listed = thread.x;
  }
}
