import { describe, expect, test } from 'vitest';
import { createNodeGpuPort } from '../../src/platform/node/gpu.ts';
import { openWall, renderSmall, type SmallWall, smallStage, stateOf, withWall } from '../passes/small-wall.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, floorQuad, scatter } from '../support/scenes.ts';

const gpu = openTestGpu();

/** A wall with lit boxes, a sun and its shadow: every buffer and texture that a renderer has. */
async function sunnyWall(options: SmallWall['options'] = {}): Promise<SmallWall> {
  const scene = await buildScene([{ geometry: floorQuad(100) }, { geometry: box(1), placements: scatter(60, 20, 3) }]);
  return { stage: smallStage(), scene, options: { sun: { directionToSun: [0, 1, 0], color: [1, 1, 1], shadow: true }, ...options } };
}

describe('lists that overflow', () => {
  test.each([
    ['entries', { entries: 1 }],
    ['records', { records: 1 }],
    ['both', { entries: 1, records: 1 }],
  ])('%s: grow until the frame fits; the picture is the same, and later frames need no second round', async (_, initialCapacities) => {
    const whole = await withWall(gpu, await sunnyWall(), (render) => render());
    expect(whole.counters.overflows).toBe(0);
    await withWall(gpu, await sunnyWall({ initialCapacities }), async (render) => {
      const first = await render();
      const second = await render();
      expect(first.counters.overflows).toBeGreaterThan(0);
      expect(second.counters.overflows).toBe(0);
      for (const frame of [first, second]) {
        expect(frame.canvas.data).toEqual(whole.canvas.data);
        expect(frame.ids).toEqual(whole.ids);
      }
    });
  });
});

describe('what a renderer holds on the device', () => {
  test('goes back to nothing when it is destroyed, also after lists were replaced', async () => {
    const renderer = await openWall(gpu, await sunnyWall({ initialCapacities: { records: 1 } }));
    const { stage } = await sunnyWall();
    await renderSmall(renderer, stateOf(stage));
    const before = renderer.live();
    expect(before.buffers).toBeGreaterThan(10);
    expect(before.textures).toBeGreaterThan(10);
    // Another number of samples replaces the lists: nothing piles up.
    for (const samplesPerLed of [4, 1, 4] as const) await renderSmall(renderer, stateOf(stage, { samplesPerLed }));
    const after = renderer.live();
    expect([after.buffers, after.textures, after.querySets]).toEqual([before.buffers, before.textures, before.querySets]);
    renderer.destroy();
    renderer.destroy();
    expect(renderer.live()).toEqual({ buffers: 0, textures: 0, querySets: 0, scopes: 0, bufferBytes: 0 });
    await expect(renderer.renderFrame(stateOf(stage))).rejects.toThrow(/DEVICE_LOST/);
  });

  test('is freed when a renderer cannot be made', async () => {
    const wall = await sunnyWall();
    const facets = Array.from({ length: 300 }, (_, id) => ({ ...wall.stage.facets[0], id }));
    await expect(openWall(gpu, { ...wall, stage: { ...wall.stage, facets } })).rejects.toThrow(/TOO_MANY_FACETS/);
  });
});

describe('a lost device', () => {
  test('rejects the frame under way, and the next, as DEVICE_LOST; a new device renders the same bytes', async () => {
    const wall = await sunnyWall();
    const state = stateOf(wall.stage);
    const port = createNodeGpuPort({ backend: 'software' });
    const render = async (): Promise<Uint8Array> => {
      const context = await port.open();
      const renderer = await openWall({ context, library: gpu.library }, wall);
      const { canvas } = await renderSmall(renderer, state);
      renderer.destroy();
      context.destroy();
      return canvas.data;
    };
    const before = await render();
    const context = await port.open();
    const renderer = await openWall({ context, library: gpu.library }, wall);
    (await renderer.renderFrame(state)).release();
    const pending = renderer.renderFrame(state);
    context.destroy();
    await expect(pending).rejects.toMatchObject({ name: 'GpuError', code: 'DEVICE_LOST' });
    await expect(renderer.renderFrame(state)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    renderer.destroy();
    expect(await render()).toEqual(before);
  });
});

test('a stage with no canvas for this renderer, a scene with nothing in it: frames come out empty', async () => {
  const wall: SmallWall = { stage: smallStage(), scene: await buildScene([]) };
  const frame = await withWall(gpu, wall, (render) => render());
  expect(frame.ids.every((id) => id === 0xffffffff)).toBe(true);
  const renderer = await openWall(gpu, { ...wall, options: { canvases: [], debug: false } });
  const none = await renderer.renderFrame(stateOf(wall.stage));
  expect(none.canvases).toEqual([]);
  none.release();
  renderer.destroy();
});

test('frames in flight do not mix: three frames asked for at once come back in order, each with its own picture', async () => {
  const wall = await sunnyWall();
  const renderer = await openWall(gpu, wall);
  const states = [0, 1, 2].map((k) => stateOf(wall.stage, { frame: BigInt(k), exposureStops: -k }));
  const together = await Promise.all(states.map((state) => renderSmall(renderer, state)));
  for (const [k, state] of states.entries()) expect((await renderSmall(renderer, state)).canvas.data).toEqual(together[k].canvas.data);
  expect(together[0].canvas.data).not.toEqual(together[1].canvas.data);
  renderer.destroy();
});
