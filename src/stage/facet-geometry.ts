import { dot, mad, sub, type Vec3 } from '../core/vec.ts';
import type { BakedStage, Facet } from './baked-stage.ts';

/** Point of a facet at (i, j) LED widths from its corner, stage space, metres; LED (i, j) has its centre at (i + ½, j + ½). */
export const facetPoint = (facet: Facet, i: number, j: number): Vec3 =>
  mad(mad(facet.originM, facet.u, i * facet.pitchUM), facet.v, j * facet.pitchVM);

/** Centre of LED (i, j), stage space, metres. */
export const ledCenter = (facet: Facet, i: number, j: number): Vec3 => facetPoint(facet, i + 0.5, j + 0.5);

/** Top left, top right, bottom right and bottom left corner as the audience sees them, stage space, metres. */
export const facetCorners = (facet: Facet): readonly [Vec3, Vec3, Vec3, Vec3] => [
  facetPoint(facet, 0, 0),
  facetPoint(facet, facet.widthPx, 0),
  facetPoint(facet, facet.widthPx, facet.heightPx),
  facetPoint(facet, 0, facet.heightPx),
];

/** Distance of an eye in front of the facet's plane, metres; ≤ 0: the eye does not see it. */
export const distanceInFront = (facet: Facet, eyeM: Vec3): number => dot(sub(eyeM, facet.originM), facet.n);

/** Panel that carries LED (i, j) of a facet, as column and row of its wall. */
export function panelOfLed(stage: BakedStage, facet: Facet, i: number, j: number): { readonly column: number; readonly row: number } {
  const [width, height] = stage.panelTypes[facet.panelType].pixels;
  return { column: facet.columns[0] + Math.floor(i / width), row: facet.rows[0] + Math.floor(j / height) };
}
