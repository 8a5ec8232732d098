import { decode, encode, Tokenizer, Type } from 'cborg';
import type { PacketReject } from './camera-sample.ts';
import type { PayloadEncoding } from './opentrackio-packet.ts';

/** Most arrays and maps inside one another that a CBOR payload may have; an OpenTrackIO sample has 6. */
const MAX_DEPTH = 32;
/** Most values in one payload; a complete sample has about 200. */
const MAX_TOKENS = 16_384;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const DECODE_OPTIONS = { allowIndefinite: false, allowUndefined: false, rejectDuplicateMapKeys: true } as const;

/** The JSON tree in a payload, or why there is none. Never throws. */
export function decodePayload(payload: Uint8Array, encoding: PayloadEncoding): { readonly tree: unknown } | PacketReject {
  return encoding === 'json' ? decodeJson(payload) : decodeCbor(payload);
}

/** UTF-8 JSON; zero bytes at the end are padding. */
function decodeJson(payload: Uint8Array): { readonly tree: unknown } | PacketReject {
  let end = payload.length;
  while (end > 0 && payload[end - 1] === 0) end--;
  try {
    return { tree: JSON.parse(utf8.decode(payload.subarray(0, end))) };
  } catch {
    return 'bad-json';
  }
}

/** RFC 8949: one definite-length tree with text keys, no tags, no duplicate keys, bounded depth and size. */
function decodeCbor(payload: Uint8Array): { readonly tree: unknown } | PacketReject {
  // A plain view: cborg reads Node's Buffer by other rules.
  const bytes = new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  try {
    return { tree: decode(bytes, { ...DECODE_OPTIONS, tokenizer: new BoundedTokenizer(bytes, DECODE_OPTIONS) }) };
  } catch {
    return 'bad-cbor';
  }
}

/** Stops before recursion or allocation follows what a hostile header claims. */
class BoundedTokenizer extends Tokenizer {
  /** Values still to come in each open array or map. */
  readonly #open: number[] = [];
  #tokens = 0;

  override next(): ReturnType<Tokenizer['next']> {
    const token = super.next();
    if (++this.#tokens > MAX_TOKENS) throw new RangeError('too many values');
    while (this.#open.length > 0 && this.#open[this.#open.length - 1] === 0) this.#open.pop();
    if (this.#open.length > 0) this.#open[this.#open.length - 1]! -= 1;
    const isMap = Type.equals(token.type, Type.map);
    if (isMap || Type.equals(token.type, Type.array)) {
      if (this.#open.length >= MAX_DEPTH) throw new RangeError('nested too deep');
      this.#open.push(Number(token.value) * (isMap ? 2 : 1));
    }
    return token;
  }
}

/** JSON text of a tree, UTF-8. */
export const encodeJsonPayload = (tree: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(tree));

/** CBOR of a tree: definite lengths, text keys, floats as float64, whole numbers as integers. */
export const encodeCborPayload = (tree: unknown): Uint8Array => encode(tree, { float64: true });
