import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { createWallRenderer, type WallRenderer } from '../../src/engine/wall-renderer.ts';
import { nodeScenePorts } from '../../src/platform/node/load-scene.ts';
import { loadGltf } from '../../src/scene/load-gltf.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { stateOf } from '../passes/small-wall.ts';
import { openTestGpu } from '../support/gpu.ts';
import { assetPath } from '../support/shared-assets.ts';
import { flatStage } from '../support/stages.ts';

// Real models on a wall of 640×160 LEDs: at an error of one LED pixel the picture is that of full detail.
const gpu = openTestGpu();
const NOTHING = 0xffffffff;
/** Codes of 255 that an LED may differ by, and the part of LEDs that may differ by more (the figures). */
const MAX_CODES = 8;
const MAX_SHARE = 0.001;

/** Distances of the eye from the model's middle, in radii of the model, whose radius is 1.5 m on the stage. */
const MODELS = [
  { file: 'khronos/FlightHelmet/glTF-1k/FlightHelmet.gltf', radii: [1.5, 2.5, 12], leastSaved: 0.5 },
  { file: 'interiors/hotel-room.glb', radii: [1.5, 2.5, 12], leastSaved: 0.5 },
  { file: 'heavy/bike-draco.gltf', radii: [1.5, 2.5, 12], leastSaved: 0.8 },
  // A centimetre across: nearer, it would stand before the near plane, which is 2 cm of its world away.
  { file: 'khronos/MetalRoughSpheresNoTextures/glTF-Binary/MetalRoughSpheresNoTextures.glb', radii: [5, 12], leastSaved: 0.9 },
] as const;

/** Box around all instances, world space. */
function middleOf({ instances, meshes }: SceneData): { readonly centre: readonly number[]; readonly radiusM: number } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < instances.count; i++) {
    const { boundsMin, boundsMax } = meshes[instances.mesh[i]];
    const m = instances.worldFromMesh.subarray(i * 12, i * 12 + 12);
    for (let corner = 0; corner < 8; corner++) {
      const p = [0, 1, 2].map((a) => (corner & (1 << a) ? boundsMax[a] : boundsMin[a]));
      for (let a = 0; a < 3; a++) {
        const w = m[a * 4] * p[0] + m[a * 4 + 1] * p[1] + m[a * 4 + 2] * p[2] + m[a * 4 + 3];
        min[a] = Math.min(min[a], w);
        max[a] = Math.max(max[a], w);
      }
    }
  }
  const radiusM = Math.hypot(...[0, 1, 2].map((a) => (max[a] - min[a]) / 2));
  return { centre: [0, 1, 2].map((a) => (min[a] + max[a]) / 2), radiusM };
}

async function draw(renderer: WallRenderer, state: FrameState) {
  const { canvases, debug, counters, release } = await renderer.renderFrame(state);
  const picture = { codes: canvases[0].data.slice(), ids: debug!.ids.slice(), counters, widthPx: canvases[0].widthPx };
  release();
  return picture;
}
type Picture = Awaited<ReturnType<typeof draw>>;

/** LEDs that differ by more than MAX_CODES, and LEDs in the middle of a surface that show none with levels of detail. */
function compare(full: Picture, lod: Picture): { readonly differing: number; readonly holes: number } {
  let [differing, holes] = [0, 0];
  const around = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => y * full.widthPx + x));
  for (let k = 0; k < full.ids.length; k++) {
    const off = [0, 1, 2].some((c) => Math.abs(full.codes[k * 4 + c] - lod.codes[k * 4 + c]) > MAX_CODES);
    if (off) differing++;
    if (lod.ids[k] === NOTHING && around.every((step) => full.ids[k + step] !== undefined && full.ids[k + step] !== NOTHING)) holes++;
  }
  return { differing, holes };
}

test.each(MODELS)('$file', async ({ file, radii, leastSaved }) => {
  const path = assetPath(file);
  const scene = await loadGltf({ file, bytes: readFileSync(path) }, nodeScenePorts(dirname(path)), { detail: 'full' });
  const stage = flatStage();
  const renderer = await createWallRenderer({
    gpu: gpu.context,
    shaders: gpu.library,
    stage,
    scene,
    environment: null,
    options: { debug: true, sun: { directionToSun: [0.49, 0.7, 0.51], color: [2, 2, 1.9], shadow: false }, ambient: [0.4, 0.4, 0.4] },
  });
  const { centre, radiusM } = middleOf(scene);
  const scale = radiusM / 1.5;
  for (const radius of radii) {
    const eye = stage.outerEyeM;
    const positionM = [centre[0] - eye[0] * scale, centre[1] - eye[1] * scale, centre[2] + radius * radiusM - eye[2] * scale] as const;
    const at = (lodErrorPx: number) => stateOf(stage, { lodErrorPx, worldFromStage: { positionM, yawRad: 0, scale } });
    // The first frame hides nothing yet: counters are those of the second.
    await draw(renderer, at(0));
    const full = await draw(renderer, at(0));
    await draw(renderer, at(1));
    const lod = await draw(renderer, at(1));
    const { differing, holes } = compare(full, lod);
    const lit = full.ids.reduce((sum, id) => sum + (id === NOTHING ? 0 : 1), 0);
    const share = differing / full.ids.length;
    const saved = 1 - lod.counters.trianglesSetUp / full.counters.trianglesSetUp;
    console.log(
      `${file} at ${radius} radii: ${lit} LEDs lit, ${differing} differ (${(share * 100).toFixed(3)} % of all), ${holes} holes; ` +
        `set up ${full.counters.trianglesSetUp} → ${lod.counters.trianglesSetUp}, rasterised ${full.counters.trianglesRasterized} → ${lod.counters.trianglesRasterized}`,
    );
    expect(lit, `at ${radius} radii`).toBeGreaterThan(200);
    expect(share, `at ${radius} radii`).toBeLessThanOrEqual(MAX_SHARE);
    expect(holes, `at ${radius} radii`).toBe(0);
    if (radius === 12) expect(saved).toBeGreaterThan(leastSaved);
  }
  renderer.destroy();
});
