//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
@group(2) @binding(0) var<storage, read_write> entries: array<Entry>;
@group(2) @binding(1) var<storage, read_write> counts: array<atomic<u32>, 16>;

/// One thread per meshlet-instance and eye: normal cone, then the planes of each view.
@compute @workgroup_size(64)
fn cull(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = thread.x + thread.y * groups.x * 64u;
  if (index >= sceneLayout.meshletInstanceCount) { return; }
  let eyeIndex = thread.z;
  let eye = eyes[eyeIndex];
  let pair = meshletInstance(index);
  let instance = instances[pair.x];
  let m = loadMeshlet(pair.y);
  let centre = eyeRelativePosition(instance, eye.positionHi, eye.positionLo, m.bounds.xyz);
  let distance = length(centre);
  let radius = m.bounds.w * instance.maxScale * 1.0001 + 1e-6 * distance;
  let coneUsable = (instance.flags & (INSTANCE_UNIFORM_SCALE | INSTANCE_DOUBLE_SIDED | INSTANCE_MIRRORED)) == INSTANCE_UNIFORM_SCALE;
  if (coneUsable && m.cone.w < 0.9999) {
    let axis = rotateToWorld(instance, m.cone.xyz) / instance.maxScale;
    if (dot(centre, axis) >= (m.cone.w + 1e-4) * distance + radius) { return; }
  }
  var mask: array<u32, MASK_WORDS>;
  var seen = 0u;
  for (var v = 0u; v < eye.viewCount; v++) {
    let view = &views[eye.firstView + v];
    if (dot((*view).sampleW, centre) < NEAR_M - radius) { continue; }
    if (dot((*view).planes[0].xyz, centre) < -radius || dot((*view).planes[1].xyz, centre) < -radius ||
        dot((*view).planes[2].xyz, centre) < -radius || dot((*view).planes[3].xyz, centre) < -radius) { continue; }
    mask[v / 32u] |= 1u << (v & 31u);
    seen++;
  }
  if (seen == 0u) { return; }
  let slot = atomicAdd(&counts[COUNT_ENTRIES], 1u);
  if (slot >= frame.entryCapacity) { return; }
  entries[slot] = Entry(index, eyeIndex, 0u, 0u, mask);
}
