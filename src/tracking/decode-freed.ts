import { radFromDeg } from '../core/angles.ts';
import type { CameraSample, PacketReject } from './camera-sample.ts';
import { quatFromPanTiltRoll, yUpFromZUp } from './pan-tilt-roll.ts';

/** Length of a D1 message. */
export const D1_BYTES = 29;
const D1_TYPE = 0xd1;
/** Angles arrive as 1/32768 degree, positions as 1/64 mm (free-d manual V1.4.4, appendix B). */
export const ANGLE_PER_DEG = 32768;
export const POSITION_PER_MM = 64;

/** A D1 message in FreeD's own units and axes: Z up, looks +Y at zero; pan + turns RIGHT, tilt + up, roll + clockwise seen from behind. */
export interface FreeDFields {
  /** 0..255; 255 is broadcast. */
  readonly cameraId: number;
  readonly panDeg: number;
  readonly tiltDeg: number;
  readonly rollDeg: number;
  readonly xMm: number;
  readonly yMm: number;
  readonly zMm: number;
  /** Raw lens-ring counts, 0..2²⁴−1. */
  readonly zoom: number;
  readonly focus: number;
  /** User-defined, 16 bit. */
  readonly spare: number;
}

export interface FreeDOptions {
  /** False accepts messages whose checksum is wrong (some senders never fill it in). */
  readonly verifyChecksum?: boolean;
}

const int24 = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8)) >> 8;
const uint24 = (b: Uint8Array, at: number): number => (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!;

/** FreeD checksum of the 28 bytes from `at`: (0x40 − Σ bytes) mod 256. */
export function freeDChecksum(bytes: Uint8Array, at = 0): number {
  let sum = 0x40;
  for (let i = at; i < at + D1_BYTES - 1; i++) sum -= bytes[i]!;
  return sum & 0xff;
}

/** Reads the D1 message at byte `at`; what follows it is not looked at. Never throws. */
export function parseFreeD(bytes: Uint8Array, at = 0, options: FreeDOptions = {}): FreeDFields | PacketReject {
  if (bytes.length - at < D1_BYTES) return 'bad-length';
  if (bytes[at] !== D1_TYPE) return 'bad-type';
  if (options.verifyChecksum !== false && bytes[at + 28] !== freeDChecksum(bytes, at)) return 'bad-checksum';
  return {
    cameraId: bytes[at + 1]!,
    panDeg: int24(bytes, at + 2) / ANGLE_PER_DEG,
    tiltDeg: int24(bytes, at + 5) / ANGLE_PER_DEG,
    rollDeg: int24(bytes, at + 8) / ANGLE_PER_DEG,
    xMm: int24(bytes, at + 11) / POSITION_PER_MM,
    yMm: int24(bytes, at + 14) / POSITION_PER_MM,
    zMm: int24(bytes, at + 17) / POSITION_PER_MM,
    zoom: uint24(bytes, at + 20),
    focus: uint24(bytes, at + 23),
    spare: (bytes[at + 26]! << 8) | bytes[at + 27]!,
  };
}

/** FreeD fields as a sample. The protocol carries no time: the pose counts as true when it arrived. */
export function sampleFromFreeD(fields: FreeDFields, receivedAtNs: bigint): CameraSample {
  return {
    subject: String(fields.cameraId),
    positionM: yUpFromZUp([fields.xMm / 1000, fields.yMm / 1000, fields.zMm / 1000]),
    rotation: quatFromPanTiltRoll({
      panRad: -radFromDeg(fields.panDeg),
      tiltRad: radFromDeg(fields.tiltDeg),
      rollRad: radFromDeg(fields.rollDeg),
    }),
    lens: { rawEncoders: { zoom: fields.zoom, focus: fields.focus } },
    sensorMm: null,
    sampleTimestampNs: receivedAtNs,
    receivedAtNs,
    sequence: null,
    timecode: null,
    recording: null,
  };
}

/** Decodes one FreeD D1 message (29 bytes; trailing bytes are ignored). Never throws. */
export function decodeFreeD(packet: Uint8Array, receivedAtNs: bigint, options: FreeDOptions = {}): CameraSample | PacketReject {
  const fields = parseFreeD(packet, 0, options);
  return typeof fields === 'string' ? fields : sampleFromFreeD(fields, receivedAtNs);
}

/**
 * Decodes a datagram of one or more D1 messages back to back, in order. Bytes after the last message that do not begin another one are
 * padding and ignored; a datagram without any message gives one reject. Never throws; never empty.
 */
export function decodeFreeDDatagram(
  datagram: Uint8Array,
  receivedAtNs: bigint,
  options: FreeDOptions = {},
): (CameraSample | PacketReject)[] {
  const results: (CameraSample | PacketReject)[] = [];
  for (let at = 0; at === 0 || datagram.length - at >= D1_BYTES; at += D1_BYTES) {
    if (at > 0 && datagram[at] !== D1_TYPE) break;
    const fields = parseFreeD(datagram, at, options);
    results.push(typeof fields === 'string' ? fields : sampleFromFreeD(fields, receivedAtNs));
  }
  return results;
}
