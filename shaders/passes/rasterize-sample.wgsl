//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
// Coverage, depth and ties of one sample: the one place where they are decided, for every path that spreads the work.
@group(2) @binding(0) var<storage, read> records: array<Record>;
/// List lengths, four to a vector; a uniform, since the storage buffers are all taken.
@group(2) @binding(1) var<uniform> listLengths: array<vec4u, 20>;
/// Per sample: bits of the largest depth.
@group(2) @binding(2) var<storage, read_write> depths: array<atomic<u32>>;
/// Per sample: complement of the smallest id at that depth; 0 = nothing.
@group(2) @binding(3) var<storage, read_write> ids: array<atomic<u32>>;
/// 0: depth; 1: id where the depth is equal. A uniform, not two pipelines, so that both passes run the same code and the bits match.
@group(2) @binding(4) var<uniform> phase: vec4u;

/// Opaque and alpha-tested records have pipelines of their own: opaque ones need no textures and far fewer registers, and software drivers
/// run every branch for every sample.
override ALPHA_TEST: bool = true;

fn isOurs(flags: u32) -> bool {
  return ((flags & RECORD_MASKED) != 0u) == ALPHA_TEST;
}

fn listLength(word: u32) -> u32 {
  return listLengths[word / 4u][word % 4u];
}

fn recordCount() -> u32 {
  return min(listLength(COUNT_RECORDS), frame.recordCapacity);
}

fn jobCount() -> u32 {
  return min(listLength(COUNT_JOBS), frame.recordCapacity);
}

/// The n-th block of large records: record, place in its box.
fn jobAt(index: u32) -> vec2u {
  return vec2u(records[index].jobRecord, records[index].jobBlock);
}

fn edgeAt(edge: vec3f, p: vec2f) -> f32 {
  return edge.x * p.x + edge.y * p.y + edge.z;
}

fn isInside(e: f32, owned: bool) -> bool {
  return e > 0.0 || (e == 0.0 && owned);
}

fn passesAlphaTest(record: Record, p: vec2f) -> bool {
  let pair = meshletInstance(record.id >> TRIANGLE_BITS);
  let instance = instances[pair.x];
  let v = triangleVertices(loadMeshlet(pair.y), record.id & TRIANGLE_MASK, (instance.flags & INSTANCE_MIRRORED) != 0u);
  let eye = (record.flags >> RECORD_EYE_SHIFT) & 15u;
  let hi = eyes[eye].positionHi;
  let lo = eyes[eye].positionLo;
  let view = &views[record.view];
  let ray = (*view).rayOrigin + (*view).rayU * p.x + (*view).rayV * p.y;
  let samples = vec2f(f32(eyes[eye].sampleColumns), f32(eyes[eye].sampleRows));
  let grid = meshGrid(instance.mesh);
  let bary = intersectRay(
    eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.x)),
    eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.y)),
    eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.z)),
    ray, (*view).rayU * samples.x, (*view).rayV * samples.y);
  return surfaceAlpha(instance.material, v, bary) >= materials[instance.material].alphaCutoff;
}

/// Tests one sample of the facet and keeps the nearest surface; equal depths go to the smallest id, whatever the order.
fn rasterizeSample(record: Record, column: u32, row: u32) {
  let p = vec2f(f32(column), f32(row)) + 0.5;
  if (!isInside(edgeAt(record.edge0, p), (record.flags & 1u) != 0u)) { return; }
  if (!isInside(edgeAt(record.edge1, p), (record.flags & 2u) != 0u)) { return; }
  if (!isInside(edgeAt(record.edge2, p), (record.flags & 4u) != 0u)) { return; }
  let depth = edgeAt(record.depth, p);
  if (!(depth > 0.0 && depth <= 1.0)) { return; }
  let view = &views[record.view];
  let at = (*view).firstSample + (row - (*view).windowY) * (*view).windowWidth + column - (*view).windowX;
  let bits = bitcast<u32>(depth);
  if (phase.x == 0u) {
    if (atomicLoad(&depths[at]) >= bits) { return; }
  } else {
    if (atomicLoad(&depths[at]) != bits) { return; }
  }
  if (ALPHA_TEST && !passesAlphaTest(record, p)) { return; }
  if (phase.x == 0u) {
    atomicMax(&depths[at], bits);
  } else {
    atomicMax(&ids[at], ~record.id);
  }
}

/// Box of samples of block `job`, facet coordinates: first column and row, columns and rows.
fn blockBox(job: vec2u) -> vec4u {
  let columns = records[job.x].columns;
  let rows = records[job.x].rows;
  let origin = vec2u(columns & 0xffffu, rows & 0xffffu) + vec2u(job.y & 0xffffu, job.y >> 16u) * BLOCK_EDGE;
  let last = min(vec2u(columns >> 16u, rows >> 16u), origin + BLOCK_EDGE - 1u);
  return vec4u(origin, last - origin + 1u);
}
