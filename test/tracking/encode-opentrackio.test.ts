import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { rotate } from '../../src/core/quat.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { encodeOpenTrackIoPackets, openTrackIoFromSample, uuidUrn } from '../../src/tracking/encode-opentrackio.ts';
import { OpenTrackIoReceiver } from '../../src/tracking/opentrackio-receiver.ts';
import { quatFromPanTiltRoll } from '../../src/tracking/pan-tilt-roll.ts';
import { readSharedJson } from './shared-data.ts';

// The schema annotates units, which is no keyword of JSON Schema.
const validate = new Ajv2020({ strict: true, strictRequired: false, keywords: ['units'], allErrors: true }).compile(
  readSharedJson('data/opentrackio/schema.json') as object,
);
const OPTIONS = { sourceNumber: 9, rate: { num: 24000, den: 1001 }, label: 'B cam', withStatic: true };

const FULL: CameraSample = {
  subject: 'urn:uuid:11111111-2222-4333-8444-555555550001',
  positionM: [1.25, 1.7, -3.5],
  rotation: quatFromPanTiltRoll({ panRad: 0.4, tiltRad: -0.2, rollRad: 0.05 }),
  lens: {
    pinholeFocalLengthMm: 32,
    projectionOffsetMm: [0.1, -0.2],
    distortionOffsetMm: [0.01, 0.02],
    entrancePupilOffsetM: 0.11,
    focusDistanceM: 3.2,
    distortion: {
      direction: 'undistorted-to-distorted',
      numerator: [0.1, -0.02, 0.003],
      denominator: [0.04, 0, 0.005],
      tangential: [0.001, -0.002],
    },
    encoders: { focus: 0.25, iris: 0, zoom: 1 },
    rawEncoders: { focus: 1000, zoom: 4294967295 },
  },
  sensorMm: [36, 24],
  sampleTimestampNs: 1_795_354_728_516_666_667n,
  receivedAtNs: 1_795_354_728_516_666_667n,
  sequence: 4_294_967_295,
  timecode: '13:38:11;23',
  recording: true,
};
const BARE: CameraSample = { ...FULL, subject: '7', lens: {}, sensorMm: null, sequence: null, timecode: null, recording: null };

test.each([
  ['every field', FULL, true],
  ['every field, no static block', FULL, false],
  ['a pose alone', BARE, false],
  ['no distortion', { ...BARE, lens: { pinholeFocalLengthMm: 20, distortion: null } }, true],
])('a sample with %s validates against the published schema', (_name, sample, withStatic) => {
  const tree = JSON.parse(JSON.stringify(openTrackIoFromSample(sample, { ...OPTIONS, withStatic })));
  validate(tree);
  expect(validate.errors).toBeNull();
});

test('the validator refuses what is wrong, so that the tests above can fail', () => {
  const tree = { ...openTrackIoFromSample(FULL, OPTIONS), sourceId: 'camera 1' };
  expect(validate(tree)).toBe(false);
});

test.each([
  ['json', 1484],
  ['json', 100],
  ['cbor', 1484],
  ['cbor', 1],
] as const)('%s packets of %i bytes decode to the sample', (encoding, segmentBytes) => {
  const receiver = new OpenTrackIoReceiver();
  const packets = encodeOpenTrackIoPackets(FULL, encoding, 65_530, OPTIONS, segmentBytes);
  const decoded = packets.map((packet) => receiver.receive(packet, 'x', FULL.receivedAtNs)).at(-1) as CameraSample;
  const { rotation, lens, ...rest } = decoded;
  const { rotation: _rotation, lens: fullLens, ...fullRest } = FULL;
  expect(rest).toEqual({ ...fullRest, sourceNumber: 9, label: 'B cam' });
  for (const axis of [
    [0, 0, -1],
    [0, 1, 0],
  ] as const) {
    rotate(rotation, axis).forEach((component, i) => {
      expect(component).toBeCloseTo(rotate(FULL.rotation, axis)[i]!, 14);
    });
  }
  const { distortion, ...lensRest } = lens;
  const { distortion: fullDistortion, ...fullLensRest } = fullLens;
  expect(lensRest).toEqual(fullLensRest);
  expect(distortion!.direction).toBe(fullDistortion!.direction);
  for (const key of ['numerator', 'denominator', 'tangential'] as const) {
    distortion![key].forEach((value, i) => {
      expect(value).toBeCloseTo(fullDistortion![key][i]!, 15);
    });
  }
});

test('a subject that is no URN gets one, always the same', () => {
  expect(uuidUrn('camera 1')).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidUrn('camera 1')).toBe(uuidUrn('camera 1'));
  const many = new Set(Array.from({ length: 20_000 }, (_, i) => uuidUrn(`sample ${i}`)));
  expect(many.size).toBe(20_000);
});
