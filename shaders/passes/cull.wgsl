//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
//! import passes/cluster-cut.wgsl
//! import passes/occlusion.wgsl
// Which clusters each eye draws, and in which of its views: from instances down their meshes' trees, one dispatch per level. Twice a frame:
// the first look hides what the frame before hid, the second looks again at that, behind the depth of what the first look drew.

/// Four lists of pairs, one after another: nodes (instance, node | eye « 29), clusters (instance, meshlet | eye « 29), and what the first look
/// found hidden of both.
@group(2) @binding(0) var<storage, read_write> work: array<vec2u>;
@group(2) @binding(1) var<storage, read_write> entries: array<Entry>;
@group(2) @binding(2) var<storage, read_write> counts: array<atomic<u32>, COUNT_WORDS>;

override OCCLUSION: bool = true;

const EYE_SHIFT: u32 = 29u;
const ITEM_MASK: u32 = 0x1fffffffu;
const GROUP: u32 = 64u;

fn firstCluster() -> u32 { return frame.nodeCapacity; }
fn firstHiddenNode() -> u32 { return frame.nodeCapacity + frame.clusterCapacity; }
fn firstHiddenCluster() -> u32 { return 2u * frame.nodeCapacity + frame.clusterCapacity; }

/// Word that counts the nodes of a level of this look.
fn levelWord(level: u32) -> u32 {
  return COUNT_LEVELS + select(0u, MAX_LEVELS, SECOND_LOOK) + min(level, MAX_LEVELS - 1u);
}

/// Where the nodes of a level start: behind those of the levels above it.
fn levelStart(level: u32) -> u32 {
  var start = 0u;
  if (SECOND_LOOK) { start = atomicLoad(&counts[FIRST_NODE]); }
  for (var k = 1u; k < level; k++) { start += atomicLoad(&counts[levelWord(k)]); }
  return start;
}

/// One thread per instance and eye.
@compute @workgroup_size(64)
fn cullInstances(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = thread.x + thread.y * groups.x * GROUP;
  if (index >= sceneLayout.instanceCount) { return; }
  let belongsTo = select(RESTING_INSTANCES, DYNAMIC_INSTANCES, (instances[index].flags & INSTANCE_DYNAMIC) != 0u);
  if (frame.instanceSet != ALL_INSTANCES && frame.instanceSet != belongsTo) { return; }
  visitNode(index, meshRootNode(instances[index].mesh), thread.z, 0u);
}

/// The nodes of one level; dispatched `level` deep in z, so that no buffer must say which level it is.
@compute @workgroup_size(64)
fn cullNodes(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) groups: vec3u) {
  let level = groups.z;
  let start = levelStart(level);
  let count = atomicLoad(&counts[levelWord(level)]);
  for (var k = (group.z * groups.x + group.x) * GROUP + lane; k < count; k += groups.x * groups.z * GROUP) {
    if (start + k >= frame.nodeCapacity) { return; }
    let item = work[start + k];
    visitNode(item.x, item.y & ITEM_MASK, item.y >> EYE_SHIFT, level);
  }
}

/// Second look: the nodes that the first one found hidden.
@compute @workgroup_size(64)
fn cullHiddenNodes(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) groups: vec3u) {
  let count = min(atomicLoad(&counts[COUNT_HIDDEN_NODES]), frame.nodeCapacity);
  for (var k = group.x * GROUP + lane; k < count; k += groups.x * GROUP) {
    let item = work[firstHiddenNode() + k];
    visitNode(item.x, item.y & ITEM_MASK, item.y >> EYE_SHIFT, 0u);
  }
}

/// Clusters that this look listed; the second one also those that the first found hidden.
@compute @workgroup_size(64)
fn cullClusters(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) groups: vec3u) {
  var hidden = 0u;
  if (SECOND_LOOK) { hidden = min(atomicLoad(&counts[COUNT_HIDDEN_CLUSTERS]), frame.clusterCapacity); }
  let first = atomicLoad(&counts[FIRST_CLUSTER]);
  let listed = max(min(atomicLoad(&counts[COUNT_CLUSTERS]), frame.clusterCapacity), first) - first;
  for (var k = group.x * GROUP + lane; k < hidden + listed; k += groups.x * GROUP) {
    let at = select(firstCluster() + first + k - hidden, firstHiddenCluster() + k, k < hidden);
    let item = work[at];
    visitCluster(item.x, item.y & ITEM_MASK, item.y >> EYE_SHIFT);
  }
}

/// Lists what is below a node, unless no view sees it, every view sees it too fine, or it is hidden.
fn visitNode(instanceIndex: u32, nodeIndex: u32, eyeIndex: u32, level: u32) {
  let instance = instances[instanceIndex];
  let node = loadNode(nodeIndex);
  let sphere = placeSphere(instance, eyeIndex, node.sphere);
  let lod = placeSphere(instance, eyeIndex, node.lodSphere);
  var mask: array<u32, MASK_WORDS>;
  var seen = false;
  for (var v = 0u; v < eyes[eyeIndex].viewCount; v++) {
    let view = eyes[eyeIndex].firstView + v;
    if (isInView(view, eyeIndex, sphere) && needsFiner(view, eyeIndex, lod, node.maxError, instance.maxScale)) {
      mask[v / 32u] |= 1u << (v & 31u);
      seen = true;
    }
  }
  if (!seen) { return; }
  if (OCCLUSION && isHidden(&mask, eyeIndex, instance, node.sphere)) {
    if (!SECOND_LOOK) { pushHidden(COUNT_HIDDEN_NODES, firstHiddenNode(), frame.nodeCapacity, vec2u(instanceIndex, nodeIndex | (eyeIndex << EYE_SHIFT))); }
    return;
  }
  if (node.isLeaf) {
    let slot = atomicAdd(&counts[COUNT_CLUSTERS], node.size);
    for (var k = 0u; k < node.size && slot + k < frame.clusterCapacity; k++) {
      work[firstCluster() + slot + k] = vec2u(instanceIndex, (node.first + k) | (eyeIndex << EYE_SHIFT));
    }
    return;
  }
  let slot = levelStart(level + 1u) + atomicAdd(&counts[levelWord(level + 1u)], node.size);
  for (var k = 0u; k < node.size && slot + k < frame.nodeCapacity; k++) {
    work[slot + k] = vec2u(instanceIndex, (node.first + k) | (eyeIndex << EYE_SHIFT));
  }
}

/// Lists a cluster for the views that see it, where it belongs to the cut.
fn visitCluster(instanceIndex: u32, meshletIndex: u32, eyeIndex: u32) {
  let instance = instances[instanceIndex];
  let m = loadMeshlet(meshletIndex);
  let sphere = placeSphere(instance, eyeIndex, m.bounds);
  if (eyes[eyeIndex].kind != EYE_ORTHOGRAPHIC && isBackFacing(instance, m.cone, sphere)) { return; }
  let self_ = placeGroup(instance, eyeIndex, m.selfGroup);
  let parent = placeGroup(instance, eyeIndex, m.parentGroup);
  var mask: array<u32, MASK_WORDS>;
  var seen = false;
  for (var v = 0u; v < eyes[eyeIndex].viewCount; v++) {
    let view = eyes[eyeIndex].firstView + v;
    if (isInView(view, eyeIndex, sphere) && isInCut(view, eyeIndex, self_, parent)) {
      mask[v / 32u] |= 1u << (v & 31u);
      seen = true;
    }
  }
  if (!seen) { return; }
  if (OCCLUSION && isHidden(&mask, eyeIndex, instance, m.bounds)) {
    if (!SECOND_LOOK) { pushHidden(COUNT_HIDDEN_CLUSTERS, firstHiddenCluster(), frame.clusterCapacity, vec2u(instanceIndex, meshletIndex | (eyeIndex << EYE_SHIFT))); }
    return;
  }
  atomicAdd(&counts[COUNT_TRIANGLES], m.triangleCount);
  let slot = atomicAdd(&counts[COUNT_ENTRIES], 1u);
  if (slot >= frame.entryCapacity) { return; }
  let firstMeshlet = geometry[sceneLayout.firstMesh + instance.mesh * MESH_WORDS + 1u];
  entries[slot] = Entry(instance.firstMeshletInstance + meshletIndex - firstMeshlet, eyeIndex, instanceIndex, meshletIndex, mask);
}

fn pushHidden(count: u32, first: u32, capacity: u32, item: vec2u) {
  let slot = atomicAdd(&counts[count], 1u);
  if (slot < capacity) { work[first + slot] = item; }
}
