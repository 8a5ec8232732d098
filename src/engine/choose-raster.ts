import type { RasterSettings } from '../passes/visibility/raster-settings.ts';

/** Visibility time of triangles of one size, all equally many samples, by each way of spreading them, milliseconds; NaN: not measured. */
export interface SizeTimes {
  /** Samples in a triangle's box. */
  readonly samples: number;
  readonly threadMs: number;
  readonly workgroupMs: number;
  readonly hardwareMs: number;
}

/** One table per way of finding depth and id: in two passes, or in one. */
export interface SizeTable {
  readonly onePass: boolean;
  readonly sizes: readonly SizeTimes[];
}

/** Part of the reference's time that another way may take at most: below that a difference is noise. */
const WORTHWHILE = { hardware: 0.9, onePass: 0.95 } as const;

export type SpreadSettings = Pick<RasterSettings, 'path' | 'onePass' | 'smallSamples'>;

/**
 * The settings with the least time over all sizes: one limit below which a thread takes a whole triangle, one way for what is larger.
 * Tables and columns of ways that are not equal to the reference must not be passed (NaN).
 * @param tables At least one, with thread and workgroup times.
 */
export function chooseSpread(tables: readonly SizeTable[]): SpreadSettings & { readonly totalMs: number } {
  let best: (SpreadSettings & { totalMs: number }) | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const { onePass, sizes } of tables) {
    for (const path of ['compute', 'hardware'] as const) {
      for (const { samples: smallSamples } of sizes) {
        const totalMs = totalOf(sizes, path, smallSamples);
        const cost = totalMs / ((path === 'hardware' ? WORTHWHILE.hardware : 1) * (onePass ? WORTHWHILE.onePass : 1));
        if (!(cost < bestCost)) continue;
        best = { path, onePass, smallSamples, totalMs };
        bestCost = cost;
      }
    }
  }
  return best ?? { path: 'compute', onePass: false, smallSamples: 64, totalMs: Number.NaN };
}

/** Time of all sizes: threads up to the limit, `path` beyond. */
export function totalOf(sizes: readonly SizeTimes[], path: RasterSettings['path'], smallSamples: number): number {
  const spread = path === 'hardware' ? 'hardwareMs' : 'workgroupMs';
  return sizes.reduce((sum, size) => sum + (size.samples <= smallSamples ? size.threadMs : size[spread]), 0);
}
