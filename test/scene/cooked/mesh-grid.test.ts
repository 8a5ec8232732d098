import { expect, test } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { chooseSteps, snapToGrid } from '../../../src/scene/cooked/mesh-grid.ts';
import type { LodInput } from '../../../src/scene/lod/lod-mesh.ts';
import { packGridPositions, unpackGridPositions } from '../../../src/scene/packed-words.ts';

function cloud(triangles: number, sizeM: number, offsetM: number, seed: number): LodInput {
  const random = createRng(seed);
  const positions = Float32Array.from({ length: triangles * 9 }, () => offsetM + (random() - 0.5) * sizeM);
  return {
    geometry: {
      positions,
      normals: Float32Array.from(positions, (_, i) => (i % 3 === 1 ? 1 : 0)),
      tangents: null,
      uv0: null,
      uv1: null,
      colors: null,
      indices: Uint32Array.from({ length: triangles * 3 }, (_, i) => i),
    },
    detail: 'flat',
    doubleSided: false,
    shown: { normals: true, uv0: false, uv1: false, colors: false },
    keep: null,
  };
}

test.each([
  ['a coin', 0.02, 0, 2 ** -26],
  ['a chair', 1.2, 0, 2 ** -20],
  ['ten metres', 10, 0, 2 ** -17],
  ['a landscape', 1000, 0, 2 ** -11],
  // Float32 itself has steps of 2^-7 m there.
  ['a chair far from its origin', 1, 100_000, 2 ** -7],
])('%s: every vertex moves by half a step at most and packs without loss', (_, sizeM, offsetM, expectedStep) => {
  const input = cloud(400, sizeM, offsetM, 7);
  const [step] = chooseSteps([input]);
  expect(step).toBe(expectedStep);
  const { input: snapped, grid } = snapToGrid(input, step!);
  expect(grid[3]).toBe(step);
  for (let k = 0; k < 3; k++) expect(grid[k]! / step!).toBe(Math.round(grid[k]! / step!));
  const { positions } = snapped!.geometry;
  let farthest = 0;
  positions.forEach((value, i) => {
    farthest = Math.max(farthest, Math.abs(value - input.geometry.positions[i]!));
  });
  expect(farthest).toBeLessThanOrEqual(step! / 2);
  expect(unpackGridPositions(packGridPositions(positions, grid), grid)).toEqual(positions);
});

test('meshes that end in the same vertices get one step, and still touch', () => {
  const large = cloud(50, 300, 0, 1);
  const small = cloud(50, 1, 0, 2);
  small.geometry.positions.set(large.geometry.positions.subarray(0, 3), 0);
  const alone = chooseSteps([large, small]);
  expect(alone[1]).toBeLessThan(alone[0]!);
  const keep = (input: LodInput): LodInput => ({ ...input, keep: Uint8Array.from({ length: 150 }, (_, v) => (v === 0 ? 1 : 0)) });
  const joined = chooseSteps([keep(large), keep(small), small]);
  expect([...joined]).toEqual([alone[0], alone[0], alone[1]]);
  const [a, b] = [snapToGrid(keep(large), joined[0]!), snapToGrid(keep(small), joined[1]!)].map(({ input }) => input!.geometry.positions);
  expect(a!.slice(0, 3)).toEqual(b!.slice(0, 3));
});

test('vertices that become one are welded, and what has no area left is dropped', () => {
  const input = cloud(2, 100, 0, 3);
  const { positions } = input.geometry;
  // The second triangle is smaller than a step, the first reaches over the mesh.
  positions.set([0, 0, 0, 100, 0, 0, 0, 0, 100], 0);
  positions.set([50, 0, 50, 50 + 1e-5, 0, 50, 50, 0, 50 + 1e-5], 9);
  const [step] = chooseSteps([input]);
  const { input: snapped } = snapToGrid(input, step!);
  expect([...snapped!.geometry.indices]).toEqual([0, 1, 2]);
});
