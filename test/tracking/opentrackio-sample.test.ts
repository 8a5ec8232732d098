import { expect, test } from 'vitest';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { OpenTrackIoReceiver } from '../../src/tracking/opentrackio-receiver.ts';
import { sampleFromOpenTrackIo } from '../../src/tracking/opentrackio-sample.ts';
import { readSharedText } from './shared-data.ts';

const CAMERA = { translation: { x: 1, y: 2, z: 3 }, rotation: { pan: 0, tilt: 0, roll: 0 }, id: 'Camera' };
const context = { receivedAtNs: 42n, sourceAddress: '10.0.0.1:4000' };
const read = (tree: unknown, radialOrder?: 'polynomial') =>
  sampleFromOpenTrackIo(tree, { ...context, ...(radialOrder ? { radialOrder } : {}) });
const good = (extra: object, radialOrder?: 'polynomial') => read({ transforms: [CAMERA], ...extra }, radialOrder) as CameraSample;

test('a bare pose is enough; what is absent is said to be absent', () => {
  expect(read({ transforms: [CAMERA] })).toEqual({
    subject: '10.0.0.1:4000',
    positionM: [1, 3, -2],
    rotation: [0, 0, 0, 1],
    lens: {},
    sensorMm: null,
    sampleTimestampNs: 42n,
    receivedAtNs: 42n,
    sequence: null,
    timecode: null,
    recording: null,
  });
});

test.each([
  ['no object', [], 'bad-value'],
  ['another protocol', { protocol: { name: 'PSN' }, transforms: [CAMERA] }, 'bad-type'],
  ['source number 0', { sourceNumber: 0, transforms: [CAMERA] }, 'bad-source'],
  ['source number 201', { sourceNumber: 201, transforms: [CAMERA] }, 'bad-source'],
  ['source number as text', { sourceNumber: '7', transforms: [CAMERA] }, 'bad-source'],
  ['no transforms', {}, 'no-transform'],
  ['empty transforms', { transforms: [] }, 'no-transform'],
  ['transforms as object', { transforms: CAMERA }, 'bad-value'],
  ['a text for a number', { transforms: [{ translation: { x: '1' } }] }, 'bad-value'],
  ['a null rotation', { transforms: [{ rotation: null }] }, 'bad-value'],
  ['an infinite number', { transforms: [{ translation: { x: Number.POSITIVE_INFINITY } }] }, 'bad-value'],
  [
    'a position that overflows',
    { transforms: [{ scale: { x: 1e200 } }, { scale: { x: 1e200 } }, { translation: { x: 1e200 } }] },
    'bad-value',
  ],
  ['too many transforms', { transforms: Array(65).fill(CAMERA) }, 'bad-value'],
  ['a negative timestamp', { transforms: [CAMERA], timing: { sampleTimestamp: { seconds: -1, nanoseconds: 0 } } }, 'bad-value'],
  ['fractions of nanoseconds', { transforms: [CAMERA], timing: { sampleTimestamp: { seconds: 1, nanoseconds: 0.5 } } }, 'bad-value'],
])('%s is refused', (_name, tree, reason) => {
  expect(read(tree)).toBe(reason);
});

test('source numbers 1 and 200 are in', () => {
  expect(good({ sourceNumber: 1 }).sourceNumber).toBe(1);
  expect(good({ sourceNumber: 200 }).sourceNumber).toBe(200);
});

test('timestamps reach to the end of their fields', () => {
  const timing = { sampleTimestamp: { seconds: 2 ** 48 - 1, nanoseconds: 2 ** 32 - 1 } };
  expect(good({ timing }).sampleTimestampNs).toBe((2n ** 48n - 1n) * 1_000_000_000n + 2n ** 32n - 1n);
});

test('a parent turns and scales what hangs on it', () => {
  const chain = [
    { translation: { x: 10, y: 0, z: 1 }, rotation: { pan: 90 } },
    { scale: { x: 2, y: 3, z: 0.5 } },
    { translation: { x: 1, y: 1, z: 4 } },
  ];
  // Scaled (2, 3, 2), turned left by 90° (−3, 2, 2), moved (7, 2, 3); Y-up (7, 3, −2).
  const { positionM, rotation } = read({ transforms: chain }) as CameraSample;
  [7, 3, -2].forEach((expected, i) => {
    expect(positionM[i]).toBeCloseTo(expected, 12);
  });
  [0, Math.SQRT1_2, 0, Math.SQRT1_2].forEach((expected, i) => {
    expect(rotation[i]).toBeCloseTo(expected, 12);
  });
});

test('radial coefficients alternate numerator and denominator, on millimetres', () => {
  const lens = { pinholeFocalLength: 10, distortion: [{ radial: [1, 2, 3, 4, 5, 6], tangential: [7, 8] }] };
  expect(good({ lens }).lens.distortion).toEqual({
    direction: 'distorted-to-undistorted',
    numerator: [100, 30_000, 5_000_000],
    denominator: [200, 40_000, 6_000_000],
    tangential: [70, 80],
  });
  expect(good({ lens }, 'polynomial').lens.distortion).toMatchObject({
    numerator: [100, 20_000, 3_000_000],
    denominator: [400, 50_000, 6_000_000],
  });
});

test('the polynomial in tangent units is the one in millimetres', () => {
  const [f, k, p] = [35, [1e-4, 2e-5, -3e-7, 1e-8, 1e-10, 0], [3e-5, -2e-5]];
  const {
    numerator: n,
    denominator: d,
    tangential: t,
  } = good({ lens: { pinholeFocalLength: f, distortion: [{ radial: k, tangential: p }] } }).lens.distortion!;
  const [x, y] = [9.5, -4.25];
  const r = x * x + y * y;
  const ratio = (1 + k[0]! * r + k[2]! * r ** 2 + k[4]! * r ** 3) / (1 + k[1]! * r + k[3]! * r ** 2 + k[5]! * r ** 3);
  const expectedMm = [ratio * x + 2 * p[0]! * x * y + p[1]! * (r + 2 * x * x), ratio * y + 2 * p[1]! * x * y + p[0]! * (r + 2 * y * y)];
  const [u, v] = [x / f, y / f];
  const q = u * u + v * v;
  const tangentRatio = (1 + n[0] * q + n[1] * q ** 2 + n[2] * q ** 3) / (1 + d[0] * q + d[1] * q ** 2 + d[2] * q ** 3);
  expect(f * (tangentRatio * u + 2 * t[0] * u * v + t[1] * (q + 2 * u * u))).toBeCloseTo(expectedMm[0]!, 12);
  expect(f * (tangentRatio * v + 2 * t[1] * u * v + t[0] * (q + 2 * v * v))).toBeCloseTo(expectedMm[1]!, 12);
});

test('of several distortions D-U is taken, then U-D; none is said as null; what cannot be used is not sent', () => {
  const distortionOf = (distortion: unknown) => good({ lens: { pinholeFocalLength: 1, distortion } }).lens.distortion;
  const ud = { model: 'Brown-Conrady U-D', radial: [1] };
  const du = { model: 'Brown-Conrady D-U', radial: [2] };
  expect(distortionOf([ud, du])).toMatchObject({ direction: 'distorted-to-undistorted', numerator: [2, 0, 0] });
  expect(distortionOf([ud])).toMatchObject({ direction: 'undistorted-to-distorted', numerator: [1, 0, 0] });
  expect(distortionOf([{ model: 'Brown-Conrady', radial: [3] }])).toMatchObject({ direction: 'distorted-to-undistorted' });
  expect(distortionOf({ radial: [3] })).toMatchObject({ numerator: [3, 0, 0] });
  expect(distortionOf([{ radial: [0, 0], tangential: [0] }])).toBeNull();
  for (const bad of [
    [],
    [{}],
    [{ radial: ['1'] }],
    [{ radial: [0, 0, 0, 0, 0, 0, 1] }],
    [{ model: 'Anamorphic', radial: [1] }],
    'x',
    [null],
  ]) {
    expect(distortionOf(bad)).toBeUndefined();
  }
  expect(good({ lens: { distortion: [du] } }).lens.distortion).toBeUndefined();
  expect(good({ static: { lens: { nominalFocalLength: 2 } }, lens: { distortion: [du] } }).lens.distortion).toMatchObject({
    numerator: [8, 0, 0],
  });
});

test('drafts and broken optional fields are read leniently', () => {
  expect(good({ lens: { focalLength: 24 } }).lens).toEqual({ pinholeFocalLengthMm: 24 });
  const lens = {
    pinholeFocalLength: 0,
    focusDistance: -1,
    encoders: { zoom: 1.5, iris: 0.5 },
    rawEncoders: { focus: -3 },
    projectionOffset: { x: 1 },
  };
  expect(good({ lens }).lens).toEqual({ encoders: { iris: 0.5 } });
  expect(good({ timing: { timecode: { hours: 25, minutes: 0, seconds: 0, frames: 0 } } }).timecode).toBeNull();
  expect(good({ timing: { timecode: { hours: 1, minutes: 2, seconds: 3, frames: 4, dropFrame: true } } }).timecode).toBe('01:02:03;04');
});

test('a real recording of a draft sender: every sample is refused for one reason, that it has no pose', () => {
  const lines = readSharedText('assets/tracking/opentrackio_zoom_recording.ndjson').trim().split('\n');
  const receiver = new OpenTrackIoReceiver();
  const reasons = new Set(lines.map((line) => receiver.receive(Buffer.from(line), 'x', 1n)));
  expect([lines.length, [...reasons]]).toEqual([462, ['no-transform']]);
  const withPose = good({ ...(JSON.parse(lines[0]!) as object), transforms: [CAMERA] });
  expect(withPose).toMatchObject({
    subject: 'Camera 1_1',
    label: 'Camera 1',
    timecode: '00:00:04:16',
    lens: { pinholeFocalLengthMm: 2354 },
  });
});

test('the static block is carried on to the samples without it', () => {
  const receiver = new OpenTrackIoReceiver();
  const message = (extra: object) => Buffer.from(JSON.stringify({ sourceId: 'a', sourceNumber: 3, transforms: [CAMERA], ...extra }));
  const camera = { label: 'A cam', activeSensorPhysicalDimensions: { width: 36, height: 24 } };
  receiver.receive(message({ static: { camera } }), 'x', 1n);
  expect(receiver.receive(message({}), 'x', 2n)).toMatchObject({ label: 'A cam', sensorMm: [36, 24] });
  expect((receiver.receive(message({ sourceNumber: 4 }), 'x', 2n) as CameraSample).label).toBeUndefined();
});
