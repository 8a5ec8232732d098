import { expect, test } from 'vitest';
import { rotate } from '../../src/core/quat.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { decodeFreeD, decodeFreeDDatagram, type FreeDFields, parseFreeD } from '../../src/tracking/decode-freed.ts';
import { encodeFreeD, freeDFromSample } from '../../src/tracking/encode-freed.ts';
import { readShared, readSharedJson } from './shared-data.ts';

interface Vector {
  readonly hex: string;
  readonly cameraId: number;
  readonly pan: number;
  readonly tilt: number;
  readonly roll: number;
  readonly x_mm: number;
  readonly y_mm: number;
  readonly z_mm: number;
  readonly zoom: number;
  readonly focus: number;
  readonly spare: number;
}

const vectors = (readSharedJson('data/freed/vectors.json') as { synthetic_from_manual_ranges: Vector[] }).synthetic_from_manual_ranges;
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

test.each(vectors)('reads and writes the vector $hex', (vector) => {
  const fields: FreeDFields = {
    cameraId: vector.cameraId,
    panDeg: vector.pan,
    tiltDeg: vector.tilt,
    rollDeg: vector.roll,
    xMm: vector.x_mm,
    yMm: vector.y_mm,
    zMm: vector.z_mm,
    zoom: vector.zoom,
    focus: vector.focus,
    spare: vector.spare,
  };
  expect(parseFreeD(bytesOf(vector.hex))).toEqual(fields);
  expect(Buffer.from(encodeFreeD(fields)).toString('hex')).toBe(vector.hex);
  const sample = decodeFreeD(bytesOf(vector.hex), 77n) as CameraSample;
  expect(sample.subject).toBe(String(vector.cameraId));
  expect(sample.positionM[0]).toBe(vector.x_mm / 1000);
  expect(sample.positionM[1]).toBe(vector.z_mm / 1000);
  expect(sample.positionM[2]).toBeCloseTo(-vector.y_mm / 1000, 15);
  expect(sample.lens).toEqual({ rawEncoders: { zoom: vector.zoom, focus: vector.focus } });
  expect([sample.sampleTimestampNs, sample.receivedAtNs, sample.sequence]).toEqual([77n, 77n, null]);
});

test('reads several messages in one datagram, and what pads it', () => {
  const four = readShared('data/freed/synthetic_4x29.bin');
  const ids = (bytes: Uint8Array) => decodeFreeDDatagram(bytes, 0n).map((result) => (typeof result === 'string' ? result : result.subject));
  expect(ids(four)).toEqual(['1', '1', '255', '0']);
  expect(ids(new Uint8Array([...four, 0, 0, 0]))).toEqual(['1', '1', '255', '0']);
  expect(ids(new Uint8Array([...four.subarray(0, 29), ...new Uint8Array(35)]))).toEqual(['1']);
  const broken = four.slice();
  broken[30] = 0x42;
  expect(ids(broken)).toEqual(['1', 'bad-checksum', '255', '0']);
});

test('rejects what is no D1 message', () => {
  const good = bytesOf(vectors[0]!.hex);
  const changed = (at: number, value: number) => good.with(at, value);
  expect(decodeFreeD(new Uint8Array(0), 0n)).toBe('bad-length');
  expect(decodeFreeD(good.subarray(0, 28), 0n)).toBe('bad-length');
  expect(decodeFreeD(changed(0, 0xd0), 0n)).toBe('bad-type');
  expect(decodeFreeD(changed(28, good[28]! ^ 1), 0n)).toBe('bad-checksum');
  expect(decodeFreeD(changed(28, good[28]! ^ 1), 0n, { verifyChecksum: false })).toMatchObject({ subject: '1' });
  expect(decodeFreeDDatagram(new Uint8Array(0), 0n)).toEqual(['bad-length']);
});

test('a sample goes through a packet to the resolution of its fields', () => {
  const source: FreeDFields = {
    cameraId: 7,
    panDeg: 12.5,
    tiltDeg: -3.25,
    rollDeg: 0.5,
    xMm: 1000,
    yMm: -2500.25,
    zMm: 1750,
    zoom: 5,
    focus: 6,
    spare: 0,
  };
  const sample = decodeFreeD(encodeFreeD(source), 0n) as CameraSample;
  const again = decodeFreeD(encodeFreeD(freeDFromSample(sample, 7)), 0n) as CameraSample;
  expect(again.positionM).toEqual(sample.positionM);
  const turn = rotate(again.rotation, [0, 0, -1]).map((c, i) => c - rotate(sample.rotation, [0, 0, -1])[i]!);
  expect(Math.hypot(...turn)).toBeLessThan(Math.PI / 180 / 32768);
  const outside = parseFreeD(encodeFreeD({ ...source, xMm: 1e9, panDeg: Number.NaN, zoom: -4 })) as FreeDFields;
  expect([outside.xMm, outside.panDeg, outside.zoom]).toEqual([0x7fffff / 64, 0, 0]);
});
