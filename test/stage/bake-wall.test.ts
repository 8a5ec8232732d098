import { describe, expect, test } from 'vitest';
import { cross, dot, length, sub, type Vec3 } from '../../src/core/vec.ts';
import { bakeWall } from '../../src/stage/bake-wall.ts';
import type { Facet } from '../../src/stage/baked-stage.ts';
import { facetCorners, ledCenter } from '../../src/stage/facet-geometry.ts';
import type { PanelTypeEntry, WallEntry } from '../../src/stage/stage-document.ts';
import { arcStage, flatStage, lStage } from '../support/stages.ts';

const PANEL: PanelTypeEntry = { sizeMm: [500, 1000], pixels: [20, 25], peakNits: 1500 };
const bake = (wall: Partial<WallEntry>): Facet[] =>
  bakeWall({ name: 'w', panelType: 'p', columns: 4, rows: 2, positionM: [0, 0, 0], ...wall }, PANEL, 0, 0);

/** Distance in metres; positions agree to 1e-12 where only rounding differs. */
const apart = (a: Vec3, b: Vec3): number => length(sub(a, b));

function expectSharedEdges(facets: readonly Facet[]): void {
  for (let k = 1; k < facets.length; k++) {
    const [, topRight, bottomRight] = facetCorners(facets[k - 1]);
    const [topLeft, , , bottomLeft] = facetCorners(facets[k]);
    expect(apart(topRight, topLeft)).toBeLessThan(1e-12);
    expect(apart(bottomRight, bottomLeft)).toBeLessThan(1e-12);
  }
}

test('a flat wall is one facet around its bottom middle, facing +Z', () => {
  const [facet, ...rest] = bake({ positionM: [1, 0.2, -3] });
  expect(rest).toEqual([]);
  expect(facet).toMatchObject({
    originM: [0, 2.2, -3],
    u: [1, 0, 0],
    v: [0, -1, 0],
    n: [0, 0, 1],
    widthPx: 80,
    heightPx: 50,
    columns: [0, 3],
    rows: [0, 1],
  });
  expect([facet.pitchUM, facet.pitchVM]).toEqual([0.025, 0.04]);
  expect(ledCenter(facet, 0, 0)).toEqual([0.0125, 2.18, -3]);
});

describe('placed freely', () => {
  test('yaw −90° faces −X: a wall on the right', () => {
    const [facet] = bake({ yawDeg: -90, positionM: [4, 0, -1] });
    expect(facet).toMatchObject({ n: [-1, 0, 0], u: [0, 0, 1], originM: [4, 2, -2] });
  });
  test('pitch +90° is a ceiling: it faces the floor, its rows run from the front to the back', () => {
    const [facet] = bake({ pitchDeg: 90, positionM: [0, 5, -4] });
    expect(facet.n).toEqual([0, -1, 0]);
    expect(facet.u).toEqual([1, 0, 0]);
    expect(facet.v).toEqual([0, 0, -1]);
    expect(facet.originM).toEqual([-1, 5, -2]);
  });
  test('pitch −90° is a floor', () => {
    expect(bake({ pitchDeg: -90 })[0].n).toEqual([0, 1, 0]);
  });
  test('roll 90° turns right to up, as the audience sees it', () => {
    expect(bake({ rollDeg: 90 })[0]).toMatchObject({ u: [0, 1, 0], v: [1, 0, 0], n: [0, 0, 1] });
  });
  test('any pose keeps the axes square and n = v × u', () => {
    for (const [yawDeg, pitchDeg, rollDeg] of [
      [13, 71, -40],
      [200, -5, 1],
      [-359, 33, 90],
    ]) {
      const [{ u, v, n }] = bake({ yawDeg, pitchDeg, rollDeg });
      expect(Math.abs(dot(u, v))).toBeLessThan(1e-15);
      expect(apart(cross(v, u), n)).toBeLessThan(1e-15);
      expect(length(u)).toBeCloseTo(1, 15);
    }
  });
  test('yaw, then pitch, then roll', () => {
    // n = Ry(30°)·Rx(60°)·z = (cos60·sin30, −sin60, cos60·cos30).
    const [{ n }] = bake({ yawDeg: 30, pitchDeg: 60, rollDeg: 77 });
    expect(apart(n, [0.25, -Math.sqrt(3) / 2, Math.sqrt(3) / 4])).toBeLessThan(1e-15);
  });
});

describe('arc', () => {
  const radiusM = 3;
  const hingeRad = 2 * Math.asin(0.5 / (2 * radiusM));
  for (const columns of [1, 2, 7, 30]) {
    test(`${columns} columns: edges on the circle, neighbours turned by 2·asin(w/2R)`, () => {
      const facets = bake({ columns, shape: { kind: 'arc', radiusM } });
      expect(facets).toHaveLength(columns);
      // The circle's centre lies in front of the anchor; with a panel in the middle it is the chord's height nearer.
      const depth = columns % 2 === 0 ? radiusM : radiusM * Math.cos(hingeRad / 2);
      const center: Vec3 = [0, 0, depth];
      for (const facet of facets) {
        const [, , right, left] = facetCorners(facet);
        expect(Math.abs(apart(left, center) - radiusM)).toBeLessThan(1e-12);
        expect(Math.abs(apart(right, center) - radiusM)).toBeLessThan(1e-12);
        expect(dot(sub(center, facet.originM), facet.n)).toBeGreaterThan(0);
      }
      for (let k = 1; k < columns; k++) expect(Math.acos(dot(facets[k - 1].n, facets[k].n))).toBeCloseTo(hingeRad, 7);
      expectSharedEdges(facets);
    });
  }
  test('the 180° test stage ends where the circle does', () => {
    const { facets } = arcStage();
    expect(facets).toHaveLength(20);
    expect(apart(facetCorners(facets[0])[3], [-5, 0.1, 0])).toBeLessThan(1e-12);
    expect(apart(facetCorners(facets[19])[2], [5, 0.1, 0])).toBeLessThan(1e-12);
    expect(facets.reduce((sum, facet) => sum + facet.widthPx, 0)).toBe(640);
    expect(facets.every((facet) => facet.heightPx === 160)).toBe(true);
    expectSharedEdges(facets);
  });
});

describe('polyline', () => {
  test('straight hinges join columns to one facet', () => {
    const facets = bake({ columns: 6, shape: { kind: 'polyline', anglesDeg: [0, 0, 30, 0, -10] } });
    expect(facets.map((facet) => facet.columns)).toEqual([
      [0, 2],
      [3, 4],
      [5, 5],
    ]);
    expect(facets.map((facet) => facet.widthPx)).toEqual([60, 40, 20]);
    expect(facets.map((facet) => facet.id)).toEqual([0, 1, 2]);
    expectSharedEdges(facets);
  });
  test('a positive hinge turns the wall towards the audience; the middle hinge is halved', () => {
    const facets = bake({ columns: 2, shape: { kind: 'polyline', anglesDeg: [90] } });
    // Both walls lean 45° inwards; they meet at the anchor.
    expect(apart(facets[0].n, [Math.SQRT1_2, 0, Math.SQRT1_2])).toBeLessThan(1e-15);
    expect(apart(facets[1].n, [-Math.SQRT1_2, 0, Math.SQRT1_2])).toBeLessThan(1e-15);
    expect(apart(facetCorners(facets[1])[3], [0, 0, 0])).toBeLessThan(1e-15);
  });
  test('with the middle in a plane, that plane faces +Z and stands around the anchor', () => {
    const facets = bake({ columns: 4, shape: { kind: 'polyline', anglesDeg: [45, 0, 45] } });
    expect(facets[1]).toMatchObject({ columns: [1, 2], n: [0, 0, 1], originM: [-0.5, 2, 0] });
    expect(apart(facetCorners(facets[2])[2], [0.5 + 0.5 * Math.SQRT1_2, 0, 0.5 * Math.SQRT1_2])).toBeLessThan(1e-15);
    expect(apart(facetCorners(facets[0])[3], [-0.5 - 0.5 * Math.SQRT1_2, 0, 0.5 * Math.SQRT1_2])).toBeLessThan(1e-15);
  });
  test('equal hinges are an arc', () => {
    const angle = (2 * Math.asin(0.5 / 6) * 180) / Math.PI;
    const arc = bake({ columns: 5, shape: { kind: 'arc', radiusM: 3 } });
    const polyline = bake({ columns: 5, shape: { kind: 'polyline', anglesDeg: [angle, angle, angle, angle] } });
    for (const facet of arc) expect(apart(facet.originM, polyline[facet.id].originM)).toBeLessThan(1e-14);
  });
});

test('facets do not depend on canvases, in any bit', () => {
  for (const stage of [flatStage, arcStage, lStage]) {
    const whole = stage().facets;
    for (const options of [{ canvases: 4 }, { canvases: 20 }, { cutTiles: true, turned: true }, { canvases: 4, cutTiles: true }])
      expect(stage(options).facets).toEqual(whole);
  }
});
