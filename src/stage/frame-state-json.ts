import { StageError } from '../core/errors.ts';
import { JsonReader, stringifyExact } from '../core/exact-json.ts';
import { readLensState } from '../core/lens-json.ts';
import type { CameraState, FrameState } from './frame-state.ts';

/** A frame state as one line of JSON; `parseFrameState` gives back the same value in every bit (bigint as decimal strings, −0 kept). */
export const stringifyFrameState = (state: FrameState): string => stringifyExact(state);

/** Reads the text of `stringifyFrameState`. @throws StageError BAD_FRAME_STATE naming file, path, got and expected */
export function parseFrameState(text: string, file?: string): FrameState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StageError('BAD_FRAME_STATE', 'not JSON', { ...(file === undefined ? {} : { file }), got: text.slice(0, 80), cause });
  }
  return frameStateFromJson(value, file);
}

/** Reads a frame state from parsed JSON. @throws StageError BAD_FRAME_STATE naming file, path, got and expected */
export function frameStateFromJson(value: unknown, file?: string, path = ''): FrameState {
  const json = new JsonReader(value, { ...(file === undefined ? {} : { file }), path }, 'BAD_FRAME_STATE', StageError);
  const world = json.at('worldFromStage');
  return {
    frame: json.at('frame').bigint(),
    timeNs: json.at('timeNs').bigint(),
    sceneTimeS: json.at('sceneTimeS').number(),
    worldFromStage: {
      positionM: world.at('positionM').vec3(),
      yawRad: world.at('yawRad').number(),
      scale: world.at('scale').number(),
    },
    outerEyeM: json.at('outerEyeM').vec3(),
    cameras: json.at('cameras').items().map(readCameraState),
    exposureStops: json.at('exposureStops').number(),
    nitsPerUnit: json.at('nitsPerUnit').number(),
    samplesPerLed: json.at('samplesPerLed').oneOf(1, 4, 8),
    // Takes of earlier versions lack these two: the whole lattice was drawn then, in full detail.
    outerRate: json.at('outerRate').optional((rate) => rate.oneOf(1, 2, 4)) ?? 1,
    lodErrorPx: json.at('lodErrorPx').optional(readLodError) ?? 0,
    seed: json.at('seed').number(),
  };
}

function readLodError(json: JsonReader): number {
  return json.number() >= 0 ? json.number() : json.fail('LED pixels, 0 or more');
}

function readCameraState(json: JsonReader): CameraState {
  return {
    id: json.at('id').text(),
    entrancePupilM: json.at('entrancePupilM').vec3(),
    stageFromCamera: json.at('stageFromCamera').vec4(),
    lens: readLensState(json.at('lens')),
    sensorMm: json.at('sensorMm').vec2(),
    overscanPercent: json.at('overscanPercent').number(),
    featherPercent: json.at('featherPercent').number(),
    enabled: json.at('enabled').flag(),
    sampleTimestampNs: json.at('sampleTimestampNs').nullOr((time) => time.bigint()),
  };
}
