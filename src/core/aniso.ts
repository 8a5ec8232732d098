/** Most texture taps along the major axis of a footprint. */
export const MAX_ANISO_TAPS = 8;
/** Ratios this close above a whole number count as that number: a surface parallel to its facet has ratio 1 ± rounding, and must not flicker between 1 and 2 taps. */
export const ANISO_RATIO_SLACK = 1 / 64;

/** How to filter a texture over one LED: `taps` trilinear lookups at `lod`, at `uv + major·((k + ½)/taps − ½)`, k = 0 … taps − 1, averaged. */
export interface AnisoFootprint {
  readonly taps: number;
  /** Level of detail, ≥ 0; the sampler clamps it at the last level. */
  readonly lod: number;
  /** Major axis of the footprint, its whole length, in uv. */
  readonly majorU: number;
  readonly majorV: number;
}

/**
 * Anisotropic footprint of one LED in a texture. CPU twin of `anisoFootprint` in shaders; both must be changed together.
 *
 * With the Jacobian columns in texels, P = (dudx·w, dvdx·h) and Q = (dudy·w, dvdy·h):
 *   major = the longer of P and Q (P when equal), lMaj = |major|, lMin = |the other|
 *   taps  = clamp(ceil(lMaj / max(lMin, 1e-6) − ANISO_RATIO_SLACK), 1, maxTaps)
 *   lod   = max(0, log2(max(lMaj / taps, 1e-9)))
 *
 * @param dudx,dvdx Change of uv (after the texture's uv transform) from one LED to the next along the facet's u.
 * @param dudy,dvdy The same along the facet's v.
 * @param widthPx,heightPx Size of level 0, texels.
 */
export function anisoFootprint(
  dudx: number,
  dvdx: number,
  dudy: number,
  dvdy: number,
  widthPx: number,
  heightPx: number,
  maxTaps = MAX_ANISO_TAPS,
): AnisoFootprint {
  const lengthP = Math.hypot(dudx * widthPx, dvdx * heightPx);
  const lengthQ = Math.hypot(dudy * widthPx, dvdy * heightPx);
  const alongP = lengthP >= lengthQ;
  const lengthMajor = alongP ? lengthP : lengthQ;
  const lengthMinor = alongP ? lengthQ : lengthP;
  const taps = Math.min(maxTaps, Math.max(1, Math.ceil(lengthMajor / Math.max(lengthMinor, 1e-6) - ANISO_RATIO_SLACK)));
  const lod = Math.max(0, Math.log2(Math.max(lengthMajor / taps, 1e-9)));
  return { taps, lod, majorU: alongP ? dudx : dudy, majorV: alongP ? dvdx : dvdy };
}
