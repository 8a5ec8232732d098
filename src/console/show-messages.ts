import { formatRational } from '../core/rational.ts';
import type { ShowStatus } from '../engine/show-status.ts';
import type { GpuDescription } from '../gpu/gpu-context.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { CameraState } from '../stage/frame-state.ts';
import type {
  ConsoleCamera,
  ConsoleSource,
  ConsoleStage,
  EventMessage,
  HelloMessage,
  OperatorParameters,
  StatusMessage,
} from './protocol.ts';

export interface HelloFacts {
  readonly version: string;
  readonly show: string;
  readonly scene: HelloMessage['scene'];
  readonly device: GpuDescription;
  readonly stage: BakedStage;
}

/** The hello of a running show. */
export const helloMessage = ({ version, show, scene, device, stage }: HelloFacts): HelloMessage => ({
  type: 'hello',
  version,
  show,
  scene,
  device: { adapter: device.adapter, kind: device.kind, reason: device.reason },
  stage: consoleStage(stage),
});

/** What the console draws of a stage. */
export function consoleStage(stage: BakedStage): ConsoleStage {
  return {
    name: stage.name,
    rateHz: formatRational(stage.rate),
    outerEyeM: stage.outerEyeM,
    facets: stage.facets.map(({ id, wall, originM, u, v, pitchUM, pitchVM, widthPx, heightPx }) => ({
      id,
      wall,
      originM,
      u,
      v,
      pitchUM,
      pitchVM,
      widthPx,
      heightPx,
    })),
    tiles: stage.tiles,
    canvases: stage.canvases.map(({ processor, widthPx, heightPx, bitDepth, transfer }) => ({
      processor,
      widthPx,
      heightPx,
      bitDepth,
      transfer: transfer.kind,
    })),
  };
}

/** How fresh a camera's samples are, as its tracker says. */
export interface CameraHealth {
  readonly health: ConsoleCamera['health'];
  /** At the frame's time, ns. */
  readonly ageNs: bigint;
}

export interface StatusFacts {
  readonly healthOf: (camera: string) => CameraHealth | undefined;
  readonly sources: readonly ConsoleSource[];
  readonly parameters: OperatorParameters;
  readonly recording: string | null;
  readonly rssMb: number;
}

/** The status of a running show. */
export function statusMessage(status: ShowStatus, facts: StatusFacts): StatusMessage {
  const { state } = status;
  return {
    type: 'status',
    frame: String(state?.frame ?? 0n),
    timecode: status.timecode,
    fps: status.fps,
    targetFps: status.targetFps,
    frameMs: status.frameMs,
    encodeMs: status.encodeMs,
    gpuMs: status.gpuMs,
    historyMs: status.historyMs,
    framesRendered: status.framesRendered,
    framesSkipped: status.framesSkipped,
    errors: status.errors,
    rssMb: facts.rssMb,
    counters: status.counters,
    passesMs: status.passesMs,
    governor: status.governor,
    cameras: (state?.cameras ?? []).map((camera) => consoleCamera(camera, facts.healthOf(camera.id))),
    sources: facts.sources,
    parameters: facts.parameters,
    recording: facts.recording,
  };
}

function consoleCamera(camera: CameraState, health: CameraHealth | undefined): ConsoleCamera {
  return {
    id: camera.id,
    enabled: camera.enabled,
    entrancePupilM: camera.entrancePupilM,
    stageFromCamera: camera.stageFromCamera,
    focalLengthMm: camera.lens.pinholeFocalLengthMm,
    sensorMm: camera.sensorMm,
    overscanPercent: camera.overscanPercent,
    sampleAgeMs: camera.sampleTimestampNs === null || !health ? null : Number(health.ageNs) / 1e6,
    health: health?.health ?? 'rest',
  };
}

/** An event as the console lists it. @param nowMs Unix time, ms. */
export const eventMessage = (level: EventMessage['level'], text: string, nowMs: number): EventMessage => ({
  type: 'event',
  timeIso: new Date(nowMs).toISOString(),
  level,
  text,
});
