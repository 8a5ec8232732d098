import type { Distortion } from '../core/lens.ts';
import type { Vec2 } from '../core/vec.ts';
import type { LensSample } from './camera-sample.ts';
import { asObject, defined, field, integerAt, type JsonObject, numberAt, objectAt, positiveAt, textAt } from './opentrackio-fields.ts';

/**
 * How a sender orders `radial`. OpenLensIO: odd coefficients are the numerator's, even ones the denominator's, alternating. Some senders
 * write the polynomial's coefficients in a row instead: k1 k2 k3 numerator, k4 k5 k6 denominator (OpenCV).
 */
export type RadialOrder = 'openlensio' | 'polynomial';

const U32_MAX = 0xffffffff;

/** The `lens` block, with the `static` one for what it lacks. A field out of its range counts as not sent: the pose is still good. */
export function lensFromOpenTrackIo(root: JsonObject, radialOrder: RadialOrder): LensSample {
  const lens = objectAt(root, 'lens');
  // Drafts before 1.0 and camdkit's adapters say `focalLength`.
  const pinholeFocalLengthMm = positiveAt(lens, 'pinholeFocalLength') ?? positiveAt(lens, 'focalLength');
  const scaleMm = pinholeFocalLengthMm ?? positiveAt(objectAt(objectAt(root, 'static'), 'lens'), 'nominalFocalLength');
  return defined<LensSample>({
    pinholeFocalLengthMm,
    projectionOffsetMm: offsetAt(lens, 'projectionOffset'),
    distortionOffsetMm: offsetAt(lens, 'distortionOffset'),
    entrancePupilOffsetM: numberAt(lens, 'entrancePupilOffset'),
    focusDistanceM: positiveAt(lens, 'focusDistance'),
    distortion: scaleMm === undefined ? undefined : distortionFromEntries(field(lens, 'distortion'), scaleMm, radialOrder),
    encoders: encodersAt(lens, 'encoders', (object, key) => {
      const value = numberAt(object, key);
      return value !== undefined && value >= 0 && value <= 1 ? value : undefined;
    }),
    rawEncoders: encodersAt(lens, 'rawEncoders', (object, key) => integerAt(object, key, 0, U32_MAX)),
  });
}

function offsetAt(lens: JsonObject | null, key: string): Vec2 | undefined {
  const offset = objectAt(lens, key);
  const x = numberAt(offset, 'x');
  const y = numberAt(offset, 'y');
  return x === undefined || y === undefined ? undefined : [x, y];
}

type Encoders = NonNullable<LensSample['encoders']>;

function encodersAt(
  lens: JsonObject | null,
  key: string,
  read: (object: JsonObject, name: string) => number | undefined,
): Encoders | undefined {
  const object = objectAt(lens, key);
  if (object === null) return undefined;
  const encoders = defined<Encoders>({ focus: read(object, 'focus'), iris: read(object, 'iris'), zoom: read(object, 'zoom') });
  return Object.keys(encoders).length > 0 ? encoders : undefined;
}

/** The first D-U entry that can be used (OpenLensIO's default direction), else the first U-D; undefined: none that we can use. */
function distortionFromEntries(value: unknown, focalLengthMm: number, order: RadialOrder): Distortion | null | undefined {
  const entries = Array.isArray(value) ? value.slice(0, 8) : [value];
  let fallback: Distortion | null | undefined;
  for (const entry of entries) {
    const object = asObject(entry);
    const direction = object === null ? null : directionOf(textAt(object, 'model'));
    if (object === null || direction === null) continue;
    const distortion = distortionFromCoefficients(object, direction, focalLengthMm, order);
    if (distortion === undefined) continue;
    if (direction === 'distorted-to-undistorted') return distortion;
    fallback ??= distortion;
  }
  return fallback;
}

/** No suffix and no model mean D-U; null: another model than Brown-Conrady. */
function directionOf(model: string | undefined): Distortion['direction'] | null {
  const text = (model ?? 'brown-conrady').toLowerCase();
  if (!text.startsWith('brown-conrady')) return null;
  return text.endsWith('u-d') ? 'undistorted-to-distorted' : 'distorted-to-undistorted';
}

/**
 * Coefficients on millimetres (OpenLensIO v1.0.1) to tangent units, x = x_mm / F: those of r²ᵐ are multiplied by F²ᵐ and p by F, each to
 * be without dimension. null: all zero, no distortion.
 */
function distortionFromCoefficients(
  entry: JsonObject,
  direction: Distortion['direction'],
  focalLengthMm: number,
  order: RadialOrder,
): Distortion | null | undefined {
  const k = coefficients(field(entry, 'radial'), 6);
  const p = coefficients(field(entry, 'tangential') ?? [], 2);
  if (k === undefined || p === undefined) return undefined;
  const f2 = focalLengthMm * focalLengthMm;
  const powers = [f2, f2 * f2, f2 * f2 * f2] as const;
  const [a, b] =
    order === 'openlensio'
      ? [
          [k[0], k[2], k[4]],
          [k[1], k[3], k[5]],
        ]
      : [
          [k[0], k[1], k[2]],
          [k[3], k[4], k[5]],
        ];
  const scaled = (c: readonly (number | undefined)[]): [number, number, number] => [
    c[0]! * powers[0],
    c[1]! * powers[1],
    c[2]! * powers[2],
  ];
  const distortion: Distortion = {
    direction,
    numerator: scaled(a!),
    denominator: scaled(b!),
    tangential: [p[0]! * focalLengthMm, p[1]! * focalLengthMm],
  };
  const all = [...distortion.numerator, ...distortion.denominator, ...distortion.tangential];
  if (!all.every(Number.isFinite)) return undefined;
  return all.every((c) => c === 0) ? null : distortion;
}

/** `count` finite numbers, filled up with zeros; undefined: not numbers, or more terms than the model has. */
function coefficients(value: unknown, count: number): number[] | undefined {
  if (!Array.isArray(value) || value.length > 64) return undefined;
  if (!value.every((c) => typeof c === 'number' && Number.isFinite(c))) return undefined;
  if (value.slice(count).some((c) => c !== 0)) return undefined;
  return Array.from({ length: count }, (_, i) => (value[i] as number | undefined) ?? 0);
}
