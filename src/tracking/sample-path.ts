import { TrackingError } from '../core/errors.ts';
import { multiplyQuat, normalizeQuat } from '../core/quat.ts';
import type { Quat } from '../core/vec.ts';
import type { CameraSample } from './camera-sample.ts';
import { interpolateSamples } from './interpolate-samples.ts';
import { sampleFromOpenTrackIo } from './opentrackio-sample.ts';
import { yUpFromZUp } from './pan-tilt-roll.ts';

/** A recorded path: the pose at any time of it, between the samples interpolated. */
export class SamplePath {
  readonly #samples: readonly CameraSample[];
  readonly startNs: bigint;
  readonly endNs: bigint;

  /** @param samples In any order; of several at one time the last counts. @throws TrackingError EMPTY_PATH */
  constructor(samples: readonly CameraSample[], file: string) {
    const sorted = samples.toSorted((a, b) => Number(a.sampleTimestampNs - b.sampleTimestampNs));
    this.#samples = sorted.filter((sample, i) => sorted[i + 1]?.sampleTimestampNs !== sample.sampleTimestampNs);
    const [first] = this.#samples;
    if (first === undefined)
      throw new TrackingError('EMPTY_PATH', 'no pose in the file', { file, expected: 'at least one sample with a pose' });
    this.startNs = first.sampleTimestampNs;
    this.endNs = this.#samples.at(-1)!.sampleTimestampNs;
  }

  get samples(): readonly CameraSample[] {
    return this.#samples;
  }

  /** @param timeNs In the time of the path; before its start and after its end the ends stand. */
  evaluate(timeNs: bigint): CameraSample {
    let low = 0;
    let high = this.#samples.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#samples[middle]!.sampleTimestampNs <= timeNs) low = middle + 1;
      else high = middle;
    }
    const before = this.#samples[Math.max(0, low - 1)]!;
    const after = this.#samples[low];
    if (low === 0 || after === undefined) return before;
    const t = Number(timeNs - before.sampleTimestampNs) / Number(after.sampleTimestampNs - before.sampleTimestampNs);
    return interpolateSamples(before, after, t);
  }
}

/** Z-up to Y-up: a quarter turn about X. */
const Y_UP_FROM_Z_UP: Quat = [-Math.SQRT1_2, 0, 0, Math.SQRT1_2];
/** Our camera (up +Y, looks −Z) in OpenCV's axes (down +Y, looks +Z): half a turn about X. */
const OPENCV_FROM_CAMERA: Quat = [1, 0, 0, 0];

/**
 * Reads a TUM trajectory: `timestamp tx ty tz qx qy qz qw` a line, seconds and metres, Z-up world, OpenCV camera axes
 * (TUM RGB-D benchmark, file formats). @throws TrackingError BAD_PATH with the line
 */
export function parseTumPath(text: string, file: string, subject: string): CameraSample[] {
  const samples: CameraSample[] = [];
  text.split('\n').forEach((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const fields = line.split(/\s+/);
    const [, x, y, z, qx, qy, qz, qw] = fields.map(Number);
    const numbers = [x, y, z, qx, qy, qz, qw] as number[];
    const timeNs = nsFromDecimal(fields[0]!);
    if (fields.length !== 8 || timeNs === null || !numbers.every(Number.isFinite) || Math.hypot(qx!, qy!, qz!, qw!) < 1e-6) {
      const got = line.slice(0, 80);
      throw new TrackingError('BAD_PATH', 'not a TUM trajectory line', {
        file,
        path: `line ${i + 1}`,
        got,
        expected: 'timestamp tx ty tz qx qy qz qw',
      });
    }
    const world = normalizeQuat([qx!, qy!, qz!, qw!]);
    samples.push({
      ...pathSample(subject, timeNs),
      positionM: yUpFromZUp([x!, y!, z!]),
      rotation: normalizeQuat(multiplyQuat(multiplyQuat(Y_UP_FROM_Z_UP, world), OPENCV_FROM_CAMERA)),
    });
  });
  return samples;
}

/** Seconds as decimal text to whole nanoseconds, with no rounding through a double. */
function nsFromDecimal(text: string): bigint | null {
  const match = /^(\d{1,12})(?:\.(\d{1,18}))?$/.exec(text);
  return match ? BigInt(match[1]!) * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0').slice(0, 9)) : null;
}

/**
 * Reads OpenTrackIO samples, one JSON object a line. Samples without a timestamp follow one another at `periodNs`.
 * @throws TrackingError BAD_PATH with the line and why it was refused
 */
export function parseOpenTrackIoLines(text: string, file: string, periodNs: bigint): CameraSample[] {
  const samples: CameraSample[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const receivedAtNs = BigInt(samples.length) * periodNs;
    const sample = sampleFromOpenTrackIo(parseJson(line), { receivedAtNs, sourceAddress: file });
    if (typeof sample === 'string') {
      const expected = 'an OpenTrackIO sample with transforms';
      throw new TrackingError('BAD_PATH', 'not a sample with a pose', { file, path: `line ${i + 1}`, got: sample, expected });
    }
    samples.push(sample);
  });
  return samples;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function pathSample(subject: string, timeNs: bigint): CameraSample {
  return {
    subject,
    positionM: [0, 0, 0],
    rotation: [0, 0, 0, 1],
    lens: {},
    sensorMm: null,
    sampleTimestampNs: timeNs,
    receivedAtNs: timeNs,
    sequence: null,
    timecode: null,
    recording: null,
  };
}
