import type { LensState } from '../core/lens.ts';
import { multiplyQuat, quatFromAxisAngle, rotate } from '../core/quat.ts';
import { add, mad, type Quat, type Vec2, type Vec3 } from '../core/vec.ts';
import type { CameraSample, LensSample } from './camera-sample.ts';
import { quatFromPanTiltRoll } from './pan-tilt-roll.ts';
import { type HistoryOptions, SampleHistory } from './sample-history.ts';

/** What the tracker needs of a film camera; `StageCamera` (stage/baked-stage.ts) is one. */
export interface TrackableCamera {
  readonly id: string;
  readonly sensorMm: Vec2;
  readonly lens: LensState;
  readonly tracking: {
    readonly subject: string | null;
    /** stage = positionM + Ry(yawRad) · tracker. */
    readonly stageFromTracker: { readonly positionM: Vec3; readonly yawRad: number };
    /** Added to sample timestamps, milliseconds. */
    readonly delayMs: number;
  } | null;
  readonly restPose: { readonly positionM: Vec3; readonly panRad: number; readonly tiltRad: number; readonly rollRad: number };
}

/** 'live': fresh samples; 'held': the last good sample stands; 'rest': none yet, the stage file's pose. */
export type TrackingHealth = 'live' | 'held' | 'rest';

/** A camera at one instant, stage space. */
export interface TrackedCamera {
  /** The tracked point (the sensor), metres. */
  readonly positionM: Vec3;
  /** positionM moved along the optical axis by `lens.entrancePupilOffsetM`, metres. */
  readonly entrancePupilM: Vec3;
  /** Rotates camera axes (looks −Z, +Y up) into stage axes. */
  readonly rotation: Quat;
  readonly lens: LensState;
  /** The tracker's sensor where it sends one, else the stage file's. */
  readonly sensorMm: Vec2;
  /** Time of the newest sample used, on the local clock, TAI ns; null: rest pose. */
  readonly sampleTimestampNs: bigint | null;
  /** How long ago that was at the asked-for time, ns; 0 at rest. */
  readonly ageNs: bigint;
  readonly health: TrackingHealth;
}

/** Timestamps further than this from the time of arrival are on another epoch. */
const FOREIGN_EPOCH_NS = 5_000_000_000n;
/** With `subject: null`, another subject is followed only after the one that is has been silent for this long. */
const FOLLOW_NEXT_AFTER_NS = 1_000_000_000n;

/** Whether a sample belongs to `subject`: its subject, `subject#sourceNumber`, or its camera label. */
export function matchesSubject(sample: CameraSample, subject: string): boolean {
  return sample.subject === subject || streamOf(sample) === subject || sample.label === subject;
}

const streamOf = (sample: CameraSample): string =>
  sample.sourceNumber === undefined ? sample.subject : `${sample.subject}#${sample.sourceNumber}`;

/** Binds one film camera to its samples: history, stage transform, delay, lens over the stage file's lens. */
export class CameraTracker {
  readonly camera: TrackableCamera;
  readonly history: SampleHistory;
  readonly #onEvent: (message: string) => void;
  readonly #delayNs: bigint;
  readonly #yaw: Quat;
  #stream: string | null = null;
  #lastSeenNs = 0n;
  #saidEpoch = false;
  #saidSensor = false;

  constructor(camera: TrackableCamera, onEvent: (message: string) => void = () => {}, options: HistoryOptions = {}) {
    this.camera = camera;
    this.history = new SampleHistory(options);
    this.#onEvent = onEvent;
    this.#delayNs = BigInt(Math.round((camera.tracking?.delayMs ?? 0) * 1e6));
    this.#yaw = quatFromAxisAngle([0, 1, 0], camera.tracking?.stageFromTracker.yawRad ?? 0);
  }

  /** Offers a sample. @returns false when it is another camera's. */
  push(sample: CameraSample): boolean {
    if (this.camera.tracking === null || !this.#isOurs(sample, this.camera.tracking.subject)) return false;
    const foreign = distance(sample.sampleTimestampNs, sample.receivedAtNs) > FOREIGN_EPOCH_NS;
    if (foreign && !this.#saidEpoch) {
      this.#saidEpoch = true;
      const seconds = Number(sample.sampleTimestampNs - sample.receivedAtNs) / 1e9;
      this.#onEvent(
        `camera ${this.camera.id}: timestamps of ${sample.subject} are ${seconds.toFixed(3)} s from the local TAI clock; using the time of arrival`,
      );
    }
    const timeNs = (foreign ? sample.receivedAtNs : sample.sampleTimestampNs) + this.#delayNs;
    this.#checkSensor(sample);
    if (this.history.insert({ ...sample, sampleTimestampNs: timeNs }) === 'clock-step') {
      this.#onEvent(`camera ${this.camera.id}: the clock of ${sample.subject} was set; its history starts anew`);
    }
    return true;
  }

  /** The camera at `timeNs`, TAI ns: the time the frame will be lit. */
  evaluate(timeNs: bigint): TrackedCamera {
    const { state, sample, ageNs } = this.history.evaluate(timeNs);
    if (sample === null || this.camera.tracking === null) return this.#atRest();
    const { stageFromTracker } = this.camera.tracking;
    const positionM = add(stageFromTracker.positionM, rotate(this.#yaw, sample.positionM));
    return {
      ...placed(positionM, multiplyQuat(this.#yaw, sample.rotation), mergeLens(this.camera.lens, sample.lens)),
      sensorMm: sample.sensorMm ?? this.camera.sensorMm,
      sampleTimestampNs: timeNs - ageNs,
      ageNs,
      health: state === 'live' ? 'live' : 'held',
    };
  }

  #atRest(): TrackedCamera {
    const { restPose, lens, sensorMm } = this.camera;
    return {
      ...placed(restPose.positionM, quatFromPanTiltRoll(restPose), lens),
      sensorMm,
      sampleTimestampNs: null,
      ageNs: 0n,
      health: 'rest',
    };
  }

  #isOurs(sample: CameraSample, subject: string | null): boolean {
    if (subject !== null) return matchesSubject(sample, subject);
    const stream = streamOf(sample);
    if (this.#stream !== null && this.#stream !== stream && sample.receivedAtNs - this.#lastSeenNs < FOLLOW_NEXT_AFTER_NS) return false;
    if (this.#stream !== stream) {
      this.#onEvent(`camera ${this.camera.id}: follows ${stream}`);
      this.history.clear();
    }
    this.#stream = stream;
    this.#lastSeenNs = sample.receivedAtNs;
    return true;
  }

  #checkSensor(sample: CameraSample): void {
    if (this.#saidSensor || sample.sensorMm === null) return;
    const [width, height] = this.camera.sensorMm;
    const differs = Math.abs(sample.sensorMm[0] / width - 1) > 0.01 || Math.abs(sample.sensorMm[1] / height - 1) > 0.01;
    if (!differs) return;
    this.#saidSensor = true;
    this.#onEvent(
      `camera ${this.camera.id}: the tracker says the sensor is ${sample.sensorMm.join(' × ')} mm, the stage file ${width} × ${height} mm; using the tracker's`,
    );
  }
}

function placed(
  positionM: Vec3,
  rotation: Quat,
  lens: LensState,
): Pick<TrackedCamera, 'positionM' | 'entrancePupilM' | 'rotation' | 'lens'> {
  const entrancePupilM = mad(positionM, rotate(rotation, [0, 0, -1]), lens.entrancePupilOffsetM);
  return { positionM, entrancePupilM, rotation, lens };
}

/** The stage file's lens with what the tracker sent laid over it. */
export function mergeLens(lens: LensState, sample: LensSample): LensState {
  return {
    pinholeFocalLengthMm: sample.pinholeFocalLengthMm ?? lens.pinholeFocalLengthMm,
    projectionOffsetMm: sample.projectionOffsetMm ?? lens.projectionOffsetMm,
    distortionOffsetMm: sample.distortionOffsetMm ?? lens.distortionOffsetMm,
    entrancePupilOffsetM: sample.entrancePupilOffsetM ?? lens.entrancePupilOffsetM,
    distortion: sample.distortion === undefined ? lens.distortion : sample.distortion,
    focusDistanceM: sample.focusDistanceM ?? lens.focusDistanceM,
  };
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);
