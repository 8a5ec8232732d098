import { radFromDeg } from '../core/angles.ts';
import { multiplyQuat, normalizeQuat, rotate } from '../core/quat.ts';
import { add, type Quat, type Vec2, type Vec3 } from '../core/vec.ts';
import type { CameraSample, PacketReject } from './camera-sample.ts';
import { asObject, defined, field, integerAt, type JsonObject, numberAt, objectAt, positiveAt, textAt } from './opentrackio-fields.ts';
import { lensFromOpenTrackIo, type RadialOrder } from './opentrackio-lens.ts';
import { quatFromPanTiltRoll, yUpFromZUp } from './pan-tilt-roll.ts';

export interface OpenTrackIoContext {
  readonly receivedAtNs: bigint;
  /** Address of the sender; names the subject where the sample has no sourceId. */
  readonly sourceAddress: string;
  readonly radialOrder?: RadialOrder;
}

/** Consumers shall discard other source numbers (OpenTrackIO 1.0.1, transport). */
const MAX_SOURCE_NUMBER = 200;
/** Longest chain of transforms that is composed. */
const MAX_TRANSFORMS = 64;
const U32_MAX = 0xffffffff;
const U48_MAX = 0xffffffffffff;

/**
 * Reads one OpenTrackIO sample (1.0.1, and older drafts leniently) from its JSON tree. A broken pose, timestamp or source number rejects
 * the sample; a broken optional field counts as not sent. Never throws.
 */
export function sampleFromOpenTrackIo(tree: unknown, context: OpenTrackIoContext): CameraSample | PacketReject {
  const root = asObject(tree);
  if (root === null) return 'bad-value';
  const protocol = textAt(objectAt(root, 'protocol'), 'name');
  if (protocol !== undefined && protocol.toLowerCase() !== 'opentrackio') return 'bad-type';
  const sourceNumber = integerAt(root, 'sourceNumber', 1, MAX_SOURCE_NUMBER);
  if (sourceNumber === undefined && field(root, 'sourceNumber') !== undefined) return 'bad-source';
  const pose = composeTransforms(field(root, 'transforms'));
  if (typeof pose === 'string') return pose;
  const timing = objectAt(root, 'timing');
  const sampleTimestampNs = timestampNs(field(timing, 'sampleTimestamp'));
  if (sampleTimestampNs === 'bad-value') return 'bad-value';
  const camera = objectAt(objectAt(root, 'static'), 'camera');
  const label = textAt(camera, 'label');
  return {
    subject: textAt(root, 'sourceId') ?? context.sourceAddress,
    ...defined<{ sourceNumber?: number; label?: string }>({ sourceNumber, label }),
    positionM: pose.positionM,
    rotation: pose.rotation,
    lens: lensFromOpenTrackIo(root, context.radialOrder ?? 'openlensio'),
    sensorMm: sensorMm(camera),
    sampleTimestampNs: sampleTimestampNs ?? context.receivedAtNs,
    receivedAtNs: context.receivedAtNs,
    sequence: integerAt(timing, 'sequenceNumber', 0, U32_MAX) ?? null,
    timecode: timecodeText(objectAt(timing, 'timecode')),
    recording: readRecording(root),
  };
}

interface Pose {
  readonly positionM: Vec3;
  readonly rotation: Quat;
}

/**
 * Composes the chain parent first: world = T₀·T₁·…·Tₙ, each M = T(translation)·R·S(scale); the last is the camera's sensor. A scale
 * acts on the positions below it; it does not turn the camera, so the rotation is the product of the rotations (a scale that differs
 * by axis would shear the camera's axes, which no camera can follow).
 */
function composeTransforms(value: unknown): Pose | PacketReject {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'no-transform';
  if (!Array.isArray(value) || value.length > MAX_TRANSFORMS) return 'bad-value';
  let position: Vec3 = [0, 0, 0];
  let rotation: Quat = [0, 0, 0, 1];
  // Images of the Z-up unit axes under the linear part R₀S₀·R₁S₁·…; kept as columns because scales make it more than a rotation.
  let axes: readonly [Vec3, Vec3, Vec3] = [yUpFromZUp([1, 0, 0]), yUpFromZUp([0, 1, 0]), yUpFromZUp([0, 0, 1])];
  for (const entry of value) {
    const transform = readTransform(entry);
    if (transform === null) return 'bad-value';
    position = add(position, mix(axes, transform.translation));
    rotation = normalizeQuat(multiplyQuat(rotation, transform.rotation));
    const turned = [
      rotateZUp(transform.rotation, [1, 0, 0]),
      rotateZUp(transform.rotation, [0, 1, 0]),
      rotateZUp(transform.rotation, [0, 0, 1]),
    ];
    axes = [
      mix(axes, times(turned[0]!, transform.scale[0])),
      mix(axes, times(turned[1]!, transform.scale[1])),
      mix(axes, times(turned[2]!, transform.scale[2])),
    ];
  }
  return [...position, ...rotation].every(Number.isFinite) ? { positionM: position, rotation } : 'bad-value';
}

/** Linear part times a vector: the sum of the columns, weighted. */
const mix = (axes: readonly [Vec3, Vec3, Vec3], w: Vec3): Vec3 =>
  add(add(times(axes[0], w[0]), times(axes[1], w[1])), times(axes[2], w[2]));
const times = (v: Vec3, s: number): Vec3 => [v[0] * s, v[1] * s, v[2] * s];

/** Turns a Z-up vector by a Y-up rotation. */
function rotateZUp(rotation: Quat, v: Vec3): Vec3 {
  const [x, y, z] = rotate(rotation, yUpFromZUp(v));
  return [x, -z, y];
}

function readTransform(entry: unknown): { translation: Vec3; rotation: Quat; scale: Vec3 } | null {
  const object = asObject(entry);
  if (object === null) return null;
  const translation = triple(object, 'translation', ['x', 'y', 'z'], 0);
  const angles = triple(object, 'rotation', ['pan', 'tilt', 'roll'], 0);
  const scale = triple(object, 'scale', ['x', 'y', 'z'], 1);
  if (translation === null || angles === null || scale === null) return null;
  const [pan, tilt, roll] = angles;
  // Angles may run past a turn; taking the turns off first keeps sine and cosine exact.
  const rotation = quatFromPanTiltRoll({ panRad: radFromDeg(pan % 360), tiltRad: radFromDeg(tilt % 360), rollRad: radFromDeg(roll % 360) });
  return { translation, rotation, scale };
}

/** Three members of an object member; what is absent takes the fallback, what is there but no finite number spoils it. */
function triple(object: JsonObject, key: string, names: readonly [string, string, string], fallback: number): Vec3 | null {
  const value = field(object, key);
  if (value === undefined) return [fallback, fallback, fallback];
  const inner = asObject(value);
  if (inner === null) return null;
  const out = names.map((name) => (field(inner, name) === undefined ? fallback : numberAt(inner, name)));
  return out.some((n) => n === undefined) ? null : (out as unknown as Vec3);
}

/** PTP seconds and nanoseconds since the TAI epoch; undefined: not sent (or written as text, as drafts do). */
function timestampNs(value: unknown): bigint | undefined | 'bad-value' {
  const object = asObject(value);
  if (object === null) return undefined;
  const seconds = integerAt(object, 'seconds', 0, U48_MAX);
  const nanoseconds = field(object, 'nanoseconds') === undefined ? 0 : integerAt(object, 'nanoseconds', 0, U32_MAX);
  if (seconds === undefined || nanoseconds === undefined) return 'bad-value';
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}

/** `HH:MM:SS:FF`, `;` before the frames for drop-frame (SMPTE ST 12-1 notation); null: absent or out of range. */
function timecodeText(timecode: JsonObject | null): string | null {
  const parts = [
    integerAt(timecode, 'hours', 0, 23),
    integerAt(timecode, 'minutes', 0, 59),
    integerAt(timecode, 'seconds', 0, 59),
    integerAt(timecode, 'frames', 0, 119),
  ];
  if (parts.some((part) => part === undefined)) return null;
  const [hours, minutes, seconds, frames] = parts.map((part) => String(part).padStart(2, '0'));
  return `${hours}:${minutes}:${seconds}${field(timecode, 'dropFrame') === true ? ';' : ':'}${frames}`;
}

function sensorMm(camera: JsonObject | null): Vec2 | null {
  const dimensions = objectAt(camera, 'activeSensorPhysicalDimensions');
  const width = positiveAt(dimensions, 'width');
  const height = positiveAt(dimensions, 'height');
  return width === undefined || height === undefined ? null : [width, height];
}

function readRecording(root: JsonObject): boolean | null {
  const value = field(objectAt(root, 'tracker'), 'recording');
  return typeof value === 'boolean' ? value : null;
}
