import { describe, expect, test } from 'vitest';
import type { Vec3 } from '../../src/core/vec.ts';
import { normalize } from '../../src/core/vec.ts';
import { CASCADE_HALF_M, Cascades } from '../../src/passes/shadow/cascades.ts';
import { Casters } from '../../src/passes/shadow/casters.ts';
import { ShadowCache } from '../../src/passes/shadow/shadow-cache.ts';
import { box, buildScene, floorQuad } from '../support/scenes.ts';

const MAP_PX = 1024;
const TO_SUN: Vec3 = normalize([0.4, 0.8, 0.3]);
const WHOLE = { residentError: -1, chunks: 1 };
const at = (x: number, y = 0, z = 0, scale = 1) => ({ positionM: [x, y, z] as Vec3, yawRad: 0, scale });
const texelM = (cascade: number): number => (2 * CASCADE_HALF_M[cascade]) / MAP_PX;

/** A floor of 200 m, and boxes of 1 m at the origin and 100 m to the right; which of the three move by themselves. */
async function threeCasters(dynamic: readonly number[] = [0, 0, 0]) {
  const scene = await buildScene([{ geometry: floorQuad(200) }, { geometry: box(1), placements: [{}, { positionM: [100, 0, 0] }] }]);
  const casters = new Casters({ ...scene, instances: { ...scene.instances, dynamic: Uint8Array.from(dynamic) } });
  const cascades = new Cascades(MAP_PX, casters);
  const cache = new ShadowCache(casters.hasDynamic, false);
  const plan = (placement = at(0), toSun = TO_SUN, detail = WHOLE): number[] => {
    cascades.update(placement, toSun);
    cache.plan(cascades, detail, casters.maxScale);
    return [...cache.due.subarray(0, cache.dueCount)];
  };
  const move = (instance: number, x: number, y = 0, z = 0): void => {
    const dynamicNow = casters.isDynamic(instance);
    cache.touch(cascades, casters.boxOf(instance), dynamicNow);
    casters.move(instance, [1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z]);
    cache.touch(cascades, casters.boxOf(instance), dynamicNow);
    cascades.castersMoved();
  };
  return { casters, cascades, plan, move };
}

describe('a cascade is drawn again', () => {
  test('never while all rests', async () => {
    const { plan } = await threeCasters();
    expect(plan()).toEqual([0, 1, 2]);
    expect(plan()).toEqual([]);
  });

  test('when its own box has moved by a texel of its own, and not for less', async () => {
    const { plan } = await threeCasters();
    plan();
    // 1 m to the right is 0.6 m along the map's x, and less than 0.7 m along its y.
    const right = TO_SUN[2] / Math.hypot(TO_SUN[0], TO_SUN[2]);
    const steps = (cascade: number, count: number) => at((count * texelM(cascade)) / right);
    expect(plan(steps(0, 0.3))).toEqual([]);
    expect(plan(steps(0, 1.2))).toEqual([0]);
    expect(plan(steps(1, 1.2))).toEqual([0, 1]);
    expect(plan(steps(2, 1.2))).toEqual([0, 1, 2]);
    expect(plan(steps(2, 1.2))).toEqual([]);
  });

  test('when the sun or the scale of the stage changes', async () => {
    const { plan } = await threeCasters();
    plan();
    expect(plan(at(0), normalize([0.4, 0.8, 0.31]))).toEqual([0, 1, 2]);
    expect(plan(at(0, 0, 0, 2), normalize([0.4, 0.8, 0.31]))).toEqual([0, 1, 2]);
  });

  test('when a caster in it moves, in, out or within; those that it does not touch stay', async () => {
    const { plan, move } = await threeCasters();
    plan();
    move(2, 101);
    expect(plan()).toEqual([2]);
    move(2, 1);
    expect(plan()).toEqual([0, 1, 2]);
    move(2, 30);
    expect(plan()).toEqual([0, 1, 2]);
    move(2, 31);
    expect(plan()).toEqual([1, 2]);
    expect(plan()).toEqual([]);
  });

  test('only in its upper layer when a dynamic caster moves', async () => {
    const { plan, move } = await threeCasters([0, 1, 0]);
    expect(plan()).toEqual([0, 3, 1, 4, 2, 5]);
    move(1, 0.5);
    expect(plan()).toEqual([3, 4, 5]);
    move(1, 90);
    expect(plan()).toEqual([3, 4, 5]);
    move(1, 91);
    expect(plan()).toEqual([5]);
    move(2, 92);
    expect(plan()).toEqual([2, 5]);
    expect(plan()).toEqual([]);
  });
});

test('what the maps tell apart in depth reaches around every caster, wherever it went, and comes back with it', async () => {
  const { casters, cascades, plan, move } = await threeCasters();
  plan();
  const first = [cascades.boxes[0].nearM, cascades.boxes[0].farM];
  for (const [x, y] of [
    [0, 300],
    [0, -200],
    [50, 0],
  ]) {
    move(1, x, y);
    plan();
    const { anchor, nearM, farM } = cascades.boxes[0];
    const along = [0, 1, 2].reduce((sum, a) => sum + (casters.boxOf(1)[a] - anchor[a]) * TO_SUN[a], 0);
    expect(along + 0.9).toBeLessThan(nearM);
    expect(along - 0.9).toBeGreaterThan(farM);
  }
  // All nodes draw the same maps, whatever they saw before.
  expect([cascades.boxes[0].nearM, cascades.boxes[0].farM]).toEqual(first);
});

test('shading finds a point at the same place of the map however the stage drifts', async () => {
  const { cascades } = await threeCasters();
  const point = [3.2, 0.4, -1.7];
  const onMap = (cascade: number): number[] => {
    const { rows } = cascades.numbers[cascade];
    const q = point.map((c, a) => c - cascades.anchor[a]);
    return [0, 4, 8].map((row) => rows[row] * q[0] + rows[row + 1] * q[1] + rows[row + 2] * q[2] + rows[row + 3]);
  };
  cascades.update(at(0), TO_SUN);
  const before = [0, 1, 2].map(onMap);
  const { version } = cascades.boxes[0];
  for (const x of [0.001, -0.002, 0.003]) {
    cascades.update(at(x), TO_SUN);
    expect(cascades.boxes[0].version).toBe(version);
    for (const [k, place] of before.entries()) for (const [a, c] of onMap(k).entries()) expect(c).toBeCloseTo(place[a], 12);
  }
});
