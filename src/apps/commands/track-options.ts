import { TrackingError } from '../../core/errors.ts';
import { parseRational, type Rational } from '../../core/rational.ts';

/** What may be received: FreeD or OpenTrackIO over UDP, OpenTrackIO over WebSocket. JSON and CBOR tell themselves apart. */
export const RECEIVE_PROTOCOLS = ['freed', 'opentrackio', 'opentrackio-json', 'opentrackio-cbor', 'opentrackio-ws'] as const;

export function badArgument(option: string, got: string, expected: string): TrackingError {
  return new TrackingError('BAD_ARGUMENT', 'wrong argument', { path: option, got, expected });
}

/** A whole number in min..max. @throws TrackingError BAD_ARGUMENT */
export function parseInteger(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
      throw badArgument(option, text, `a whole number, ${min} to ${max}`);
    return value;
  };
}

/** A number above 0. @throws TrackingError BAD_ARGUMENT */
export function parsePositive(option: string, unit: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value > 0 && Number.isFinite(value))) throw badArgument(option, text, `a number of ${unit} above 0`);
    return value;
  };
}

/** Samples a second: `100` or `24000/1001`, up to 1000. @throws TrackingError BAD_ARGUMENT */
export function parseRate(text: string): Rational {
  try {
    const rate = parseRational(text);
    if (rate.num / rate.den <= 1000) return rate;
  } catch {
    // The message below names the option.
  }
  throw badArgument('--rate', text, 'samples a second up to 1000, such as 100 or 24000/1001');
}

/** `host:port`, or `host` with the protocol's own port. @throws TrackingError BAD_ARGUMENT */
export function parseHostPort(text: string, defaultPort: number): { readonly host: string; readonly port: number } {
  const match = /^(?:wss?:\/\/)?([^\s:/]+)(?::(\d{1,5}))?\/?$/.exec(text);
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  if (!match || port < 1 || port > 65_535) throw badArgument('--to', text, 'host:port, such as 192.168.1.20:40000');
  return { host: match[1]!, port };
}

/** @throws TrackingError BAD_ARGUMENT */
export function parseChoice<T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    if (!choices.includes(text as T)) throw badArgument(option, text, `one of ${choices.join(', ')}`);
    return text as T;
  };
}

/** Resolves when Ctrl-C or a termination comes, `seconds` have passed, or `finish` is called. Signals end the command in order, code 0. */
export function createStop(seconds?: number): { readonly stopped: Promise<void>; readonly finish: () => void } {
  let finish = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const timer = seconds === undefined ? undefined : setTimeout(finish, seconds * 1000);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, finish);
  void stopped.then(() => {
    clearTimeout(timer);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, finish);
  });
  return { stopped, finish };
}
