import { hammersley, sampleGgxHalfVector } from './ggx-sampling.ts';

const SAMPLES = 512;

/**
 * Split-sum table of the GGX specular lobe with height-correlated Smith shadowing (Karis 2013; Heitz 2014): directional albedo =
 * F0 · A + B. Light scattered several times between facets is lost in it; multiply the specular term by
 * 1 + F0 · (1 / (A + B) − 1) to give it back (Turquin, "Practical multiple scattering compensation").
 * @param size Texels on a side. Column i stands for n·v = (i + ½)/size, row j for perceptual roughness (j + ½)/size (α = roughness²).
 * @returns A, B per texel, row after row.
 */
export function buildBrdfLut(size = 64): Float32Array {
  const table = new Float32Array(size * size * 2);
  for (let j = 0; j < size; j++) {
    const alpha = ((j + 0.5) / size) ** 2;
    const halfVectors = Array.from({ length: SAMPLES }, (_, s) => sampleGgxHalfVector(hammersley(s, SAMPLES), alpha));
    for (let i = 0; i < size; i++) table.set(integrate((i + 0.5) / size, alpha, halfVectors), (j * size + i) * 2);
  }
  return table;
}

function integrate(nDotV: number, alpha: number, halfVectors: readonly (readonly [number, number, number])[]): [number, number] {
  const vx = Math.sqrt(1 - nDotV * nDotV);
  let a = 0;
  let b = 0;
  for (const [hx, , hz] of halfVectors) {
    const vDotH = vx * hx + nDotV * hz;
    const nDotL = 2 * vDotH * hz - nDotV;
    if (nDotL <= 0 || vDotH <= 0) continue;
    const visibility = smithVisibility(nDotV, nDotL, alpha) * 4 * nDotL * (vDotH / hz);
    const fresnel = (1 - vDotH) ** 5;
    a += (1 - fresnel) * visibility;
    b += fresnel * visibility;
  }
  return [a / halfVectors.length, b / halfVectors.length];
}

/** G / (4 n·v n·l), height-correlated Smith. */
function smithVisibility(nDotV: number, nDotL: number, alpha: number): number {
  const a2 = alpha * alpha;
  const lambdaV = nDotL * Math.sqrt(nDotV * nDotV * (1 - a2) + a2);
  const lambdaL = nDotV * Math.sqrt(nDotL * nDotL * (1 - a2) + a2);
  return 0.5 / (lambdaV + lambdaL);
}
