/** What was measured of a group. */
export interface MeasuredGroup {
  /** Largest deviation of a sample, metres. */
  readonly largest: number;
  /** Deviation that a tenth of the samples exceed, metres. */
  readonly common: number;
  /** Size of what vanished, or width of the gap where a shared border was given up, metres. */
  readonly lost: number;
  /** Square root of the mean area of the triangles that are left, metres. */
  readonly triangleM: number;
}

/** Samples lie at vertices; what lies between may be farther off. */
const BETWEEN_SAMPLES = 1.25;
/** Islands vanish, and meshes part, at a third of an LED. */
const LOST = 3;
/** A silhouette that moves by a part of an LED changes that part of the LEDs along it: 8/255 on 99.9 % of LEDs needs this much. */
const COMMON = 20;
/**
 * Triangles of this size, LED pixels, are fine enough whatever is asked: below it an LED shows one of several by chance, in full detail as in any other,
 * and finer ones cost without end. (Of 0.4, 0.6, 0.7 and 1: bike, 2,000 LEDs of a wall of 640×160, differs on 0.07, 0.12, 0.14 and 0.18 % of LEDs.)
 */
const FINE_LED = 0.6;
/** The same for a mesh of this radius in LEDs and larger; a smaller one has few LEDs to be wrong, and in proportion less is asked of it. */
const LARGE_LED = 10;

/**
 * Error to state for a group so that at one LED of error the picture is that of full detail: at least the largest deviation, and nine tenths of the
 * surface far below it, unless the triangles are too small to be told apart. Tuned on pictures of FlightHelmet, bike and MetalRoughSpheres; the
 * largest deviation alone, times a factor, needed more triangles for the same picture.
 * @param radiusM Of the whole mesh. @returns Metres, growing with each of what was measured.
 */
export function statedError({ largest, common, lost, triangleM }: MeasuredGroup, radiusM: number): number {
  const strict = common * COMMON;
  const knee = radiusM / LARGE_LED;
  // Beyond the knee the mesh is r = radius / error LEDs in radius, and the factor is COMMON · r / LARGE_LED: solved for the error.
  const usual = strict <= knee ? strict : Math.sqrt(strict * knee);
  return Math.max(largest * BETWEEN_SAMPLES, lost * LOST, Math.min(usual, triangleM / FINE_LED));
}

/** Square root of the mean area of triangles, in the unit of `positions` (3 per vertex). */
export function meanTriangleM(indices: Uint32Array, positions: Float32Array): number {
  let area = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i] * 3, indices[i + 1] * 3, indices[i + 2] * 3];
    const [ux, uy, uz] = [positions[b] - positions[a], positions[b + 1] - positions[a + 1], positions[b + 2] - positions[a + 2]];
    const [vx, vy, vz] = [positions[c] - positions[a], positions[c + 1] - positions[a + 1], positions[c + 2] - positions[a + 2]];
    area += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
  }
  return Math.sqrt(area / Math.max(1, indices.length / 3));
}
