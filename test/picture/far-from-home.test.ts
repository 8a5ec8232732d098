import { describe, expect, test } from 'vitest';
import type { Vec3 } from '../../src/core/vec.ts';
import type { MeshGeometry } from '../../src/scene/scene-builder.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { BakedStage } from '../../src/stage/baked-stage.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { createRayCaster } from '../reference/ray-caster.ts';
import { renderWallReference } from '../reference/wall-reference.ts';
import { flattenScene } from '../reference/world-triangles.ts';
import { openTestGpu } from '../support/gpu.ts';
import { planeGrid, type ScenePart } from '../support/scenes.ts';
import { arcStage } from '../support/stages.ts';
import { ARC_POSES, cameraAt, DISTORTED_LENS, frameState } from './picture-cameras.ts';
import { pictureScene } from './picture-scene.ts';
import { type Agreement, compareWithReference, renderWall } from './render-wall.ts';

// Issue 2, "Far from home": 100 km from the world's origin, triangles through the eye plane, 10 km plates one metre apart.

const gpu = openTestGpu();
const stage = arcStage({ pitchM: 0.049 });
const state = frameState([cameraAt(ARC_POSES[0], DISTORTED_LENS)]);

async function agreementOf(wall: BakedStage, scene: SceneData, frame: FrameState): Promise<Agreement> {
  const reference = renderWallReference(createRayCaster(flattenScene(scene)), wall, frame);
  return compareWithReference(wall, await renderWall(gpu, wall, scene, frame), reference);
}

const polygon = (positions: readonly number[], indices: readonly number[]): MeshGeometry => ({
  positions: Float32Array.from(positions),
  normals: Float32Array.from(positions, (_, k) => (k % 3 === 1 ? 1 : 0)),
  tangents: null,
  uv0: null,
  uv1: null,
  colors: null,
  indices: Uint32Array.from(indices),
});
const flat = (name: string, geometry: MeshGeometry, rgb: Vec3, rest: Partial<ScenePart> = {}): ScenePart => ({
  name,
  geometry,
  material: { unlit: true, doubleSided: true, baseColorFactor: [...rgb, 1] },
  ...rest,
});

describe('the stage 100 km from the origin of the world', () => {
  // Offsets that float32 cannot hold: 1e5 + 0.37 would be rounded by up to 4 mm.
  const far: Vec3 = [1e5 + 0.37, 0.21, 1e5 + 0.13];
  test('shows the same triangles and the same colours to one code', async () => {
    const home = (await pictureScene({ scale: 2 })).scene;
    const away = (await pictureScene({ scale: 2, originM: far })).scene;
    const farState = { ...state, worldFromStage: { ...state.worldFromStage, positionM: far } };
    const [a, b] = [await renderWall(gpu, stage, home, state), await renderWall(gpu, stage, away, farState)];
    let ids = 0;
    a.debug.ids.forEach((id, k) => {
      if (id !== b.debug.ids[k]) ids++;
    });
    // Eye and instance translations are pairs of float32, good to some nanometres here: an LED whose ray passes an edge by less may change.
    expect(ids).toBeLessThanOrEqual(a.debug.ids.length * 1e-4);
    let codes = 0;
    a.canvases[0].data.forEach((code, k) => {
      if (Math.abs(code - b.canvases[0].data[k]) > 1) codes++;
    });
    expect(codes).toBeLessThanOrEqual(a.canvases[0].data.length * 1e-4);
  });

  test('agrees with the CPU, turned and scaled as well', async () => {
    const { scene } = await pictureScene({ scale: 2, originM: far });
    const worldFromStage = { positionM: far, yawRad: -0.6, scale: 1.3 };
    const a = await agreementOf(stage, scene, { ...state, worldFromStage });
    expect(a.sameTriangle, JSON.stringify(a.examples)).toBeGreaterThanOrEqual(0.9999);
    expect(a.colorWithin2).toBeGreaterThanOrEqual(0.9995);
  });

  test('differs when the eye is rounded to float32: the comparison is sharp enough to see it', async () => {
    const { scene } = await pictureScene({ scale: 2, originM: far });
    const caster = createRayCaster(flattenScene(scene));
    const frame = { ...state, worldFromStage: { ...state.worldFromStage, positionM: far } };
    const rounded = { ...frame, worldFromStage: { ...frame.worldFromStage, positionM: far.map(Math.fround) as unknown as Vec3 } };
    const a = compareWithReference(stage, await renderWall(gpu, stage, scene, frame), renderWallReference(caster, stage, rounded));
    expect(a.sameTriangle).toBeLessThan(0.9999);
  });
});

test('triangles through the eye plane, around the eye and 3 cm before it', async () => {
  const eye = state.outerEyeM;
  const around = (positions: readonly number[]): number[] => positions.map((x, k) => x + eye[k % 3]);
  const parts: ScenePart[] = [
    flat('sheet under the eye', polygon([-30, 0.7, -40, 30, 0.7, -40, 0, 0.7, 60], [0, 2, 1]), [0.8, 0.3, 0.2]),
    flat('strip before the eye', polygon(around([-0.5, -0.1, -0.03, 0.5, -0.1, -0.03, 0, 0.05, -0.032]), [0, 1, 2]), [0.1, 0.8, 0.3]),
    flat('blade beside the eye', polygon(around([0.4, 5, 20, 0.4, -5, -20, 0.45, 8, -20]), [0, 1, 2]), [0.2, 0.3, 0.9]),
  ];
  const { scene } = await pictureScene({ scale: 2, floor: '40km', extra: parts });
  const a = await agreementOf(stage, scene, { ...state, cameras: [] });
  expect(a.noSurface).toBe(0);
  expect(a.sameTriangle, JSON.stringify(a.examples)).toBeGreaterThanOrEqual(0.9999);
  expect(a.colorWithin2).toBeGreaterThanOrEqual(0.9995);
});

test('plates 10 km away and one metre apart: the nearer one shows', async () => {
  const upright = [Math.SQRT1_2, 0, 0, Math.SQRT1_2] as const;
  const plate = (name: string, distanceM: number, rgb: Vec3): ScenePart =>
    flat(name, planeGrid(9000, 5000, 3, 3), rgb, { placements: [{ positionM: [0, 2000, -distanceM], rotation: upright }] });
  // The farther plate comes first, so that neither order nor ties favour the right answer.
  const parts = [plate('far plate', 10_001, [0.9, 0.1, 0.1]), plate('near plate', 10_000, [0.1, 0.9, 0.1])];
  const { scene } = await pictureScene({ scale: 2, objects: 4, floor: '40km', extra: parts });
  const wall = await renderWall(gpu, stage, scene, { ...state, cameras: [] });
  const reference = renderWallReference(createRayCaster(flattenScene(scene)), stage, { ...state, cameras: [] });
  const a = compareWithReference(stage, wall, reference);
  expect(a.sameTriangle, JSON.stringify(a.examples)).toBeGreaterThanOrEqual(0.9999);
  let [green, red] = [0, 0];
  for (let k = 0; k < wall.debug.color.length; k += 4) {
    if (Math.abs(wall.debug.color[k + 1] - 0.9) < 1e-3 && wall.debug.color[k] < 0.2) green++;
    if (Math.abs(wall.debug.color[k] - 0.9) < 1e-3 && wall.debug.color[k + 1] < 0.2) red++;
  }
  expect(green).toBeGreaterThan(1000);
  expect(red).toBe(0);
});
