/** Added to a radius, relative: holds the roundings of a float32 test of containment, and is far below what an error in LED pixels shows. */
const RADIUS_MARGIN = 2 ** -20;

/**
 * Sphere around spheres: Ritter's two distant ones first, then grown where one sticks out; centre and radius rounded to float32 such that each
 * given sphere lies inside, also when that is tested in float32.
 * @param spheres 4 per sphere: centre, radius. @param picked Numbers of the spheres to hold, at least one.
 * @param out Receives 4 floats at `offset`; may be `spheres` when the picked ones lie elsewhere.
 */
export function enclosingSphere(spheres: Float32Array, picked: ArrayLike<number>, out: Float32Array, offset: number): void {
  const far = (from: number): number => {
    let best = picked[0];
    let reach = -1;
    for (let i = 0; i < picked.length; i++) {
      const s = picked[i];
      const d = distance(spheres, from, s) + spheres[s * 4 + 3];
      if (d > reach) {
        reach = d;
        best = s;
      }
    }
    return best;
  };
  const a = far(picked[0]);
  const b = far(a);
  let [x, y, z, r] = [spheres[a * 4], spheres[a * 4 + 1], spheres[a * 4 + 2], spheres[a * 4 + 3]];
  const grow = (s: number): void => {
    const dx = spheres[s * 4] - x;
    const dy = spheres[s * 4 + 1] - y;
    const dz = spheres[s * 4 + 2] - z;
    const radius = spheres[s * 4 + 3];
    const d = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (d + radius <= r) return;
    const grown = radius >= d + r ? radius : (d + r + radius) / 2;
    const move = d > 0 ? (radius >= d + r ? 1 : (grown - r) / d) : 0;
    x += dx * move;
    y += dy * move;
    z += dz * move;
    r = grown;
  };
  grow(b);
  for (let i = 0; i < picked.length; i++) grow(picked[i]);
  out[offset] = x;
  out[offset + 1] = y;
  out[offset + 2] = z;
  let radius = 0;
  for (let i = 0; i < picked.length; i++) {
    const s = picked[i] * 4;
    const d = Math.hypot(spheres[s] - out[offset], spheres[s + 1] - out[offset + 1], spheres[s + 2] - out[offset + 2]);
    radius = Math.max(radius, d + spheres[s + 3]);
  }
  out[offset + 3] = radius * (1 + RADIUS_MARGIN);
}

function distance(spheres: Float32Array, a: number, b: number): number {
  return Math.hypot(spheres[a * 4] - spheres[b * 4], spheres[a * 4 + 1] - spheres[b * 4 + 1], spheres[a * 4 + 2] - spheres[b * 4 + 2]);
}
