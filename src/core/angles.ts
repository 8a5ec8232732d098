/** Radians from degrees. */
export const radFromDeg = (deg: number): number => (deg * Math.PI) / 180;
/** Degrees from radians. */
export const degFromRad = (rad: number): number => (rad * 180) / Math.PI;

/** Sine and cosine of an angle in degrees; exact at multiples of 90°, so that square stages have square axes. */
export function sinCosDeg(deg: number): readonly [sin: number, cos: number] {
  const quarter = deg / 90;
  if (Number.isInteger(quarter)) {
    const k = ((quarter % 4) + 4) % 4;
    return [[0, 1, 0, -1][k], [1, 0, -1, 0][k]];
  }
  return [Math.sin(radFromDeg(deg)), Math.cos(radFromDeg(deg))];
}
