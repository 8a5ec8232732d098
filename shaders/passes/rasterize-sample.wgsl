//! import passes/rasterize-coverage.wgsl
// Depth and ties of one sample in two passes of 32-bit atomics: first the largest depth, then the smallest id at that depth.
/// Per sample: bits of the largest depth.
@group(2) @binding(2) var<storage, read_write> depths: array<atomic<u32>>;
/// Per sample: complement of the smallest id at that depth; 0 = nothing.
@group(2) @binding(3) var<storage, read_write> ids: array<atomic<u32>>;
/// 0: depth; 1: id where the depth is equal. A uniform, not two pipelines, so that both passes run the same code and the bits match.
@group(2) @binding(4) var<uniform> phase: vec4u;

/// Tests one sample of the facet and keeps the nearest surface; equal depths go to the smallest id, whatever the order.
fn rasterizeSample(record: Record, column: u32, row: u32) {
  let bits = coveringDepth(record, column, row);
  if (bits == 0u) { return; }
  let at = sampleIndex(record.view, column, row);
  if (phase.x == 0u) {
    if (atomicLoad(&depths[at]) >= bits) { return; }
  } else {
    if (atomicLoad(&depths[at]) != bits) { return; }
  }
  if (ALPHA_TEST && !passesAlphaTest(record, column, row)) { return; }
  if (phase.x == 0u) {
    atomicMax(&depths[at], bits);
  } else {
    atomicMax(&ids[at], ~record.id);
  }
}
