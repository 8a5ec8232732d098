//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
// From the corners of a triangle to its records, one per view: what all ways of fetching vertices share. No clipping: edges are planes through
// the eye, the same for all views of that eye.
@group(2) @binding(0) var<storage, read> entries: array<Entry>;
@group(2) @binding(1) var<storage, read_write> counts: array<atomic<u32>, COUNT_WORDS>;
@group(2) @binding(2) var<storage, read_write> records: array<Record>;

/// Boxes of at most so many samples are looked at sample by sample.
const TINY_SAMPLES: u32 = 4u;
const NO_ENTRY: u32 = 0xffffffffu;

/// A triangle that faces the eye: corners relative to the eye, planes of its edges, ownership of samples exactly on them.
struct Triangle {
  a: vec3f,
  flags: u32,
  b: vec3f,
  id: u32,
  c: vec3f,
  determinant: f32,
  normal: vec3f,
  edge0: vec3f,
  edge1: vec3f,
  edge2: vec3f,
}

/// A triangle of eye-relative corners, wound to face the eye, with edge planes and normal; determinant ≤ 0 for a face turned away.
fn prepareTriangle(a: vec3f, b: vec3f, c: vec3f, instanceFlags: u32, id: u32, eyeIndex: u32) -> Triangle {
  var t: Triangle;
  t.id = id;
  t.a = a;
  t.b = b;
  t.c = c;
  t.normal = cross(t.c - t.a, t.b - t.a);
  t.determinant = dot(t.a, t.normal);
  if (t.determinant < 0.0 && (instanceFlags & INSTANCE_DOUBLE_SIDED) != 0u) {
    t.b = c;
    t.c = b;
    t.normal = -t.normal;
    t.determinant = -t.determinant;
  }
  if (!(t.determinant > 0.0)) { return t; }
  // One loop, not three calls: both neighbours of an edge must run the very same instructions on it.
  let corners = array<vec3f, 3>(t.a, t.b, t.c);
  var edges: array<vec3f, 3>;
  for (var k = 0u; k < 3u; k++) {
    let start = corners[(k + 1u) % 3u];
    let end = corners[(k + 2u) % 3u];
    edges[k] = edgePlane(start, end);
    if (isBefore(start, end)) { t.flags |= 1u << k; }
  }
  t.edge0 = edges[0];
  t.edge1 = edges[1];
  t.edge2 = edges[2];
  if ((instanceFlags & INSTANCE_MASKED) != 0u) { t.flags |= RECORD_MASKED; }
  t.flags |= eyeIndex << RECORD_EYE_SHIFT;
  return t;
}

/// Writes a triangle's records for all views of its entry's mask; nothing for a face turned away.
fn emitTriangle(t: Triangle, entryIndex: u32, eyeIndex: u32) {
  if (!(t.determinant > 0.0)) { return; }
  let words = (eyes[eyeIndex].viewCount + 31u) / 32u;
  for (var word = 0u; word < words; word++) {
    var mask = entries[entryIndex].mask[word];
    while (mask != 0u) {
      let viewIndex = eyes[eyeIndex].firstView + word * 32u + firstTrailingBit(mask);
      mask &= mask - 1u;
      emitRecord(t, viewIndex);
    }
  }
}

/// The entry a workgroup sets up; NO_ENTRY past the end of the list.
fn entryOf(group: vec3u) -> u32 {
  let entryIndex = atomicLoad(&counts[FIRST_ENTRY]) + group.y * DISPATCH_ROW + group.x;
  return select(NO_ENTRY, entryIndex, entryIndex < min(atomicLoad(&counts[COUNT_ENTRIES]), frame.entryCapacity));
}

/// Which sides of the window, and of the near plane, a point lies beyond: bits. Sample of the point: h.xy / h.z.
fn outsideOf(h: vec3f, first: vec2f, last: vec2f) -> u32 {
  let before = vec2u(h.xy < first * h.z);
  let after = vec2u(h.xy > last * h.z);
  return u32(h.z < NEAR_M) | (before.x << 1u) | (after.x << 2u) | (before.y << 3u) | (after.y << 4u);
}

/// A small triangle passes between the few sample centres of its box (the first one given). Most triangles of a fine mesh do: what is left is about
/// one per sample. The margin covers what the compiler may fuse here and not in the rasteriser, or the reverse.
fn missesAll(edge0: vec3f, edge1: vec3f, edge2: vec3f, first: vec2f, size: vec2u) -> bool {
  if (size.x * size.y > TINY_SAMPLES) { return false; }
  for (var n = 0u; n < size.x * size.y; n++) {
    let p = first + vec2f(f32(n % size.x), f32(n / size.x));
    if (mayCover(edge0, p) && mayCover(edge1, p) && mayCover(edge2, p)) { return false; }
  }
  return true;
}

fn mayCover(edge: vec3f, p: vec2f) -> bool {
  let terms = vec3f(edge.xy * p, edge.z);
  let size = abs(terms);
  return terms.x + terms.y + terms.z >= -2e-6 * (size.x + size.y + size.z);
}

/// Samples whose centres a triangle may cover in one view: first and last, facet coordinates; none where a last lies before its first.
struct SampleBox {
  a: vec2i,
  b: vec2i,
}

/// @param a, b, c Corners relative to the eye.
fn sampleBoxOf(a: vec3f, b: vec3f, c: vec3f, viewIndex: u32) -> SampleBox {
  let view = &views[viewIndex];
  let first = vec2f(f32((*view).windowX), f32((*view).windowY));
  let last = first + vec2f(f32((*view).windowWidth), f32((*view).windowHeight));
  // Three calls and no array: software drivers keep what is indexed in memory (measured on SwiftShader: setup 56 → 35 ms).
  let sampleX = (*view).sampleX;
  let sampleY = (*view).sampleY;
  let sampleW = (*view).sampleW;
  let ha = vec3f(dot(sampleX, a), dot(sampleY, a), dot(sampleW, a));
  let hb = vec3f(dot(sampleX, b), dot(sampleY, b), dot(sampleW, b));
  let hc = vec3f(dot(sampleX, c), dot(sampleY, c), dot(sampleW, c));
  let isOutside = (outsideOf(ha, first, last) & outsideOf(hb, first, last) & outsideOf(hc, first, last)) != 0u;
  let throughNear = min(ha.z, min(hb.z, hc.z)) < NEAR_M;
  let pa = ha.xy / ha.z;
  let pb = hb.xy / hb.z;
  let pc = hc.xy / hc.z;
  var low = select(min(pa, min(pb, pc)), first, throughNear);
  var high = select(max(pa, max(pb, pc)), last, throughNear);
  // Sample centres lie at i + ½; the margin covers the rounding of the division, so that no covered sample is lost.
  low = max(low - 0.01, first);
  high = min(high + 0.01, last);
  let end = min(vec2i(floor(high - 0.5)), vec2i(last) - 1);
  return SampleBox(vec2i(ceil(low - 0.5)), select(end, vec2i(-1), isOutside));
}

fn holdsSamples(box: SampleBox) -> bool {
  return box.b.x >= box.a.x && box.b.y >= box.a.y;
}

/// Writes the triangle's record for one view, unless it covers no sample centre of the window.
fn emitRecord(t: Triangle, viewIndex: u32) {
  let box = sampleBoxOf(t.a, t.b, t.c, viewIndex);
  if (!holdsSamples(box)) { return; }
  let a = box.a;
  let b = box.b;
  let view = &views[viewIndex];
  let u = (*view).rayU;
  let v = (*view).rayV;
  let o = (*view).rayOrigin;
  let edge0 = vec3f(dot(t.edge0, u), dot(t.edge0, v), dot(t.edge0, o));
  let edge1 = vec3f(dot(t.edge1, u), dot(t.edge1, v), dot(t.edge1, o));
  let edge2 = vec3f(dot(t.edge2, u), dot(t.edge2, v), dot(t.edge2, o));
  let size = vec2u(b - a) + 1u;
  if (missesAll(edge0, edge1, edge2, vec2f(a) + 0.5, size)) { return; }
  let slot = atomicAdd(&counts[COUNT_RECORDS], 1u);
  if (slot >= frame.recordCapacity) { return; }
  // Depth = NEAR / w along the ray; w = t·d with t = determinant / (normal·ray).
  let k = NEAR_M / (t.determinant * (*view).distanceM);
  // Field by field: `jobRecord` and `jobBlock` of this record belong to whoever owns that block.
  let record = &records[slot];
  (*record).edge0 = edge0;
  (*record).edge1 = edge1;
  (*record).edge2 = edge2;
  (*record).depth = vec3f(dot(t.normal, u) * k, dot(t.normal, v) * k, dot(t.normal, o) * k);
  (*record).id = t.id;
  (*record).view = viewIndex;
  (*record).columns = u32(a.x) | (u32(b.x) << 16u);
  (*record).rows = u32(a.y) | (u32(b.y) << 16u);
  (*record).flags = t.flags;
  if (size.x * size.y <= SMALL_SAMPLES) { return; }
  let blocks = (size + BLOCK_EDGE - 1u) / BLOCK_EDGE;
  let firstJob = atomicAdd(&counts[COUNT_JOBS], blocks.x * blocks.y);
  for (var n = 0u; n < blocks.x * blocks.y; n++) {
    if (firstJob + n >= frame.recordCapacity) { return; }
    records[firstJob + n].jobRecord = slot;
    records[firstJob + n].jobBlock = (n % blocks.x) | ((n / blocks.x) << 16u);
  }
}
