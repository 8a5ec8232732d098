/** What was measured of a group. */
export interface MeasuredGroup {
  /** Largest deviation of a sample, metres. */
  readonly largest: number;
  /** Deviation that a tenth of the samples exceed, metres. */
  readonly common: number;
  /** Size of what vanished, or width of the gap where a shared border was given up, metres. */
  readonly lost: number;
}

/** Samples lie at vertices; what lies between may be farther off. */
const BETWEEN_SAMPLES = 1.25;
/** Islands vanish, and meshes part, at a third of an LED. */
const LOST = 3;
/** A silhouette that moves by a part of an LED changes that part of the LEDs along it: 8/255 on 99.9 % of LEDs needs this much. */
const COMMON = 32;
/** The same for a mesh of this radius in LEDs and larger; a smaller one has few LEDs to be wrong, and in proportion less is asked of it. */
const LARGE_LED = 10;

/**
 * Error to state for a group so that at one LED of error the picture is that of full detail: at least the largest deviation, and nine tenths of the
 * surface far below it. Tuned on pictures of FlightHelmet, bike and MetalRoughSpheres; the largest deviation alone, times a factor, needed more
 * triangles for the same picture.
 * @param radiusM Of the whole mesh. @returns Metres, growing with each of what was measured.
 */
export function statedError({ largest, common, lost }: MeasuredGroup, radiusM: number): number {
  const strict = common * COMMON;
  const knee = radiusM / LARGE_LED;
  // Beyond the knee the mesh is r = radius / error LEDs in radius, and the factor is COMMON · r / LARGE_LED: solved for the error.
  const usual = strict <= knee ? strict : Math.sqrt(strict * knee);
  return Math.max(largest * BETWEEN_SAMPLES, lost * LOST, usual);
}
