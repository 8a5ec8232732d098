import { encode } from 'cborg';
import { expect, test, vi } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { decodeFreeDDatagram, freeDChecksum } from '../../src/tracking/decode-freed.ts';
import { OTRK_HEADER_BYTES } from '../../src/tracking/opentrackio-packet.ts';
import { OpenTrackIoReceiver } from '../../src/tracking/opentrackio-receiver.ts';
import { SampleHistory } from '../../src/tracking/sample-history.ts';
import { otrkPackets, readShared, readSharedJson } from './shared-data.ts';

const RANDOM_PACKETS = 100_000;
/** Processor time of one run, so that a busy machine does not fail it; the slowest takes about 10 s, most of it to make the messages. */
const LIMIT_MS = 60_000;
vi.setConfig({ testTimeout: 300_000 });

type Outcome = CameraSample | string;
type Decode = (message: Uint8Array) => Outcome[];

/** Runs every message through a decoder; counts what came of it; no throw and no number that is not finite. */
function count(messages: Iterable<Uint8Array>, decode: Decode): Record<string, number> {
  const counts: Record<string, number> = { messages: 0 };
  for (const message of messages) {
    counts['messages']!++;
    for (const outcome of decode(message)) {
      const name = typeof outcome === 'string' ? outcome : 'sample';
      counts[name] = (counts[name] ?? 0) + 1;
      if (typeof outcome !== 'string') expectFinite(outcome);
    }
  }
  return counts;
}

/** Numbers anywhere in a sample are finite, and its rotation is one. */
function expectFinite(sample: CameraSample): void {
  const walk = (value: unknown): boolean => {
    if (typeof value === 'number') return Number.isFinite(value);
    return typeof value !== 'object' || value === null || Object.values(value).every(walk);
  };
  if (!walk(sample)) throw new Error(`not finite: ${JSON.stringify(sample.lens)} ${sample.positionM} ${sample.rotation}`);
  if (Math.abs(Math.hypot(...sample.rotation) - 1) > 1e-9) throw new Error(`no rotation: ${sample.rotation}`);
}

function* randomBytes(seed: number, prefix: (random: () => number) => readonly number[]): Generator<Uint8Array> {
  const random = createRng(seed);
  for (let i = 0; i < RANDOM_PACKETS; i++) {
    const head = prefix(random);
    const out = new Uint8Array(head.length + Math.floor(random() ** 3 * 2000));
    for (let at = head.length; at < out.length; at++) out[at] = random() * 256;
    out.set(head);
    yield out;
  }
}

function* truncations(packets: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const packet of packets) for (let length = 0; length < packet.length; length++) yield packet.subarray(0, length);
}

function* bitFlips(packets: readonly Uint8Array[], repair: (packet: Uint8Array) => void = () => {}): Generator<Uint8Array> {
  for (const packet of packets) {
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const out = packet.slice();
      out[bit >> 3]! ^= 1 << (bit & 7);
      repair(out);
      yield out;
    }
  }
}

/** Makes a damaged packet pass the checks of its header, so that what lies behind them is reached. */
function repairOtrk(packet: Uint8Array): void {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  let [s1, s2] = [0, 0];
  for (let i = 0; i < packet.length; i++) {
    if (i === 14 || i === 15) continue;
    s1 = (s1 + packet[i]!) & 0xff;
    s2 = (s2 + s1) & 0xff;
  }
  view.setUint16(14, (s2 << 8) | s1);
}

const otrkHeader = (random: () => number): number[] => {
  const encoding = random() < 0.5 ? 1 : 2;
  return [0x4f, 0x54, 0x72, 0x6b, 0, encoding, random() * 256, random() * 256, 0, 0, 0, 0, 0, 0, 0, 0];
};

function* withHeader(packets: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const packet of packets) {
    if (packet.length <= OTRK_HEADER_BYTES) continue;
    new DataView(packet.buffer).setUint16(12, 0x8000 | (packet.length - OTRK_HEADER_BYTES));
    repairOtrk(packet);
    yield packet;
  }
}

const packets = otrkPackets();
const otrkBytes = packets.map(({ bytes }) => bytes);
const { synthetic_from_manual_ranges: vectors } = readSharedJson('data/freed/vectors.json') as {
  synthetic_from_manual_ranges: { hex: string }[];
};
const freedBytes = [...vectors.map(({ hex }) => new Uint8Array(Buffer.from(hex, 'hex'))), readShared('data/freed/synthetic_4x29.bin')];
const decodeFreeD: Decode = (message) => decodeFreeDDatagram(message, 1n);

function decodeOtrk(receiver = new OpenTrackIoReceiver()): Decode {
  let nowNs = 0n;
  return (message) => {
    nowNs += 10_000n;
    const outcome = receiver.receive(message, `10.0.0.${(nowNs / 10_000n) % 3n}:4000`, nowNs);
    if (receiver.pendingBytes > 64 * 65_536) throw new Error(`${receiver.pendingBytes} bytes wait`);
    return [outcome];
  };
}

function run(name: string, messages: Iterable<Uint8Array>, decode: Decode): Record<string, number> {
  const began = process.cpuUsage();
  const counts = count(messages, decode);
  const { user, system } = process.cpuUsage(began);
  const ms = (user + system) / 1000;

  const { messages: total, ...outcomes } = counts;
  const text = Object.entries(outcomes).map(([outcome, n]) => `${outcome} ${n}`);
  console.log(`fuzz ${name}: ${total} messages in ${(ms / 1000).toFixed(1)} s of processor time: ${text.join(', ')}`);
  expect(ms).toBeLessThan(LIMIT_MS);
  return counts;
}

test('FreeD: 100,000 random datagrams, half of them with the right type and checksum', () => {
  const random = createRng(1);
  const messages = function* () {
    for (const message of randomBytes(2, () => [])) {
      if (random() < 0.5 && message.length >= 29) {
        message[0] = 0xd1;
        message[28] = freeDChecksum(message);
      }
      yield message;
    }
  };
  const counts = run('FreeD random', messages(), decodeFreeD);
  expect(counts['messages']).toBe(RANDOM_PACKETS);
  expect(counts['sample']).toBeGreaterThan(20_000);
});

test('FreeD: every truncation and every flipped bit of the vectors is refused', () => {
  const [single, four] = [freedBytes.slice(0, -1), freedBytes.slice(-1)];
  expect(Object.keys(run('FreeD truncated', truncations(single), decodeFreeD))).toEqual(['messages', 'bad-length']);
  run('FreeD truncated ×4', truncations(four), decodeFreeD);
  // One changed bit always changes the sum, so no single message survives.
  const flips = run('FreeD bit flips', bitFlips(single), decodeFreeD);
  expect(flips['sample']).toBeUndefined();
  expect(flips['messages']).toBe(single.length * 29 * 8);
  run(
    'FreeD bit flips, checksum repaired',
    bitFlips(single, (p) => p.set([freeDChecksum(p)], 28)),
    decodeFreeD,
  );
});

test('OpenTrackIO: 100,000 random messages, bare ones and ones with a right header', () => {
  const bare = run(
    'OpenTrackIO random',
    randomBytes(3, (random) => [[], [0x7b], [0xa5], [0x4f, 0x54, 0x72, 0x6b]][Math.floor(random() * 4)]!),
    decodeOtrk(),
  );
  expect(bare['messages']).toBe(RANDOM_PACKETS);
  expect(bare['sample']).toBeUndefined();
  const behind = run('OpenTrackIO random behind a right header', withHeader(randomBytes(4, otrkHeader)), decodeOtrk());
  expect(behind['bad-cbor']).toBeGreaterThan(10_000);
  expect(behind['bad-json']).toBeGreaterThan(10_000);
});

test('OpenTrackIO: every truncation and every flipped bit of every packet', () => {
  expect(run('OpenTrackIO truncated', truncations(otrkBytes), decodeOtrk())['sample']).toBeUndefined();
  const flips = run('OpenTrackIO bit flips', bitFlips(otrkBytes), decodeOtrk());
  expect(flips['messages']).toBe(otrkBytes.reduce((sum, { length }) => sum + length * 8, 0));
  // Fletcher-16 finds every single flipped bit.
  expect(flips['sample']).toBeUndefined();
});

test('OpenTrackIO: every flipped bit of one packet of each kind, checksum repaired', () => {
  const kinds = [...new Map(packets.map((packet) => [packet.name.replace(/_\d\d_(\d)\.bin$/, '_$1'), packet.bytes])).values()];
  const counts = run('OpenTrackIO bit flips, checksum repaired', bitFlips(kinds, repairOtrk), decodeOtrk());
  expect(counts['sample']).toBeGreaterThan(1000);
});

/** A value of every sort, where a sample has its own. */
function hostile(random: () => number): unknown {
  const kinds = [
    null,
    true,
    '',
    'x',
    [],
    {},
    -0,
    0,
    -1,
    1e308,
    -1e308,
    Number.MAX_SAFE_INTEGER,
    1e-320,
    [1, 'a'],
    { x: 1 },
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ];
  return kinds[Math.floor(random() * kinds.length)];
}

function damage(tree: unknown, random: () => number): unknown {
  if (random() < 0.03) return hostile(random);
  if (Array.isArray(tree)) return tree.map((item) => damage(item, random));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, damage(value, random)]));
}

test('OpenTrackIO: 100,000 samples with members of the wrong kind, as JSON and CBOR, into a history', () => {
  const examples = ['complete_dynamic', 'complete_static', 'recommended_static'].map((name) =>
    readSharedJson(`data/opentrackio/${name}_example.json`),
  );
  const random = createRng(9);
  const messages = function* () {
    for (let i = 0; i < RANDOM_PACKETS; i++) {
      const tree = damage(examples[i % examples.length], random);
      if (typeof tree !== 'object' || tree === null) continue;
      yield i % 4 === 0 ? encode(tree) : Buffer.from(JSON.stringify(tree));
    }
  };
  const history = new SampleHistory({ capacity: 64 });
  const decode = decodeOtrk();
  const counts = run('OpenTrackIO wrong members', messages(), (message) => {
    const outcomes = decode(message);
    for (const outcome of outcomes) if (typeof outcome !== 'string') history.insert(outcome);
    const { sample } = history.evaluate(1718806554_500000000n);
    if (sample) expectFinite(sample);
    return outcomes;
  });
  expect(counts['sample']).toBeGreaterThan(10_000);
  expect(counts['bad-value']).toBeGreaterThan(10_000);
  expect(history.size).toBeLessThanOrEqual(64);
});
