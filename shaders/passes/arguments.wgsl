//! import passes/frame-bindings.wgsl
// Turns list lengths into indirect dispatches: a buffer may not be written and used as arguments in the same dispatch.
@group(2) @binding(0) var<storage, read_write> counts: array<u32, COUNT_WORDS>;
@group(2) @binding(1) var<storage, read_write> arguments: array<u32, 64>;

fn writeDispatch(at: u32, groups: u32) {
  arguments[at] = min(groups, DISPATCH_ROW);
  arguments[at + 1u] = (groups + DISPATCH_ROW - 1u) / DISPATCH_ROW;
  arguments[at + 2u] = select(1u, 0u, groups == 0u);
}

/// Words 0..2: setup, one workgroup per entry of this round.
@compute @workgroup_size(1)
fn setupArguments() {
  let entries = min(counts[COUNT_ENTRIES], frame.entryCapacity);
  writeDispatch(0u, entries - min(counts[FIRST_ENTRY], entries));
}

/// Words 4..6: one thread per record of this round; 8..10: one workgroup per block; 12..15: draw of six vertices per block.
@compute @workgroup_size(1)
fn rasterArguments() {
  let records = min(counts[COUNT_RECORDS], frame.recordCapacity);
  let jobs = min(counts[COUNT_JOBS], frame.recordCapacity);
  writeRaster(records - min(counts[FIRST_RECORD], records), jobs - min(counts[FIRST_JOB], jobs));
}

/// The second round starts where the lists end now.
@compute @workgroup_size(1)
fn secondRound() {
  counts[FIRST_ENTRY] = min(counts[COUNT_ENTRIES], frame.entryCapacity);
  counts[FIRST_RECORD] = min(counts[COUNT_RECORDS], frame.recordCapacity);
  counts[FIRST_JOB] = min(counts[COUNT_JOBS], frame.recordCapacity);
  counts[FIRST_PAIR] = min(counts[COUNT_PAIRS], frame.recordCapacity);
  counts[FIRST_CLUSTER] = min(counts[COUNT_CLUSTERS], frame.clusterCapacity);
  var nodes = 0u;
  for (var level = 0u; level < MAX_LEVELS; level++) { nodes += counts[COUNT_LEVELS + level]; }
  counts[FIRST_NODE] = min(nodes, frame.nodeCapacity);
}

/// Both rounds at once: ids are found over all records.
@compute @workgroup_size(1)
fn bothRounds() {
  counts[FIRST_RECORD] = 0u;
  counts[FIRST_JOB] = 0u;
  writeRaster(min(counts[COUNT_RECORDS], frame.recordCapacity), min(counts[COUNT_JOBS], frame.recordCapacity));
}

fn writeRaster(records: u32, jobs: u32) {
  writeDispatch(4u, (records + 63u) / 64u);
  writeDispatch(8u, jobs);
  arguments[12] = 6u;
  arguments[13] = jobs;
  arguments[14] = 0u;
  arguments[15] = 0u;
}

/// Words 16..18 and 20..22: blocks with surfaces, and with background only; 24..26 and 28..30 the same at the outer eye's rate, 64 threads for
/// rate² blocks.
@compute @workgroup_size(1)
fn shadeArguments() {
  writeDispatch(16u, counts[COUNT_SURFACE_BLOCKS]);
  writeDispatch(20u, counts[COUNT_BACKGROUND_BLOCKS]);
  let rate = eyes[frame.eyeCount - 1u].rate;
  writeDispatch(24u, (counts[COUNT_COARSE_SURFACE_BLOCKS] + rate * rate - 1u) / (rate * rate));
  writeDispatch(28u, (counts[COUNT_COARSE_BACKGROUND_BLOCKS] + rate * rate - 1u) / (rate * rate));
}
