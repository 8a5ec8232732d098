//! import passes/rasterize-coverage.wgsl
// The hardware rasteriser only spreads the work: it draws one rectangle per block of a large record, and the fragment shader runs the code
// of the compute path on its sample. Where a rectangle lies in the target means nothing, so blocks take turns on a small grid of cells.

/// Edge of the target, pixels (src/passes/visibility/hardware-path.ts).
const TARGET_EDGE: u32 = 1024u;
const CELLS: u32 = TARGET_EDGE / BLOCK_EDGE;

struct BlockCorner {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(flat, either) record: u32,
  /// Facet sample of target pixel (0, 0), modulo 2³².
  @location(1) @interpolate(flat, either) origin: vec2u,
}

/// Instance = block, six corners each. Corners are whole pixels, so sample centres are pixel centres on any rasteriser.
@vertex
fn rasterizeCorner(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> BlockCorner {
  let index = instance + listLength(FIRST_JOB);
  let job = jobAt(index);
  let box = blockBox(job);
  let cell = vec2u(index % CELLS, (index / CELLS) % CELLS) * BLOCK_EDGE;
  // Corners 0, 1, 2 and 2, 1, 3 of the rectangle.
  let k = select(corner, corner - 2u, corner >= 3u);
  let size = select(vec2u(0u), box.zw, isOurs(records[job.x].flags));
  let at = cell + vec2u(k & 1u, k >> 1u) * size;
  let clip = vec2f(at) * (2.0 / f32(TARGET_EDGE)) - 1.0;
  return BlockCorner(vec4f(clip.x, -clip.y, 0.5, 1.0), job.x, box.xy - cell);
}
