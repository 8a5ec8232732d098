import type { CameraSample, PacketReject } from './camera-sample.ts';
import type { RadialOrder } from './opentrackio-lens.ts';
import { type PayloadEncoding, parseOpenTrackIoPacket } from './opentrackio-packet.ts';
import { decodePayload } from './opentrackio-payload.ts';
import { sampleFromOpenTrackIo } from './opentrackio-sample.ts';
import { type AssemblerLimits, DEFAULT_ASSEMBLER_LIMITS, SegmentAssembler } from './segment-assembler.ts';

export interface OpenTrackIoOptions {
  readonly verifyChecksum?: boolean;
  readonly radialOrder?: RadialOrder;
  readonly limits?: AssemblerLimits;
}

/** Streams whose `static` block is remembered. */
const MAX_STREAMS = 256;

/**
 * Turns OpenTrackIO messages into samples: headers, segments, JSON and CBOR, and the `static` block, which senders repeat only every
 * few seconds and which is carried on in between. One per socket; memory is bounded. Never throws.
 */
export class OpenTrackIoReceiver {
  readonly #options: OpenTrackIoOptions;
  readonly #assembler: SegmentAssembler;
  readonly #statics = new Map<string, Pick<CameraSample, 'label' | 'sensorMm'>>();

  constructor(options: OpenTrackIoOptions = {}) {
    this.#options = options;
    this.#assembler = new SegmentAssembler(options.limits);
  }

  /** Payloads given up because a segment was lost. */
  get abandoned(): number {
    return this.#assembler.abandoned;
  }

  /** Bytes of unfinished payloads held now. */
  get pendingBytes(): number {
    return this.#assembler.pendingBytes;
  }

  /**
   * Takes one datagram or WebSocket message: a packet with header, or a bare JSON object or CBOR map (some tools leave the header out).
   * @param address Source address and port. @returns 'partial' while segments are awaited.
   */
  receive(message: Uint8Array, address: string, receivedAtNs: bigint): CameraSample | PacketReject | 'partial' {
    const bare = bareEncoding(message);
    if (bare !== null) return this.#decode(message, bare, address, receivedAtNs);
    const packet = parseOpenTrackIoPacket(message, this.#options);
    if (typeof packet === 'string') return packet;
    const assembled = this.#assembler.add(address, packet, receivedAtNs);
    if (typeof assembled === 'string') return assembled;
    return this.#decode(assembled.payload, assembled.encoding, address, receivedAtNs);
  }

  #decode(payload: Uint8Array, encoding: PayloadEncoding, address: string, receivedAtNs: bigint): CameraSample | PacketReject {
    if (payload.length > (this.#options.limits ?? DEFAULT_ASSEMBLER_LIMITS).maxPayloadBytes) return 'too-large';
    const decoded = decodePayload(payload, encoding);
    if (typeof decoded === 'string') return decoded;
    const sample = sampleFromOpenTrackIo(decoded.tree, {
      receivedAtNs,
      sourceAddress: address,
      ...(this.#options.radialOrder ? { radialOrder: this.#options.radialOrder } : {}),
    });
    return typeof sample === 'string' ? sample : this.#withStatic(sample);
  }

  #withStatic(sample: CameraSample): CameraSample {
    const key = `${sample.subject}#${sample.sourceNumber ?? ''}`;
    const known = this.#statics.get(key);
    const sensorMm = sample.sensorMm ?? known?.sensorMm ?? null;
    const label = sample.label ?? known?.label;
    if (sensorMm === null && label === undefined) return sample;
    if (known === undefined && this.#statics.size >= MAX_STREAMS) this.#statics.delete(this.#statics.keys().next().value!);
    const carried = { sensorMm, ...(label === undefined ? {} : { label }) };
    this.#statics.set(key, carried);
    return { ...sample, ...carried };
  }
}

/** '{' begins bare JSON (after blanks); CBOR major type 5 (a map) bare CBOR; the header begins with 'O', which is neither. */
function bareEncoding(message: Uint8Array): PayloadEncoding | null {
  let at = 0;
  while (at < message.length && BLANKS.has(message[at]!)) at++;
  if (message[at] === 0x7b) return 'json';
  return message.length > 0 && message[0]! >> 5 === 5 ? 'cbor' : null;
}

const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
