import { type CycError, TrackingError } from './errors.ts';

/** `JSON.rawJSON` (ECMAScript proposal "JSON.parse source text access"; in Node 24 and current browsers), which TypeScript's library lacks. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * JSON text from which every double and bigint comes back the same: doubles in their shortest exact form, −0 kept, bigint as a decimal
 * string. One line. NaN and infinities have no JSON form and become null, which readers refuse.
 */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'bigint') return member.toString();
    return Object.is(member, -0) ? rawJSON('-0') : member;
  });
}

/** Where a value stands, for messages: the file and the path inside it. */
export interface JsonPlace {
  readonly file?: string;
  readonly path: string;
}

type ErrorClass = new (code: string, message: string, detail: ConstructorParameters<typeof CycError>[2]) => CycError;

/** Reads members of a parsed JSON value; each wrong one throws an error that says where, what was there and what should be. */
export class JsonReader {
  readonly value: unknown;
  readonly place: JsonPlace;
  readonly #error: ErrorClass;
  readonly #code: string;

  constructor(value: unknown, place: JsonPlace, code: string, error: ErrorClass = TrackingError) {
    this.value = value;
    this.place = place;
    this.#code = code;
    this.#error = error;
  }

  /** @throws always */
  fail(expected: string): never {
    const { file, path } = this.place;
    const text = this.value === undefined ? 'nothing' : (JSON.stringify(this.value) ?? typeof this.value);
    const got = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    throw new this.#error(this.#code, 'wrong value', { ...(file === undefined ? {} : { file }), path, got, expected });
  }

  #child(value: unknown, step: string): JsonReader {
    const path = this.place.path === '' ? step.replace(/^\./, '') : `${this.place.path}${step}`;
    return new JsonReader(value, { ...this.place, path }, this.#code, this.#error);
  }

  /** The member of an object; its value is undefined where it is absent. */
  at(key: string): JsonReader {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) this.fail('an object');
    const object = this.value as Record<string, unknown>;
    return this.#child(Object.hasOwn(object, key) ? object[key] : undefined, `.${key}`);
  }

  items(): JsonReader[] {
    if (!Array.isArray(this.value)) this.fail('an array');
    return (this.value as unknown[]).map((item, i) => this.#child(item, `[${i}]`));
  }

  /** A finite number. */
  number(): number {
    return typeof this.value === 'number' && Number.isFinite(this.value) ? this.value : this.fail('a finite number');
  }

  integer(): number {
    return Number.isSafeInteger(this.value) ? (this.value as number) : this.fail('an integer');
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a text');
  }

  flag(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.fail('true or false');
  }

  /** A bigint written as a decimal string. */
  bigint(): bigint {
    return typeof this.value === 'string' && /^-?\d{1,40}$/.test(this.value)
      ? BigInt(this.value)
      : this.fail('a whole number as a text, such as "123"');
  }

  /** Exactly `count` finite numbers. */
  numbers(count: number): number[] {
    if (!Array.isArray(this.value) || this.value.length !== count) this.fail(`an array of ${count} numbers`);
    return this.items().map((item) => item.number());
  }

  vec2(): readonly [number, number] {
    return this.numbers(2) as [number, number];
  }

  vec3(): readonly [number, number, number] {
    return this.numbers(3) as [number, number, number];
  }

  vec4(): readonly [number, number, number, number] {
    return this.numbers(4) as [number, number, number, number];
  }

  oneOf<T extends string | number>(...values: readonly T[]): T {
    return values.includes(this.value as T) ? (this.value as T) : this.fail(`one of ${values.join(', ')}`);
  }

  /** null, or what `read` makes of the value. */
  nullOr<T>(read: (reader: JsonReader) => T): T | null {
    return this.value === null ? null : read(this);
  }

  /** undefined where the member is absent, else what `read` makes of it. */
  optional<T>(read: (reader: JsonReader) => T): T | undefined {
    return this.value === undefined ? undefined : read(this);
  }
}
