import type { BakedStage, StageCamera } from '../../../stage/baked-stage.ts';
import { buildFrameState, type CameraPose } from '../../../stage/build-frame-state.ts';
import type { FrameState, SamplesPerLed } from '../../../stage/frame-state.ts';
import { createSimulatedMove, type PoseOfTime } from '../../../tracking/simulated-move.ts';

/** What a run asks of every frame. */
export interface FrameQuality {
  readonly samplesPerLed: SamplesPerLed;
  readonly lodErrorPx: number;
}

const FRAME_NS = 1_000_000_000n / 60n;

/**
 * Frame `k` of the benchmark's shot: every camera on an operator's shoulder, 60 frames a second, the same for the same seed. The stage
 * rests in the world, as on most shots; the inner eye never does, so no frame equals the last.
 */
export function createBenchMove(stage: BakedStage, quality: FrameQuality, seed: number): (k: number) => FrameState {
  const moves = new Map(stage.cameras.map((camera, index) => [camera.id, handheld(camera, seed + index)]));
  return (k) => {
    const timeNs = BigInt(k) * FRAME_NS;
    const poses = new Map<string, CameraPose>(
      stage.cameras.map((camera) => [camera.id, { ...moves.get(camera.id)!(timeNs), lens: camera.lens, sampleTimestampNs: timeNs }]),
    );
    const worldFromStage = { positionM: [0, 0, 0], yawRad: 0, scale: 1 } as const;
    const parameters = { worldFromStage, exposureStops: 0, nitsPerUnit: 100, sceneStartNs: 0n, ...quality };
    return buildFrameState({ frame: BigInt(k), timeNs, parameters, stage, poses });
  };
}

const handheld = ({ restPose }: StageCamera, seed: number): PoseOfTime => createSimulatedMove('handheld', seed, restPose);
