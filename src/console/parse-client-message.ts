import type { SamplesPerLed } from '../stage/frame-state.ts';
import type { ClientMessage, OperatorParameters } from './protocol.ts';

/** Limits of operator parameters; the console's controls stay inside them, the parser refuses what does not. */
export const PARAMETER_LIMITS = {
  exposureStops: { min: -16, max: 16 },
  /** Metres from the world's origin; 10,000 km is past any set, and still exact in hi + lo floats. */
  positionM: { min: -1e7, max: 1e7 },
  yawDeg: { min: -360, max: 360 },
  scale: { min: 1e-4, max: 1e4 },
  /** LED pixels. */
  lodErrorPx: { min: 0, max: 64 },
  cameras: 64,
  cameraIdLength: 128,
} as const;

/** Why a message was refused: names the field, what came and what was expected. */
export interface MessageRefusal {
  readonly refused: string;
}

type Refuse = (path: string, got: unknown, expected: string) => never;
type Json = Readonly<Record<string, unknown>>;

class Refusal extends Error {}

const refuseSaying = (path: string, got: string, expected: string): never => {
  throw new Refusal(`${path}: got ${got}, expected ${expected}`);
};
const refuse: Refuse = (path, got, expected) => refuseSaying(path, show(got), expected);

/**
 * Reads one text message of a console client, strictly: no unknown field, no missing field, every number finite and in range.
 * Never throws; a refused message changes nothing.
 */
export function parseClientMessage(text: string): ClientMessage | MessageRefusal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: `message: got ${show(text)}, expected JSON` };
  }
  try {
    return messageFrom(value);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    throw error;
  }
}

function messageFrom(value: unknown): ClientMessage {
  const message = objectFrom('message', value);
  switch (message['type']) {
    case 'set':
      onlyKeys('message', message, ['type', 'parameters']);
      return { type: 'set', parameters: parametersFrom(message['parameters']) };
    case 'record':
    case 'pictures':
      onlyKeys('message', message, ['type', 'on']);
      return { type: message['type'], on: booleanFrom('on', message['on']) };
    default:
      return refuse('type', message['type'], '"set", "record" or "pictures"');
  }
}

function parametersFrom(value: unknown): Partial<OperatorParameters> {
  const input = objectFrom('parameters', value);
  onlyKeys('parameters', input, ['exposureStops', 'worldFromStage', 'samplesPerLed', 'lodErrorPx', 'governor', 'camerasEnabled']);
  if (Object.keys(input).length === 0) refuse('parameters', input, 'at least one parameter');
  const limits = PARAMETER_LIMITS;
  return {
    ...('exposureStops' in input && {
      exposureStops: numberFrom('parameters.exposureStops', input['exposureStops'], limits.exposureStops),
    }),
    ...('worldFromStage' in input && { worldFromStage: placementFrom(input['worldFromStage']) }),
    ...('samplesPerLed' in input && { samplesPerLed: samplesFrom(input['samplesPerLed']) }),
    ...('lodErrorPx' in input && { lodErrorPx: numberFrom('parameters.lodErrorPx', input['lodErrorPx'], limits.lodErrorPx) }),
    ...('governor' in input && { governor: booleanFrom('parameters.governor', input['governor']) }),
    ...('camerasEnabled' in input && { camerasEnabled: switchesFrom(input['camerasEnabled']) }),
  };
}

function samplesFrom(value: unknown): SamplesPerLed {
  return value === 1 || value === 4 || value === 8 ? value : refuse('parameters.samplesPerLed', value, '1, 4 or 8');
}

function placementFrom(value: unknown): OperatorParameters['worldFromStage'] {
  const path = 'parameters.worldFromStage';
  const input = objectFrom(path, value);
  onlyKeys(path, input, ['positionM', 'yawDeg', 'scale']);
  const position = input['positionM'];
  if (!Array.isArray(position) || position.length !== 3) return refuse(`${path}.positionM`, position, 'three numbers, metres');
  const [x, y, z] = position.map((entry, axis) => numberFrom(`${path}.positionM[${axis}]`, entry, PARAMETER_LIMITS.positionM));
  return {
    positionM: [x, y, z],
    yawDeg: numberFrom(`${path}.yawDeg`, input['yawDeg'], PARAMETER_LIMITS.yawDeg),
    scale: numberFrom(`${path}.scale`, input['scale'], PARAMETER_LIMITS.scale),
  };
}

function switchesFrom(value: unknown): Readonly<Record<string, boolean>> {
  const path = 'parameters.camerasEnabled';
  const entries = Object.entries(objectFrom(path, value));
  if (entries.length > PARAMETER_LIMITS.cameras) refuseSaying(path, `${entries.length} cameras`, `at most ${PARAMETER_LIMITS.cameras}`);
  for (const [id, on] of entries) {
    if (id === '__proto__' || id.length === 0 || id.length > PARAMETER_LIMITS.cameraIdLength) refuse(path, id, 'camera ids');
    booleanFrom(`${path}[${JSON.stringify(id)}]`, on);
  }
  return Object.fromEntries(entries) as Record<string, boolean>;
}

function objectFrom(path: string, value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, value, 'an object');
  return value as Json;
}

function onlyKeys(path: string, value: Json, known: readonly string[]): void {
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) refuseSaying(path, `field ${show(stranger)}`, `only ${known.join(', ')}`);
}

function booleanFrom(path: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse(path, value, 'true or false');
}

/** JSON has no NaN, but `1e999` parses to Infinity. */
function numberFrom(path: string, value: unknown, { min, max }: { readonly min: number; readonly max: number }): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return value;
  return refuse(path, value, `a number from ${min} to ${max}`);
}

/** Short and printable: what came from a stranger goes to logs and to the event list. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  // Not JSON.stringify of what is nested: a message of 10,000 brackets would exhaust the stack.
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : value === undefined ? 'nothing' : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
