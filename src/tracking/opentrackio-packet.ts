import type { PacketReject } from './camera-sample.ts';

/** Size of the header of an OpenTrackIO packet (UDP and serial). */
export const OTRK_HEADER_BYTES = 16;
/** What the reference sender puts in one packet: a 1500-byte frame less the header. */
export const OTRK_SEGMENT_BYTES = 1484;
/** The 15-bit length field ends here. */
export const OTRK_MAX_SEGMENT_BYTES = 0x7fff;
const MAGIC = 0x4f54726b;

export type PayloadEncoding = 'json' | 'cbor';

/** One packet taken apart; `payload` is a view of the packet. */
export interface OpenTrackIoPacket {
  readonly encoding: PayloadEncoding;
  /** u16; per packet or per sample, senders differ. */
  readonly sequence: number;
  /** Bytes of the whole payload before this segment. */
  readonly segmentOffset: number;
  readonly last: boolean;
  readonly checksum: number;
  readonly payload: Uint8Array;
}

/** Fletcher-16 as OpenTrackIO 1.0.1 has it: both sums modulo 256 (not 255), from 0, over the header's first 14 bytes and the payload. */
export function fletcher16(packet: Uint8Array): number {
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < packet.length; i++) {
    if (i === 14 || i === 15) continue;
    s1 = (s1 + packet[i]!) & 0xff;
    s2 = (s2 + s1) & 0xff;
  }
  return (s2 << 8) | s1;
}

/** Reads header and payload of one packet. Bytes missing or left over are a reject. Never throws. */
export function parseOpenTrackIoPacket(
  packet: Uint8Array,
  options: { readonly verifyChecksum?: boolean } = {},
): OpenTrackIoPacket | PacketReject {
  if (packet.length < OTRK_HEADER_BYTES) return 'bad-length';
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (view.getUint32(0) !== MAGIC) return 'bad-magic';
  const lengthField = view.getUint16(12);
  const length = lengthField & OTRK_MAX_SEGMENT_BYTES;
  if (length === 0 || packet.length !== OTRK_HEADER_BYTES + length) return 'bad-length';
  const checksum = view.getUint16(14);
  if (options.verifyChecksum !== false && checksum !== fletcher16(packet)) return 'bad-checksum';
  const code = packet[5]!;
  if (code !== 1 && code !== 2) return 'bad-encoding';
  return {
    encoding: code === 1 ? 'json' : 'cbor',
    sequence: view.getUint16(6),
    segmentOffset: view.getUint32(8),
    last: (lengthField & 0x8000) !== 0,
    checksum,
    payload: packet.subarray(OTRK_HEADER_BYTES),
  };
}

export interface PacketizeOptions {
  /** Sequence number of the first packet; each packet of the payload takes the next (as the reference sender does). */
  readonly sequence: number;
  /** Payload bytes per packet, 1..32767; 1484 when left out. */
  readonly segmentBytes?: number;
}

/** Cuts a payload into packets, checksummed and ready to send. @throws RangeError when `segmentBytes` does not fit the length field. */
export function packetizeOpenTrackIo(payload: Uint8Array, encoding: PayloadEncoding, options: PacketizeOptions): Uint8Array[] {
  const step = options.segmentBytes ?? OTRK_SEGMENT_BYTES;
  if (!Number.isInteger(step) || step < 1 || step > OTRK_MAX_SEGMENT_BYTES) {
    throw new RangeError(`packetizeOpenTrackIo: segmentBytes ${step}; expected 1..${OTRK_MAX_SEGMENT_BYTES}`);
  }
  const packets: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += step) {
    const body = payload.subarray(offset, offset + step);
    const packet = new Uint8Array(OTRK_HEADER_BYTES + body.length);
    const view = new DataView(packet.buffer);
    view.setUint32(0, MAGIC);
    view.setUint8(5, encoding === 'json' ? 1 : 2);
    view.setUint16(6, (options.sequence + packets.length) & 0xffff);
    view.setUint32(8, offset);
    view.setUint16(12, body.length | (offset + step >= payload.length ? 0x8000 : 0));
    packet.set(body, OTRK_HEADER_BYTES);
    view.setUint16(14, fletcher16(packet));
    packets.push(packet);
  }
  return packets;
}
