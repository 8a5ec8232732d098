//! import passes/frame-bindings.wgsl
// What was listed for a layer of the shadow maps, as the arguments of its draw, and whether all of it found room.
struct ShadowLayer {
  vertexCount: u32,
  instanceCount: u32,
  firstVertex: u32,
  firstInstance: u32,
  /// Asked of the lists, more than their capacity where they overflowed; an overflow hides what it would have led to.
  entries: u32,
  nodes: u32,
  clusters: u32,
  /// 1: casters are missing in this layer.
  overflowed: u32,
}
@group(2) @binding(0) var<storage, read> counts: array<u32, COUNT_WORDS>;
/// Kept from frame to frame: every frame that uses a layer must learn whether it is whole.
@group(2) @binding(1) var<storage, read_write> layers: array<ShadowLayer>;

/// Triangles of a full cluster × 3.
const CLUSTER_VERTICES: u32 = 384u;

@compute @workgroup_size(1)
fn shadowArguments() {
  var nodes = 0u;
  for (var level = 0u; level < MAX_LEVELS; level++) { nodes += counts[COUNT_LEVELS + level]; }
  let entries = counts[COUNT_ENTRIES];
  let clusters = counts[COUNT_CLUSTERS];
  let fits = entries <= frame.entryCapacity && nodes <= frame.nodeCapacity && clusters <= frame.clusterCapacity;
  layers[frame.shadowLayer] = ShadowLayer(
    CLUSTER_VERTICES, min(entries, frame.entryCapacity), 0u, 0u, entries, nodes, clusters, select(1u, 0u, fits));
}
