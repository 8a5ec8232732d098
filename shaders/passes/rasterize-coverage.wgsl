//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
// Coverage and depth of one sample: the one place where they are decided, for every path that spreads the work and for one pass or two.
@group(2) @binding(0) var<storage, read> records: array<Record>;
/// List lengths, four to a vector; a uniform, since the storage buffers are all taken.
@group(2) @binding(1) var<uniform> listLengths: array<vec4u, 21>;

/// Opaque and alpha-tested records have pipelines of their own: opaque ones need no textures and far fewer registers, and software drivers
/// run every branch for every sample.
override ALPHA_TEST: bool = true;

fn isOurs(flags: u32) -> bool {
  return ((flags & RECORD_MASKED) != 0u) == ALPHA_TEST;
}

/// Add it after what differs between threads, not before: Mesa 22.3's lavapipe crashes where a compared sum starts with such a word (it notes
/// the word as a uniform to compile in, outside its table, before it finds that the sum is not uniform).
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

fn passesAlphaTest(record: Record, column: u32, row: u32) -> bool {
  let p = vec2f(f32(column), f32(row)) + 0.5;
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

/// Depth bits of a sample that the record covers; 0: it does not. Positive floats and their bits are in the same order.
fn coveringDepth(record: Record, column: u32, row: u32) -> u32 {
  let p = vec2f(f32(column), f32(row)) + 0.5;
  if (!isInside(edgeAt(record.edge0, p), (record.flags & 1u) != 0u)) { return 0u; }
  if (!isInside(edgeAt(record.edge1, p), (record.flags & 2u) != 0u)) { return 0u; }
  if (!isInside(edgeAt(record.edge2, p), (record.flags & 4u) != 0u)) { return 0u; }
  let depth = edgeAt(record.depth, p);
  if (!(depth > 0.0 && depth <= 1.0)) { return 0u; }
  return bitcast<u32>(depth);
}

/// Where a sample of a view stands in the lists of all views.
fn sampleIndex(viewIndex: u32, column: u32, row: u32) -> u32 {
  let view = &views[viewIndex];
  return (*view).firstSample + (row - (*view).windowY) * (*view).windowWidth + column - (*view).windowX;
}

/// First column and row, columns and rows of a record that one thread rasterises; no rows for those that go in blocks.
fn smallBox(record: Record) -> vec4u {
  let first = vec2u(record.columns & 0xffffu, record.rows & 0xffffu);
  let size = vec2u(record.columns >> 16u, record.rows >> 16u) - first + 1u;
  return vec4u(first, size.x, select(size.y, 0u, size.x * size.y > SMALL_SAMPLES));
}

/// Box of samples of block `job`, facet coordinates: first column and row, columns and rows.
fn blockBox(job: vec2u) -> vec4u {
  let columns = records[job.x].columns;
  let rows = records[job.x].rows;
  let origin = vec2u(columns & 0xffffu, rows & 0xffffu) + vec2u(job.y & 0xffffu, job.y >> 16u) * BLOCK_EDGE;
  let last = min(vec2u(columns >> 16u, rows >> 16u), origin + BLOCK_EDGE - 1u);
  return vec4u(origin, last - origin + 1u);
}
