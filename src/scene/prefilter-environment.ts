import { halve } from './box-filter.ts';
import { ggxDistribution, hammersley, sampleGgxHalfVector } from './ggx-sampling.ts';
import { projectIrradianceSh } from './irradiance-sh.ts';
import { addBilinear, directionFromLatLong, type LatLong, latLongFromDirection } from './lat-long.ts';
import type { Environment } from './scene-data.ts';

/** Width of the mirror level; the roughest of six is 8 × 4. */
const SPECULAR_WIDTH_PX = 256;
const SPECULAR_LEVELS = 6;
/** Directions per texel by level: rougher levels have wider lobes and a quarter of the texels. */
const SAMPLES = [1, 128, 256, 512, 1024, 1024];

/**
 * Everything that image-based lighting looks up, from one lat-long picture in linear RGB. Pure and deterministic. The show's rotation is
 * applied at lookup, not here.
 * @param name For people. @param source Any size of ratio 2:1; other ratios are stretched over the sphere.
 */
export function prefilterEnvironment(name: string, source: LatLong): Environment {
  const chain = buildChain(source);
  const specularLevels = Array.from({ length: SPECULAR_LEVELS }, (_, k) => prefilterLevel(chain, k));
  return {
    name,
    widthPx: source.widthPx,
    heightPx: source.heightPx,
    levels: chain.map((level) => level.rgb),
    irradianceSh: projectIrradianceSh(source),
    specularWidthPx: SPECULAR_WIDTH_PX,
    specularLevels,
  };
}

function buildChain(source: LatLong): LatLong[] {
  const chain = [source];
  for (let last = source; last.widthPx > 1 || last.heightPx > 1; last = chain[chain.length - 1]) {
    const { widthPx, heightPx, rgb } = last;
    const rowLength = widthPx * 3;
    const half = halve(widthPx, heightPx, 3, (y, line) => line.set(rgb.subarray(y * rowLength, (y + 1) * rowLength)));
    chain.push({ widthPx: Math.max(1, widthPx >> 1), heightPx: Math.max(1, heightPx >> 1), rgb: half });
  }
  return chain;
}

/** A direction around +Z, its share, and the mip that matches its density. */
interface LobeSample {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly weight: number;
  readonly level: number;
}

/** GGX lobe seen along its normal (n = v = r), weighted by n·l (Karis, "Real Shading in Unreal Engine 4"; mips after Křivánek and Colbert). */
function lobeSamples(roughness: number, count: number, source: LatLong): LobeSample[] {
  const alpha = roughness * roughness;
  const texelAngle = (4 * Math.PI) / (source.widthPx * source.heightPx);
  const samples: LobeSample[] = [];
  for (let i = 0; i < count; i++) {
    const [hx, hy, hz] = sampleGgxHalfVector(hammersley(i, count), alpha);
    const z = 2 * hz * hz - 1;
    if (z <= 0) continue;
    const density = ggxDistribution(hz, alpha) / 4;
    // One level more than the density asks: neighbouring samples overlap instead of missing what lies between them.
    const level = Math.max(0, 0.5 * Math.log2(1 / (count * density * texelAngle)) + 1);
    samples.push({ x: 2 * hz * hx, y: 2 * hz * hy, z, weight: z, level });
  }
  const total = samples.reduce((sum, s) => sum + s.weight, 0);
  return samples.map((s) => ({ ...s, weight: s.weight / total }));
}

function prefilterLevel(chain: readonly LatLong[], level: number): Float32Array {
  const width = SPECULAR_WIDTH_PX >> level;
  const height = width >> 1;
  const roughness = level / (SPECULAR_LEVELS - 1);
  const mirrorLevel = Math.max(0, Math.log2(chain[0].widthPx / width));
  const samples = roughness > 0 ? lobeSamples(roughness, SAMPLES[level], chain[0]) : [{ x: 0, y: 0, z: 1, weight: 1, level: mirrorLevel }];
  const out = new Float32Array(width * height * 3);
  const sum = new Float64Array(3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      sum.fill(0);
      const n = directionFromLatLong((column + 0.5) / width, (row + 0.5) / height);
      // Tangent frame; never parallel, as texel centres do not lie on the poles.
      const length = Math.hypot(n[0], n[2]);
      const t = [n[2] / length, 0, -n[0] / length];
      const b = [n[1] * t[2], n[2] * t[0] - n[0] * t[2], -n[1] * t[0]];
      for (const s of samples) {
        const [u, v] = latLongFromDirection([
          t[0] * s.x + b[0] * s.y + n[0] * s.z,
          b[1] * s.y + n[1] * s.z,
          t[2] * s.x + b[2] * s.y + n[2] * s.z,
        ]);
        const mip = Math.min(s.level, chain.length - 1);
        const low = Math.floor(mip);
        const part = mip - low;
        addBilinear(chain[low], u, v, s.weight * (1 - part), sum);
        if (part > 0) addBilinear(chain[low + 1], u, v, s.weight * part, sum);
      }
      out.set(sum, (row * width + column) * 3);
    }
  }
  return out;
}
