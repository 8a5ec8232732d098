import type { PacketReject } from './camera-sample.ts';
import type { OpenTrackIoPacket, PayloadEncoding } from './opentrackio-packet.ts';

export interface AssemblerLimits {
  /** Largest whole payload, bytes. */
  readonly maxPayloadBytes: number;
  /** Source addresses remembered at once; the one not heard for longest goes first. */
  readonly maxSources: number;
  /** A payload not complete after this time is dropped, ns. */
  readonly maxAgeNs: bigint;
}

export const DEFAULT_ASSEMBLER_LIMITS: AssemblerLimits = { maxPayloadBytes: 65_536, maxSources: 64, maxAgeNs: 1_000_000_000n };

/** Packets per source remembered to tell a second copy of one; far less than a wrap of the 16-bit sequence. */
const RECENT_PACKETS = 64;

interface SourceState {
  readonly recent: string[];
  recentAt: number;
  encoding: PayloadEncoding;
  segments: Uint8Array[];
  bytes: number;
  startedAtNs: bigint;
}

/** A whole payload, or that more segments are awaited. */
export type Assembled = { readonly encoding: PayloadEncoding; readonly payload: Uint8Array } | 'partial' | PacketReject;

/**
 * Puts segmented payloads together, per source address. Segments are joined by offset and last flag only: whether the sequence counts
 * packets or samples differs between senders, so it serves to drop second copies alone. Memory is bounded by the limits.
 */
export class SegmentAssembler {
  readonly limits: AssemblerLimits;
  /** Payloads given up before their last segment came. */
  abandoned = 0;
  readonly #sources = new Map<string, SourceState>();

  constructor(limits: AssemblerLimits = DEFAULT_ASSEMBLER_LIMITS) {
    this.limits = limits;
  }

  /** Bytes of unfinished payloads held now. */
  get pendingBytes(): number {
    let bytes = 0;
    for (const source of this.#sources.values()) bytes += source.bytes;
    return bytes;
  }

  /** @param address Source address and port, as text. */
  add(address: string, packet: OpenTrackIoPacket, receivedAtNs: bigint): Assembled {
    const source = this.#touch(address);
    if (isSecondCopy(source, packet)) return 'duplicate';
    if (source.bytes > 0 && receivedAtNs - source.startedAtNs > this.limits.maxAgeNs) this.#abandon(source);
    if (packet.segmentOffset === 0 && source.bytes > 0) this.#abandon(source);
    if (packet.segmentOffset !== source.bytes || (source.bytes > 0 && packet.encoding !== source.encoding)) {
      if (source.bytes > 0) this.#abandon(source);
      return 'bad-segment';
    }
    if (source.bytes + packet.payload.length > this.limits.maxPayloadBytes) {
      if (source.bytes > 0) this.#abandon(source);
      return 'too-large';
    }
    if (packet.last && source.bytes === 0) return { encoding: packet.encoding, payload: packet.payload };
    if (source.bytes === 0) {
      source.encoding = packet.encoding;
      source.startedAtNs = receivedAtNs;
    }
    // The caller may reuse its receive buffer, so what waits is copied.
    source.segments.push(packet.payload.slice());
    source.bytes += packet.payload.length;
    if (!packet.last) return 'partial';
    const payload = join(source.segments, source.bytes);
    reset(source);
    return { encoding: packet.encoding, payload };
  }

  #touch(address: string): SourceState {
    const known = this.#sources.get(address);
    if (known) {
      this.#sources.delete(address);
      this.#sources.set(address, known);
      return known;
    }
    if (this.#sources.size >= this.limits.maxSources) {
      const [oldest, state] = this.#sources.entries().next().value!;
      if (state.bytes > 0) this.abandoned++;
      this.#sources.delete(oldest);
    }
    const fresh: SourceState = { recent: [], recentAt: 0, encoding: 'json', segments: [], bytes: 0, startedAtNs: 0n };
    this.#sources.set(address, fresh);
    return fresh;
  }

  #abandon(source: SourceState): void {
    this.abandoned++;
    reset(source);
  }
}

function reset(source: SourceState): void {
  source.segments = [];
  source.bytes = 0;
}

/** Same place and same bytes; the bytes are in it so that a sender whose sequence stands still is not silenced. */
function isSecondCopy(source: SourceState, packet: OpenTrackIoPacket): boolean {
  const key = `${packet.sequence}/${packet.segmentOffset}/${packet.payload.length}/${fnv1a(packet.payload)}`;
  if (source.recent.includes(key)) return true;
  source.recent[source.recentAt] = key;
  source.recentAt = (source.recentAt + 1) % RECENT_PACKETS;
  return false;
}

/** 32-bit FNV-1a: the packet's own Fletcher sum is the same for many small changes. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

function join(segments: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const segment of segments) {
    whole.set(segment, at);
    at += segment.length;
  }
  return whole;
}
