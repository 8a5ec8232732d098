//! import passes/setup-triangle.wgsl
// Threads share nothing: a barrier costs a software driver more than transforming a vertex three times (measured on SwiftShader: 438 → 124 ms).

/// One workgroup per entry, one thread per triangle, each for all views of the entry's mask.
@compute @workgroup_size(128)
fn setup(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let entryIndex = entryOf(group);
  if (entryIndex == NO_ENTRY) { return; }
  let eyeIndex = entries[entryIndex].eye;
  let m = loadMeshlet(entries[entryIndex].meshlet);
  if (lane >= m.triangleCount) { return; }
  let instance = instances[entries[entryIndex].instance];
  let v = triangleVertices(m, lane, (instance.flags & INSTANCE_MIRRORED) != 0u);
  let hi = eyes[eyeIndex].positionHi;
  let lo = eyes[eyeIndex].positionLo;
  let grid = meshGrid(instance.mesh);
  let a = eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.x));
  let b = eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.y));
  let c = eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.z));
  let id = (entries[entryIndex].meshletInstance << TRIANGLE_BITS) | lane;
  emitTriangle(prepareTriangle(a, b, c, instance.flags, id, eyeIndex), entryIndex, eyeIndex);
}
