/**
 * What the console and the show say to each other over one WebSocket (`/ws`): JSON text messages, and binary canvas pictures
 * (u32 LE canvas index, u32 LE frame low word, then a JPEG).
 */
import type { FrameCounters, FrameTimings } from '../engine/frame-result.ts';
import type { GovernorReport } from '../engine/show-status.ts';
import type { SamplesPerLed } from '../stage/frame-state.ts';

export interface ConsoleStage {
  readonly name: string;
  readonly rateHz: string;
  readonly outerEyeM: readonly [number, number, number];
  readonly facets: readonly {
    readonly id: number;
    readonly wall: string;
    readonly originM: readonly [number, number, number];
    readonly u: readonly [number, number, number];
    readonly v: readonly [number, number, number];
    readonly pitchUM: number;
    readonly pitchVM: number;
    readonly widthPx: number;
    readonly heightPx: number;
  }[];
  readonly tiles: readonly {
    readonly facet: number;
    readonly i0: number;
    readonly j0: number;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly canvas: number;
    readonly xPx: number;
    readonly yPx: number;
    readonly turnDeg: 0 | 90 | 180 | 270;
    readonly flip: boolean;
  }[];
  readonly canvases: readonly {
    readonly processor: string;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly bitDepth: number;
    readonly transfer: string;
  }[];
}

export interface ConsoleCamera {
  readonly id: string;
  readonly enabled: boolean;
  readonly entrancePupilM: readonly [number, number, number];
  /** [x, y, z, w], camera (−Z forward, +Y up) → stage. */
  readonly stageFromCamera: readonly [number, number, number, number];
  readonly focalLengthMm: number;
  readonly sensorMm: readonly [number, number];
  readonly overscanPercent: number;
  /** Milliseconds since the newest sample; null: not tracked. */
  readonly sampleAgeMs: number | null;
  readonly health: 'live' | 'held' | 'rest';
}

export interface ConsoleSource {
  readonly name: string;
  readonly packets: number;
  readonly samples: number;
  readonly ratePerS: number;
  readonly rejected: Readonly<Record<string, number>>;
}

/** Sent once on connect and again when stage or scene change. */
export interface HelloMessage {
  readonly type: 'hello';
  readonly version: string;
  readonly show: string;
  readonly scene: { readonly name: string; readonly triangles: number; readonly instances: number };
  readonly device: { readonly adapter: string; readonly kind: string; readonly reason: string };
  readonly stage: ConsoleStage;
}

/** Sent after each frame, at most 10 a second. */
export interface StatusMessage {
  readonly type: 'status';
  readonly frame: string;
  readonly timecode: string;
  readonly fps: number;
  readonly targetFps: number;
  readonly frameMs: number;
  readonly encodeMs: number;
  readonly gpuMs: number;
  /** Frame times of the last frames, ms, newest last (≤ 120). */
  readonly historyMs: readonly number[];
  readonly framesRendered: number;
  readonly framesSkipped: number;
  readonly errors: number;
  readonly rssMb: number;
  readonly counters: FrameCounters;
  /** GPU time by pass, ms; empty where the adapter has no timestamps. */
  readonly passesMs: FrameTimings['passesMs'];
  readonly governor: GovernorReport | null;
  readonly cameras: readonly ConsoleCamera[];
  readonly sources: readonly ConsoleSource[];
  readonly parameters: OperatorParameters;
  readonly recording: string | null;
}

export interface EventMessage {
  readonly type: 'event';
  readonly timeIso: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** What the operator may change while the show runs. */
export interface OperatorParameters {
  readonly exposureStops: number;
  readonly worldFromStage: { readonly positionM: readonly [number, number, number]; readonly yawDeg: number; readonly scale: number };
  readonly samplesPerLed: SamplesPerLed;
  /** Largest error of simplified surfaces, LED pixels; 0 = full detail. */
  readonly lodErrorPx: number;
  /** On: less than asked for may be drawn to hold the frame budget; what is asked for stays. */
  readonly governor: boolean;
  readonly camerasEnabled: Readonly<Record<string, boolean>>;
}

export type ServerMessage = HelloMessage | StatusMessage | EventMessage;

/** `set` carries only what changes. Bad messages are answered with an error event, counted, and change nothing. */
export type ClientMessage =
  | { readonly type: 'set'; readonly parameters: Partial<OperatorParameters> }
  | { readonly type: 'record'; readonly on: boolean }
  | { readonly type: 'pictures'; readonly on: boolean };
