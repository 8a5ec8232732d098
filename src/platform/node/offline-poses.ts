import { timeOfFrame } from '../../core/rational.ts';
import type { BakedStage, StageCamera } from '../../stage/baked-stage.ts';
import type { CameraSample } from '../../tracking/camera-sample.ts';
import { CameraTracker, type TrackedCamera } from '../../tracking/camera-tracker.ts';
import { createSimulatedMove } from '../../tracking/simulated-move.ts';
import { simulatedBaseOf } from './create-source.ts';
import { readTake } from './take-file.ts';

/** Poses of a stage's cameras as pure functions of time, for rendering without a clock. */
export interface OfflinePoses {
  /** By camera id. @param timeNs Time of the frame: frame 0 is 0. */
  evaluate(timeNs: bigint): ReadonlyMap<string, TrackedCamera>;
  /** Cameras that stand at rest because their tracker exists only live, one line each. */
  readonly notices: readonly string[];
}

type PoseOfTime = (timeNs: bigint) => TrackedCamera;

/**
 * Simulated operators are evaluated at the frame's own time; takes begin with frame 0; trackers on the network are not listened to.
 * @throws TrackingError for a take that cannot be read
 */
export async function createOfflinePoses(stage: BakedStage): Promise<OfflinePoses> {
  const notices: string[] = [];
  const cameras = await Promise.all(
    stage.cameras.map(async (camera): Promise<readonly [string, PoseOfTime]> => {
      const kind = camera.tracking?.kind;
      if (kind === 'simulated') return [camera.id, simulatedPose(camera)];
      if (kind === 'take') return [camera.id, await takePose(camera, stage)];
      if (kind)
        notices.push(
          `camera ${camera.id}: ${kind} is live only, so it stands at its rest pose; --take replays a recording, --pose sets a pose`,
        );
      const tracker = new CameraTracker(camera);
      return [camera.id, (timeNs) => tracker.evaluate(timeNs)];
    }),
  );
  return { notices, evaluate: (timeNs) => new Map(cameras.map(([id, pose]) => [id, pose(timeNs)])) };
}

/** A new tracker per frame holding the one sample of its time: no frame knows of another. */
function simulatedPose(camera: StageCamera): PoseOfTime {
  const tracking = camera.tracking;
  const move = createSimulatedMove(tracking?.move ?? 'handheld', 1, simulatedBaseOf(camera));
  const delayNs = BigInt(Math.round((tracking?.delayMs ?? 0) * 1e6));
  return (timeNs) => {
    const tracker = new CameraTracker(camera);
    const sampleTimestampNs = timeNs - delayNs;
    tracker.push({
      subject: tracking?.subject ?? 'simulated',
      ...move(sampleTimestampNs),
      lens: {},
      sensorMm: null,
      sampleTimestampNs,
      receivedAtNs: sampleTimestampNs,
      sequence: null,
      timecode: null,
      recording: null,
    });
    return tracker.evaluate(timeNs);
  };
}

async function takePose(camera: StageCamera, stage: BakedStage): Promise<PoseOfTime> {
  const file = camera.tracking?.file ?? '';
  const samples = (await readTake(file)).samples.map(({ sample }) => sample);
  const tracker = new CameraTracker(camera, () => {}, { capacity: samples.length + 2 });
  const shiftNs = samples.length > 0 ? timeOfFrame(0n, stage.rate) - samples[0].receivedAtNs : 0n;
  for (const sample of samples) tracker.push(shifted(sample, shiftNs));
  return (timeNs) => tracker.evaluate(timeNs);
}

const shifted = (sample: CameraSample, shiftNs: bigint): CameraSample => ({
  ...sample,
  sampleTimestampNs: sample.sampleTimestampNs + shiftNs,
  receivedAtNs: sample.receivedAtNs + shiftNs,
});
