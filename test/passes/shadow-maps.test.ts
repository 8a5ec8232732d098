import { describe, expect, test } from 'vitest';
import { CASCADE_HALF_M } from '../../src/passes/shadow/cascades.ts';
import { SHADOW_ERROR_TEXELS } from '../../src/passes/shadow/shadow-cache.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, floorQuad, type ScenePart, scatter, sphere } from '../support/scenes.ts';
import { AT_ORIGIN, TO_SUN, withShadow } from './small-shadow.ts';

const gpu = openTestGpu();
const MAP_PX = 1024;
const texelM = (cascade: number): number => (2 * CASCADE_HALF_M[cascade]) / MAP_PX;

const ball: ScenePart[] = [{ geometry: sphere(3, 160, 80), placements: [{ positionM: [1, 4, -2] }] }];

/** Least and greatest depth of the 3×3 texels about one. */
function neighbourhood(depths: Float32Array, x: number, y: number): readonly [number, number] {
  let [low, high] = [1, 0];
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const d = depths[(y + dy) * MAP_PX + x + dx];
      low = Math.min(low, d);
      high = Math.max(high, d);
    }
  return [low, high];
}

describe('levels of detail', () => {
  test('a simplified ball casts the shadow of the full one to a texel, from far fewer clusters', async () => {
    const [full, light] = [await buildScene(ball), await buildScene(ball, { detail: 'light' })];
    const fullDepths = await withShadow(gpu, full, {}, async (shadow) => {
      expect(shadow.draw()).toBe(3);
      expect(await shadow.entries()).toEqual([full.meshlets.count, full.meshlets.count, full.meshlets.count]);
      return Promise.all([0, 1, 2].map((k) => shadow.depths(k)));
    });
    await withShadow(gpu, light, {}, async (shadow) => {
      shadow.draw();
      const entries = await shadow.entries();
      expect(entries[0]).toBeLessThanOrEqual(full.meshlets.count);
      expect(entries[1]).toBeLessThan(entries[0]);
      expect(entries[2]).toBeLessThan(full.meshlets.count / 8);
      for (let k = 0; k < 3; k++) {
        const { nearM, farM } = shadow.pass.cascades.boxes[k];
        const [depths, rest] = [await shadow.depths(k), fullDepths[k]];
        const margin = texelM(k) / (nearM - farM);
        let [covered, wrong] = [0, 0];
        for (let y = 1; y < MAP_PX - 1; y++)
          for (let x = 1; x < MAP_PX - 1; x++) {
            const d = depths[y * MAP_PX + x];
            const [low, high] = neighbourhood(rest, x, y);
            if (d < 1) covered++;
            if (d < low - margin || d > high + margin) wrong++;
          }
        expect(wrong).toBe(0);
        // π r² of shadow, whichever way the light falls.
        const area = (Math.PI * 9) / texelM(k) ** 2;
        expect(Math.abs(covered - area)).toBeLessThan(0.02 * area + 16 * Math.sqrt(area));
      }
    });
  });

  test('finer chunks redraw the cascades whose texels show them, and no others; the map is then that of the whole scene', async () => {
    const scene = await buildScene(ball, { detail: 'light' });
    const whole = await withShadow(gpu, scene, {}, async (shadow) => {
      shadow.draw();
      return shadow.depths(0);
    });
    const residentError = 0.6 * texelM(2) * SHADOW_ERROR_TEXELS;
    await withShadow(gpu, scene, { residentError }, async (shadow) => {
      expect(shadow.draw()).toBe(3);
      const coarse = await shadow.entries();
      expect(await shadow.depths(0)).not.toEqual(whole);
      expect(shadow.draw()).toBe(0);
      shadow.buffers.add({ geometry: [], texels: [], residentError: -1 });
      expect(shadow.draw()).toBe(2);
      expect((await shadow.entries())[0]).toBeGreaterThan(coarse[0]);
      expect(await shadow.depths(0)).toEqual(whole);
      shadow.buffers.add({ geometry: [], texels: [], residentError: -1 });
      expect(shadow.draw()).toBe(0);
    });
  });
});

test('a caster between the sun and the reach of the maps is pressed onto their first depth, not lost', async () => {
  // 3 km up the sun's way; the maps' depths begin at 1,440 m.
  const positionM = TO_SUN.map((c) => c * 3000) as unknown as [number, number, number];
  const scene = await buildScene([{ geometry: floorQuad(8) }, { geometry: box(2), placements: [{ positionM }] }]);
  await withShadow(gpu, scene, {}, async (shadow) => {
    shadow.draw();
    const depths = await shadow.depths(0);
    expect(depths[(MAP_PX / 2) * MAP_PX + MAP_PX / 2]).toBe(0);
    expect(depths[(MAP_PX / 2) * MAP_PX + MAP_PX / 2 + 150]).toBeGreaterThan(0.1);
  });
});

describe('many instances', () => {
  const crowd = (): Promise<SceneData> => buildScene([{ geometry: box(1), placements: scatter(2000, 400, 5) }]);

  test('only those in a cascade are drawn for it', async () => {
    await withShadow(gpu, await crowd(), {}, async (shadow) => {
      shadow.draw();
      const [near, middle, far] = await shadow.entries();
      // Boxes per square metre: 1/80; the cascades' footprints are at least (2·half)².
      expect(near).toBeGreaterThan(2);
      expect(near).toBeLessThan(40);
      expect(middle).toBeLessThan(400);
      // A square of 400 m turned against a box of 480 m: its corners stand out.
      expect(far).toBeGreaterThan(1900);
      expect(far).toBeLessThan(2000);
    });
  });

  test('lists too short for them grow when their use is read: nothing is missing in the end, and it is known until then', async () => {
    const scene = await crowd();
    const whole = await withShadow(gpu, scene, {}, async (shadow) => {
      shadow.draw();
      return shadow.depths(2);
    });
    await withShadow(gpu, scene, { capacities: { entries: 3, nodes: 3, clusters: 3 } }, async (shadow) => {
      shadow.draw();
      expect(await shadow.depths(2)).not.toEqual(whole);
      const use = await shadow.use();
      expect(shadow.pass.takeUse(use)).toBeGreaterThan(1900);
      for (let round = 0; round < 4 && shadow.draw() > 0; round++) shadow.pass.takeUse(await shadow.use());
      expect(await shadow.depths(2)).toEqual(whole);
      expect(shadow.pass.takeUse(await shadow.use())).toBe(0);
      expect(shadow.draw(AT_ORIGIN)).toBe(0);
      // A frame that was under way meanwhile comes back late: its maps lacked casters, whatever is there now.
      expect(shadow.pass.takeUse(use)).toBeGreaterThan(0);
    });
  });
});
