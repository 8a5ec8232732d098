import { degFromRad } from '../core/angles.ts';
import type { Distortion } from '../core/lens.ts';
import type { Rational } from '../core/rational.ts';
import type { CameraSample, LensSample } from './camera-sample.ts';
import { defined } from './opentrackio-fields.ts';
import { OTRK_SEGMENT_BYTES, type PayloadEncoding, packetizeOpenTrackIo } from './opentrackio-packet.ts';
import { encodeCborPayload, encodeJsonPayload } from './opentrackio-payload.ts';
import { panTiltRollFromQuat, zUpFromYUp } from './pan-tilt-roll.ts';

export interface OpenTrackIoEncodeOptions {
  /** 1..200. */
  readonly sourceNumber: number;
  readonly rate: Rational;
  /** Camera label. */
  readonly label: string;
  /** Send the `static` block (about every 2 s). */
  readonly withStatic: boolean;
}

const URN = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NS_PER_S = 1_000_000_000n;

/** Builds the JSON tree of one OpenTrackIO 1.0.1 sample; it validates against the published schema. */
export function openTrackIoFromSample(sample: CameraSample, options: OpenTrackIoEncodeOptions): object {
  const { panRad, tiltRad, rollRad } = panTiltRollFromQuat(sample.rotation);
  const [x, y, z] = zUpFromYUp(sample.positionM);
  const sourceId = URN.test(sample.subject) ? sample.subject : uuidUrn(`cyclorama source ${sample.subject}`);
  return defined({
    static: options.withStatic ? staticBlock(sample, options) : undefined,
    tracker: sample.recording === null ? undefined : { recording: sample.recording },
    timing: timingBlock(sample, options.rate),
    lens: lensBlock(sample.lens),
    protocol: { name: 'OpenTrackIO', version: [1, 0, 1] },
    sampleId: uuidUrn(`${sourceId} ${sample.sequence ?? ''} ${sample.sampleTimestampNs}`),
    sourceId,
    sourceNumber: options.sourceNumber,
    transforms: [
      {
        translation: { x, y, z },
        rotation: { pan: degFromRad(panRad), tilt: degFromRad(tiltRad), roll: degFromRad(rollRad) },
        id: 'Camera',
      },
    ],
  });
}

/** Payload bytes of a tree in either encoding. */
export function encodeOpenTrackIo(tree: object, encoding: PayloadEncoding): Uint8Array {
  return encoding === 'json' ? encodeJsonPayload(tree) : encodeCborPayload(tree);
}

/** One sample as packets ready to send, segmented where longer than `segmentBytes`. */
export function encodeOpenTrackIoPackets(
  sample: CameraSample,
  encoding: PayloadEncoding,
  packetSequence: number,
  options: OpenTrackIoEncodeOptions,
  segmentBytes = OTRK_SEGMENT_BYTES,
): Uint8Array[] {
  const payload = encodeOpenTrackIo(openTrackIoFromSample(sample, options), encoding);
  return packetizeOpenTrackIo(payload, encoding, { sequence: packetSequence, segmentBytes });
}

function staticBlock(sample: CameraSample, { label }: OpenTrackIoEncodeOptions): object {
  const [width, height] = sample.sensorMm ?? [];
  // make, model, serialNumber and label must all be there, or Unreal shows no subject.
  const camera = { make: 'Cyclorama', model: 'cyc track send', serialNumber: label, label };
  return { camera: width === undefined ? camera : { ...camera, activeSensorPhysicalDimensions: { width, height } } };
}

function timingBlock(sample: CameraSample, rate: Rational): object {
  return defined({
    mode: 'internal',
    sampleRate: { num: rate.num, denom: rate.den },
    sampleTimestamp: ptpTimestamp(sample.sampleTimestampNs),
    sequenceNumber: sample.sequence === null ? undefined : sample.sequence >>> 0,
    timecode: timecodeBlock(sample.timecode, rate),
  });
}

function ptpTimestamp(timeNs: bigint): object {
  const clamped = timeNs < 0n ? 0n : timeNs;
  return { seconds: Number(clamped / NS_PER_S), nanoseconds: Number(clamped % NS_PER_S) };
}

function timecodeBlock(timecode: string | null, rate: Rational): object | undefined {
  const parts = /^(\d\d):(\d\d):(\d\d)([:;])(\d\d\d?)$/.exec(timecode ?? '');
  if (!parts) return undefined;
  return defined({
    hours: Number(parts[1]),
    minutes: Number(parts[2]),
    seconds: Number(parts[3]),
    frames: Number(parts[5]),
    frameRate: { num: rate.num, denom: rate.den },
    dropFrame: parts[4] === ';' ? true : undefined,
  });
}

function lensBlock(lens: LensSample): object | undefined {
  const xy = (v: readonly [number, number] | undefined) => (v ? { x: v[0], y: v[1] } : undefined);
  const block = defined({
    pinholeFocalLength: lens.pinholeFocalLengthMm,
    focusDistance: lens.focusDistanceM,
    entrancePupilOffset: lens.entrancePupilOffsetM,
    projectionOffset: xy(lens.projectionOffsetMm),
    distortionOffset: xy(lens.distortionOffsetMm),
    encoders: lens.encoders,
    rawEncoders: lens.rawEncoders,
    distortion: lens.pinholeFocalLengthMm === undefined ? undefined : distortionEntries(lens.distortion, lens.pinholeFocalLengthMm),
  });
  return Object.keys(block).length > 0 ? block : undefined;
}

/** Tangent units back to OpenLensIO's millimetres: r²ᵐ terms divided by F²ᵐ, p by F; odd radial terms numerator, even ones denominator. */
function distortionEntries(distortion: Distortion | null | undefined, focalLengthMm: number): object[] | undefined {
  if (distortion === undefined) return undefined;
  const model = `Brown-Conrady ${distortion?.direction === 'undistorted-to-distorted' ? 'U-D' : 'D-U'}`;
  if (distortion === null) return [{ model, radial: [0] }];
  const radial: number[] = [];
  for (const m of [0, 1, 2] as const) {
    const power = focalLengthMm ** (2 * m + 2);
    radial.push(distortion.numerator[m] / power, distortion.denominator[m] / power);
  }
  while (radial.length > 1 && radial.at(-1) === 0) radial.pop();
  return [{ model, radial, tangential: [distortion.tangential[0] / focalLengthMm, distortion.tangential[1] / focalLengthMm] }];
}

/** A URN made from a name: the same name gives the same UUID (version 8, RFC 9562: bits of our own making, four FNV-1a hashes). */
export function uuidUrn(name: string): string {
  let hex = '';
  for (let part = 0; part < 4; part++) {
    let hash = (0x811c9dc5 ^ Math.imul(part + 1, 0x9e3779b1)) >>> 0;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
    hex += ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0');
  }
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
