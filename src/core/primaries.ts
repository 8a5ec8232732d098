import type { Mat3, Vec2, Vec3 } from './vec.ts';

/** CIE xy chromaticities of a display or working space. */
export interface Primaries {
  readonly red: Vec2;
  readonly green: Vec2;
  readonly blue: Vec2;
  readonly white: Vec2;
}

const D65: Vec2 = [0.3127, 0.329];
/** ITU-R BT.709-6. */
export const REC709: Primaries = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 };
/** ITU-R BT.2020-2. */
export const REC2020: Primaries = { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 };
/** SMPTE EG 432-1 primaries with a D65 white. */
export const P3_D65: Primaries = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 };
/** ACEScg (AP1, S-2014-004). */
export const ACESCG: Primaries = { red: [0.713, 0.293], green: [0.165, 0.83], blue: [0.128, 0.044], white: [0.32168, 0.33767] };

/** Bradford cone response (Lindbloom, "Chromatic Adaptation"). */
const BRADFORD: Mat3 = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

/** Linear RGB of `from` → linear RGB of `to`, whites adapted by Bradford, row-major. */
export function rgbFromRgb(from: Primaries, to: Primaries): Mat3 {
  const adapted = multiply(adaptation(from.white, to.white), xyzFromRgb(from));
  return multiply(invert(xyzFromRgb(to)), adapted);
}

/** CIE XYZ (Y of white = 1) from linear RGB (SMPTE RP 177). */
export function xyzFromRgb(p: Primaries): Mat3 {
  const r = xyz(p.red);
  const g = xyz(p.green);
  const b = xyz(p.blue);
  const m: Mat3 = [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
  const s = apply(invert(m), xyz(p.white));
  return [m[0] * s[0], m[1] * s[1], m[2] * s[2], m[3] * s[0], m[4] * s[1], m[5] * s[2], m[6] * s[0], m[7] * s[1], m[8] * s[2]];
}

/** Row-major matrix times vector. */
export function apply(m: Mat3, v: Vec3): Vec3 {
  return [m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2], m[6] * v[0] + m[7] * v[1] + m[8] * v[2]];
}

const xyz = (p: Vec2): Vec3 => [p[0] / p[1], 1, (1 - p[0] - p[1]) / p[1]];

function adaptation(from: Vec2, to: Vec2): Mat3 {
  const a = apply(BRADFORD, xyz(from));
  const b = apply(BRADFORD, xyz(to));
  return multiply(invert(BRADFORD), multiply([b[0] / a[0], 0, 0, 0, b[1] / a[1], 0, 0, 0, b[2] / a[2]], BRADFORD));
}

function multiply(a: Mat3, b: Mat3): Mat3 {
  const at = (r: number, c: number): number => a[r * 3] * b[c] + a[r * 3 + 1] * b[3 + c] + a[r * 3 + 2] * b[6 + c];
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}

function invert(m: Mat3): Mat3 {
  const [a, b, c, d, e, f, g, h, i] = m;
  const A = e * i - f * h;
  const B = f * g - d * i;
  const C = d * h - e * g;
  const k = 1 / (a * A + b * B + c * C);
  return [
    A * k,
    (c * h - b * i) * k,
    (b * f - c * e) * k,
    B * k,
    (a * i - c * g) * k,
    (c * d - a * f) * k,
    C * k,
    (b * g - a * h) * k,
    (a * e - b * d) * k,
  ];
}
