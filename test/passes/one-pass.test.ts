import { describe, expect, test } from 'vitest';
import { ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, floorQuad, noiseImage, type ScenePart, scatter, sphere, textureRef } from '../support/scenes.ts';
import { openWall, renderSmall, SMALL_CAMERA, smallStage, stateOf } from './small-wall.ts';

// One pass needs 64-bit atomics. The null device validates all of it; the software driver draws it with a stand-in for the one instruction it
// lacks: a single thread that does what `atomicStoreMax` does to a vec2u.
const nothing = openTestGpu('null');
const software = openTestGpu('software');

const stage = smallStage({ widthPx: 96, heightPx: 64 });

/** Triangles from less than a sample to the whole wall, twice at one depth, with cut-outs, and balls behind a screen. */
async function hardScene() {
  const holes = noiseImage(32, 9);
  for (const level of holes.levels) for (let k = 3; k < level.length; k += 4) level[k] = level[k - 1];
  const twice = { geometry: box(2, 2, 1), placements: [{ positionM: [-3, 2, -9] as const }] };
  const cutOut = { alphaMode: 'mask', doubleSided: true, baseColorTexture: textureRef(0) } as const;
  const parts: ScenePart[] = [
    { geometry: floorQuad(5000) },
    {
      geometry: sphere(0.4, 24, 16),
      placements: scatter(20, 20, 3).map((p) => ({ positionM: [p.positionM![0], 1.5, p.positionM![2] - 14] as const })),
    },
    { geometry: box(5, 4, 0.2), placements: [{ positionM: [2, 1.5, -7] }] },
    twice,
    twice,
    { geometry: box(3, 3, 0.1), material: cutOut, placements: [{ positionM: [0.5, 1.5, -5] }] },
  ];
  return buildScene(
    parts.map((part) => ({ ...part, material: { unlit: true, ...part.material } })),
    { images: [holes] },
  );
}

/** A resting frame, the same again (now hidden clusters wait for the second look), and one from aside (now they are seen). */
const FRAMES: readonly Partial<FrameState>[] = [
  { cameras: [SMALL_CAMERA], samplesPerLed: 4 },
  { cameras: [SMALL_CAMERA], samplesPerLed: 4 },
  { outerEyeM: [-3, 1.5, 0] },
];

describe.each(['compute', 'hardware'] as const)('the %s path in one pass', (path) => {
  test('is valid with cut-outs and cameras, and saves the pass of ids', async () => {
    const scene = await hardScene();
    const dispatches: number[][] = [];
    for (const onePass of [false, true]) {
      const renderer = await openWall(nothing, { stage, scene, options: { raster: { path, onePass } } });
      const counters = [];
      for (const change of FRAMES) counters.push((await renderSmall(renderer, stateOf(stage, change))).counters);
      dispatches.push(counters.map((frame) => frame.dispatches + frame.draws));
      renderer.destroy();
    }
    // Opaque and cut-out, small and blocks, and the step that lists both rounds together.
    expect(dispatches[1]).toEqual(dispatches[0].map((count) => count - 5));
  });
});

/** The shaders with a rasteriser of one thread, which needs no atomics. */
function withStandIn(): ShaderLibrary {
  const sources = loadShaderSources();
  const sample = sources.get('passes/rasterize-sample-once.wgsl')!;
  const replace = (text: string, from: string, to: string): string => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };
  let plain = replace(sample, 'enable atomic_vec2u_min_max;', '');
  plain = replace(plain, 'array<atomic<vec2u>>', 'array<vec2u>');
  plain = replace(
    plain,
    'atomicStoreMax(&samples[sampleIndex(record.view, column, row)], ',
    'storeMax(sampleIndex(record.view, column, row), ',
  );
  sources.set('passes/rasterize-sample-once.wgsl', plain + STORE_MAX);
  sources.set('passes/rasterize-once.wgsl', ONE_THREAD);
  return new ShaderLibrary(sources);
}

const STORE_MAX = `
fn storeMax(at: u32, value: vec2u) {
  let old = samples[at];
  if (value.y > old.y || (value.y == old.y && value.x > old.x)) { samples[at] = value; }
}`;

const ONE_THREAD = `//! import passes/rasterize-sample-once.wgsl
fn fill(record: Record, box: vec4u) {
  for (var row = box.y; row < box.y + box.w; row++) {
    for (var column = box.x; column < box.x + box.z; column++) { rasterizeSample(record, column, row); }
  }
}
@compute @workgroup_size(1)
fn rasterizeSmall(@builtin(workgroup_id) group: vec3u) {
  if (any(group != vec3u(0u))) { return; }
  for (var index = listLength(FIRST_RECORD); index < recordCount(); index++) {
    let record = records[index];
    if (isOurs(record.flags)) { fill(record, smallBox(record)); }
  }
}
@compute @workgroup_size(1)
fn rasterizeBlocks(@builtin(workgroup_id) group: vec3u) {
  if (any(group != vec3u(0u))) { return; }
  for (var index = listLength(FIRST_JOB); index < jobCount(); index++) {
    let job = jobAt(index);
    let record = records[job.x];
    if (isOurs(record.flags)) { fill(record, blockBox(job)); }
  }
}
`;

test('depth and id found together are those found one after the other, in resting and moving frames', async () => {
  const scene = await hardScene();
  const reference = await openWall(software, { stage, scene });
  const once = await openWall(
    { context: software.context, library: withStandIn() },
    { stage, scene, options: { raster: { onePass: true } } },
  );
  for (const change of FRAMES) {
    const expected = await renderSmall(reference, stateOf(stage, change));
    const found = await renderSmall(once, stateOf(stage, change));
    expect(found.ids).toEqual(expected.ids);
    expect(found.canvas.data).toEqual(expected.canvas.data);
    expect(new Set(expected.ids).size).toBeGreaterThan(50);
    // Hidden or not is decided by depths, which stand elsewhere in one pass.
    const { clustersDrawn, trianglesRasterized } = expected.counters;
    expect(found.counters).toMatchObject({ clustersDrawn, trianglesRasterized });
  }
  reference.destroy();
  once.destroy();
});
