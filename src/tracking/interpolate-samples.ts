import type { Distortion } from '../core/lens.ts';
import { slerp } from '../core/quat.ts';
import type { Vec2, Vec3 } from '../core/vec.ts';
import type { CameraSample, LensSample } from './camera-sample.ts';

const lerp = (a: number, b: number, t: number): number => a + (b - a) * t;
const lerp2 = (a: Vec2, b: Vec2, t: number): Vec2 => [lerp(a[0], b[0], t), lerp(a[1], b[1], t)];
const lerp3 = (a: Vec3, b: Vec3, t: number): Vec3 => [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)];

/** Pose and lens between two samples, t in 0..1: positions and lens fields on a line, rotation on the shorter arc, the rest from `a`. */
export function interpolateSamples(a: CameraSample, b: CameraSample, t: number): CameraSample {
  if (t <= 0) return a;
  if (t >= 1) return b;
  return {
    ...a,
    positionM: lerp3(a.positionM, b.positionM, t),
    rotation: slerp(a.rotation, b.rotation, t),
    lens: interpolateLens(a.lens, b.lens, t),
    sampleTimestampNs: a.sampleTimestampNs + BigInt(Math.round(Number(b.sampleTimestampNs - a.sampleTimestampNs) * t)),
  };
}

function interpolateLens(a: LensSample, b: LensSample, t: number): LensSample {
  const out: { -readonly [K in keyof LensSample]: LensSample[K] } = { ...b, ...a };
  for (const key of ['pinholeFocalLengthMm', 'entrancePupilOffsetM', 'focusDistanceM'] as const) {
    const [from, to] = [a[key], b[key]];
    if (from !== undefined && to !== undefined) out[key] = lerp(from, to, t);
  }
  for (const key of ['projectionOffsetMm', 'distortionOffsetMm'] as const) {
    const [from, to] = [a[key], b[key]];
    if (from !== undefined && to !== undefined) out[key] = lerp2(from, to, t);
  }
  if (a.distortion !== undefined && b.distortion !== undefined) out.distortion = interpolateDistortion(a.distortion, b.distortion, t);
  if (a.encoders && b.encoders) out.encoders = interpolateEncoders(a.encoders, b.encoders, t);
  return out;
}

function interpolateDistortion(a: Distortion | null, b: Distortion | null, t: number): Distortion | null {
  if (a === null || b === null || a.direction !== b.direction) return t < 0.5 ? a : b;
  return {
    direction: a.direction,
    numerator: lerp3(a.numerator, b.numerator, t) as Distortion['numerator'],
    denominator: lerp3(a.denominator, b.denominator, t) as Distortion['denominator'],
    tangential: lerp2(a.tangential, b.tangential, t),
  };
}

type Encoders = NonNullable<LensSample['encoders']>;

function interpolateEncoders(a: Encoders, b: Encoders, t: number): Encoders {
  const out: { -readonly [K in keyof Encoders]: Encoders[K] } = { ...b, ...a };
  for (const key of ['focus', 'iris', 'zoom'] as const) {
    const [from, to] = [a[key], b[key]];
    if (from !== undefined && to !== undefined) out[key] = lerp(from, to, t);
  }
  return out;
}
