//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
// Depth of the scene from the sun, one cascade at a time: its one eye and view, and the clusters that culling listed for them.
@group(2) @binding(0) var<storage, read> entries: array<Entry>;

struct ShadowVertex {
  @builtin(position) position: vec4f,
  @location(0) uv: vec2f,
  @location(1) alpha: f32,
  @location(2) @interpolate(flat, either) material: u32,
}

/// Vertices pulled by entry (instance index) and corner (vertex index); corners past the last triangle collapse.
@vertex
fn shadowVertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> ShadowVertex {
  let entry = &entries[index];
  let instance = instances[(*entry).instance];
  let m = loadMeshlet((*entry).meshlet);
  var out: ShadowVertex;
  out.position = vec4f(0.0, 0.0, 2.0, 1.0);
  if (corner / 3u >= m.triangleCount) { return out; }
  let v = triangleVertices(m, corner / 3u, false)[corner % 3u];
  let q = eyeRelativePosition(instance, eyes[0].positionHi, eyes[0].positionLo, vertexPosition(meshGrid(instance.mesh), v));
  let view = &views[0];
  // What stands nearer to the sun than the map begins still shades: it is pressed onto the first depth.
  let depth = max(dot((*view).rayOrigin, q) + (*view).distanceM, 0.0);
  out.position = vec4f(dot((*view).sampleX, q), dot((*view).sampleY, q), depth, 1.0);
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
