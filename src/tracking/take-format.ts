import { TrackingError } from '../core/errors.ts';
import { JsonReader, stringifyExact } from '../core/exact-json.ts';
import type { CameraSample } from './camera-sample.ts';
import { readCameraSample } from './sample-json.ts';

/**
 * A take is text, one JSON value a line (NDJSON), only ever appended to: a header, then records in the order in which they happened.
 * Doubles and times come back in every bit (see `stringifyExact`); a last line cut short by a crash is left out when reading.
 */
export const TAKE_SCHEMA = 'cyclorama.take/1';

export interface TakeHeader {
  readonly schema: typeof TAKE_SCHEMA;
  /** Files of the show and stage as the operator named them; null where there was none (`cyc track record`). */
  readonly show: string | null;
  readonly stage: string | null;
  /** When recording began, ISO 8601, UTC. */
  readonly created: string;
}

/** What happened, in order. `frame` carries a frame state as JSON; `stage/frame-state-json.ts` reads it. */
export type TakeRecord =
  | { readonly kind: 'sample'; readonly source: string; readonly sample: CameraSample }
  | { readonly kind: 'input'; readonly timeNs: bigint; readonly input: unknown }
  | { readonly kind: 'frame'; readonly state: unknown };

/** Longest line that is read, characters; a frame with four cameras has about 3,000. */
export const MAX_TAKE_LINE = 1 << 20;

export const formatTakeHeader = (header: TakeHeader): string => `${stringifyExact(header)}\n`;
export const formatTakeRecord = (record: TakeRecord): string => `${stringifyExact(record)}\n`;

/** Reads the first line. @throws TrackingError BAD_TAKE */
export function parseTakeHeader(line: string, file: string): TakeHeader {
  const json = new JsonReader(parseLine(line, file, 1), { file, path: 'line 1' }, 'BAD_TAKE');
  json.at('schema').oneOf(TAKE_SCHEMA);
  return {
    schema: TAKE_SCHEMA,
    show: json.at('show').nullOr((value) => value.text()),
    stage: json.at('stage').nullOr((value) => value.text()),
    created: json.at('created').text(),
  };
}

/** Reads a line after the first. @param lineNumber Counted from 1. @throws TrackingError BAD_TAKE */
export function parseTakeRecord(line: string, file: string, lineNumber: number): TakeRecord {
  const json = new JsonReader(parseLine(line, file, lineNumber), { file, path: `line ${lineNumber}` }, 'BAD_TAKE');
  const kind = json.at('kind').oneOf('sample', 'input', 'frame');
  if (kind === 'sample') return { kind, source: json.at('source').text(), sample: readCameraSample(json.at('sample')) };
  if (kind === 'input') return { kind, timeNs: json.at('timeNs').bigint(), input: json.at('input').value };
  const state = json.at('state');
  state.at('frame').bigint();
  return { kind, state: state.value };
}

function parseLine(line: string, file: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    const got = line.length > 60 ? `${line.slice(0, 60)}…` : line;
    throw new TrackingError('BAD_TAKE', 'not JSON', { file, path: `line ${lineNumber}`, got, expected: 'one JSON value', cause });
  }
}
