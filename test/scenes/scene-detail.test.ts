import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { CanvasImage } from '../../src/engine/frame-result.ts';
import { loadSceneFile } from '../../src/platform/node/load-scene.ts';
import { type LoadedShow, loadShow, showParameters } from '../../src/platform/node/load-show.ts';
import { showRenderer } from '../../src/platform/node/show-renderer.ts';
import { isPacked } from '../../src/scene/packed-scene.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import { buildFrameState } from '../../src/stage/build-frame-state.ts';
import { codesOf } from '../passes/small-wall.ts';
import { openTestGpu } from '../support/gpu.ts';

const gpu = openTestGpu();

/** What issue 3 asks for: at an error of one LED pixel, this share of LEDs at most differs by more than 8/255 from full detail. */
const MOST_LEDS = 0.001;
const VISIBLE = 8 / 255;

/** The first frame of a show on its own wall (its film camera at rest), of `scene` instead of its own. */
async function render(show: LoadedShow, scene: SceneData, lodErrorPx: number): Promise<{ channels: Float32Array; triangles: number }> {
  const { stage } = show;
  const renderer = await showRenderer({ ...show, scene })(gpu.context, stage);
  const parameters = { ...showParameters(show.document), lodErrorPx };
  const result = await renderer.renderFrame(buildFrameState({ frame: 0n, timeNs: 0n, parameters, stage, poses: new Map() }));
  const channels = Float32Array.from(result.canvases.flatMap(partsOfWhite));
  const triangles = result.counters.trianglesSetUp;
  result.release();
  renderer.destroy();
  return { channels, triangles };
}

const partsOfWhite = (image: CanvasImage): number[] => codesOf(image).flatMap((code) => code.map((c) => c / (2 ** image.bitDepth - 1)));

/** Share of LEDs with a channel that differs visibly. @param a, b Three channels each. */
function visibleShare(a: Float32Array, b: Float32Array): number {
  let leds = 0;
  for (let k = 0; k < a.length; k += 3) if ([0, 1, 2].some((c) => Math.abs(a[k + c] - b[k + c]) > VISIBLE)) leds++;
  return (3 * leds) / a.length;
}

test.each(['desert-outpost', 'atrium'])(
  '%s is shown with levels of detail, and looks on its own wall as without',
  async (name) => {
    const file = fileURLToPath(new URL(`../../scenes/${name}/${name}.show.json`, import.meta.url));
    const show = await loadShow(file);
    const flat = await loadSceneFile(show.document.sceneFile);
    if (isPacked(show.scene)) throw new Error(`${name} is cooked`);
    expect(show.scene.meshlets.count).toBeGreaterThan(flat.meshlets.count);
    expect(show.scene.triangleCount).toBe(flat.triangleCount);
    const [simplified, full] = [await render(show, show.scene, 1), await render(show, flat, 0)];
    expect(simplified.triangles).toBeLessThanOrEqual(full.triangles);
    expect(full.channels.length).toBeGreaterThan(3 * 98_000);
    expect(visibleShare(simplified.channels, full.channels)).toBeLessThanOrEqual(MOST_LEDS);
    // The measure can fail: a wall shifted by one LED is not the same.
    expect(visibleShare(full.channels.subarray(3), full.channels.subarray(0, -3))).toBeGreaterThan(10 * MOST_LEDS);
  },
  300_000,
);
