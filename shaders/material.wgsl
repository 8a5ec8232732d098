/// Number of texture classes (arrays of one width, height and encoding) a scene may bind.
const TEXTURE_CLASSES: u32 = 12u;

/// One use of a texture. `source`: class in bits 0..7, layer in 8..23; NO_TEXTURE when absent. `sampling`: see SAMPLE_* bits.
struct TextureSlot {
  source: u32,
  sampling: u32,
  uvRow0: vec3f,
  uvRow1: vec3f,
}
const NO_TEXTURE: u32 = 0xffffffffu;
/// Wrap of u in bits 0..1, of v in 2..3: 0 repeat, 1 clamp to edge, 2 mirrored repeat.
const WRAP_REPEAT: u32 = 0u;
const WRAP_CLAMP: u32 = 1u;
const WRAP_MIRROR: u32 = 2u;
const SAMPLE_MAG_NEAREST: u32 = 16u;
const SAMPLE_MIN_NEAREST: u32 = 32u;
/// Mip filter: neither bit = linear between levels.
const SAMPLE_MIP_NONE: u32 = 64u;
const SAMPLE_MIP_NEAREST: u32 = 128u;
const SAMPLE_UV1: u32 = 256u;

struct Material {
  baseColor: vec4f,
  emissive: vec3f,
  normalScale: f32,
  metallic: f32,
  roughness: f32,
  occlusionStrength: f32,
  alphaCutoff: f32,
  flags: u32,
  /// Bit k: slot k has a texture.
  filledSlots: u32,
  pad0: u32,
  pad1: u32,
  slots: array<TextureSlot, 5>,
}
const MATERIAL_UNLIT: u32 = 1u;
const MATERIAL_DOUBLE_SIDED: u32 = 2u;
const MATERIAL_MASKED: u32 = 4u;
const SLOT_BASE_COLOR: u32 = 0u;
const SLOT_METALLIC_ROUGHNESS: u32 = 1u;
const SLOT_NORMAL: u32 = 2u;
const SLOT_OCCLUSION: u32 = 3u;
const SLOT_EMISSIVE: u32 = 4u;
const SLOT_COUNT: u32 = 5u;

/// How a texture is read for one LED: `taps` trilinear reads at `lod`, spread along `major` (uv units). CPU twin: src/core/aniso.ts.
struct Footprint {
  major: vec2f,
  lod: f32,
  taps: u32,
}
const MAX_ANISOTROPY: f32 = 8.0;
/// Ratios this close above a whole number count as that number: a surface parallel to its facet must not flicker between 1 and 2 taps.
const ANISO_RATIO_SLACK: f32 = 1.0 / 64.0;

/// Footprint of an LED whose uv changes by `dx`, `dy` along the facet's two axes, in a texture of `size` texels.
fn anisoFootprint(dx: vec2f, dy: vec2f, size: vec2f) -> Footprint {
  let lx = length(dx * size);
  let ly = length(dy * size);
  let longer = select(dy, dx, lx >= ly);
  let major = max(lx, ly);
  let minor = min(lx, ly);
  let taps = clamp(ceil(major / max(minor, 1e-6) - ANISO_RATIO_SLACK), 1.0, MAX_ANISOTROPY);
  return Footprint(longer, log2(max(major / taps, 1e-9)), u32(taps));
}

/// One axis of a texture coordinate folded into 0..1 as the sampler says; clamping keeps half a texel of the coarsest level read.
fn wrapCoordinate(x: f32, mode: u32, halfTexel: f32) -> f32 {
  if (mode == WRAP_REPEAT) { return fract(x); }
  var y = x;
  if (mode == WRAP_MIRROR) {
    let t = fract(x * 0.5) * 2.0;
    y = min(t, 2.0 - t);
  }
  return clamp(y, halfTexel, 1.0 - halfTexel);
}
