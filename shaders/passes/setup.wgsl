//! import passes/setup-triangle.wgsl
// For software drivers, in two steps: which triangles have a sample in their box, then the records of those. These drivers run the code of a
// rejected triangle to its end, so the long second step sees only what is left (of a fine mesh about one in eight). Threads share nothing: a barrier
// costs more than transforming a vertex three times (measured on SwiftShader: 438 → 124 ms).

/// Pairs (entry « 7 | triangle, view).
@group(2) @binding(3) var<storage, read_write> pairs: array<vec2u>;

/// Corners of a triangle relative to the entry's eye.
struct Corners {
  a: vec3f,
  b: vec3f,
  c: vec3f,
  flags: u32,
}

fn loadCorners(entryIndex: u32, m: Meshlet, lane: u32) -> Corners {
  let instance = instances[entries[entryIndex].instance];
  let v = triangleVertices(m, lane, (instance.flags & INSTANCE_MIRRORED) != 0u);
  let eyeIndex = entries[entryIndex].eye;
  let hi = eyes[eyeIndex].positionHi;
  let lo = eyes[eyeIndex].positionLo;
  let grid = meshGrid(instance.mesh);
  return Corners(
    eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.x)),
    eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.y)),
    eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.z)),
    instance.flags);
}

/// One workgroup per entry, one thread per triangle, each for all views of the entry's mask.
@compute @workgroup_size(128)
fn listTriangles(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let entryIndex = entryOf(group);
  if (entryIndex == NO_ENTRY) { return; }
  let m = loadMeshlet(entries[entryIndex].meshlet);
  if (lane >= m.triangleCount) { return; }
  let q = loadCorners(entryIndex, m, lane);
  let determinant = dot(q.a, cross(q.c - q.a, q.b - q.a));
  if (!(determinant > 0.0) && !(determinant < 0.0 && (q.flags & INSTANCE_DOUBLE_SIDED) != 0u)) { return; }
  let eyeIndex = entries[entryIndex].eye;
  let words = (eyes[eyeIndex].viewCount + 31u) / 32u;
  for (var word = 0u; word < words; word++) {
    var mask = entries[entryIndex].mask[word];
    while (mask != 0u) {
      let viewIndex = eyes[eyeIndex].firstView + word * 32u + firstTrailingBit(mask);
      mask &= mask - 1u;
      if (!holdsSamples(sampleBoxOf(q.a, q.b, q.c, viewIndex))) { continue; }
      let slot = atomicAdd(&counts[COUNT_PAIRS], 1u);
      if (slot < frame.recordCapacity) { pairs[slot] = vec2u((entryIndex << TRIANGLE_BITS) | lane, viewIndex); }
    }
  }
}

/// Threads take turns at this round's pairs, however many.
@compute @workgroup_size(64)
fn setup(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) groups: vec3u) {
  let count = min(atomicLoad(&counts[COUNT_PAIRS]), frame.recordCapacity);
  for (var k = atomicLoad(&counts[FIRST_PAIR]) + group.x * 64u + lane; k < count; k += groups.x * 64u) {
    let pair = pairs[k];
    let entryIndex = pair.x >> TRIANGLE_BITS;
    let triangle = pair.x & TRIANGLE_MASK;
    let q = loadCorners(entryIndex, loadMeshlet(entries[entryIndex].meshlet), triangle);
    let id = (entries[entryIndex].meshletInstance << TRIANGLE_BITS) | triangle;
    emitRecord(prepareTriangle(q.a, q.b, q.c, q.flags, id, entries[entryIndex].eye), pair.y);
  }
}
