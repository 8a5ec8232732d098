import { beforeAll, describe, expect, test } from 'vitest';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';
import { createRayCaster, type RayCaster } from '../reference/ray-caster.ts';
import { renderWallReference } from '../reference/wall-reference.ts';
import { flattenScene } from '../reference/world-triangles.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, checkerImage, noiseImage, planeGrid, type ScenePart, sphere, textureRef } from '../support/scenes.ts';
import { arcStage, flatStage, lStage } from '../support/stages.ts';
import { ARC_POSES, cameraAt, DISTORTED_LENS, FLAT_POSES, frameState, L_POSES, UNDISTORTING_LENS } from './picture-cameras.ts';
import { type PictureScene, pictureScene } from './picture-scene.ts';
import { type Agreement, compareWithReference, renderWall } from './render-wall.ts';

// Issue 2: per LED, 1 sample, compute rasteriser: the triangle of the CPU ray on ≥ 99.99 % of LEDs, colour within 2/255 on ≥ 99.95 %.

const gpu = openTestGpu();
let content: PictureScene;
let caster: RayCaster;
beforeAll(async () => {
  content = await pictureScene({ scale: 2 });
  caster = createRayCaster(flattenScene(content.scene));
});

async function agreementOf(stage: BakedStage, state: FrameState): Promise<Agreement> {
  return compareWithReference(stage, await renderWall(gpu, stage, content.scene, state), renderWallReference(caster, stage, state));
}

function expectAgreement(a: Agreement): void {
  const percent = (share: number): string => `${(share * 100).toFixed(4)} %`;
  console.log(`${a.leds} LEDs: same triangle ${percent(a.sameTriangle)}, colour within 2/255 ${percent(a.colorWithin2)}`);
  expect(a.noSurface).toBeLessThan(0.01);
  expect(a.sameTriangle, `wrong LEDs (facet, i, j, got, expected): ${JSON.stringify(a.examples)}`).toBeGreaterThanOrEqual(0.9999);
  expect(a.colorWithin2).toBeGreaterThanOrEqual(0.9995);
  expect(a.codesWithin3).toBeGreaterThanOrEqual(0.9995);
  // The weight is a float32 smoothstep of a distance of some millimetres on the sensor.
  expect(a.worstWeight).toBeLessThan(1e-4);
}

const walls: { name: string; stage: BakedStage; camera: CameraState }[] = [
  { name: 'flat', stage: flatStage({ pitchM: 0.025 }), camera: cameraAt(FLAT_POSES[2], DISTORTED_LENS) },
  { name: 'arc', stage: arcStage({ pitchM: 0.049 }), camera: cameraAt(ARC_POSES[0], UNDISTORTING_LENS) },
  { name: 'L with ceiling', stage: lStage({ pitchM: 0.05 }), camera: cameraAt(L_POSES[1], DISTORTED_LENS) },
];

describe.each(walls)('$name', ({ stage, camera }) => {
  test('shows each LED the triangle and colour that the CPU ray meets', async () => {
    expectAgreement(await agreementOf(stage, frameState([camera])));
  });
});

test('a full 640×160 arc agrees', async () => {
  const a = await agreementOf(arcStage(), frameState([cameraAt(ARC_POSES[3], DISTORTED_LENS)]));
  expect(a.leds).toBe(640 * 160);
  expectAgreement(a);
});

test('four samples per LED agree: distinct surfaces shaded once, at the centroid of their samples', async () => {
  expectAgreement(
    await agreementOf(arcStage({ pitchM: 0.049 }), frameState([cameraAt(ARC_POSES[1], DISTORTED_LENS)], { samplesPerLed: 4 })),
  );
});

test('two cameras share the wall by priority, one of them switched off changes nothing', async () => {
  const first = cameraAt(ARC_POSES[0], DISTORTED_LENS);
  const second = cameraAt(ARC_POSES[5], UNDISTORTING_LENS, { id: 'B' });
  const off = cameraAt(ARC_POSES[4], DISTORTED_LENS, { id: 'C', enabled: false });
  expectAgreement(await agreementOf(arcStage({ pitchM: 0.049 }), frameState([first, off, second])));
});

test('a stage turned, scaled and moved through the world agrees', async () => {
  const worldFromStage = { positionM: [3.1, 0.4, -2.2] as const, yawRad: 0.7, scale: 1.7 };
  expectAgreement(
    await agreementOf(flatStage({ pitchM: 0.025 }), frameState([cameraAt(FLAT_POSES[0], DISTORTED_LENS)], { worldFromStage })),
  );
});

test('mirrored and double-sided instances, every wrap mode, vertex colours and nearest filters agree', async () => {
  const wraps = ['repeat', 'clamp-to-edge', 'mirrored-repeat'] as const;
  const parts: ScenePart[] = wraps.map((wrap, k) => ({
    name: wrap,
    geometry: box(1.1),
    material: { unlit: true, doubleSided: k === 1, baseColorTexture: textureRef(0, { wrapU: wrap, wrapV: wraps[(k + 1) % 3] }, 2.3) },
    placements: [0, 1, 2, 3].map((n) => ({
      positionM: [(n - 1.5) * 2.1 + 0.3 * k, 0.7 + 1.3 * k, -7 - n] as const,
      yawRad: n + k,
      scale: [n % 2 ? -1 : 1, 1, 0.8] as const,
    })),
  }));
  const colors = new Float32Array(4 * planeGrid(1, 1).positions.length).map((_, k) => 0.3 + ((k * 7) % 11) / 16);
  const ground = planeGrid(60, 60, 2, 2);
  parts.push({
    name: 'ground',
    geometry: { ...ground, colors: colors.subarray(0, (ground.positions.length / 3) * 4) },
    material: { unlit: true },
  });
  const nearest = { magFilter: 'nearest', minFilter: 'nearest', mipFilter: 'none' } as const;
  parts.push({
    name: 'sky',
    geometry: sphere(80, 24, 12),
    material: { unlit: true, doubleSided: true, baseColorTexture: textureRef(1, nearest) },
  });
  const scene = await buildScene(parts, { images: [noiseImage(64, 4), checkerImage(64, 16)] });
  const stage = arcStage({ pitchM: 0.049 });
  const state = frameState([cameraAt(ARC_POSES[0], DISTORTED_LENS)]);
  const a = compareWithReference(
    stage,
    await renderWall(gpu, stage, scene, state),
    renderWallReference(createRayCaster(flattenScene(scene)), stage, state),
  );
  expectAgreement(a);
});

test('the comparison finds a wrong eye, a wrong lens and a wrong margin', async () => {
  const [{ stage, camera }] = walls;
  const wall = await renderWall(gpu, stage, content.scene, frameState([camera]));
  const against = (wrong: CameraState): Agreement =>
    compareWithReference(stage, wall, renderWallReference(caster, stage, frameState([wrong])));
  const moved = against({
    ...camera,
    entrancePupilM: [camera.entrancePupilM[0] + 0.005, camera.entrancePupilM[1], camera.entrancePupilM[2]],
  });
  expect(moved.sameTriangle).toBeLessThan(0.9999);
  expect(moved.colorWithin2).toBeLessThan(0.9995);
  expect(against({ ...camera, lens: { ...camera.lens, distortion: null } }).worstWeight).toBeGreaterThan(0.1);
  expect(against({ ...camera, overscanPercent: 5.5 }).worstWeight).toBeGreaterThan(0.1);
});
