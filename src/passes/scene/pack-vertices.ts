import type { VertexTable } from '../../scene/scene-data.ts';

/** Words per vertex in the attribute buffer: normal, tangent, colour (2), uv0 (2), uv1 (2). */
export const ATTRIBUTE_WORDS = 8;

/**
 * Packs what shading reads of each vertex (shaders/passes/scene-bindings.wgsl): octahedral normal and tangent as 2 × snorm16 — the lowest
 * bit of the tangent's first half is its handedness (1 = −1) and that of the second is clear — colour as 4 × unorm16, uvs as float32.
 */
export function packAttributes(vertices: VertexTable): Uint32Array {
  const words = new Uint32Array(vertices.count * ATTRIBUTE_WORDS);
  const floats = new Float32Array(words.buffer);
  const { normals, tangents, colors, uv0, uv1 } = vertices;
  for (let i = 0; i < vertices.count; i++) {
    const at = i * ATTRIBUTE_WORDS;
    words[at] = encodeOctahedral(normals[3 * i]!, normals[3 * i + 1]!, normals[3 * i + 2]!);
    const tangent = encodeOctahedral(tangents[4 * i]!, tangents[4 * i + 1]!, tangents[4 * i + 2]!);
    words[at + 1] = ((tangent & 0xfffefffe) | (tangents[4 * i + 3]! < 0 ? 1 : 0)) >>> 0;
    words[at + 2] = unorm16(colors[4 * i]!) | (unorm16(colors[4 * i + 1]!) << 16);
    words[at + 3] = unorm16(colors[4 * i + 2]!) | (unorm16(colors[4 * i + 3]!) << 16);
    floats[at + 4] = uv0[2 * i]!;
    floats[at + 5] = uv0[2 * i + 1]!;
    floats[at + 6] = uv1[2 * i]!;
    floats[at + 7] = uv1[2 * i + 1]!;
  }
  return words;
}

/** Unit vector → two snorm16 octahedral coordinates in one word, x low (Cigolle et al. 2014). The zero vector becomes +z. */
export function encodeOctahedral(x: number, y: number, z: number): number {
  const sum = Math.abs(x) + Math.abs(y) + Math.abs(z);
  let [u, v] = sum > 0 ? [x / sum, y / sum] : [0, 0];
  if (z < 0) [u, v] = [(1 - Math.abs(v)) * (u >= 0 ? 1 : -1), (1 - Math.abs(u)) * (v >= 0 ? 1 : -1)];
  return ((Math.round(u * 32767) & 0xffff) | ((Math.round(v * 32767) & 0xffff) << 16)) >>> 0;
}

const unorm16 = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 65535);
