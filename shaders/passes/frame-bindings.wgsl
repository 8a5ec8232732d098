//! import view.wgsl
// Group 1: the frame, the same for every pass that draws it.
struct Frame {
  eyeCount: u32,
  viewCount: u32,
  entryCapacity: u32,
  recordCapacity: u32,
  nodeCapacity: u32,
  clusterCapacity: u32,
  /// Largest error of a simplified surface, LED pixels.
  lodErrorPx: f32,
  /// Groups with a larger error than this have their finer clusters in memory; below 0: all have.
  residentError: f32,
  /// 1: blocks that only the outer eye lights are listed apart, to be shaded at its rate.
  listsCoarse: u32,
  /// Which instances are looked at: ALL_INSTANCES, RESTING_INSTANCES or DYNAMIC_INSTANCES.
  instanceSet: u32,
  /// Layer of the shadow maps that the lists are for.
  shadowLayer: u32,
  /// Views of the outer eye come first.
  firstInnerView: u32,
}
const ALL_INSTANCES: u32 = 0u;
const RESTING_INSTANCES: u32 = 1u;
const DYNAMIC_INSTANCES: u32 = 2u;
@group(1) @binding(0) var<uniform> frame: Frame;
@group(1) @binding(1) var<uniform> eyes: array<Eye, MAX_EYES>;
@group(1) @binding(2) var<storage, read> views: array<View>;

// Lists made and work done, in words of one buffer; read back with the canvases (src/passes/frame/frame-lists.ts).
const COUNT_ENTRIES: u32 = 0u;
const COUNT_RECORDS: u32 = 1u;
const COUNT_JOBS: u32 = 2u;
/// Blocks of LEDs by what they need: surfaces or background only; at full or at the outer eye's rate.
const COUNT_SURFACE_BLOCKS: u32 = 3u;
const COUNT_BACKGROUND_BLOCKS: u32 = 4u;
const COUNT_COARSE_SURFACE_BLOCKS: u32 = 5u;
const COUNT_COARSE_BACKGROUND_BLOCKS: u32 = 6u;
/// Clusters listed for a look, and what the first look found hidden.
const COUNT_CLUSTERS: u32 = 7u;
const COUNT_HIDDEN_NODES: u32 = 8u;
const COUNT_HIDDEN_CLUSTERS: u32 = 9u;
/// Where the round at work starts in entries, records and jobs.
const FIRST_ENTRY: u32 = 10u;
const FIRST_RECORD: u32 = 11u;
const FIRST_JOB: u32 = 12u;
/// Triangles of the entries.
const COUNT_TRIANGLES: u32 = 13u;
/// Clusters listed by the first look alone.
const FIRST_CLUSTER: u32 = 14u;
/// Nodes listed by the first look alone.
const FIRST_NODE: u32 = 15u;
/// Nodes of each level of the trees: first look, then second.
const COUNT_LEVELS: u32 = 16u;
const MAX_LEVELS: u32 = 32u;
/// Pairs of triangle and view whose box holds a sample, and where this round's start (shaders/passes/setup.wgsl).
const COUNT_PAIRS: u32 = 80u;
const FIRST_PAIR: u32 = 81u;
/// A multiple of four, past FIRST_PAIR.
const COUNT_WORDS: u32 = 84u;

/// A meshlet-instance that an eye may see, and in which of its views.
struct Entry {
  meshletInstance: u32,
  eye: u32,
  instance: u32,
  meshlet: u32,
  mask: array<u32, MASK_WORDS>,
}

/// A triangle ready to be rasterised in one view: three edge functions and depth as planes over facet samples.
struct Record {
  edge0: vec3f,
  id: u32,
  edge1: vec3f,
  view: u32,
  edge2: vec3f,
  /// First and last sample column, 16 bits each.
  columns: u32,
  depth: vec3f,
  /// First and last sample row, 16 bits each.
  rows: u32,
  /// Bits 0..2: the triangle owns samples exactly on edge k. Bit 3: alpha-tested. Bits 4..7: eye.
  flags: u32,
  /// The n-th block of large records stands here in record n: which record, and its column | row « 16 in the record's box, in block edges.
  jobRecord: u32,
  jobBlock: u32,
  pad0: u32,
}
const RECORD_MASKED: u32 = 8u;
const RECORD_EYE_SHIFT: u32 = 4u;
/// Records that touch at most this many samples are rasterised by one thread; larger ones in blocks.
override SMALL_SAMPLES: u32 = 64u;
/// Words of a sample in `ids`: 1, or 2 where one pass found id and depth together (id in word 0, depth in word 1).
override SAMPLE_WORDS: u32 = 1u;
/// Edge of a block, samples.
const BLOCK_EDGE: u32 = 32u;
/// Workgroups per row of an indirect dispatch (limit is 65535 per dimension).
const DISPATCH_ROW: u32 = 32768u;

/// LEDs along the edge of a block.
const BLOCK_LEDS: u32 = 8u;
/// LEDs of one tile within one square of BLOCK_LEDS × BLOCK_LEDS LEDs of the facet.
struct Block {
  facet: u32,
  /// First LED column | row « 16, facet coordinates.
  firstLed: u32,
  /// Columns | rows « 16 that exist.
  size: u32,
  /// Index in the output table.
  output: u32,
  /// First LED of the tile in the facet: column | row « 16.
  tileFirst: u32,
  tileSize: u32,
  /// Where the tile lands in its canvas: x | y « 16.
  place: u32,
  /// Quarter turns clockwise in bits 0..1, flip in bit 2.
  turn: u32,
  /// First word of the canvas.
  canvasBase: u32,
  canvasStride: u32,
  /// First LED of the canvas, for debug output.
  canvasLed: u32,
  /// Written by `classify`: the n-th block with surfaces stands here in block n; the n-th without, in the n-th block from the end.
  listed: u32,
  /// The same for blocks that are shaded at the outer eye's rate.
  listedCoarse: u32,
}
