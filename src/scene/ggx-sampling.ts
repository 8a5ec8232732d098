/** Point i of n of the Hammersley set on the unit square: even, and the same on every machine. */
export function hammersley(i: number, n: number): [number, number] {
  let bits = i >>> 0;
  bits = ((bits << 16) | (bits >>> 16)) >>> 0;
  bits = (((bits & 0x55555555) << 1) | ((bits & 0xaaaaaaaa) >>> 1)) >>> 0;
  bits = (((bits & 0x33333333) << 2) | ((bits & 0xcccccccc) >>> 2)) >>> 0;
  bits = (((bits & 0x0f0f0f0f) << 4) | ((bits & 0xf0f0f0f0) >>> 4)) >>> 0;
  bits = (((bits & 0x00ff00ff) << 8) | ((bits & 0xff00ff00) >>> 8)) >>> 0;
  return [(i + 0.5) / n, bits / 4294967296];
}

/** Half vector around +Z with the density of GGX's normals times n·h (Walter et al. 2007, equations 35 and 36). @param alpha roughness². */
export function sampleGgxHalfVector([u, v]: readonly [number, number], alpha: number): [number, number, number] {
  const cos = Math.sqrt((1 - u) / (1 + (alpha * alpha - 1) * u));
  const sin = Math.sqrt(Math.max(0, 1 - cos * cos));
  const phi = 2 * Math.PI * v;
  return [sin * Math.cos(phi), sin * Math.sin(phi), cos];
}

/** GGX normal distribution (Walter et al. 2007, equation 33). */
export function ggxDistribution(nDotH: number, alpha: number): number {
  const f = nDotH * nDotH * (alpha * alpha - 1) + 1;
  return (alpha * alpha) / (Math.PI * f * f);
}
