import type { BakedStage } from '../stage/baked-stage.ts';
import { DEFAULT_LOD_ERROR_PX, type FrameParameters } from '../stage/build-frame-state.ts';
import type { OperatorParameters } from './protocol.ts';

/** What the operator starts with. @param governor Whether the governor is on. Degrees are rounded to a billionth, so that a yaw of 30° in the show file reads 30 in the console. */
export function operatorParametersFrom(show: FrameParameters, stage: BakedStage, governor: boolean): OperatorParameters {
  const { positionM, yawRad, scale } = show.worldFromStage;
  return {
    exposureStops: show.exposureStops,
    worldFromStage: { positionM, yawDeg: Math.round((yawRad * 180e9) / Math.PI) / 1e9, scale },
    samplesPerLed: show.samplesPerLed,
    lodErrorPx: show.lodErrorPx ?? DEFAULT_LOD_ERROR_PX,
    governor,
    camerasEnabled: Object.fromEntries(stage.cameras.map(({ id }) => [id, show.camerasEnabled?.[id] ?? true])),
  };
}

/** The show's parameters as the operator has set them. */
export function frameParametersFrom(show: FrameParameters, operator: OperatorParameters): FrameParameters {
  const { positionM, yawDeg, scale } = operator.worldFromStage;
  return {
    ...show,
    exposureStops: operator.exposureStops,
    worldFromStage: { positionM, yawRad: (yawDeg * Math.PI) / 180, scale },
    samplesPerLed: operator.samplesPerLed,
    lodErrorPx: operator.lodErrorPx,
    camerasEnabled: operator.camerasEnabled,
  };
}

/** Lays a change over what is set. @returns the new parameters, or a text that says why the change is refused. */
export function changeParameters(before: OperatorParameters, change: Partial<OperatorParameters>): OperatorParameters | string {
  const known = Object.keys(before.camerasEnabled);
  const stranger = Object.keys(change.camerasEnabled ?? {}).find((id) => !known.includes(id));
  if (stranger !== undefined) {
    const expected = known.length > 0 ? known.map((id) => JSON.stringify(id)).join(', ') : 'no camera: the stage has none';
    return `parameters.camerasEnabled: got ${JSON.stringify(stranger)}, expected ${expected}`;
  }
  return { ...before, ...change, camerasEnabled: { ...before.camerasEnabled, ...change.camerasEnabled } };
}
