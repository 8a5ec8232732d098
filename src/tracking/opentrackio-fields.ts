/** A JSON object; anything else (arrays and null too) is not one. */
export type JsonObject = { readonly [key: string]: unknown };

export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** Own properties only, so that a key such as `constructor` never reads the prototype. */
export function field(object: JsonObject | null, key: string): unknown {
  return object !== null && Object.hasOwn(object, key) ? object[key] : undefined;
}

export const objectAt = (object: JsonObject | null, key: string): JsonObject | null => asObject(field(object, key));

/** A finite number, or undefined. */
export function numberAt(object: JsonObject | null, key: string): number | undefined {
  const value = field(object, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function positiveAt(object: JsonObject | null, key: string): number | undefined {
  const value = numberAt(object, key);
  return value !== undefined && value > 0 ? value : undefined;
}

/** A whole number in min..max, or undefined. */
export function integerAt(object: JsonObject | null, key: string, min: number, max: number): number | undefined {
  const value = numberAt(object, key);
  return value !== undefined && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

/** A text of 1..1023 characters (the schema's own limit), or undefined. */
export function textAt(object: JsonObject | null, key: string): string | undefined {
  const value = field(object, key);
  return typeof value === 'string' && value.length > 0 && value.length <= 1023 ? value : undefined;
}

/** The object without its undefined members. */
export function defined<T extends object>(object: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
