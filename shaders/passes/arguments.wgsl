//! import passes/frame-bindings.wgsl
// Turns list lengths into indirect dispatches: a buffer may not be written and used as arguments in the same dispatch.
@group(2) @binding(0) var<storage, read_write> counts: array<u32, 16>;
@group(2) @binding(1) var<storage, read_write> arguments: array<u32, 32>;

fn writeDispatch(at: u32, groups: u32) {
  arguments[at] = min(groups, DISPATCH_ROW);
  arguments[at + 1u] = (groups + DISPATCH_ROW - 1u) / DISPATCH_ROW;
  arguments[at + 2u] = select(1u, 0u, groups == 0u);
}

/// Words 0..2: setup, one workgroup per entry.
@compute @workgroup_size(1)
fn setupArguments() {
  writeDispatch(0u, min(counts[COUNT_ENTRIES], frame.entryCapacity));
}

/// Words 4..6: one thread per record; 8..10: one workgroup per block; 12..15: draw of six vertices per block.
@compute @workgroup_size(1)
fn rasterArguments() {
  writeDispatch(4u, (min(counts[COUNT_RECORDS], frame.recordCapacity) + 63u) / 64u);
  let jobs = min(counts[COUNT_JOBS], frame.recordCapacity);
  writeDispatch(8u, jobs);
  arguments[12] = 6u;
  arguments[13] = jobs;
  arguments[14] = 0u;
  arguments[15] = 0u;
}

/// Words 16..18: blocks with surfaces; 20..22: blocks that show background only.
@compute @workgroup_size(1)
fn shadeArguments() {
  writeDispatch(16u, counts[COUNT_SURFACE_BLOCKS]);
  writeDispatch(20u, counts[COUNT_BACKGROUND_BLOCKS]);
}
