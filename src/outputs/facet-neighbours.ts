import { dot, length, mad, sub, type Vec3 } from '../core/vec.ts';
import type { Facet } from '../stage/baked-stage.ts';

/** Facets whose LEDs carry on where this facet's end; −1 for none. */
export interface FacetNeighbours {
  left: number;
  right: number;
  up: number;
  down: number;
}

/** Edges this near to one another are one edge, in LED pitches: half the gap that a crew would call a seam. */
const SAME_EDGE_PITCHES = 0.25;
/** A wall that bends more than this between facets has a corner: light is not spread across it. */
const LARGEST_BEND_COS = Math.cos((30 * Math.PI) / 180);

/** Finds which facets touch edge to edge with the same rows or columns of LEDs, by geometry alone. */
export function findFacetNeighbours(facets: readonly Facet[]): FacetNeighbours[] {
  const out = facets.map((): FacetNeighbours => ({ left: -1, right: -1, up: -1, down: -1 }));
  const corners = facets.map(cornersOf);
  facets.forEach((a, k) => {
    facets.forEach((b, m) => {
      if (m === k || dot(a.n, b.n) < LARGEST_BEND_COS || dot(a.u, b.u) < LARGEST_BEND_COS) return;
      const near = SAME_EDGE_PITCHES * Math.min(a.pitchUM, a.pitchVM);
      const touch = (p: Vec3, q: Vec3): boolean => length(sub(p, q)) <= near;
      if (
        a.heightPx === b.heightPx &&
        touch(corners[k].topRight, corners[m].topLeft) &&
        touch(corners[k].bottomRight, corners[m].bottomLeft)
      ) {
        out[k].right = m;
        out[m].left = k;
      }
      if (
        a.widthPx === b.widthPx &&
        touch(corners[k].bottomLeft, corners[m].topLeft) &&
        touch(corners[k].bottomRight, corners[m].topRight)
      ) {
        out[k].down = m;
        out[m].up = k;
      }
    });
  });
  return out;
}

function cornersOf(f: Facet) {
  const topLeft = f.originM;
  const topRight = mad(f.originM, f.u, f.widthPx * f.pitchUM);
  const down = f.heightPx * f.pitchVM;
  return { topLeft, topRight, bottomLeft: mad(topLeft, f.v, down), bottomRight: mad(topRight, f.v, down) };
}
