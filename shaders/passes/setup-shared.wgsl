//! import passes/setup-triangle.wgsl
// As setup.wgsl, for GPUs: the threads of a meshlet transform its vertices once, for all triangles that use them.

/// Eye-relative positions of the meshlet's vertices.
var<workgroup> corners: array<vec3f, MAX_MESHLET_VERTICES>;

/// One workgroup per entry; each thread transforms one vertex, then sets up one triangle for all views of the entry's mask.
@compute @workgroup_size(128)
fn setupShared(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let entryIndex = entryOf(group);
  // Threads without an entry go along to the barrier, with a meshlet of nothing.
  var m: Meshlet;
  var instance: Instance;
  var eyeIndex = 0u;
  if (entryIndex != NO_ENTRY) {
    m = loadMeshlet(entries[entryIndex].meshlet);
    instance = instances[entries[entryIndex].instance];
    eyeIndex = entries[entryIndex].eye;
  }
  if (lane < m.vertexCount) {
    let vertex = geometry[sceneLayout.firstVertexIndex + m.firstVertex + lane];
    let local = vertexPosition(meshGrid(instance.mesh), vertex);
    corners[lane] = eyeRelativePosition(instance, eyes[eyeIndex].positionHi, eyes[eyeIndex].positionLo, local);
  }
  workgroupBarrier();
  if (lane >= m.triangleCount) { return; }
  let v = triangleCorners(m, lane, (instance.flags & INSTANCE_MIRRORED) != 0u);
  let id = (entries[entryIndex].meshletInstance << TRIANGLE_BITS) | lane;
  emitTriangle(prepareTriangle(corners[v.x], corners[v.y], corners[v.z], instance.flags, id, eyeIndex), entryIndex, eyeIndex);
}
