import { CycError, TrackingError } from '../../core/errors.ts';
import { timeOfFrame } from '../../core/rational.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import { buildFrameState, DEFAULT_LOD_ERROR_PX, type FrameParameters } from '../../stage/build-frame-state.ts';
import type { FrameState } from '../../stage/frame-state.ts';
import { contentHash } from './content-hash.ts';
import { type LoadedShow, showParameters } from './load-show.ts';
import { createOfflinePoses } from './offline-poses.ts';
import type { RenderRequest } from './render-show.ts';
import { type CanvasHashes, recordedHashes } from './show-recorder.ts';
import { readTake } from './take-file.ts';

/** Which frames are rendered, and from what. */
export interface FramePlan {
  readonly frames: readonly bigint[];
  readonly stateOfFrame: (frame: bigint) => FrameState;
  /** How well is drawn, by name, for the manifest; a take has all values that occur in it. */
  readonly quality: Readonly<Record<'samplesPerLed' | 'outerRate' | 'lodErrorPx', string>>;
  /** Content of whatever the states are made of. */
  readonly fingerprint: string;
  /** Hashes that a take has of its live canvases. */
  readonly hashes: ReadonlyMap<bigint, CanvasHashes>;
  readonly notices: readonly string[];
}

/** @throws TrackingError for a take that cannot be read, CycError NO_FRAMES, TAKE_IS_FIXED, WRONG_TAKE */
export async function createFramePlan(show: LoadedShow, stage: BakedStage, request: RenderRequest): Promise<FramePlan> {
  return request.take === null ? simulatedPlan(show, stage, request) : takePlan(stage, request, request.take);
}

async function simulatedPlan(show: LoadedShow, stage: BakedStage, request: RenderRequest): Promise<FramePlan> {
  const range = request.frames;
  if (!range) throw new CycError('NO_FRAMES', 'which frames?', { path: '--frames', expected: 'A-B, or --take with a recording' });
  const defaults = showParameters(show.document);
  const parameters: FrameParameters = {
    ...defaults,
    exposureStops: request.exposureStops ?? defaults.exposureStops,
    samplesPerLed: request.samplesPerLed ?? defaults.samplesPerLed,
    lodErrorPx: request.lodErrorPx ?? defaults.lodErrorPx ?? DEFAULT_LOD_ERROR_PX,
    // The scene's clock starts with frame 0.
    sceneStartNs: 0n,
  };
  const { evaluate, notices } = await createOfflinePoses(stage);
  const frames = Array.from({ length: Number(range.last - range.first) + 1 }, (_, i) => range.first + BigInt(i));
  const stateOfFrame = (frame: bigint): FrameState => {
    const timeNs = timeOfFrame(frame, stage.rate);
    return buildFrameState({ frame, timeNs, parameters, stage, poses: evaluate(timeNs) });
  };
  const quality = qualityOf(frames.slice(0, 1).map(stateOfFrame));
  return { frames, stateOfFrame, quality, fingerprint: contentHash(parameters), hashes: new Map(), notices };
}

async function takePlan(stage: BakedStage, request: RenderRequest, file: string): Promise<FramePlan> {
  const given = [
    request.poses.length > 0 && '--pose',
    request.samplesPerLed !== null && '--samples',
    request.lodErrorPx !== null && '--lod-error',
    request.exposureStops !== null && '--exposure',
  ].filter(Boolean);
  if (given.length > 0)
    throw new CycError('TAKE_IS_FIXED', 'a take is rendered as it was recorded', {
      got: given.join(', '),
      hint: 'leave these out, or leave --take out',
    });
  const take = await readTake(file);
  const states = new Map(take.frames.map((state) => [state.frame, state]));
  const recorded = [...states.keys()].sort((a, b) => (a < b ? -1 : 1));
  const range = request.frames;
  const frames = recorded.filter((frame) => !range || (frame >= range.first && frame <= range.last));
  if (frames.length === 0)
    throw new TrackingError('NO_FRAMES', 'the take has no frame to render', {
      file,
      got:
        recorded.length === 0
          ? 'a take without frames (cyc track record writes samples only)'
          : `frames ${recorded[0]} to ${recorded.at(-1)}`,
      expected: range ? `frames ${range.first} to ${range.last}` : 'a take recorded by cyc start --record',
    });
  checkCameras(stage, [...states.values()], file);
  const stateOfFrame = (frame: bigint): FrameState => states.get(frame) as FrameState;
  const fingerprint = contentHash(recorded.map(stateOfFrame));
  const quality = qualityOf([...states.values()]);
  return { frames, stateOfFrame, quality, fingerprint, hashes: recordedHashes(take), notices: take.warnings };
}

/** Each value once: a governed show changes them from frame to frame. */
function qualityOf(states: readonly FrameState[]): FramePlan['quality'] {
  const values = (read: (state: FrameState) => number): string => [...new Set(states.map(read))].sort((a, b) => a - b).join(', ');
  return {
    samplesPerLed: values((state) => state.samplesPerLed),
    outerRate: values((state) => state.outerRate),
    lodErrorPx: values((state) => state.lodErrorPx),
  };
}

/** A take of another stage would give a picture, but not the recorded one. */
function checkCameras(stage: BakedStage, states: readonly FrameState[], file: string): void {
  const known = stage.cameras.map(({ id }) => id).sort();
  const stranger = states.find(
    ({ cameras }) =>
      cameras
        .map(({ id }) => id)
        .sort()
        .join('\n') !== known.join('\n'),
  );
  if (!stranger) return;
  const list = (ids: readonly string[]): string => ids.map((id) => JSON.stringify(id)).join(', ') || 'none';
  throw new TrackingError('WRONG_TAKE', 'the take is of another stage', {
    file,
    got: `cameras ${list(stranger.cameras.map(({ id }) => id))}`,
    expected: `cameras ${list(known)} of ${stage.file}`,
  });
}
