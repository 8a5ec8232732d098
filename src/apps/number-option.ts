import { CycError } from '../core/errors.ts';

/** What a number on the command line may be; ends included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** Reads the number of option `path`. @throws CycError BAD_NUMBER */
export function numberOption(path: string, text: string, { min, max, whole = false }: NumberRange): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const expected = `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
  throw new CycError('BAD_NUMBER', 'not such a number', { path, got: JSON.stringify(text), expected });
}
