/// One draw of a mesh. Rows of the 3×3 `worldFromMesh`; translation as float32 pairs hi (in .w) + lo, so 100 km is exact.
struct Instance {
  row0: vec4f,
  row1: vec4f,
  row2: vec4f,
  translationLo: vec3f,
  maxScale: f32,
  material: u32,
  flags: u32,
  mesh: u32,
  /// Id of the instance's first meshlet.
  firstMeshletInstance: u32,
}
/// The 3×3 mirrors (negative determinant): front faces wind the other way.
const INSTANCE_MIRRORED: u32 = 1u;
/// Scale is uniform, so the meshlets' normal cones may be used.
const INSTANCE_UNIFORM_SCALE: u32 = 2u;
/// Material shows both faces.
const INSTANCE_DOUBLE_SIDED: u32 = 4u;
/// Material is alpha-tested.
const INSTANCE_MASKED: u32 = 8u;
/// Moves from frame to frame: its shadow is drawn over that of all that rests.
const INSTANCE_DYNAMIC: u32 = 16u;

/// Words in the scene's geometry (src/scene/packed-words.ts, src/passes/scene/pack-instances.ts).
const MESHLET_WORDS: u32 = 16u;
/// Vertices of a meshlet at most (src/scene/scene-data.ts).
const MAX_MESHLET_VERTICES: u32 = 128u;
const NODE_WORDS: u32 = 12u;
const GROUP_WORDS: u32 = 5u;
const MESH_WORDS: u32 = 6u;
/// No group.
const NO_GROUP: u32 = 0xffffffffu;
/// Errors from here up are never small enough.
const ENDLESS_ERROR: f32 = 1e30;
struct Meshlet {
  bounds: vec4f,
  cone: vec4f,
  firstVertex: u32,
  vertexCount: u32,
  firstTriangle: u32,
  triangleCount: u32,
  selfGroup: u32,
  parentGroup: u32,
}

/// A node of a mesh's cluster tree: what is below it, the groups that replace that, and the largest error among these.
struct Node {
  sphere: vec4f,
  lodSphere: vec4f,
  maxError: f32,
  first: u32,
  size: u32,
  isLeaf: bool,
}

/// Stable id of a triangle: meshlet-instance « 7 | triangle (architecture §2.3).
const TRIANGLE_BITS: u32 = 7u;
const TRIANGLE_MASK: u32 = 127u;

fn rotateToWorld(instance: Instance, v: vec3f) -> vec3f {
  return vec3f(dot(instance.row0.xyz, v), dot(instance.row1.xyz, v), dot(instance.row2.xyz, v));
}

/// World position minus eye, world axes: the large parts cancel before they are rounded.
fn eyeRelativePosition(instance: Instance, eyeHi: vec3f, eyeLo: vec3f, p: vec3f) -> vec3f {
  let t = (vec3f(instance.row0.w, instance.row1.w, instance.row2.w) - eyeHi) + (instance.translationLo - eyeLo);
  return rotateToWorld(instance, p) + t;
}

/// Normal to world: cofactors of the 3×3 (inverse transpose up to a positive factor; sign follows the determinant).
fn normalToWorld(instance: Instance, n: vec3f) -> vec3f {
  let c0 = cross(instance.row1.xyz, instance.row2.xyz);
  let c1 = cross(instance.row2.xyz, instance.row0.xyz);
  let c2 = cross(instance.row0.xyz, instance.row1.xyz);
  let m = vec3f(dot(c0, n), dot(c1, n), dot(c2, n));
  return select(m, -m, (instance.flags & INSTANCE_MIRRORED) != 0u);
}

/// Unit vector from two 16-bit snorm octahedral coordinates (Cigolle et al., "Survey of Efficient Representations", 2014).
fn decodeOctahedral(packed: u32) -> vec3f {
  let e = unpack2x16snorm(packed);
  var v = vec3f(e, 1.0 - abs(e.x) - abs(e.y));
  if (v.z < 0.0) {
    let s = select(vec2f(-1.0), vec2f(1.0), v.xy >= vec2f(0.0));
    v = vec3f((1.0 - abs(v.yx)) * s, v.z);
  }
  return normalize(v);
}

/// Lexicographic order of positions: exact, so both triangles at an edge agree on it.
fn isBefore(a: vec3f, b: vec3f) -> bool {
  if (a.x != b.x) { return a.x < b.x; }
  if (a.y != b.y) { return a.y < b.y; }
  return a.z < b.z;
}

fn largestComponent(v: vec3f) -> f32 {
  let a = abs(v);
  return max(a.x, max(a.y, a.z));
}

/// Inward normal of the plane through the eye and edge a→b of a front-facing triangle (= b × a).
/// Computed about the nearer end (so far, short edges keep their digits) in an order that both neighbours share: antisymmetric to the bit.
fn edgePlane(a: vec3f, b: vec3f) -> vec3f {
  let la = largestComponent(a);
  let lb = largestComponent(b);
  let aFirst = la < lb || (la == lb && isBefore(a, b));
  let near = select(b, a, aFirst);
  let far = select(a, b, aFirst);
  let n = cross(far - near, near);
  return select(-n, n, aFirst);
}
