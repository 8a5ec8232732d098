//! import geometry.wgsl
//! import material.wgsl
// Group 0: the scene, the same for every pass that reads it. Four storage buffers, so that no pass binds more than eight: WebGPU's
// guaranteed limit, and all that a browser or Dawn's null device gives.
@group(0) @binding(0) var<storage, read> instances: array<Instance>;
/// Instance of each meshlet-instance; nodes; groups; meshes; meshlets; meshlet vertex indices; triangles (a | b « 8 | c « 16); positions.
@group(0) @binding(1) var<storage, read> geometry: array<u32>;
@group(0) @binding(2) var<storage, read> attributes: array<vec4u>;
@group(0) @binding(3) var<storage, read> materials: array<Material>;
@group(0) @binding(4) var<uniform> sceneLayout: SceneLayout;
@group(0) @binding(5) var repeatSampler: sampler;
@group(0) @binding(6) var texture0: texture_2d_array<f32>;
@group(0) @binding(7) var texture1: texture_2d_array<f32>;
@group(0) @binding(8) var texture2: texture_2d_array<f32>;
@group(0) @binding(9) var texture3: texture_2d_array<f32>;
@group(0) @binding(10) var texture4: texture_2d_array<f32>;
@group(0) @binding(11) var texture5: texture_2d_array<f32>;
@group(0) @binding(12) var texture6: texture_2d_array<f32>;
@group(0) @binding(13) var texture7: texture_2d_array<f32>;
@group(0) @binding(14) var texture8: texture_2d_array<f32>;
@group(0) @binding(15) var texture9: texture_2d_array<f32>;
@group(0) @binding(16) var texture10: texture_2d_array<f32>;
@group(0) @binding(17) var texture11: texture_2d_array<f32>;

/// Where the parts of `geometry` start, in words.
struct SceneLayout {
  instanceCount: u32,
  meshletInstanceCount: u32,
  firstNode: u32,
  firstGroup: u32,
  firstMesh: u32,
  firstMeshlet: u32,
  firstVertexIndex: u32,
  firstTriangle: u32,
  firstPosition: u32,
  pad0: u32,
  pad1: u32,
  pad2: u32,
  /// Per class: width, height, levels, finest level that is there.
  classes: array<vec4u, 12>,
}

/// Positions are integers on their mesh's grid (src/scene/packed-scene.ts), not float32.
override GRID_POSITIONS: bool = false;

/// Instance and meshlet of an id.
fn meshletInstance(index: u32) -> vec2u {
  let instance = geometry[index];
  let firstMeshlet = geometry[sceneLayout.firstMesh + instances[instance].mesh * MESH_WORDS + 1u];
  return vec2u(instance, firstMeshlet + index - instances[instance].firstMeshletInstance);
}

fn loadVector(at: u32) -> vec4f {
  return bitcast<vec4f>(vec4u(geometry[at], geometry[at + 1u], geometry[at + 2u], geometry[at + 3u]));
}

fn loadMeshlet(index: u32) -> Meshlet {
  let at = sceneLayout.firstMeshlet + index * MESHLET_WORDS;
  return Meshlet(loadVector(at), loadVector(at + 4u),
    geometry[at + 8u], geometry[at + 9u], geometry[at + 10u], geometry[at + 11u], geometry[at + 12u], geometry[at + 13u]);
}

fn loadNode(index: u32) -> Node {
  let at = sceneLayout.firstNode + index * NODE_WORDS;
  let size = geometry[at + 10u];
  return Node(loadVector(at), loadVector(at + 4u), bitcast<f32>(geometry[at + 8u]), geometry[at + 9u], size & 0x7fffffffu, (size >> 31u) != 0u);
}

/// Sphere and error of a group.
struct Group {
  sphere: vec4f,
  error: f32,
}

fn loadGroup(index: u32) -> Group {
  let at = sceneLayout.firstGroup + index * GROUP_WORDS;
  return Group(loadVector(at), bitcast<f32>(geometry[at + 4u]));
}

fn meshRootNode(mesh: u32) -> u32 {
  return geometry[sceneLayout.firstMesh + mesh * MESH_WORDS];
}

/// Origin and step of a mesh's grid.
fn meshGrid(mesh: u32) -> vec4f {
  if (!GRID_POSITIONS) { return vec4f(0.0); }
  return loadVector(sceneLayout.firstMesh + mesh * MESH_WORDS + 2u);
}

/// Corners of triangle `t` among the vertices of its meshlet; mirrored instances are wound back so that fronts stay counter-clockwise.
fn triangleCorners(m: Meshlet, t: u32, mirrored: bool) -> vec3u {
  let packed = geometry[sceneLayout.firstTriangle + m.firstTriangle + t];
  let local = vec3u(packed & 255u, (packed >> 8u) & 255u, (packed >> 16u) & 255u);
  return select(local, local.xzy, mirrored);
}

/// Vertices of triangle `t` of a meshlet.
fn triangleVertices(m: Meshlet, t: u32, mirrored: bool) -> vec3u {
  let wound = triangleCorners(m, t, mirrored);
  let base = sceneLayout.firstVertexIndex + m.firstVertex;
  return vec3u(geometry[base + wound.x], geometry[base + wound.y], geometry[base + wound.z]);
}

/// Mesh-local position of a vertex. Step × integer is exact (21 bits, a power of two): only the sum rounds, for all users alike.
fn vertexPosition(grid: vec4f, index: u32) -> vec3f {
  if (GRID_POSITIONS) {
    let at = sceneLayout.firstPosition + 2u * index;
    let low = geometry[at];
    let high = geometry[at + 1u];
    let q = vec3u(low & 0x1fffffu, (low >> 21u) | ((high & 0x3ffu) << 11u), high >> 10u);
    return grid.xyz + vec3f(q) * grid.w;
  }
  let at = sceneLayout.firstPosition + 3u * index;
  return bitcast<vec3f>(vec3u(geometry[at], geometry[at + 1u], geometry[at + 2u]));
}

/// Texture classes that the scene uses: reads of the others are compiled out. Software drivers run every branch, only masked.
override TEXTURE_CLASSES_USED: u32 = 12u;

/// Whether any sampler clamps or mirrors.
override OTHER_WRAPS: bool = true;

/// A filtered read that waits for its texture.
struct TextureRead {
  coordinate: vec2f,
  major: vec2f,
  halfTexel: vec2f,
  /// Texels of the level that nearest filtering snaps to; 0 = linear.
  snap: vec2f,
  taps: u32,
  layer: u32,
  wrapU: u32,
  wrapV: u32,
  lod: f32,
}

/// Filtered reads of the scene's textures by this thread.
var<private> texelsRead: u32;

fn readTexture(image: texture_2d_array<f32>, read: TextureRead) -> vec4f {
  var sum = vec4f(0.0);
  for (var k = 0u; k < read.taps; k++) {
    let at = read.coordinate + read.major * ((f32(k) + 0.5) / f32(read.taps) - 0.5);
    // Each level is clamped by itself: half a texel of the coarser one would cut into the finer one.
    if (OTHER_WRAPS && read.snap.x == 0.0 && (read.wrapU != WRAP_REPEAT || read.wrapV != WRAP_REPEAT)) {
      let fineLod = floor(read.lod);
      let coarseLod = ceil(read.lod);
      let halfFine = 0.5 / vec2f(textureDimensions(image, u32(fineLod)));
      let halfCoarse = 0.5 / vec2f(textureDimensions(image, u32(coarseLod)));
      let fine = vec2f(wrapCoordinate(at.x, read.wrapU, halfFine.x), wrapCoordinate(at.y, read.wrapV, halfFine.y));
      let coarse = vec2f(wrapCoordinate(at.x, read.wrapU, halfCoarse.x), wrapCoordinate(at.y, read.wrapV, halfCoarse.y));
      sum += mix(
        textureSampleLevel(image, repeatSampler, fine, read.layer, fineLod),
        textureSampleLevel(image, repeatSampler, coarse, read.layer, coarseLod),
        fract(read.lod));
      texelsRead += 2u;
      continue;
    }
    var p = vec2f(wrapCoordinate(at.x, read.wrapU, read.halfTexel.x), wrapCoordinate(at.y, read.wrapV, read.halfTexel.y));
    if (read.snap.x > 0.0) { p = (floor(min(p, vec2f(0.9999999)) * read.snap) + 0.5) / read.snap; }
    sum += textureSampleLevel(image, repeatSampler, p, read.layer, read.lod);
    texelsRead++;
  }
  return sum / f32(read.taps);
}

/// Reads a slot with anisotropy up to 8; `dx`, `dy`: change of uv (before the slot's transform) over one whole LED.
fn sampleSlot(slot: TextureSlot, uv: vec2f, dx: vec2f, dy: vec2f) -> vec4f {
  let class_ = slot.source & 255u;
  let layer = slot.source >> 8u;
  let info = sceneLayout.classes[class_];
  let size = vec2f(info.xy);
  let lastLevel = f32(info.z - 1u);
  let coordinate = vec2f(dot(slot.uvRow0, vec3f(uv, 1.0)), dot(slot.uvRow1, vec3f(uv, 1.0)));
  let tx = vec2f(dot(slot.uvRow0.xy, dx), dot(slot.uvRow1.xy, dx));
  let ty = vec2f(dot(slot.uvRow0.xy, dy), dot(slot.uvRow1.xy, dy));
  var foot = anisoFootprint(tx, ty, size);
  let magnified = foot.lod <= 0.0;
  let nearest = (slot.sampling & select(SAMPLE_MIN_NEAREST, SAMPLE_MAG_NEAREST, magnified)) != 0u;
  var lod = clamp(foot.lod, f32(info.w), lastLevel);
  if ((slot.sampling & SAMPLE_MIP_NONE) != 0u) { lod = f32(info.w); }
  if ((slot.sampling & SAMPLE_MIP_NEAREST) != 0u) { lod = floor(lod + 0.5); }
  if (nearest) { foot.taps = 1u; }
  let coarsest = max(size * exp2(-ceil(lod)), vec2f(1.0));
  let halfTexel = 0.5 / coarsest;
  var read: TextureRead;
  read.coordinate = coordinate;
  read.major = foot.major;
  read.taps = foot.taps;
  read.layer = layer;
  read.lod = lod;
  read.wrapU = slot.sampling & 3u;
  read.wrapV = (slot.sampling >> 2u) & 3u;
  read.halfTexel = halfTexel;
  read.snap = select(vec2f(0.0), max(floor(size * exp2(-floor(lod + 0.5))), vec2f(1.0)), nearest);
  if (TEXTURE_CLASSES_USED > 0u && class_ == 0u) { return readTexture(texture0, read); }
  if (TEXTURE_CLASSES_USED > 1u && class_ == 1u) { return readTexture(texture1, read); }
  if (TEXTURE_CLASSES_USED > 2u && class_ == 2u) { return readTexture(texture2, read); }
  if (TEXTURE_CLASSES_USED > 3u && class_ == 3u) { return readTexture(texture3, read); }
  if (TEXTURE_CLASSES_USED > 4u && class_ == 4u) { return readTexture(texture4, read); }
  if (TEXTURE_CLASSES_USED > 5u && class_ == 5u) { return readTexture(texture5, read); }
  if (TEXTURE_CLASSES_USED > 6u && class_ == 6u) { return readTexture(texture6, read); }
  if (TEXTURE_CLASSES_USED > 7u && class_ == 7u) { return readTexture(texture7, read); }
  if (TEXTURE_CLASSES_USED > 8u && class_ == 8u) { return readTexture(texture8, read); }
  if (TEXTURE_CLASSES_USED > 9u && class_ == 9u) { return readTexture(texture9, read); }
  if (TEXTURE_CLASSES_USED > 10u && class_ == 10u) { return readTexture(texture10, read); }
  if (TEXTURE_CLASSES_USED > 11u && class_ == 11u) { return readTexture(texture11, read); }
  return vec4f(1.0);
}

/// Barycentrics (of vertices 1 and 2) of a ray through the eye, and their exact change over one LED (report §3: Möller–Trumbore about vertex 0).
struct Barycentric {
  weights: vec3f,
  dx: vec2f,
  dy: vec2f,
  determinant: f32,
}

fn intersectRay(a: vec3f, b: vec3f, c: vec3f, ray: vec3f, rayDx: vec3f, rayDy: vec3f) -> Barycentric {
  let e1 = b - a;
  let e2 = c - a;
  let nu = cross(a, e2);
  let nv = cross(e1, a);
  let ng = cross(e2, e1);
  let det = dot(ray, ng);
  let inv = 1.0 / select(det, 1e-30, abs(det) < 1e-30);
  let u = dot(ray, nu) * inv;
  let v = dot(ray, nv) * inv;
  let dux = (dot(rayDx, nu) - u * dot(rayDx, ng)) * inv;
  let dvx = (dot(rayDx, nv) - v * dot(rayDx, ng)) * inv;
  let duy = (dot(rayDy, nu) - u * dot(rayDy, ng)) * inv;
  let dvy = (dot(rayDy, nv) - v * dot(rayDy, ng)) * inv;
  return Barycentric(vec3f(1.0 - u - v, u, v), vec2f(dux, dvx), vec2f(duy, dvy), det);
}

/// Texture coordinates of a triangle's corners: set 0 in xy, set 1 in zw.
fn vertexUv(index: u32) -> vec4f {
  return bitcast<vec4f>(attributes[2u * index + 1u]);
}

fn vertexColor(index: u32) -> vec4f {
  let p = attributes[2u * index].zw;
  return vec4f(unpack2x16unorm(p.x), unpack2x16unorm(p.y));
}

/// Alpha of a masked surface at a ray: base-colour factor × texture × vertex colour.
fn surfaceAlpha(material: u32, v: vec3u, bary: Barycentric) -> f32 {
  let slot = materials[material].slots[SLOT_BASE_COLOR];
  let w = bary.weights;
  var alpha = materials[material].baseColor.a;
  alpha *= vertexColor(v.x).a * w.x + vertexColor(v.y).a * w.y + vertexColor(v.z).a * w.z;
  if (slot.source == NO_TEXTURE) { return alpha; }
  let second = (slot.sampling & SAMPLE_UV1) != 0u;
  let t0 = select(vertexUv(v.x).xy, vertexUv(v.x).zw, second);
  let t1 = select(vertexUv(v.y).xy, vertexUv(v.y).zw, second) - t0;
  let t2 = select(vertexUv(v.z).xy, vertexUv(v.z).zw, second) - t0;
  return alpha * sampleSlot(slot, t0 + t1 * w.y + t2 * w.z, t1 * bary.dx.x + t2 * bary.dx.y, t1 * bary.dy.x + t2 * bary.dy.y).a;
}
