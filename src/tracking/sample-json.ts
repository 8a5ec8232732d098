import type { JsonReader } from '../core/exact-json.ts';
import { readDistortion } from '../core/lens-json.ts';
import type { CameraSample, LensSample } from './camera-sample.ts';
import { defined } from './opentrackio-fields.ts';

/** Reads a `CameraSample` as `stringifyExact` wrote it: the same value in every bit. @throws the reader's error */
export function readCameraSample(json: JsonReader): CameraSample {
  return {
    subject: json.at('subject').text(),
    ...defined<Pick<CameraSample, 'sourceNumber' | 'label'>>({
      sourceNumber: json.at('sourceNumber').optional((value) => value.integer()),
      label: json.at('label').optional((value) => value.text()),
    }),
    positionM: json.at('positionM').vec3(),
    rotation: json.at('rotation').vec4(),
    lens: readLensSample(json.at('lens')),
    sensorMm: json.at('sensorMm').nullOr((value) => value.vec2()),
    sampleTimestampNs: json.at('sampleTimestampNs').bigint(),
    receivedAtNs: json.at('receivedAtNs').bigint(),
    sequence: json.at('sequence').nullOr((value) => value.integer()),
    timecode: json.at('timecode').nullOr((value) => value.text()),
    recording: json.at('recording').nullOr((value) => value.flag()),
  };
}

const readNumber = (json: JsonReader): number => json.number();

function readLensSample(json: JsonReader): LensSample {
  return defined<LensSample>({
    pinholeFocalLengthMm: json.at('pinholeFocalLengthMm').optional(readNumber),
    projectionOffsetMm: json.at('projectionOffsetMm').optional((value) => value.vec2()),
    distortionOffsetMm: json.at('distortionOffsetMm').optional((value) => value.vec2()),
    entrancePupilOffsetM: json.at('entrancePupilOffsetM').optional(readNumber),
    focusDistanceM: json.at('focusDistanceM').optional(readNumber),
    distortion: json.at('distortion').optional((value) => value.nullOr(readDistortion)),
    encoders: json.at('encoders').optional(readEncoders),
    rawEncoders: json.at('rawEncoders').optional(readEncoders),
  });
}

type Encoders = NonNullable<LensSample['encoders']>;

function readEncoders(json: JsonReader): Encoders {
  return defined<Encoders>({
    focus: json.at('focus').optional(readNumber),
    iris: json.at('iris').optional(readNumber),
    zoom: json.at('zoom').optional(readNumber),
  });
}
