import { CycError } from '../core/errors.ts';
import type { SamplesPerLed } from '../stage/frame-state.ts';

/** What a number on the command line may be; ends included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** Error of simplified surfaces, LED pixels; as in `show.schema.json`. */
export const LOD_ERROR_RANGE: NumberRange = { min: 0, max: 64 };

/** Reads `--samples`. @throws CycError BAD_NUMBER */
export function samplesOption(text: string): SamplesPerLed {
  const value = Number(text);
  if (value === 1 || value === 4 || value === 8) return value;
  throw new CycError('BAD_NUMBER', 'not such a number', { path: '--samples', got: JSON.stringify(text), expected: '1, 4 or 8' });
}

/** Reads the number of option `path`. @throws CycError BAD_NUMBER */
export function numberOption(path: string, text: string, { min, max, whole = false }: NumberRange): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const expected = `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
  throw new CycError('BAD_NUMBER', 'not such a number', { path, got: JSON.stringify(text), expected });
}
