import { expect, test } from 'vitest';
import { rotate } from '../../src/core/quat.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { fletcher16, parseOpenTrackIoPacket } from '../../src/tracking/opentrackio-packet.ts';
import { OpenTrackIoReceiver } from '../../src/tracking/opentrackio-receiver.ts';
import { quatFromPanTiltRoll } from '../../src/tracking/pan-tilt-roll.ts';
import { otrkPackets, otrkPayloads, readShared, readSharedJson } from './shared-data.ts';

interface Tree {
  readonly sourceId: string;
  readonly transforms: readonly { translation: Record<'x' | 'y' | 'z', number>; rotation: Record<'pan' | 'tilt' | 'roll', number> }[];
  readonly lens: { readonly encoders: Record<'focus' | 'iris' | 'zoom', number> };
  readonly timing: {
    readonly sampleTimestamp: { seconds: number; nanoseconds: number };
    readonly timecode: Record<'hours' | 'minutes' | 'seconds' | 'frames', number>;
  };
}

/** What a packet of the reference sender says, by the formulas of the standard; F = 24.305 mm in all of them. */
function expectSample(sample: CameraSample, tree: Tree): void {
  const [{ translation, rotation }] = tree.transforms as [Tree['transforms'][0]];
  expect(sample.positionM).toEqual([translation.x, translation.z, -translation.y]);
  const radians = (deg: number) => (deg * Math.PI) / 180;
  const angles = { panRad: radians(rotation.pan), tiltRad: radians(rotation.tilt), rollRad: radians(rotation.roll) };
  for (const axis of [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const) {
    rotate(sample.rotation, axis).forEach((component, i) => {
      expect(component).toBeCloseTo(rotate(quatFromPanTiltRoll(angles), axis)[i]!, 12);
    });
  }
  const { seconds, nanoseconds } = tree.timing.sampleTimestamp;
  expect(sample.sampleTimestampNs).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
  const { hours, minutes, seconds: s, frames } = tree.timing.timecode;
  expect(sample.timecode).toBe([hours, minutes, s, frames].map((n) => String(n).padStart(2, '0')).join(':'));
  expect(sample).toMatchObject({ subject: tree.sourceId, sourceNumber: 14, recording: false, sequence: null });
  const f = 24.305;
  expect(sample.lens).toMatchObject({
    pinholeFocalLengthMm: f,
    entrancePupilOffsetM: 0.123,
    focusDistanceM: 10,
    projectionOffsetMm: [0.1, 0.2],
    encoders: tree.lens.encoders,
  });
  const distortion = sample.lens.distortion!;
  expect(distortion.direction).toBe('distorted-to-undistorted');
  expect(distortion.numerator[0]).toBeCloseTo(1 * f ** 2, 9);
  expect(distortion.denominator[0]).toBeCloseTo(2 * f ** 2, 9);
  expect(distortion.numerator[1] / (3 * f ** 4)).toBeCloseTo(1, 12);
  expect([distortion.numerator[2], distortion.denominator[1], distortion.denominator[2]]).toEqual([0, 0, 0]);
  expect(distortion.tangential).toEqual([1 * f, 2 * f]);
}

test('the checksum is that of the reference sender for every packet', () => {
  const packets = otrkPackets();
  expect(packets.length).toBeGreaterThanOrEqual(29);
  for (const { name, bytes } of packets) expect([name, fletcher16(bytes)]).toEqual([name, (bytes[14]! << 8) | bytes[15]!]);
});

const payloads = otrkPayloads();

test.each([...payloads.keys()].filter((key) => key.startsWith('json')))('JSON packets %s say what their text says', (key) => {
  const segments = payloads.get(key)!;
  const receiver = new OpenTrackIoReceiver();
  const results = segments.map(({ bytes }) => receiver.receive(bytes, '10.0.0.9:4000', 123n));
  expect(results.slice(0, -1)).toEqual(segments.slice(1).map(() => 'partial'));
  const text = Buffer.concat(segments.map(({ bytes }) => bytes.subarray(16))).toString();
  expectSample(results.at(-1) as CameraSample, JSON.parse(text));
  expect((results.at(-1) as CameraSample).receivedAtNs).toBe(123n);
});

/** The reference sender moves by the same clock in both encodings, so the JSON text of the same number says what CBOR must. */
test.each([...payloads.keys()].filter((key) => key.startsWith('cbor')))('CBOR packets %s say what the JSON of that number says', (key) => {
  const twin = payloads.get(`json_single_${key.slice(-2)}`);
  if (twin === undefined) throw new Error(`no JSON packet for ${key}`);
  const receiver = new OpenTrackIoReceiver();
  const results = payloads.get(key)!.map(({ bytes }) => receiver.receive(bytes, '10.0.0.9:4000', 123n));
  expectSample(results.at(-1) as CameraSample, JSON.parse(Buffer.from(twin[0]!.bytes.subarray(16)).toString()));
});

const EXAMPLES = ['complete_dynamic', 'complete_static', 'recommended_dynamic', 'recommended_static'];

test.each(EXAMPLES)('the example %s reads the same as JSON, as CBOR and in packets', (name) => {
  const json = readShared(`data/opentrackio/${name}_example.json`);
  const cbor = readShared(`data/opentrackio/packets/${name}_example.cbor`);
  const decode = (bytes: Uint8Array) => new OpenTrackIoReceiver().receive(bytes, 'x', 9n) as CameraSample;
  expect(decode(cbor)).toEqual(decode(json));
  const tree = readSharedJson(`data/opentrackio/${name}_example.json`) as Tree;
  expect(decode(json)).toMatchObject({ subject: tree.sourceId, sourceNumber: 1, timecode: '01:02:03:04', recording: false });
});

test('the complete examples compose their chain, scale by scale', () => {
  const bytes = readShared('data/opentrackio/complete_static_example.json');
  const sample = new OpenTrackIoReceiver().receive(bytes, 'x', 9n) as CameraSample;
  // Dolly, crane arm and camera each T(1, 2, 3)·R with R = Rz(180°)·Rx(90°)·Ry(45°), Z-up; the arm is scaled by (1, 2, 3) as well.
  // Ry(45°): (h(x + z), y, h(z − x)); Rx(90°): (x, −z, y); Rz(180°): (−x, −y, z).
  const h = Math.SQRT1_2;
  const turn = ([x, y, z]: readonly [number, number, number]): [number, number, number] => {
    const [rx, rz] = [h * x + h * z, -h * x + h * z];
    return [-rx, rz, y];
  };
  const t = [1, 2, 3] as const;
  const arm = turn(t);
  const camera = turn([t[0] * 1, t[1] * 2, t[2] * 3]);
  const cameraInStage = turn(camera);
  const z = [0, 1, 2].map((i) => t[i]! + arm[i]! + cameraInStage[i]!);
  expect(sample.positionM[0]).toBeCloseTo(z[0]!, 12);
  expect(sample.positionM[1]).toBeCloseTo(z[2]!, 12);
  expect(sample.positionM[2]).toBeCloseTo(-z[1]!, 12);
  // Three equal rotations in a row: the quaternion of one, cubed.
  const forward = turn(turn(turn([0, 1, 0])));
  rotate(sample.rotation, [0, 0, -1]).forEach((component, i) => {
    expect(component).toBeCloseTo([forward[0], forward[2], -forward[1]][i]!, 12);
  });
  expect(sample).toMatchObject({ sequence: 0, sensorMm: [36, 24], label: 'A', sampleTimestampNs: 1718806554_500000000n });
});

test('a packet is read field by field', () => {
  const { bytes } = otrkPackets().find(({ name }) => name === 'otrk_json_3seg_01_2.bin')!;
  const packet = parseOpenTrackIoPacket(bytes);
  expect(packet).toMatchObject({ encoding: 'json', sequence: 5, segmentOffset: 0x3a0, last: true, checksum: 0xac41 });
});
