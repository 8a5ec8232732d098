/** What spreads large triangles over their samples; the code that decides a sample is the same, to the bit. */
export type RasterPath = 'compute' | 'hardware';

/** How triangles become samples on one adapter. No setting changes a bit of the picture; `chooseRasterPath` finds the fastest. */
export interface RasterSettings {
  /** What spreads records larger than `smallSamples`. */
  readonly path: RasterPath;
  /** Depth and id by one 64-bit atomic, in one pass, in place of two passes; needs the feature of `ONE_PASS_FEATURE`. */
  readonly onePass: boolean;
  /** Records whose box has at most this many samples are rasterised by one thread each. */
  readonly smallSamples: number;
  /** Workgroups transform each vertex of a meshlet once; false: each thread transforms its triangle's three. */
  readonly sharedSetup: boolean;
}

/** WebGPU feature that `onePass` needs. */
export const ONE_PASS_FEATURE = 'atomic-vec2u-min-max';

/**
 * The reference: what every other setting must equal. Also the fastest on software drivers, where a barrier costs more than transforming a
 * vertex three times (measured on SwiftShader: setup 438 → 124 ms without) and fragments more than threads.
 */
export const REFERENCE_RASTER: RasterSettings = { path: 'compute', onePass: false, smallSamples: 64, sharedSetup: false };

/** Words per sample in the list of ids. */
export const sampleWords = ({ onePass }: Pick<RasterSettings, 'onePass'>): 1 | 2 => (onePass ? 2 : 1);
