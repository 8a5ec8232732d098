import type { Distortion } from './lens.ts';
import type { Vec2 } from './vec.ts';

/** A Jacobian this small means that the polynomial is about to fold back. */
export const MIN_DETERMINANT = 1e-3;
/** Input radii scanned for the fold: tangent 3 is 72° off axis, 12 is 85°. */
const FOLD_SCAN = [
  { until: 3, step: 0.01 },
  { until: 12, step: 0.05 },
] as const;

/** Jacobian rows of a map of the plane: ∂x'/∂x, ∂x'/∂y, ∂y'/∂x, ∂y'/∂y. */
export type Jacobian = readonly [number, number, number, number];

/**
 * The polynomial of `Distortion` and its Jacobian at (x, y), tangent units, y down; in whichever direction the model states.
 * @returns null where the denominator is not positive: no lens does that, the numbers have left the model's range.
 */
export function evaluatePolynomial(
  distortion: Distortion,
  x: number,
  y: number,
): { readonly point: Vec2; readonly jacobian: Jacobian } | null {
  const [n1, n2, n3] = distortion.numerator;
  const [d1, d2, d3] = distortion.denominator;
  const [p1, p2] = distortion.tangential;
  const s = x * x + y * y;
  const numerator = 1 + s * (n1 + s * (n2 + s * n3));
  const denominator = 1 + s * (d1 + s * (d2 + s * d3));
  if (!(denominator > 0)) return null;
  const ratio = numerator / denominator;
  // dR/ds by the quotient rule; ds/dx = 2x.
  const slope = (n1 + s * (2 * n2 + s * 3 * n3) - ratio * (d1 + s * (2 * d2 + s * 3 * d3))) / denominator;
  return {
    point: [ratio * x + 2 * p1 * x * y + p2 * (s + 2 * x * x), ratio * y + 2 * p2 * x * y + p1 * (s + 2 * y * y)],
    jacobian: [
      ratio + 2 * slope * x * x + 2 * p1 * y + 6 * p2 * x,
      2 * slope * x * y + 2 * p1 * x + 2 * p2 * y,
      2 * slope * x * y + 2 * p2 * y + 2 * p1 * x,
      ratio + 2 * slope * y * y + 2 * p2 * x + 6 * p1 * y,
    ],
  };
}

/** Of a Jacobian: how much the map enlarges areas there. */
export const determinant = (j: Jacobian): number => j[0] * j[3] - j[1] * j[2];

const foldRadii = new WeakMap<Distortion, number>();

/**
 * Smallest input radius (tangent units about the distortion centre) at which the polynomial stops being one-to-one: its Jacobian
 * vanishes or its denominator does. Beyond it values exist but belong to no light path. 12 (85° off axis) where there is none before.
 */
export function foldRadius(distortion: Distortion): number {
  const known = foldRadii.get(distortion);
  if (known !== undefined) return known;
  const [p1, p2] = distortion.tangential;
  // Without decentring all directions are alike; with it the extremes lie on the axis (p2, p1), by symmetry, and others are sampled.
  const axis = Math.atan2(p1, p2);
  const count = p1 === 0 && p2 === 0 ? 1 : 8;
  const radii = Array.from({ length: count }, (_, k) => foldAlong(distortion, axis + (k * 2 * Math.PI) / count));
  const fold = Math.min(...radii);
  foldRadii.set(distortion, fold);
  return fold;
}

function foldAlong(distortion: Distortion, angleRad: number): number {
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)];
  const isGood = (r: number): boolean => {
    const there = evaluatePolynomial(distortion, r * cos, r * sin);
    return there !== null && determinant(there.jacobian) > MIN_DETERMINANT;
  };
  let good = 0;
  for (const { until, step } of FOLD_SCAN) {
    for (let r = good + step; r <= until; r += step) {
      if (isGood(r)) {
        good = r;
        continue;
      }
      let bad = r;
      for (let k = 0; k < 40; k++) {
        const middle = (good + bad) / 2;
        if (isGood(middle)) good = middle;
        else bad = middle;
      }
      return good;
    }
  }
  return good;
}
