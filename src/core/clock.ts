/** Source of time. All timestamps are integer nanoseconds since 1970-01-01 TAI (the ST 2059-1 and PTP epoch). */
export interface Clock {
  nowNs(): bigint;
}

/** TAI − UTC since 2017-01-01 (IERS Bulletin C); a PTP announce may say otherwise. */
export const TAI_MINUS_UTC_S = 37n;

/** System time with monotonic steps between: `performance` never runs backwards while the show is on. */
export function createSystemClock(): Clock {
  const originNs = BigInt(Math.round(performance.timeOrigin * 1000)) * 1000n + TAI_MINUS_UTC_S * 1_000_000_000n;
  return { nowNs: () => originNs + BigInt(Math.round(performance.now() * 1e6)) };
}

/** A clock that stands where it is put; for tests and offline rendering. */
export class ManualClock implements Clock {
  timeNs: bigint;
  constructor(timeNs = 0n) {
    this.timeNs = timeNs;
  }
  nowNs(): bigint {
    return this.timeNs;
  }
}
