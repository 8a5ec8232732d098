//! import passes/frame-bindings.wgsl
// Farthest depth per 4ⁿ × 4ⁿ samples of each view, levels 1 to 4, one behind the other from the view's first texel.
/// The last word of each sample: depths alone, or ids with depths.
@group(2) @binding(0) var<storage, read> depths: array<u32>;
@group(2) @binding(1) var<storage, read_write> pyramid: array<u32>;

override LEVEL: u32 = 1u;

@compute @workgroup_size(8, 8)
fn buildPyramid(@builtin(global_invocation_id) thread: vec3u) {
  let view = &views[thread.z];
  var size = vec2u((*view).windowWidth, (*view).windowHeight);
  var source = (*view).firstSample;
  var destination = (*view).firstTexel;
  for (var k = 1u; k < LEVEL; k++) {
    size = (size + 3u) / 4u;
    source = destination;
    destination += size.x * size.y;
  }
  let columns = (size.x + 3u) / 4u;
  if (thread.x >= columns || thread.y >= (size.y + 3u) / 4u) { return; }
  // Depths are positive, so their bits are in the same order.
  var farthest = 0xffffffffu;
  let last = min(thread.xy * 4u + 4u, size);
  for (var y = thread.y * 4u; y < last.y; y++) {
    for (var x = thread.x * 4u; x < last.x; x++) {
      let at = source + y * size.x + x;
      if (LEVEL == 1u) {
        farthest = min(farthest, depths[(at + 1u) * SAMPLE_WORDS - 1u]);
      } else {
        farthest = min(farthest, pyramid[at]);
      }
    }
  }
  pyramid[destination + thread.y * columns + thread.x] = farthest;
}
