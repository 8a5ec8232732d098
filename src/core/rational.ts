import { CycError } from './errors.ts';

/** A rate in hertz as num/den; never a float (59.94 is 60000/1001). */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

const NS_PER_S = 1_000_000_000n;

/** Parses `24`, `"24000/1001"` or `{num, den}`. @throws CycError BAD_RATE */
export function parseRational(value: unknown): Rational {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return { num: value, den: 1 };
  const text = typeof value === 'string' ? /^(\d+)(?:\/(\d+))?$/.exec(value) : null;
  const num = text ? Number(text[1]) : Number((value as Rational | null)?.num);
  const den = text ? Number(text[2] ?? 1) : Number((value as Rational | null)?.den);
  if (Number.isSafeInteger(num) && Number.isSafeInteger(den) && num > 0 && den > 0) return { num, den };
  throw new CycError('BAD_RATE', 'not a rate', {
    got: JSON.stringify(value) ?? 'nothing',
    expected: '24, "24000/1001" or {"num":24000,"den":1001}',
  });
}

/** Frame number at `timeNs` since the ST 2059-1 epoch: n = floor(t·num / (den·10⁹)) (ST 2059-1, 7). */
export function frameAtTime(timeNs: bigint, rate: Rational): bigint {
  const a = timeNs * BigInt(rate.num);
  const b = BigInt(rate.den) * NS_PER_S;
  return a >= 0n || a % b === 0n ? a / b : a / b - 1n;
}

/** First nanosecond of frame `frame`: ceil(n·den·10⁹ / num). */
export function timeOfFrame(frame: bigint, rate: Rational): bigint {
  const a = frame * BigInt(rate.den) * NS_PER_S;
  const b = BigInt(rate.num);
  return a <= 0n || a % b === 0n ? a / b : a / b + 1n;
}

export const formatRational = (r: Rational): string => (r.den === 1 ? `${r.num}` : `${r.num}/${r.den}`);
