//! import passes/rasterize-sample.wgsl
// The compute rasteriser: the reference.

@compute @workgroup_size(64)
fn rasterizeSmall(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * DISPATCH_ROW + group.x) * 64u + lane + listLength(FIRST_RECORD);
  if (index >= recordCount()) { return; }
  let record = records[index];
  if (!isOurs(record.flags)) { return; }
  let box = smallBox(record);
  for (var row = box.y; row < box.y + box.w; row++) {
    for (var column = box.x; column < box.x + box.z; column++) { rasterizeSample(record, column, row); }
  }
}

@compute @workgroup_size(64)
fn rasterizeBlocks(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = group.y * DISPATCH_ROW + group.x + listLength(FIRST_JOB);
  if (index >= jobCount()) { return; }
  let job = jobAt(index);
  let record = records[job.x];
  if (!isOurs(record.flags)) { return; }
  let box = blockBox(job);
  for (var n = lane; n < box.z * box.w; n += 64u) { rasterizeSample(record, box.x + n % box.z, box.y + n / box.z); }
}
