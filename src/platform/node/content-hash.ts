import { createHash, type Hash } from 'node:crypto';

/**
 * SHA-256 of a value's content, the same on every machine: keys in order, numbers as IEEE doubles, typed arrays as their bytes
 * (little-endian hosts, which is all that Node runs on here).
 * @throws TypeError for functions and symbols, which have no content.
 */
export function contentHash(value: unknown): string {
  const hash = createHash('sha256');
  feed(hash, value);
  return `sha256:${hash.digest('hex')}`;
}

/** SHA-256 of bytes, hex. */
export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const number = new Float64Array(1);
const numberBytes = new Uint8Array(number.buffer);

/** Every value starts with its kind and, where its length is not fixed, its length: no two different values feed the same bytes. */
function feed(hash: Hash, value: unknown): void {
  switch (typeof value) {
    case 'number':
      number[0] = value;
      hash.update('n').update(numberBytes);
      return;
    case 'string':
      hash.update(`s${Buffer.byteLength(value)}:`).update(value);
      return;
    case 'bigint':
      hash.update(`i${value};`);
      return;
    case 'boolean':
    case 'undefined':
      hash.update(`${value};`);
      return;
    case 'object':
      feedObject(hash, value);
      return;
    default:
      throw new TypeError(`contentHash: got a ${typeof value}, expected data`);
  }
}

function feedObject(hash: Hash, value: object | null): void {
  if (value === null) {
    hash.update('null;');
  } else if (ArrayBuffer.isView(value)) {
    hash.update(`b${value.byteLength}:`).update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (Array.isArray(value)) {
    hash.update(`a${value.length}:`);
    for (const entry of value) feed(hash, entry);
  } else {
    // An absent field and one that is undefined are the same content.
    const keys = Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined);
    hash.update(`o${keys.length}:`);
    for (const key of keys.sort()) {
      feed(hash, key);
      feed(hash, (value as Record<string, unknown>)[key]);
    }
  }
}
