//! import passes/rasterize-sample.wgsl
//! import passes/rasterize-rectangles.wgsl
// The hardware path in two passes.

@fragment
fn rasterizeFragment(in: BlockCorner) -> @location(0) vec4f {
  let sample = in.origin + vec2u(in.position.xy);
  rasterizeSample(records[in.record], sample.x, sample.y);
  return vec4f(0.0);
}
