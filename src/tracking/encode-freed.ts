import { degFromRad } from '../core/angles.ts';
import type { CameraSample } from './camera-sample.ts';
import { ANGLE_PER_DEG, D1_BYTES, type FreeDFields, freeDChecksum, POSITION_PER_MM } from './decode-freed.ts';
import { panTiltRollFromQuat, zUpFromYUp } from './pan-tilt-roll.ts';

const INT24_MAX = 0x7fffff;
const UINT24_MAX = 0xffffff;

/** Writes one D1 message, 29 bytes. Values outside the 24-bit fields (±256°, ±131 m) are clamped; what is not finite becomes 0. */
export function encodeFreeD(fields: FreeDFields): Uint8Array {
  const out = new Uint8Array(D1_BYTES);
  out[0] = 0xd1;
  out[1] = fields.cameraId & 0xff;
  putInt24(out, 2, fields.panDeg * ANGLE_PER_DEG);
  putInt24(out, 5, fields.tiltDeg * ANGLE_PER_DEG);
  putInt24(out, 8, fields.rollDeg * ANGLE_PER_DEG);
  putInt24(out, 11, fields.xMm * POSITION_PER_MM);
  putInt24(out, 14, fields.yMm * POSITION_PER_MM);
  putInt24(out, 17, fields.zMm * POSITION_PER_MM);
  putUint24(out, 20, fields.zoom);
  putUint24(out, 23, fields.focus);
  out[26] = (fields.spare >> 8) & 0xff;
  out[27] = fields.spare & 0xff;
  out[28] = freeDChecksum(out);
  return out;
}

/** FreeD fields of a sample; the inverse of `sampleFromFreeD` to the resolution of the fields. `cameraId` 0..255. */
export function freeDFromSample(sample: CameraSample, cameraId: number): FreeDFields {
  const [x, y, z] = zUpFromYUp(sample.positionM);
  const { panRad, tiltRad, rollRad } = panTiltRollFromQuat(sample.rotation);
  return {
    cameraId,
    panDeg: -degFromRad(panRad),
    tiltDeg: degFromRad(tiltRad),
    rollDeg: degFromRad(rollRad),
    xMm: x * 1000,
    yMm: y * 1000,
    zMm: z * 1000,
    zoom: sample.lens.rawEncoders?.zoom ?? 0,
    focus: sample.lens.rawEncoders?.focus ?? 0,
    spare: 0,
  };
}

function putInt24(out: Uint8Array, at: number, value: number): void {
  const v = Number.isFinite(value) ? Math.min(INT24_MAX, Math.max(-INT24_MAX - 1, Math.round(value))) : 0;
  putBytes(out, at, v);
}

function putUint24(out: Uint8Array, at: number, value: number): void {
  putBytes(out, at, Number.isFinite(value) ? Math.min(UINT24_MAX, Math.max(0, Math.round(value))) : 0);
}

function putBytes(out: Uint8Array, at: number, v: number): void {
  out[at] = (v >> 16) & 0xff;
  out[at + 1] = (v >> 8) & 0xff;
  out[at + 2] = v & 0xff;
}
