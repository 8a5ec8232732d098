import type { Accessor } from '@gltf-transform/core';

/** Largest value of each normalised component type (glTF 2.0 §3.11). */
const LIMITS: Readonly<Record<number, number>> = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535, 5125: 4294967295 };

/** A decoded accessor as float32 with `size` components: normalised integers to 0..1 or −1..1, a missing fourth component as 1. */
export function readFloats(accessor: Accessor, size: number): Float32Array {
  const source = accessor.getArray()!;
  const stored = accessor.getElementSize();
  const count = source.length / stored;
  const limit = accessor.getNormalized() ? LIMITS[accessor.getComponentType()] : undefined;
  if (limit === undefined && stored === size) return Float32Array.from(source);
  const out = new Float32Array(count * size).fill(size === 4 ? 1 : 0);
  const copied = Math.min(size, stored);
  for (let v = 0; v < count; v++) {
    for (let k = 0; k < copied; k++) {
      const value = source[v * stored + k];
      out[v * size + k] = limit === undefined ? value : Math.max(value / limit, -1);
    }
  }
  return out;
}
