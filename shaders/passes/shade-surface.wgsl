//! import passes/scene-bindings.wgsl
//! import passes/frame-bindings.wgsl
//! import passes/lighting.wgsl
// Light that leaves a surface towards the eye. What the scene lacks is compiled out.
override HAS_LIT: bool = true;
override HAS_NORMAL_MAPS: bool = true;
/// A masked-out sliver's barycentrics may leave the triangle by this much of a sample.
const CLAMP_SAMPLES: f32 = 0.0625;

/// Nine in ten points of a simplified surface err by less than a twelfth of what is stated (src/scene/lod/build-levels.ts).
const USUAL_ERROR: f32 = 0.125;

/// Keeps barycentrics inside the triangle but for what rounding of the sample allows (report §3: a hard clamp is wrong for slivers).
fn clampBarycentric(bary: Barycentric, samples: f32) -> vec3f {
  let g = abs(vec3f(bary.dx.x + bary.dx.y, bary.dx)) + abs(vec3f(bary.dy.x + bary.dy.y, bary.dy));
  let slack = min(g * (CLAMP_SAMPLES / samples), vec3f(1.0));
  let b = clamp(bary.weights, -slack, 1.0 + slack);
  let sum = b.x + b.y + b.z;
  return select(vec3f(1.0 / 3.0), b / sum, bary.determinant != 0.0 && sum > 0.1);
}

/// Tangent-space normal of a texel. Two-channel formats (BC5) read blue as 0, which no normal map holds: z then follows from x and y.
fn decodeNormal(texel: vec3f) -> vec3f {
  let n = texel * 2.0 - 1.0;
  return select(n, vec3f(n.xy, sqrt(saturate(1.0 - dot(n.xy, n.xy)))), texel.z == 0.0);
}

/// Light that leaves the surface with this id towards the eye, scene-linear.
fn shadeSurface(eyeIndex: u32, id: u32, ray: vec3f, rayDx: vec3f, rayDy: vec3f) -> vec3f {
  let pair = meshletInstance(id >> TRIANGLE_BITS);
  let instance = instances[pair.x];
  let meshlet = loadMeshlet(pair.y);
  let v = triangleVertices(meshlet, id & TRIANGLE_MASK, (instance.flags & INSTANCE_MIRRORED) != 0u);
  let hi = eyes[eyeIndex].positionHi;
  let lo = eyes[eyeIndex].positionLo;
  let grid = meshGrid(instance.mesh);
  let a = eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.x));
  let b = eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.y));
  let c = eyeRelativePosition(instance, hi, lo, vertexPosition(grid, v.z));
  let bary = intersectRay(a, b, c, ray, rayDx, rayDy);
  let w = clampBarycentric(bary, f32(min(eyes[eyeIndex].sampleColumns, eyes[eyeIndex].sampleRows)));
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
  for (var s = 0u; s < SLOT_COUNT; s++) { texel[s] = vec4f(1.0); }
  // Only the slots that are filled, one round each: a software driver pays for every round.
  var filled = (*material).filledSlots;
  if ((flags & MATERIAL_UNLIT) != 0u) { filled &= 1u << SLOT_BASE_COLOR; }
  while (filled != 0u) {
    let s = firstTrailingBit(filled);
    filled &= filled - 1u;
    let slot = (*material).slots[s];
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
      let n = decodeNormal(texel[SLOT_NORMAL].xyz) * vec3f((*material).normalScale, (*material).normalScale, 1.0);
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
    // Only a simplified surface may lie below the one that casts.
    var errorM = 0.0;
    if (meshlet.selfGroup != NO_GROUP) { errorM = loadGroup(meshlet.selfGroup).error * instance.maxScale * USUAL_ERROR; }
    let visible = sunVisibility(position, geometric, eyeIndex, errorM);
    if (visible > 0.0) { light += evaluateBrdf(surface, normal, toEye, lighting.sunDirection) * lighting.sunColor * visible; }
  }
  return light + punctualLights(surface, position, normal, toEye, eyes[eyeIndex]);
}
