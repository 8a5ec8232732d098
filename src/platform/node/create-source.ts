import type { Clock } from '../../core/clock.ts';
import { TrackingError } from '../../core/errors.ts';
import { multiplyQuat, quatFromAxisAngle, rotate } from '../../core/quat.ts';
import { sub } from '../../core/vec.ts';
import type { StageCamera, TrackingSourceConfig } from '../../stage/baked-stage.ts';
import type { TrackingSource } from '../../tracking/camera-sample.ts';
import { panTiltRollFromQuat, quatFromPanTiltRoll } from '../../tracking/pan-tilt-roll.ts';
import type { SimulatedBase } from '../../tracking/simulated-move.ts';
import { createSimulatedSource, type RepeatTimer } from '../../tracking/simulated-source.ts';
import { createTakeSource } from '../../tracking/take-source.ts';
import { readTake } from './take-file.ts';
import { createUdpSource } from './udp-source.ts';
import { createWsServerSource } from './ws-source.ts';

/** OpenTrackIO's own port, and the one most FreeD readers start with (FreeD has none registered). */
export const DEFAULT_PORTS = { 'opentrackio-udp': 55_555, 'opentrackio-ws': 55_556, 'freed-udp': 40_000 } as const;

export interface SourceDeps {
  readonly clock: Clock;
  /** Simulated operator only: samples a second, seed, and where it stands (tracker space). */
  readonly simulatedRateHz?: number;
  readonly seed?: number;
  readonly base?: SimulatedBase;
  /** Groups joined beside the config's own, for cameras that share the port. */
  readonly moreMulticast?: readonly string[];
  readonly loopTake?: boolean;
}

/** `setInterval`, as the tracking room asks for it. */
export const nodeRepeatTimer: RepeatTimer = (tick, intervalMs) => {
  const timer = setInterval(tick, intervalMs);
  return () => clearInterval(timer);
};

/** Makes the source that a stage file's `tracking` block names. Nothing is opened before `start`. @throws TrackingError BAD_SOURCE */
export function createTrackingSource(config: TrackingSourceConfig, deps: SourceDeps): TrackingSource {
  const { clock } = deps;
  const multicast = [...new Set([config.multicast, ...(deps.moreMulticast ?? [])].filter((group) => group !== null))];
  switch (config.kind) {
    case 'opentrackio-udp':
      return createUdpSource({ protocol: 'opentrackio', port: config.port ?? DEFAULT_PORTS[config.kind], multicast, clock });
    case 'freed-udp':
      return createUdpSource({ protocol: 'freed', port: config.port ?? DEFAULT_PORTS[config.kind], multicast, clock });
    case 'opentrackio-ws':
      return createWsServerSource({ port: config.port ?? DEFAULT_PORTS[config.kind], clock });
    case 'simulated':
      return createSimulatedSource({
        move: config.move ?? 'handheld',
        clock,
        every: nodeRepeatTimer,
        ...(config.subject === null ? {} : { subject: config.subject }),
        ...(deps.simulatedRateHz === undefined ? {} : { rateHz: deps.simulatedRateHz }),
        ...(deps.seed === undefined ? {} : { seed: deps.seed }),
        ...(deps.base === undefined ? {} : { base: deps.base }),
      });
    case 'take': {
      const { file } = config;
      if (file === null)
        throw new TrackingError('BAD_SOURCE', 'a take needs a file', { path: 'tracking.file', got: 'nothing', expected: 'a path' });
      const load = async () => (await readTake(file)).samples.map(({ sample }) => sample);
      return createTakeSource({ name: `take ${file}`, load, clock, every: nodeRepeatTimer, loop: deps.loopTake ?? false });
    }
    default:
      throw new TrackingError('BAD_SOURCE', 'unknown kind of tracking source', {
        path: 'tracking.kind',
        got: String(config.kind satisfies never),
      });
  }
}

/** A source and the cameras that take their samples from it. */
export interface SharedSource {
  readonly source: TrackingSource;
  readonly cameraIds: readonly string[];
}

/** One source per socket: cameras that name the same protocol and port share it, with the groups of all of them; each tracker picks its own subject. */
export function createStageSources(cameras: readonly StageCamera[], deps: SourceDeps): SharedSource[] {
  const groups = Map.groupBy(
    cameras.filter((camera) => camera.tracking !== null),
    (camera) => shareKey(camera.id, camera.tracking!),
  );
  return [...groups.values()].map((sharing) => {
    const [first] = sharing;
    const moreMulticast = sharing.flatMap(({ tracking }) => tracking?.multicast ?? []);
    const base = first!.tracking!.kind === 'simulated' ? { base: simulatedBaseOf(first!) } : {};
    const source = createTrackingSource(first!.tracking!, { ...base, ...deps, moreMulticast });
    return { source, cameraIds: sharing.map(({ id }) => id) };
  });
}

/** Every simulated camera has its own operator; takes are shared by file, sockets by protocol and port. */
function shareKey(cameraId: string, config: TrackingSourceConfig): string {
  if (config.kind === 'simulated') return `simulated ${cameraId}`;
  if (config.kind === 'take') return `take ${config.file}`;
  return `${config.kind} ${config.port ?? DEFAULT_PORTS[config.kind]}`;
}

/** The rest pose in tracker space: a simulated operator moves about where the stage file puts the camera. */
export function simulatedBaseOf(camera: StageCamera): SimulatedBase {
  const { restPose, tracking } = camera;
  const stageFromTracker = tracking?.stageFromTracker ?? { positionM: [0, 0, 0] as const, yawRad: 0 };
  const trackerFromStage = quatFromAxisAngle([0, 1, 0], -stageFromTracker.yawRad);
  return {
    positionM: rotate(trackerFromStage, sub(restPose.positionM, stageFromTracker.positionM)),
    ...panTiltRollFromQuat(multiplyQuat(trackerFromStage, quatFromPanTiltRoll(restPose))),
  };
}
