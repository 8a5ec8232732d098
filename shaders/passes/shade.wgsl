//! import color.wgsl
//! import lens.wgsl
//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
//! import passes/lighting.wgsl
/// Per sample of each view: complement of the id; 0 = nothing.
@group(2) @binding(0) var<storage, read> ids: array<u32>;
@group(2) @binding(1) var<storage, read> blocks: array<Block>;
@group(2) @binding(2) var<storage, read_write> canvas: array<u32>;
@group(2) @binding(3) var<storage, read_write> shadeCounts: ShadeCounts;
/// Per LED, when wanted: id, inner weight, colour (bits). Two vec4u.
@group(2) @binding(4) var<storage, read_write> debugLeds: array<vec4u>;
@group(2) @binding(5) var<uniform> outputs: OutputTable;
/// View of each facet per eye: word eye·256 + facet.
@group(2) @binding(6) var<uniform> facetViews: array<vec4u, 320>;

/// The counter buffer: list lengths, then LEDs lit and surfaces shaded, each spread over COUNT_SPREAD words.
struct ShadeCounts {
  lists: array<u32, 64>,
  leds: array<atomic<u32>, 64>,
  surfaces: array<atomic<u32>, 64>,
}

struct Output {
  matrix0: vec3f,
  bitDepth: u32,
  matrix1: vec3f,
  /// 0 sRGB, 1 gamma, 2 PQ.
  transfer: u32,
  matrix2: vec3f,
  gamma: f32,
  /// Nits of signal 1 (sRGB, gamma).
  whiteNits: f32,
  peakNits: f32,
  pad0: f32,
  pad1: f32,
}
struct OutputTable {
  /// Nits of scene-linear 1 with exposure applied.
  nitsPerUnit: f32,
  debug: u32,
  pad0: f32,
  pad1: f32,
  outputs: array<Output, 64>,
}

// What scene and stage have; what they lack is compiled out.
override HAS_LIT: bool = true;
override HAS_NORMAL_MAPS: bool = true;
/// Bit k: transfer k occurs.
override TRANSFERS: u32 = 7u;
/// Slots 0..4 that any material fills.
override SLOTS_USED: u32 = 5u;
/// Counters are spread over this many words: one word would be a queue.
const COUNT_SPREAD: u32 = 64u;
/// A masked-out sliver's barycentrics may leave the triangle by this much of a sample.
const CLAMP_SAMPLES: f32 = 0.0625;

/// This pipeline lights blocks where no eye sees a surface: all of shading is compiled out.
override BACKGROUND_ONLY: bool = false;

@compute @workgroup_size(8, 8)
fn shade(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let place = group.y * DISPATCH_ROW + group.x;
  if (place >= shadeCounts.lists[select(COUNT_SURFACE_BLOCKS, COUNT_BACKGROUND_BLOCKS, BACKGROUND_ONLY)]) { return; }
  let blockIndex = blocks[select(place, arrayLength(&blocks) - 1u - place, BACKGROUND_ONLY)].listed;
  shadeLed(blocks[blockIndex], lane.xy);
}

/// One surface (or the background) that an LED shows for one eye: `share` of its light, seen along `ray`.
struct Visible {
  eye: u32,
  view: u32,
  /// Complement of the id; 0 = background.
  found: u32,
  share: f32,
  ray: vec3f,
}

/// Where the walk over an LED's eyes and samples stands.
struct Walk {
  eye: u32,
  view: u32,
  /// Samples of this eye that are spoken for; 0 = the eye has not been weighed yet.
  done: u32,
  weight: f32,
  remaining: f32,
  found: array<u32, 4>,
}

fn shadeLed(block: Block, lane: vec2u) {
  if (lane.x >= (block.size & 0xffffu) || lane.y >= (block.size >> 16u)) { return; }
  let led = vec2u(block.firstLed & 0xffffu, block.firstLed >> 16u) + lane;
  var walk: Walk;
  walk.remaining = 1.0;
  var color = vec3f(0.0);
  var surfaces = 0u;
  var shown = Visible();
  var shownWeight = -1.0;
  var inner = 0.0;
  var item: Visible;
  // Finding the next surface is cheap, shading it is not: one place that shades, as many rounds as an LED has surfaces (mostly one).
  while (nextVisible(&walk, block.facet, led, &item)) {
    if (walk.weight > shownWeight) {
      shownWeight = walk.weight;
      shown = item;
    }
    let edge = f32(frame.sampleEdge);
    if (BACKGROUND_ONLY || item.found == 0u) {
      color += background(item.ray, length(views[item.view].rayU) * edge / length(item.ray)) * item.share;
    } else {
      color += shadeSurface(item.eye, ~item.found, item.ray, views[item.view].rayU * edge, views[item.view].rayV * edge) * item.share;
      surfaces++;
    }
    if (eyes[item.eye].kind == 1u) { inner += item.share; }
  }
  writeLed(block, led, color);
  if (outputs.debug != 0u) {
    let at = 2u * (block.canvasLed + placeInCanvas(block, led));
    debugLeds[at] = vec4u(~shown.found, bitcast<u32>(shownWeight), surfaces, 0u);
    debugLeds[at + 1u] = vec4u(bitcast<vec3u>(color), bitcast<u32>(inner));
  }
  let spread = (lane.y * 8u + lane.x) & (COUNT_SPREAD - 1u);
  atomicAdd(&shadeCounts.leds[spread], 1u);
  atomicAdd(&shadeCounts.surfaces[spread], surfaces);
}

/// Steps to the next distinct surface of an LED: eyes by priority while weight remains, and within an eye each surface once, at the
/// centroid of the samples it covers. @returns false when there is none left.
fn nextVisible(walk: ptr<function, Walk>, facet: u32, led: vec2u, item: ptr<function, Visible>) -> bool {
  let edge = frame.sampleEdge;
  let total = edge * edge;
  let all = (1u << total) - 1u;
  while ((*walk).eye < frame.eyeCount && (*walk).remaining > 0.0) {
    if ((*walk).done == 0u && !weighEye(walk, facet, led)) {
      (*walk).eye++;
      continue;
    }
    let first = countTrailingZeros(~(*walk).done);
    let id = (*walk).found[first];
    var centroid = vec2f(0.0);
    var covered = 0.0;
    for (var s = first; s < total; s++) {
      if ((*walk).found[s] == id) {
        (*walk).done |= 1u << s;
        covered += 1.0;
        centroid += vec2f(f32(s % edge), f32(s / edge));
      }
    }
    let at = vec2f(led * edge) + centroid / covered + 0.5;
    let view = &views[(*walk).view];
    let share = (*walk).weight * covered / f32(total);
    *item = Visible((*walk).eye, (*walk).view, id, share, (*view).rayOrigin + (*view).rayU * at.x + (*view).rayV * at.y);
    if ((*walk).done == all) {
      (*walk).remaining -= (*walk).weight;
      (*walk).eye++;
      (*walk).done = 0u;
    }
    return true;
  }
  return false;
}

/// Weight of the walk's eye for an LED, and the ids of its samples. @returns false when the eye has no part in the LED.
fn weighEye(walk: ptr<function, Walk>, facet: u32, led: vec2u) -> bool {
  let word = (*walk).eye * 256u + facet;
  let viewIndex = facetViews[word / 4u][word % 4u];
  if (viewIndex == NO_VIEW) { return false; }
  let edge = frame.sampleEdge;
  let view = &views[viewIndex];
  let first = vec2u((*view).windowX, (*view).windowY) / edge;
  let count = vec2u((*view).windowWidth, (*view).windowHeight) / edge;
  if (any(led < first) || any(led >= first + count)) { return false; }
  var weight = 1.0;
  if (eyes[(*walk).eye].kind == 1u) {
    let centre = (vec2f(led) + 0.5) * f32(edge);
    weight = innerWeight(eyes[(*walk).eye], (*view).rayOrigin + (*view).rayU * centre.x + (*view).rayV * centre.y);
  }
  (*walk).weight = weight * (*walk).remaining;
  if ((*walk).weight <= 0.0) { return false; }
  (*walk).view = viewIndex;
  let local = led * edge - vec2u((*view).windowX, (*view).windowY);
  let base = (*view).firstSample + local.y * (*view).windowWidth + local.x;
  for (var k = 0u; k < edge * edge; k++) { (*walk).found[k] = ids[base + (k / edge) * (*view).windowWidth + k % edge]; }
  return true;
}

/// Keeps barycentrics inside the triangle but for what rounding of the sample allows (report §3: a hard clamp is wrong for slivers).
fn clampBarycentric(bary: Barycentric) -> vec3f {
  let g = abs(vec3f(bary.dx.x + bary.dx.y, bary.dx)) + abs(vec3f(bary.dy.x + bary.dy.y, bary.dy));
  let slack = min(g * (CLAMP_SAMPLES / f32(frame.sampleEdge)), vec3f(1.0));
  let b = clamp(bary.weights, -slack, 1.0 + slack);
  let sum = b.x + b.y + b.z;
  return select(vec3f(1.0 / 3.0), b / sum, bary.determinant != 0.0 && sum > 0.1);
}

/// Light that leaves the surface with this id towards the eye, scene-linear.
fn shadeSurface(eyeIndex: u32, id: u32, ray: vec3f, rayDx: vec3f, rayDy: vec3f) -> vec3f {
  let pair = meshletInstance(id >> TRIANGLE_BITS);
  let instance = instances[pair.x];
  let v = triangleVertices(meshlets[pair.y], id & TRIANGLE_MASK, (instance.flags & INSTANCE_MIRRORED) != 0u);
  let hi = eyes[eyeIndex].positionHi;
  let lo = eyes[eyeIndex].positionLo;
  let a = eyeRelativePosition(instance, hi, lo, vertexPosition(v.x));
  let b = eyeRelativePosition(instance, hi, lo, vertexPosition(v.y));
  let c = eyeRelativePosition(instance, hi, lo, vertexPosition(v.z));
  let bary = intersectRay(a, b, c, ray, rayDx, rayDy);
  let w = clampBarycentric(bary);
  let material = &materials[instance.material];
  let flags = (*material).flags;

  let attribute0 = attributes[2u * v.x];
  let attribute1 = attributes[2u * v.y];
  let attribute2 = attributes[2u * v.z];
  let uv0 = vertexUv(v.x);
  let uv1 = vertexUv(v.y) - uv0;
  let uv2 = vertexUv(v.z) - uv0;
  let uv = uv0 + uv1 * w.y + uv2 * w.z;
  let uvDx = uv1 * bary.dx.x + uv2 * bary.dx.y;
  let uvDy = uv1 * bary.dy.x + uv2 * bary.dy.y;

  var texel: array<vec4f, 5>;
  let wanted = select(SLOTS_USED, 1u, (flags & MATERIAL_UNLIT) != 0u);
  for (var s = 0u; s < SLOT_COUNT; s++) { texel[s] = vec4f(1.0); }
  for (var s = 0u; s < wanted; s++) {
    let slot = (*material).slots[s];
    if (slot.source == NO_TEXTURE) { continue; }
    let second = (slot.sampling & SAMPLE_UV1) != 0u;
    texel[s] = sampleSlot(slot, select(uv.xy, uv.zw, second), select(uvDx.xy, uvDx.zw, second), select(uvDy.xy, uvDy.zw, second));
  }
  let vertexTint = vertexColor(v.x) * w.x + vertexColor(v.y) * w.y + vertexColor(v.z) * w.z;
  let base = (*material).baseColor.rgb * texel[SLOT_BASE_COLOR].rgb * vertexTint.rgb;
  if (!HAS_LIT || (flags & MATERIAL_UNLIT) != 0u) { return base; }

  let back = bary.determinant < 0.0;
  let facing = select(1.0, -1.0, back);
  let position = a * w.x + b * w.y + c * w.z;
  let toEye = -normalize(ray);
  let geometric = normalize(cross(b - a, c - a)) * facing;
  var normal = normalize(normalToWorld(instance,
    decodeOctahedral(attribute0.x) * w.x + decodeOctahedral(attribute1.x) * w.y + decodeOctahedral(attribute2.x) * w.z)) * facing;
  if (HAS_NORMAL_MAPS && (*material).slots[SLOT_NORMAL].source != NO_TEXTURE) {
    let tangentLocal = decodeOctahedral(attribute0.y & 0xfffefffeu) * w.x + decodeOctahedral(attribute1.y & 0xfffefffeu) * w.y + decodeOctahedral(attribute2.y & 0xfffefffeu) * w.z;
    let handedness = select(1.0, -1.0, (attribute0.y & 1u) != 0u) * select(1.0, -1.0, (instance.flags & INSTANCE_MIRRORED) != 0u);
    let along = rotateToWorld(instance, tangentLocal);
    let tangent = along - normal * dot(along, normal);
    let l2 = dot(tangent, tangent);
    if (l2 > 1e-20) {
      let t = tangent * inverseSqrt(l2);
      let bitangent = cross(normal * facing, t) * handedness;
      let n = (texel[SLOT_NORMAL].xyz * 2.0 - 1.0) * vec3f((*material).normalScale, (*material).normalScale, 1.0);
      normal = normalize(t * (n.x * facing) + bitangent * (n.y * facing) + normal * n.z);
    }
  }
  // Interpolated normals may turn away from the eye at silhouettes: keep them on the visible side.
  let grazing = dot(normal, toEye);
  if (grazing < 1e-3) { normal = normalize(normal + toEye * (1e-3 - grazing)); }

  let metallic = saturate((*material).metallic * texel[SLOT_METALLIC_ROUGHNESS].b);
  let roughness = clamp((*material).roughness * texel[SLOT_METALLIC_ROUGHNESS].g, 0.0, 1.0);
  var surface: SurfaceMaterial;
  surface.diffuse = base * (1.0 - metallic);
  surface.f0 = mix(vec3f(0.04), base, metallic);
  surface.roughness = roughness;
  surface.alpha = max(roughness * roughness, 0.002);
  surface.occlusion = 1.0 + (*material).occlusionStrength * (texel[SLOT_OCCLUSION].r - 1.0);
  surface.emissive = (*material).emissive * texel[SLOT_EMISSIVE].rgb;

  var light = surface.emissive + environmentLight(surface, normal, toEye);
  if (lighting.sunEnabled != 0u && dot(normal, lighting.sunDirection) > 0.0 && dot(geometric, lighting.sunDirection) > 0.0) {
    let visible = sunVisibility(position, geometric, eyeIndex);
    if (visible > 0.0) { light += evaluateBrdf(surface, normal, toEye, lighting.sunDirection) * lighting.sunColor * visible; }
  }
  return light + punctualLights(surface, position, normal, toEye, eyes[eyeIndex]);
}

/// Where an LED lies in its canvas (LEDs from the first), after flip and turn (src/stage/baked-stage.ts, Tile).
fn placeInCanvas(block: Block, led: vec2u) -> u32 {
  let first = vec2u(block.tileFirst & 0xffffu, block.tileFirst >> 16u);
  let size = vec2u(block.tileSize & 0xffffu, block.tileSize >> 16u);
  var a = led - first;
  if ((block.turn & 4u) != 0u) { a.x = size.x - 1u - a.x; }
  var p = a;
  switch block.turn & 3u {
    case 1u: { p = vec2u(size.y - 1u - a.y, a.x); }
    case 2u: { p = size - 1u - a; }
    case 3u: { p = vec2u(a.y, size.x - 1u - a.x); }
    default: {}
  }
  p += vec2u(block.place & 0xffffu, block.place >> 16u);
  return p.y * block.canvasStride + p.x;
}

/// Scene-linear → the wall's signal: exposure, panel primaries, clip at the panel's peak, transfer, dither fixed to the LED, code.
fn writeLed(block: Block, led: vec2u, color: vec3f) {
  let o = &outputs.outputs[block.output];
  let panel = vec3f(dot((*o).matrix0, color), dot((*o).matrix1, color), dot((*o).matrix2, color));
  let nits = clamp(panel * outputs.nitsPerUnit, vec3f(0.0), vec3f((*o).peakNits));
  var signal = vec3f(0.0);
  if ((TRANSFERS & 1u) != 0u && (*o).transfer == 0u) { signal = srgbFromLinear(nits / (*o).whiteNits); }
  if ((TRANSFERS & 2u) != 0u && (*o).transfer == 1u) { signal = gammaFromLinear(nits / (*o).whiteNits, (*o).gamma); }
  if ((TRANSFERS & 4u) != 0u && (*o).transfer == 2u) { signal = pqFromNits(nits); }
  let peakCode = f32((1u << (*o).bitDepth) - 1u);
  let code = vec3u(clamp(floor(signal * peakCode + hashToUnit(vec3u(led, block.facet))), vec3f(0.0), vec3f(peakCode)));
  let at = placeInCanvas(block, led);
  if ((*o).bitDepth == 8u) {
    canvas[block.canvasBase + at] = code.r | (code.g << 8u) | (code.b << 16u) | 0xff000000u;
  } else if ((*o).bitDepth == 10u) {
    canvas[block.canvasBase + at] = code.r | (code.g << 10u) | (code.b << 20u) | 0xc0000000u;
  } else {
    canvas[block.canvasBase + 2u * at] = code.r | (code.g << 16u);
    canvas[block.canvasBase + 2u * at + 1u] = code.b | 0x0fff0000u;
  }
}
