//! import passes/scene-bindings.wgsl
//! import view.wgsl
/// One cascade seen from the sun. Rows as in Lighting; the anchor as a float32 pair.
struct ShadowView {
  anchorHi: vec3f,
  pad0: f32,
  anchorLo: vec3f,
  pad1: f32,
  row0: vec4f,
  row1: vec4f,
  row2: vec4f,
}
@group(1) @binding(0) var<uniform> shadowView: ShadowView;

struct ShadowVertex {
  @builtin(position) position: vec4f,
  @location(0) uv: vec2f,
  @location(1) alpha: f32,
  @location(2) @interpolate(flat, either) material: u32,
}

/// Vertices pulled by meshlet-instance (instance index) and corner (vertex index); corners past the last triangle collapse.
@vertex
fn shadowVertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> ShadowVertex {
  let pair = meshletInstance(index);
  let instance = instances[pair.x];
  let m = loadMeshlet(pair.y);
  var out: ShadowVertex;
  out.position = vec4f(0.0, 0.0, 2.0, 1.0);
  if (corner / 3u >= m.triangleCount) { return out; }
  let v = triangleVertices(m, corner / 3u, false)[corner % 3u];
  let q = eyeRelativePosition(instance, shadowView.anchorHi, shadowView.anchorLo, vertexPosition(meshGrid(instance.mesh), v));
  out.position = vec4f(
    dot(shadowView.row0.xyz, q) + shadowView.row0.w,
    dot(shadowView.row1.xyz, q) + shadowView.row1.w,
    dot(shadowView.row2.xyz, q) + shadowView.row2.w, 1.0);
  let second = (materials[instance.material].slots[SLOT_BASE_COLOR].sampling & SAMPLE_UV1) != 0u;
  out.uv = select(vertexUv(v).xy, vertexUv(v).zw, second);
  out.alpha = vertexColor(v).a;
  out.material = instance.material;
  return out;
}

/// Masked surfaces cut their shadow as they cut themselves.
@fragment
fn shadowFragment(in: ShadowVertex) {
  let dx = dpdx(in.uv);
  let dy = dpdy(in.uv);
  if ((materials[in.material].flags & MATERIAL_MASKED) == 0u) { return; }
  var alpha = materials[in.material].baseColor.a * in.alpha;
  let slot = materials[in.material].slots[SLOT_BASE_COLOR];
  if (slot.source != NO_TEXTURE) { alpha *= sampleSlot(slot, in.uv, dx, dy).a; }
  if (alpha < materials[in.material].alphaCutoff) { discard; }
}
