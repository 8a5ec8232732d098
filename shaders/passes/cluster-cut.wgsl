//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
// Levels of detail: which clusters of a mesh stand for it in a view. A cluster is drawn where the group it was made from errs little enough and the
// group that replaces it does not. Both questions are asked of the same group with the same code by all clusters of the group, per view and about the
// whole facet: so every cut is whole, on every node.

/// A sphere in eye-relative world space: centre and radius, rounded outwards.
fn placeSphere(instance: Instance, eyeIndex: u32, sphere: vec4f) -> vec4f {
  let centre = eyeRelativePosition(instance, eyes[eyeIndex].positionHi, eyes[eyeIndex].positionLo, sphere.xyz);
  return vec4f(centre, sphere.w * instance.maxScale * 1.0001 + 1e-6 * length(centre));
}

fn isInView(view: u32, eyeIndex: u32, sphere: vec4f) -> bool {
  let v = &views[view];
  // Orthographic views have no near plane: their sampleW is zero.
  let w = dot((*v).sampleW, sphere.xyz);
  if (eyes[eyeIndex].kind != EYE_ORTHOGRAPHIC && w < NEAR_M - sphere.w) { return false; }
  for (var k = 0u; k < 4u; k++) {
    if (dot((*v).planes[k].xyz, sphere.xyz) + (*v).planes[k].w < -sphere.w) { return false; }
  }
  return true;
}

/// All triangles face away: dot(centre, axis) ≥ cutoff · |centre| + radius (src/scene/scene-data.ts, MeshletTable.cone).
fn isBackFacing(instance: Instance, cone: vec4f, sphere: vec4f) -> bool {
  let usable = (instance.flags & (INSTANCE_UNIFORM_SCALE | INSTANCE_DOUBLE_SIDED | INSTANCE_MIRRORED)) == INSTANCE_UNIFORM_SCALE;
  if (!usable || cone.w >= 0.9999) { return false; }
  let axis = rotateToWorld(instance, cone.xyz) / instance.maxScale;
  return dot(sphere.xyz, axis) >= (cone.w + 1e-4) * length(sphere.xyz) + sphere.w;
}

/// Largest shift, in LED pixels of the facet, of a point inside `sphere` that moves by `errorM`. An LED's place on the facet changes by at most
/// √(d² + X²) / w per metre (d: eye to facet, X: from the foot of the perpendicular to the LED, w: distance of the point along the normal). Never
/// smaller for a sphere that contains another.
fn projectedError(view: u32, eyeIndex: u32, sphere: vec4f, errorM: f32) -> f32 {
  let v = &views[view];
  if (eyes[eyeIndex].kind == EYE_ORTHOGRAPHIC) { return errorM * (*v).ledsPerM; }
  let along = dot((*v).sampleW, sphere.xyz);
  let w = max(along - sphere.w, NEAR_M);
  let lateral = sqrt(max(dot(sphere.xyz, sphere.xyz) - along * along, 0.0)) + sphere.w;
  let x = min((*v).reachM, lateral * (*v).distanceM / w);
  return errorM * sqrt((*v).distanceM * (*v).distanceM + x * x) * (*v).ledsPerM / w;
}

/// Some cluster below a node may be drawn: its replacing group errs too much. The margin keeps nodes from hiding clusters by rounding.
fn needsFiner(view: u32, eyeIndex: u32, lodSphere: vec4f, maxError: f32, scale: f32) -> bool {
  if (maxError >= ENDLESS_ERROR) { return true; }
  if (maxError <= frame.residentError) { return false; }
  return projectedError(view, eyeIndex, lodSphere, maxError * scale) * 1.0001 > frame.lodErrorPx;
}

/// A group seen from an eye; `errorM` in world metres, negative where it counts as exact.
struct PlacedGroup {
  sphere: vec4f,
  errorM: f32,
  isEndless: bool,
}

/// NO_GROUP as a cluster's own group: full detail, exact.
fn placeGroup(instance: Instance, eyeIndex: u32, group: u32) -> PlacedGroup {
  if (group == NO_GROUP) { return PlacedGroup(vec4f(0.0, 0.0, 0.0, 1.0), -1.0, true); }
  let g = loadGroup(group);
  let errorM = select(g.error * instance.maxScale, -1.0, g.error <= frame.residentError);
  return PlacedGroup(placeSphere(instance, eyeIndex, g.sphere), errorM, false);
}

fn isFineEnough(view: u32, eyeIndex: u32, group: PlacedGroup) -> bool {
  return group.errorM <= 0.0 || projectedError(view, eyeIndex, group.sphere, group.errorM) <= frame.lodErrorPx;
}

fn isInCut(view: u32, eyeIndex: u32, self_: PlacedGroup, parent: PlacedGroup) -> bool {
  // One loop, not two calls: all clusters of a group must run the very same instructions on it.
  var groups = array<PlacedGroup, 2>(self_, parent);
  var fine: array<bool, 2>;
  for (var k = 0u; k < 2u; k++) { fine[k] = isFineEnough(view, eyeIndex, groups[k]); }
  return fine[0] && (parent.isEndless || !fine[1]);
}
