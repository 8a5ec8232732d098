//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
// What stands behind what was drawn: spheres against a pyramid of the farthest depth per 4ⁿ × 4ⁿ samples of each view.

/// Views and eyes that the pyramid was made with: those of the frame before in the first look, this frame's in the second.
@group(2) @binding(3) var<storage, read> occluderViews: array<View>;
@group(2) @binding(4) var<storage, read> pyramid: array<u32>;
@group(2) @binding(5) var<uniform> occluderEyes: array<Eye, MAX_EYES>;

override SECOND_LOOK: bool = false;

const PYRAMID_LEVELS: u32 = 4u;

/// No sample of any view of the mask can show what is inside the sphere (mesh-local).
fn isHidden(mask: ptr<function, array<u32, MASK_WORDS>>, eyeIndex: u32, instance: Instance, sphere: vec4f) -> bool {
  let eye = select(eyes[eyeIndex].previousEye, eyeIndex, SECOND_LOOK);
  if (eye >= MAX_EYES) { return false; }
  let centre = eyeRelativePosition(instance, occluderEyes[eye].positionHi, occluderEyes[eye].positionLo, sphere.xyz);
  let radius = sphere.w * instance.maxScale * 1.0001 + 1e-6 * length(centre);
  let wordCount = (eyes[eyeIndex].viewCount + 31u) / 32u;
  for (var word = 0u; word < wordCount; word++) {
    var bits = (*mask)[word];
    while (bits != 0u) {
      let view = eyes[eyeIndex].firstView + word * 32u + firstTrailingBit(bits);
      bits &= bits - 1u;
      if (!isHiddenInView(view, centre, radius)) { return false; }
    }
  }
  return true;
}

fn isHiddenInView(view: u32, centre: vec3f, radius: f32) -> bool {
  let index = select(views[view].previousView, view, SECOND_LOOK);
  if (index == NO_VIEW) { return false; }
  let v = &occluderViews[index];
  let along = dot((*v).sampleW, centre);
  let w = along - radius;
  if (w <= NEAR_M) { return false; }
  // Box of the sphere in samples: x = A·q / W·q, so |x − x₀| ≤ |A − x₀ W| · radius / w.
  let middle = vec2f(dot((*v).sampleX, centre), dot((*v).sampleY, centre)) / along;
  let spread = vec2f(length((*v).sampleX - middle.x * (*v).sampleW), length((*v).sampleY - middle.y * (*v).sampleW)) * (radius / w) + 0.01;
  let first = vec2f(f32(views[view].windowX), f32(views[view].windowY));
  let last = first + vec2f(f32(views[view].windowWidth), f32(views[view].windowHeight)) - 1.0;
  let low = max(floor(middle - spread), first);
  let high = min(ceil(middle + spread), last);
  // Between this frame's samples: nothing can show.
  if (any(low > high)) { return true; }
  let origin = vec2f(f32((*v).windowX), f32((*v).windowY));
  let size = vec2u((*v).windowWidth, (*v).windowHeight);
  let a = low - origin;
  let b = high - origin;
  if (any(a < vec2f(0.0)) || any(b >= vec2f(size))) { return false; }
  var level = 1u;
  let extent = max(b.x - a.x, b.y - a.y);
  var reach = 12.0;
  while (level < PYRAMID_LEVELS && extent > reach) {
    level++;
    reach *= 4.0;
  }
  if (extent > reach) { return false; }
  var at = (*v).firstTexel;
  var columns = (size.x + 3u) / 4u;
  var rows = (size.y + 3u) / 4u;
  for (var k = 1u; k < level; k++) {
    at += columns * rows;
    columns = (columns + 3u) / 4u;
    rows = (rows + 3u) / 4u;
  }
  let nearest = NEAR_M / w * 1.00001;
  let from_ = vec2u(a) >> vec2u(2u * level);
  let to = vec2u(b) >> vec2u(2u * level);
  for (var y = from_.y; y <= to.y; y++) {
    for (var x = from_.x; x <= to.x; x++) {
      if (!(bitcast<f32>(pyramid[at + y * columns + x]) > nearest)) { return false; }
    }
  }
  return true;
}
