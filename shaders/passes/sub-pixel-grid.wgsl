// How finely a rasteriser snaps its vertices: rectangle k ends `(k − 256) / 2048` of a pixel right of a pixel centre; it covers the centre once its
// snapped edge lies right of it.
const GRID_RECTANGLES: u32 = 512u;
const GRID_TARGET: f32 = 2048.0;

@vertex
fn gridCorner(@builtin(vertex_index) corner: u32, @builtin(instance_index) k: u32) -> @builtin(position) vec4f {
  let pixel = f32(k * 4u + 1u);
  let end = pixel + 0.5 + (f32(k) - 256.0) / 2048.0;
  let x = select(pixel - 1.0, end, corner == 1u || corner == 3u || corner == 4u);
  let y = select(0.0, 1.0, corner == 2u || corner >= 4u);
  return vec4f(x * (2.0 / GRID_TARGET) - 1.0, 1.0 - 2.0 * y, 0.5, 1.0);
}

@fragment
fn gridCovered() -> @location(0) vec4u {
  return vec4u(1u);
}
