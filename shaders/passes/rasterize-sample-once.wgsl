enable atomic_vec2u_min_max;
//! import passes/rasterize-coverage.wgsl
// Depth and ties of one sample in one pass, where the adapter has 64-bit atomics: the larger of (depth, complement of id), the second word of a
// vector being the high one. These atomics cannot be read, so that no sample is left early because something nearer is there.
/// Per sample: complement of the id, bits of the depth.
@group(2) @binding(2) var<storage, read_write> samples: array<atomic<vec2u>>;

/// Tests one sample of the facet and keeps the nearest surface; equal depths go to the smallest id, whatever the order.
fn rasterizeSample(record: Record, column: u32, row: u32) {
  let bits = coveringDepth(record, column, row);
  if (bits == 0u) { return; }
  if (ALPHA_TEST && !passesAlphaTest(record, column, row)) { return; }
  atomicStoreMax(&samples[sampleIndex(record.view, column, row)], vec2u(~record.id, bits));
}
