import type { Distortion } from '../core/lens.ts';
import type { Quat, Vec2, Vec3 } from '../core/vec.ts';

/** What a packet says of the lens; absent fields were not sent. Units as OpenTrackIO. */
export interface LensSample {
  readonly pinholeFocalLengthMm?: number;
  readonly projectionOffsetMm?: Vec2;
  readonly distortionOffsetMm?: Vec2;
  readonly entrancePupilOffsetM?: number;
  readonly focusDistanceM?: number;
  readonly distortion?: Distortion | null;
  /** Encoders, 0..1. */
  readonly encoders?: { readonly focus?: number; readonly iris?: number; readonly zoom?: number };
  /** Raw encoder counts (FreeD zoom and focus). */
  readonly rawEncoders?: { readonly focus?: number; readonly iris?: number; readonly zoom?: number };
}

/** One decoded tracking sample. Pose of the tracked point (sensor) in tracker space converted to Y-up, right-handed, metres. */
export interface CameraSample {
  /** Camera id in FreeD, sourceId (or source address) in OpenTrackIO. */
  readonly subject: string;
  /** Stream of this subject (OpenTrackIO sourceNumber, 1..200); absent: the protocol has none or it was not sent. */
  readonly sourceNumber?: number;
  /** Camera label (OpenTrackIO `static.camera.label`), carried on between the packets that repeat it. */
  readonly label?: string;
  readonly positionM: Vec3;
  /** Rotates camera axes (looks −Z, +Y up, +X right) into tracker axes. */
  readonly rotation: Quat;
  readonly lens: LensSample;
  readonly sensorMm: Vec2 | null;
  /** When the pose was true, TAI ns; equals `receivedAtNs` when the protocol carries no time. */
  readonly sampleTimestampNs: bigint;
  readonly receivedAtNs: bigint;
  /** Sample number in the protocol, if it has one. */
  readonly sequence: number | null;
  readonly timecode: string | null;
  readonly recording: boolean | null;
}

/** Reasons a packet or sample is dropped; counted per source and shown in the console. */
export type PacketReject =
  | 'bad-length'
  | 'bad-type'
  | 'bad-magic'
  | 'bad-encoding'
  | 'bad-checksum'
  | 'bad-segment'
  | 'bad-json'
  | 'bad-cbor'
  | 'bad-source'
  | 'bad-value'
  | 'no-transform'
  | 'duplicate'
  | 'too-large';

export interface SourceCounters {
  packets: number;
  bytes: number;
  samples: number;
  /** Segments that wait for the rest of their payload. */
  partial: number;
  readonly rejected: Partial<Record<PacketReject, number>>;
}

/** The port that every tracker is behind. Never throws after `start`; failures are counted and reported through `onEvent`. */
export interface TrackingSource {
  readonly name: string;
  readonly counters: Readonly<SourceCounters>;
  start(onSample: (sample: CameraSample) => void, onEvent?: (message: string) => void): Promise<void>;
  stop(): Promise<void>;
}
