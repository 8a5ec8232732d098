import { degFromRad } from '../core/angles.ts';
import type { CameraSample, LensSample } from './camera-sample.ts';
import { panTiltRollFromQuat } from './pan-tilt-roll.ts';

/** One sample as `cyc track monitor --json` prints it. The keys are stable; new ones may be added. */
export interface SampleReport {
  /** Name of the source that received it. */
  readonly source: string;
  readonly subject: string;
  readonly sourceNumber: number | null;
  readonly label: string | null;
  readonly sequence: number | null;
  readonly timecode: string | null;
  readonly recording: boolean | null;
  /** TAI nanoseconds since 1970, decimal strings. */
  readonly sampleTimestampNs: string;
  readonly receivedAtNs: string;
  /** Y-up, right-handed, metres. */
  readonly positionM: readonly [number, number, number];
  /** Pan + left, tilt + up, roll + clockwise seen from behind. */
  readonly panDeg: number;
  readonly tiltDeg: number;
  readonly rollDeg: number;
  /** [x, y, z, w]: camera axes (looks −Z, +Y up) to tracker axes (Y-up). */
  readonly rotation: readonly [number, number, number, number];
  readonly sensorMm: readonly [number, number] | null;
  /** Only what the packet carried. */
  readonly lens: LensSample;
}

export function reportSample(source: string, sample: CameraSample): SampleReport {
  const { panRad, tiltRad, rollRad } = panTiltRollFromQuat(sample.rotation);
  return {
    source,
    subject: sample.subject,
    sourceNumber: sample.sourceNumber ?? null,
    label: sample.label ?? null,
    sequence: sample.sequence,
    timecode: sample.timecode,
    recording: sample.recording,
    sampleTimestampNs: sample.sampleTimestampNs.toString(),
    receivedAtNs: sample.receivedAtNs.toString(),
    positionM: sample.positionM,
    panDeg: degFromRad(panRad),
    tiltDeg: degFromRad(tiltRad),
    rollDeg: degFromRad(rollRad),
    rotation: sample.rotation,
    sensorMm: sample.sensorMm,
    lens: sample.lens,
  };
}
