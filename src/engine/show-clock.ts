import { type Clock, TAI_MINUS_UTC_S } from '../core/clock.ts';
import { frameAtTime, type Rational, timeOfFrame } from '../core/rational.ts';

const NS_PER_DAY = 86_400_000_000_000n;

/** A clock read in frames: frame N begins at epoch + N · (1 / rate) (ST 2059-1, 7), so every node that has the time has the number. */
export class ShowClock {
  readonly clock: Clock;
  readonly rate: Rational;
  constructor(clock: Clock, rate: Rational) {
    this.clock = clock;
    this.rate = rate;
  }

  /** The frame that is lit now. */
  frameNow(): bigint {
    return frameAtTime(this.clock.nowNs(), this.rate);
  }

  /** First nanosecond of `frame`, TAI since 1970. */
  timeOf(frame: bigint): bigint {
    return timeOfFrame(frame, this.rate);
  }

  /** Milliseconds from now until `frame` begins; negative when it has begun. */
  msUntil(frame: bigint): number {
    return Number(this.timeOf(frame) - this.clock.nowNs()) / 1e6;
  }
}

/**
 * Time-of-day label of a frame, `HH:MM:SS:FF`: frames counted from midnight UTC (the daily jam of ST 2059-1, 10), as ST 12-1 writes them.
 * 30000/1001 and 60000/1001 use drop-frame counting and the separator `;`; other rates count every label.
 * @param taiMinusUtcS Leap seconds, TAI − UTC.
 */
export function timecodeOfFrame(frame: bigint, rate: Rational, taiMinusUtcS: bigint = TAI_MINUS_UTC_S): string {
  const offsetNs = taiMinusUtcS * 1_000_000_000n;
  const utcNs = timeOfFrame(frame, rate) - offsetNs;
  const midnightNs = (utcNs < 0n ? (utcNs + 1n) / NS_PER_DAY - 1n : utcNs / NS_PER_DAY) * NS_PER_DAY + offsetNs;
  let jam = frameAtTime(midnightNs, rate);
  if (timeOfFrame(jam, rate) < midnightNs) jam += 1n;
  const fps = Math.ceil(rate.num / rate.den);
  const drop = rate.den === 1001 && fps % 30 === 0 ? fps / 15 : 0;
  const label = drop > 0 ? withDroppedLabels(Number(frame - jam), fps, drop) : Number(frame - jam);
  const seconds = Math.floor(label / fps);
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${clock}${drop > 0 ? ';' : ':'}${String(label % fps).padStart(fps > 100 ? 3 : 2, '0')}`;
}

/** ST 12-1, 6.2: the first `drop` labels of every minute are left out, except of minutes 0, 10, 20, 30, 40, 50. */
function withDroppedLabels(count: number, fps: number, drop: number): number {
  const perTenMinutes = fps * 600 - 9 * drop;
  const perMinute = fps * 60 - drop;
  const tens = Math.floor(count / perTenMinutes);
  const rest = count % perTenMinutes;
  const minutes = rest < fps * 60 ? 0 : 1 + Math.floor((rest - fps * 60) / perMinute);
  return count + drop * (9 * tens + minutes);
}
