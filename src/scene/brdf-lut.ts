/** Edge of the table, texels. */
export const DFG_SIZE = 32;
const SAMPLES = 256;

/**
 * Split-sum table of the GGX BRDF (Karis, "Real Shading in Unreal Engine 4"; Smith height-correlated): 2 floats per texel, scale and bias
 * of f0; n·v along x, roughness along y, at texel centres. Deterministic on every machine. What the two leave of 1 is the energy that
 * single scattering loses; the shader gives it back (Fdez-Agüera 2019).
 */
export function buildDfgTable(): Float32Array {
  const table = new Float32Array(DFG_SIZE * DFG_SIZE * 2);
  for (let y = 0; y < DFG_SIZE; y++)
    for (let x = 0; x < DFG_SIZE; x++) table.set(integrate((x + 0.5) / DFG_SIZE, (y + 0.5) / DFG_SIZE), (y * DFG_SIZE + x) * 2);
  return table;
}

/** ∫ f·cos over the hemisphere by importance sampling of the half vector (Hammersley points). */
function integrate(nDotV: number, roughness: number): readonly [scale: number, bias: number] {
  const alpha = roughness * roughness;
  const a2 = alpha * alpha;
  const vx = Math.sqrt(1 - nDotV * nDotV);
  let scale = 0;
  let bias = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const u = (i + 0.5) / SAMPLES;
    const phi = 2 * Math.PI * radicalInverse(i);
    const cosH = Math.sqrt((1 - u) / (1 + (a2 - 1) * u));
    const sinH = Math.sqrt(Math.max(0, 1 - cosH * cosH));
    const vDotH = Math.max(0, vx * sinH * Math.cos(phi) + nDotV * cosH);
    const nDotL = 2 * vDotH * cosH - nDotV;
    if (nDotL <= 0 || cosH <= 0) continue;
    const visibility = 0.5 / (nDotL * Math.sqrt(nDotV * nDotV * (1 - a2) + a2) + nDotV * Math.sqrt(nDotL * nDotL * (1 - a2) + a2));
    const weight = (4 * visibility * nDotL * vDotH) / cosH;
    const fresnel = (1 - vDotH) ** 5;
    scale += (1 - fresnel) * weight;
    bias += fresnel * weight;
  }
  return [scale / SAMPLES, bias / SAMPLES];
}

/** Van der Corput sequence in base 2. */
function radicalInverse(i: number): number {
  let bits = i >>> 0;
  let result = 0;
  for (let half = 0.5; bits; half /= 2, bits >>>= 1) if (bits & 1) result += half;
  return result;
}
