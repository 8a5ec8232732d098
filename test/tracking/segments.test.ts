import { encode } from 'cborg';
import { expect, test } from 'vitest';
import { OTRK_HEADER_BYTES, packetizeOpenTrackIo } from '../../src/tracking/opentrackio-packet.ts';
import { decodePayload } from '../../src/tracking/opentrackio-payload.ts';
import { OpenTrackIoReceiver } from '../../src/tracking/opentrackio-receiver.ts';
import { SegmentAssembler } from '../../src/tracking/segment-assembler.ts';

const message = (x: number) => Buffer.from(JSON.stringify({ sourceId: 's', transforms: [{ translation: { x, y: 0, z: 0 } }] }));
const cut = (x: number, sequence: number, segmentBytes = 20) => packetizeOpenTrackIo(message(x), 'json', { sequence, segmentBytes });
const SAMPLE = expect.objectContaining({ subject: 's' });

function receiverAt(): (packet: Uint8Array, address?: string, timeNs?: bigint) => unknown {
  const receiver = new OpenTrackIoReceiver();
  return Object.assign((packet: Uint8Array, address = 'a', timeNs = 0n) => receiver.receive(packet, address, timeNs), { receiver });
}

test('segments from several senders are kept apart', () => {
  const receive = receiverAt();
  const [one, two] = [cut(1, 0), cut(2, 0)];
  for (let i = 0; i < one.length - 1; i++) {
    expect(receive(one[i]!, 'a')).toBe('partial');
    expect(receive(two[i]!, 'b')).toBe('partial');
  }
  expect(receive(one.at(-1)!, 'a')).toMatchObject({ positionM: [1, 0, 0] });
  expect(receive(two.at(-1)!, 'b')).toMatchObject({ positionM: [2, 0, 0] });
});

test('the sequence may count packets or samples, and may wrap', () => {
  for (const sequences of [(i: number) => i + 0xfffe, () => 9]) {
    const receive = receiverAt();
    const packets = cut(1, 0).map(
      (packet, i) => packetizeOpenTrackIo(packet.subarray(OTRK_HEADER_BYTES), 'json', { sequence: sequences(i) })[0]!,
    );
    const offsets = packets.map((packet, i) => rewrite(packet, i * 20, i === packets.length - 1));
    expect(offsets.map((packet) => receive(packet)).at(-1)).toEqual(SAMPLE);
  }
});

/** The same packet at another place in the payload, checksummed again. */
function rewrite(packet: Uint8Array, offset: number, last: boolean): Uint8Array {
  const out = packet.slice();
  const view = new DataView(out.buffer);
  view.setUint32(8, offset);
  view.setUint16(12, (out.length - OTRK_HEADER_BYTES) | (last ? 0x8000 : 0));
  let [s1, s2] = [0, 0];
  out.forEach((byte, i) => {
    if (i === 14 || i === 15) return;
    s1 = (s1 + byte) % 256;
    s2 = (s2 + s1) % 256;
  });
  view.setUint16(14, s2 * 256 + s1);
  return out;
}

test('a second copy of any packet is dropped and spoils nothing', () => {
  const receive = receiverAt();
  const packets = cut(1, 5);
  for (const packet of packets.slice(0, -1)) {
    expect(receive(packet)).toBe('partial');
    expect(receive(packet)).toBe('duplicate');
  }
  expect(receive(packets.at(-1)!)).toEqual(SAMPLE);
  expect(packets.map((packet) => receive(packet))).toEqual(packets.map(() => 'duplicate'));
});

test('a first packet with sequence 0 counts, and a sequence that stands still does not silence a sender', () => {
  const receive = receiverAt();
  for (const x of [1, 2, 3]) expect(receive(packetizeOpenTrackIo(message(x), 'json', { sequence: 0 })[0]!)).toEqual(SAMPLE);
});

test('a lost segment costs its own sample only', () => {
  const receive = receiverAt() as ReturnType<typeof receiverAt> & { receiver: OpenTrackIoReceiver };
  const [one, two, three] = [cut(1, 0), cut(2, 10), cut(3, 20)];
  receive(one[0]!);
  expect(one.slice(2).map((packet) => receive(packet))).toEqual(one.slice(2).map(() => 'bad-segment'));
  expect(two.slice(0, -1).map((packet) => receive(packet))).toEqual(two.slice(1).map(() => 'partial'));
  expect(three.map((packet) => receive(packet)).at(-1)).toEqual(SAMPLE);
  expect(receive.receiver.abandoned).toBe(2);
  expect(receive.receiver.pendingBytes).toBe(0);
});

test('what waits too long is dropped', () => {
  const receive = receiverAt();
  const packets = cut(1, 0);
  expect(packets.slice(0, -1).map((packet) => receive(packet))).toEqual(packets.slice(1).map(() => 'partial'));
  expect(receive(packets.at(-1)!, 'a', 1_000_000_001n)).toBe('bad-segment');
});

test('memory is bounded by sources and payload size', () => {
  const assembler = new SegmentAssembler({ maxPayloadBytes: 1000, maxSources: 4, maxAgeNs: 1_000_000_000n });
  const part = (segmentOffset: number, sequence: number) =>
    ({ encoding: 'json', sequence, segmentOffset, last: false, checksum: sequence, payload: new Uint8Array(400) }) as const;
  for (let source = 0; source < 100; source++) expect(assembler.add(`s${source}`, part(0, 1), 0n)).toBe('partial');
  expect(assembler.pendingBytes).toBe(4 * 400);
  expect(assembler.abandoned).toBe(96);
  expect(assembler.add('s99', part(400, 2), 0n)).toBe('partial');
  expect(assembler.add('s99', part(800, 3), 0n)).toBe('too-large');
  expect(assembler.pendingBytes).toBe(3 * 400);
});

test('header faults have their own reasons', () => {
  const receive = receiverAt();
  const [packet] = packetizeOpenTrackIo(message(1), 'json', { sequence: 0 }) as [Uint8Array];
  expect(receive(packet.subarray(0, 15))).toBe('bad-length');
  expect(receive(packet.subarray(0, packet.length - 1))).toBe('bad-length');
  expect(receive(new Uint8Array([...packet, 0]))).toBe('bad-length');
  expect(receive(packet.with(0, 0x50))).toBe('bad-magic');
  expect(receive(packet.with(40, packet[40]! ^ 1))).toBe('bad-checksum');
  for (const code of [0, 3, 0x80]) expect(receive(rewrite(packet.with(5, code), 0, true))).toBe('bad-encoding');
  expect(receive(rewrite(packet.with(4, 0xff), 0, true))).toEqual(SAMPLE);
  expect(receive(rewrite(packet, 7, true))).toBe('bad-segment');
});

test('CBOR is held to definite, text-keyed, shallow trees', () => {
  const reason = (...bytes: number[]) => decodePayload(new Uint8Array(bytes), 'cbor');
  expect(reason(0xa1, 0x61, 0x61, 0x01)).toEqual({ tree: { a: 1 } });
  expect(reason(0xa1, 0x61, 0x61, 0xf9, 0x3e, 0x00)).toEqual({ tree: { a: 1.5 } });
  expect(reason(0xa1, 0x61, 0x61, 0xfa, 0x3f, 0xc0, 0, 0)).toEqual({ tree: { a: 1.5 } });
  expect(reason(0xbf, 0x61, 0x61, 0x01, 0xff)).toBe('bad-cbor');
  expect(reason(0xa1, 0x01, 0x01)).toBe('bad-cbor');
  expect(reason(0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02)).toBe('bad-cbor');
  expect(reason(0xc1, 0x01)).toBe('bad-cbor');
  expect(reason(0x9b, 0, 0, 0, 1, 0, 0, 0, 0)).toBe('bad-cbor');
  expect(reason(0xa1, 0x61, 0x61, 0x01, 0x00)).toBe('bad-cbor');
  expect(decodePayload(new Uint8Array(60_000).fill(0x81), 'cbor')).toBe('bad-cbor');
  expect(decodePayload(encode(Array(20_000).fill(0)), 'cbor')).toBe('bad-cbor');
  let deep: unknown = 1;
  for (let i = 0; i < 32; i++) deep = [deep];
  expect(decodePayload(encode(deep), 'cbor')).toEqual({ tree: deep });
  expect(decodePayload(encode([deep]), 'cbor')).toBe('bad-cbor');
});

test('JSON may be padded with zeros, and must be UTF-8', () => {
  expect(decodePayload(Buffer.from('{"a":1}\0\0'), 'json')).toEqual({ tree: { a: 1 } });
  expect(decodePayload(new Uint8Array([0x22, 0xff, 0x22]), 'json')).toBe('bad-json');
});
