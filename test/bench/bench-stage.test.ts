import { expect, test } from 'vitest';
import { createBenchMove } from '../../src/platform/node/bench/bench-move.ts';
import { arc270, buildBenchStage, wall4k, wall8k, wallOfFacets } from '../../src/platform/node/bench/bench-stage.ts';
import { SOFTWARE_SCALE, WORKS } from '../../src/platform/node/bench/bench-works.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import { checkStage } from '../../src/stage/check-stage.ts';

const ledsOf = (stage: BakedStage): number => stage.facets.reduce((sum, { widthPx, heightPx }) => sum + widthPx * heightPx, 0);

test.each([
  ['4K', wall4k(1), 9, 3840 * 2160, 1],
  ['8K', wall8k(1), 9, 7680 * 4320, 1],
  ['270°', arc270(1), 60, 18_960 * 2160, 20],
] as const)('the %s wall has its facets and LEDs', (_, spec, facets, leds, canvases) => {
  const stage = buildBenchStage(spec);
  expect(stage.facets).toHaveLength(facets);
  expect(ledsOf(stage)).toBe(leds);
  expect(stage.canvases).toHaveLength(canvases);
});

test('every LED of a scaled wall is mapped once and faces the outer eye', () => {
  for (const spec of [wall4k(SOFTWARE_SCALE), arc270(SOFTWARE_SCALE), wallOfFacets(100, SOFTWARE_SCALE)]) {
    const stage = buildBenchStage(spec);
    const unmapped = checkStage(stage).problems.filter(({ code }) => !/PORT|PIXEL|CANVAS_UNUSED/.test(code));
    expect(unmapped).toEqual([]);
    for (const { n, originM } of stage.facets) {
      const towards = originM.reduce((sum, c, k) => sum + (stage.outerEyeM[k]! - c) * n[k]!, 0);
      expect(towards).toBeGreaterThan(0);
    }
  }
});

test('the 270° wall goes round 270°', () => {
  const { facets } = buildBenchStage(arc270(0.05));
  const yaw = facets.map(({ n }) => Math.atan2(n[0], n[2]));
  const turned = yaw.slice(1).reduce((sum, angle, k) => sum + ((angle - yaw[k]! + 3 * Math.PI) % (2 * Math.PI)) - Math.PI, 0);
  expect(Math.abs(turned) * (180 / Math.PI)).toBeCloseTo((270 * 59) / 60, 1);
});

test.each([1, 4, 12, 36, 100])('%i facets are that many', (facets) => {
  expect(buildBenchStage(wallOfFacets(facets, 1)).facets).toHaveLength(facets);
  expect(buildBenchStage(wallOfFacets(facets, SOFTWARE_SCALE)).facets).toHaveLength(facets);
});

test('side by side on a software driver: at most 20,000 LEDs and about 200,000 triangles drawn', () => {
  const [part] = WORKS.find((work) => work.name === 'side-by-side')!.cases(SOFTWARE_SCALE);
  expect(ledsOf(buildBenchStage(part!.rows[0]!.wall))).toBeLessThanOrEqual(20_000);
  expect(part!.scene.triangles * 1.55).toBeGreaterThan(190_000);
  expect(part!.scene.triangles * 1.55).toBeLessThan(220_000);
});

test('the shot is the same every time, and no two frames of it are', () => {
  const stage = buildBenchStage({ ...wall4k(0.05), cameras: 4 });
  const quality = { samplesPerLed: 1, lodErrorPx: 1 } as const;
  const [first, again] = [createBenchMove(stage, quality, 7), createBenchMove(stage, quality, 7)];
  const pupils = Array.from({ length: 50 }, (_, k) => first(k).cameras.map((camera) => camera.entrancePupilM.join()));
  expect(again(49)).toEqual(first(49));
  for (let camera = 0; camera < 4; camera++) expect(new Set(pupils.map((of) => of[camera])).size).toBe(50);
  expect(first(0).cameras.filter((camera) => camera.enabled)).toHaveLength(4);
});
