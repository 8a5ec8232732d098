/**
 * Measures frames of a generated wall: 640×160 LEDs on 20 facets, 51,120 lit triangles with a shadowed sun, an outer and an inner eye.
 * `npm exec -- node tools/measure-frame.ts [--samples 1|4] [--frames N] [--unlit]`; prints one JSON object. Says nothing about other machines.
 */
import { parseArgs } from 'node:util';
import { createWallRenderer } from '../src/engine/wall-renderer.ts';
import { ShaderLibrary } from '../src/gpu/shader-library.ts';
import { createNodeGpuPort } from '../src/platform/node/gpu.ts';
import { loadShaderSources } from '../src/platform/node/shaders.ts';
import type { FrameState } from '../src/stage/frame-state.ts';
import { box, buildScene, checkerImage, planeGrid, scatter, sphere, textureRef } from '../test/support/scenes.ts';
import { arcStage, cameraEntry } from '../test/support/stages.ts';

const { values } = parseArgs({ options: { samples: { type: 'string' }, frames: { type: 'string' }, unlit: { type: 'boolean' } } });
const unlit = values.unlit === true;
const frames = Number(values.frames ?? 30);
/** Left out of the figures: shaders are compiled, and the sleep before readback finds its length. */
const WARM_UP = 8;

const stage = arcStage({ cameras: [cameraEntry()] });
const scene = await buildScene(
  [
    { geometry: planeGrid(80, 80, 60, 60), material: { unlit, baseColorTexture: textureRef(0, {}, 16) } },
    {
      geometry: box(1.2),
      material: { unlit, baseColorTexture: textureRef(0), baseColorFactor: [0.9, 0.3, 0.2, 1] },
      placements: scatter(60, 30, 3),
    },
    { geometry: sphere(0.8, 24, 16), material: { unlit, roughnessFactor: 0.5 }, placements: scatter(60, 40, 5) },
  ],
  { images: [checkerImage(256, 8)] },
);
const gpu = await createNodeGpuPort().open();
const renderer = await createWallRenderer({
  gpu,
  shaders: new ShaderLibrary(loadShaderSources()),
  stage,
  scene,
  environment: null,
  options: { sun: unlit ? null : { directionToSun: [0.49, 0.7, 0.51], color: [3, 3, 2.8], shadow: true }, ambient: [0.3, 0.35, 0.4] },
});
const camera = stage.cameras[0]!;
const stateOf = (frame: number): FrameState => ({
  frame: BigInt(frame),
  timeNs: 0n,
  sceneTimeS: 0,
  worldFromStage: { positionM: [0, 0, 0], yawRad: 0, scale: 1 },
  outerEyeM: stage.outerEyeM,
  cameras: [
    {
      id: camera.id,
      entrancePupilM: [0.3 + 0.01 * frame, 1.63, 1.02],
      stageFromCamera: [0, 0, 0, 1],
      lens: camera.lens,
      sensorMm: camera.sensorMm,
      overscanPercent: camera.overscanPercent,
      featherPercent: camera.featherPercent,
      enabled: true,
      sampleTimestampNs: null,
    },
  ],
  exposureStops: 0,
  nitsPerUnit: 100,
  samplesPerLed: values.samples === '4' ? 4 : 1,
  outerRate: 1,
  lodErrorPx: 1,
  seed: 0,
});

const times: Record<string, number[]> = {};
let counters = {};
for (let k = 0; k < frames + WARM_UP; k++) {
  const result = await renderer.renderFrame(stateOf(k));
  const { totalMs, encodeMs, passesMs } = result.timings;
  if (k >= WARM_UP)
    for (const [name, ms] of Object.entries({ totalMs, encodeMs, ...passesMs })) {
      times[name] ??= [];
      times[name].push(ms);
    }
  counters = result.counters;
  result.release();
}
const medians = Object.fromEntries(
  Object.entries(times).map(([name, list]) => [name, Number(list.sort((a, b) => a - b)[list.length >> 1]!.toFixed(2))]),
);
const { adapter, kind } = gpu.description;
console.log(
  JSON.stringify(
    {
      adapter,
      kind,
      triangles: scene.triangleCount,
      frames,
      framesPerS: Number((1000 / medians['totalMs']!).toFixed(2)),
      medians,
      counters,
    },
    null,
    2,
  ),
);
renderer.destroy();
gpu.destroy();
