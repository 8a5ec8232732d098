import { expect, test } from 'vitest';
import type { WallRenderer } from '../../src/engine/wall-renderer.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, floorQuad, type ScenePart, scatter, sphere } from '../support/scenes.ts';
import { arcStage, cutTilesAnywhere } from '../support/stages.ts';
import { openWall, stateOf } from './small-wall.ts';

// What a frame shows is a function of its state alone: what frames before it hid or showed may save work, never change a picture.
const gpu = openTestGpu();

/** Balls behind a long screen with a gap, and some before it. */
const behindScreens = async () => {
  const parts: ScenePart[] = [
    {
      geometry: sphere(1, 24, 24),
      placements: scatter(60, 40, 5).map((p) => ({ ...p, positionM: [p.positionM![0], 1, p.positionM![2] - 34] })),
    },
    { geometry: box(14, 8, 0.5), placements: [{ positionM: [-8, 3, -9] }, { positionM: [9, 3, -9] }] },
    { geometry: sphere(0.5, 16, 16), placements: [{ positionM: [-3, 1.5, -7] }, { positionM: [3, 1, -6] }] },
    { geometry: floorQuad(300) },
  ];
  return buildScene(parts.map((part) => ({ ...part, material: { unlit: true } })));
};

const camera = (x: number, yaw: number): CameraState => ({
  id: 'A',
  entrancePupilM: [x, 1.6, 0.5],
  stageFromCamera: [0, Math.sin(yaw / 2), 0, Math.cos(yaw / 2)],
  lens: {
    pinholeFocalLengthMm: 35,
    projectionOffsetMm: [0, 0],
    distortionOffsetMm: [0, 0],
    entrancePupilOffsetM: 0,
    distortion: null,
    focusDistanceM: null,
  },
  sensorMm: [36, 20.25],
  overscanPercent: 5,
  featherPercent: 2,
  enabled: true,
  sampleTimestampNs: null,
});

async function picture(renderer: WallRenderer, state: FrameState) {
  const { canvases, debug, counters, release } = await renderer.renderFrame(state);
  const copy = { bytes: canvases.map((c) => c.data.slice()), ids: debug!.ids.slice(), counters };
  release();
  return copy;
}

/** A take that rests, jumps, cuts between cameras, moves the world and changes the samples. */
const changes: readonly Partial<FrameState>[] = [
  { cameras: [camera(0, 0)] },
  { cameras: [camera(0, 0)] },
  { cameras: [camera(0.02, 0.01)] },
  { cameras: [camera(1.5, -0.3)] },
  {},
  { cameras: [camera(-1, 0.2), { ...camera(0.5, -0.1), id: 'B' }] },
  { cameras: [{ ...camera(0.5, -0.1), id: 'B' }], samplesPerLed: 4 },
  { worldFromStage: { positionM: [6, 0, -14], yawRad: 0.4, scale: 1 }, cameras: [camera(0, 0)] },
  { worldFromStage: { positionM: [6, 0, -14], yawRad: 0.4, scale: 1 }, cameras: [camera(0, 0)], samplesPerLed: 8 },
  { worldFromStage: { positionM: [0, 0, 0], yawRad: 0, scale: 1 }, outerRate: 2, cameras: [camera(0, 0)] },
];

test('every frame of a take equals the same frame drawn first, whatever the frames before it hid or other eyes own', async () => {
  const stage = arcStage({ pitchM: 0.1 });
  const scene = await behindScreens();
  const open = (closesTaken: boolean) => openWall(gpu, { stage, scene, options: { closesTaken } });
  const running = await open(true);
  let occluded = 0;
  for (const [k, change] of changes.entries()) {
    const state = stateOf(stage, { frame: BigInt(k), ...change });
    const inTake = await picture(running, state);
    const alone = await open(false);
    const first = await picture(alone, state);
    alone.destroy();
    expect(inTake.ids, `ids of frame ${k}`).toEqual(first.ids);
    expect(inTake.counters.trianglesRasterized).toBeLessThanOrEqual(first.counters.trianglesRasterized);
    expect(inTake.bytes, `canvases of frame ${k}`).toEqual(first.bytes);
    if (k === 1) occluded = inTake.counters.clustersOccluded + first.counters.clustersDrawn - inTake.counters.clustersDrawn;
  }
  running.destroy();
  expect(occluded).toBeGreaterThan(20);
});

test('what stands behind the screens is not drawn in the second frame', async () => {
  const stage = arcStage({ pitchM: 0.1 });
  const renderer = await openWall(gpu, { stage, scene: await behindScreens() });
  const first = await picture(renderer, stateOf(stage));
  const second = await picture(renderer, stateOf(stage, { frame: 1n }));
  renderer.destroy();
  expect(second.bytes).toEqual(first.bytes);
  expect(second.counters.clustersDrawn).toBeLessThan(first.counters.clustersDrawn * 0.75);
  expect(second.counters.trianglesRasterized).toBeLessThan(first.counters.trianglesRasterized * 0.75);
  expect(second.counters.allocations).toBe(0);
});

test('tiles cut anywhere on their own renderers agree with the whole wall in resting and moving frames', async () => {
  const stage = arcStage({ pitchM: 0.1 });
  const cut = cutTilesAnywhere(stage, 3);
  const scene = await behindScreens();
  const [whole, pieces] = [await openWall(gpu, { stage, scene }), await openWall(gpu, { stage: cut, scene })];
  for (const k of [0, 1, 3, 9]) {
    const change = changes[k];
    const [a, b] = [await picture(whole, stateOf(stage, change)), await picture(pieces, stateOf(cut, change))];
    expect([...new Set(b.ids)].sort()).toEqual([...new Set(a.ids)].sort());
    expect(a.counters.ledsLit).toBe(b.counters.ledsLit);
  }
  whole.destroy();
  pieces.destroy();
});
