import { hammersley } from './ggx-sampling.ts';

const SAMPLES = 512;

/**
 * Split-sum table of the GGX specular lobe with height-correlated Smith shadowing (Karis 2013; Heitz 2014): directional albedo =
 * F0 · A + B. Light scattered several times between facets is lost in it; multiply the specular term by
 * 1 + F0 · (1 / (A + B) − 1) to give it back (Turquin, "Practical multiple scattering compensation").
 * @param size Texels on a side. Column i stands for n·v = (i + ½)/size, row j for perceptual roughness (j + ½)/size (α = roughness²).
 * @returns A, B per texel, row after row; A + B ≤ 1.
 */
export function buildBrdfLut(size = 64): Float32Array {
  const table = new Float32Array(size * size * 2);
  for (let j = 0; j < size; j++) {
    const alpha = ((j + 0.5) / size) ** 2;
    for (let i = 0; i < size; i++) table.set(integrate((i + 0.5) / size, alpha), (j * size + i) * 2);
  }
  return table;
}

/** Mean of G2/G1 over visible normals: no sample weighs more than 1, so no energy is made. */
function integrate(nDotV: number, alpha: number): [number, number] {
  const vx = Math.sqrt(1 - nDotV * nDotV);
  const lambdaV = smithLambda(nDotV, alpha);
  let a = 0;
  let b = 0;
  for (let s = 0; s < SAMPLES; s++) {
    const [hx, hz] = sampleVisibleNormal(vx, nDotV, alpha, hammersley(s, SAMPLES));
    const vDotH = vx * hx + nDotV * hz;
    const nDotL = 2 * vDotH * hz - nDotV;
    if (nDotL <= 0) continue;
    const weight = (1 + lambdaV) / (1 + lambdaV + smithLambda(nDotL, alpha));
    const fresnel = (1 - vDotH) ** 5;
    a += (1 - fresnel) * weight;
    b += fresnel * weight;
  }
  return [a / SAMPLES, b / SAMPLES];
}

/** x and z of a GGX normal seen from (vx, 0, vz) (Heitz 2018, "Sampling the GGX Distribution of Visible Normals"). */
function sampleVisibleNormal(vx: number, vz: number, alpha: number, [u, w]: readonly [number, number]): [number, number] {
  const stretched = Math.hypot(alpha * vx, vz);
  const [sx, sz] = [(alpha * vx) / stretched, vz / stretched];
  const r = Math.sqrt(u);
  const t1 = r * Math.cos(2 * Math.PI * w);
  const half = 0.5 * (1 + sz);
  const t2 = (1 - half) * Math.sqrt(Math.max(0, 1 - t1 * t1)) + half * r * Math.sin(2 * Math.PI * w);
  const t3 = Math.sqrt(Math.max(0, 1 - t1 * t1 - t2 * t2));
  const x = alpha * (t3 * sx - t2 * sz);
  const y = alpha * t1;
  const z = Math.max(0, t2 * sx + t3 * sz);
  const length = Math.hypot(x, y, z);
  return [x / length, z / length];
}

/** Smith's Λ for GGX (Heitz 2014, equation 72). */
function smithLambda(cos: number, alpha: number): number {
  return (Math.sqrt(1 + (alpha * alpha * (1 - cos * cos)) / (cos * cos)) - 1) / 2;
}
