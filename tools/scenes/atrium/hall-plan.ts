/** Measures of the hall in metres; east is +X, north −Z, the stage stands at the origin. */
export const HALL = {
  /** Inner faces of the walls. */
  halfWidthM: 13,
  northZ: -19,
  southZ: 18.8,
  heightM: 12,
  /** Bays along the side walls. */
  bayM: 4.2,
  bays: 9,
  /** Distance of the columns from the middle. */
  columnX: 7.4,
  mezzanineM: 5.1,
  slabM: 0.42,
  /** Skylight opening. */
  skylightHalfM: 4.2,
  skylightNorthZ: -16.9,
  skylightSouthZ: 16.7,
  /** Stairs: main flight from `stairFootZ` up to the landing. */
  stairHalfM: 3.4,
  stairFootZ: -10.4,
  landingZ: -15.5,
  landingM: 2.55,
} as const;

/** Middle of bay `i` along z. */
export const bayZ = (i: number): number => HALL.northZ + HALL.bayM * (i + 0.5);
/** Columns stand between bays, the first pair ahead of the side flights. */
export const COLUMN_ZS: readonly number[] = Array.from({ length: HALL.bays - 1 }, (_, i) => HALL.northZ + HALL.bayM * (i + 1));
