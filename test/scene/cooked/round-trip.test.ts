import { expect, test } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { orderCoarseFirst } from '../../../src/scene/cooked/order-coarse-first.ts';
import { GUARANTEED_LIMITS } from '../../../src/scene/fit-textures.ts';
import { packScene } from '../../../src/scene/pack-scene.ts';
import { unpackGridPositions } from '../../../src/scene/packed-words.ts';
import { type MeshRange, NONE, type SceneData } from '../../../src/scene/scene-data.ts';
import { noiseImage, planeGrid, sphere } from '../../support/scenes.ts';
import { allChunks, cookBytes, FilledTables, openBytes, prepare } from './cook-in-memory.ts';

/** A rough landscape: simplification has work, and errors differ from place to place. */
function hills(columns: number, seed: number) {
  const grid = planeGrid(20, 20, columns, columns);
  const random = createRng(seed);
  const height = (x: number, z: number): number => Math.sin(x * 1.7) * Math.cos(z) + 0.4 * Math.sin(x * z);
  for (let v = 0; v < grid.positions.length; v += 3) {
    grid.positions[v + 1] = height(grid.positions[v]!, grid.positions[v + 2]!) + random() * 0.02;
  }
  return { ...grid, tangents: null };
}

const prepared = await prepare([hills(120, 1), sphere(1.3, 96, 48), hills(70, 2)], [noiseImage(256, 3), noiseImage(64, 4, false)]);
const { scene, grids } = prepared;
const bytes = await cookBytes(prepared);
const cooked = await openBytes(bytes);
const ordered = orderCoarseFirst(scene).scene;

/** Corner positions of each triangle of a mesh at one level of its making, sorted. */
function trianglesOf(data: SceneData, mesh: MeshRange): string[] {
  const { vertexRange, triangleRange, vertexIndices, triangles } = data.meshlets;
  const { positions } = data.vertices;
  return Array.from({ length: mesh.meshletCount }, (_, k) => mesh.firstMeshlet + k)
    .flatMap((m) =>
      Array.from({ length: triangleRange[m * 2 + 1]! }, (_, t) => {
        const packed = triangles[triangleRange[m * 2]! + t]!;
        const corners = [0, 8, 16].map((shift) => vertexIndices[vertexRange[m * 2]! + ((packed >>> shift) & 255)]!);
        return `${data.hierarchy.parentGroup[m]} ${corners.map((v) => positions.subarray(v * 3, v * 3 + 3).join(' ')).join(', ')}`;
      }),
    )
    .sort();
}

test('ordering moves clusters and vertices and changes nothing else', () => {
  expect(ordered.meshlets.count).toBe(scene.meshlets.count);
  ordered.meshes.forEach((mesh, m) => {
    expect(trianglesOf(ordered, mesh)).toEqual(trianglesOf(scene, scene.meshes[m]!));
  });
  const { nodes, parentGroup, groups } = ordered.hierarchy;
  for (let n = 0; n < nodes.count; n++) {
    if (!nodes.leaf[n]) continue;
    const parents = new Set(parentGroup.subarray(nodes.first[n]!, nodes.first[n]! + nodes.size[n]!));
    expect(parents.size).toBe(1);
  }
  const error = (m: number): number => (parentGroup[m] === NONE ? Infinity : groups.error[parentGroup[m]!]!);
  for (const { firstMeshlet, meshletCount } of ordered.meshes) {
    for (let m = firstMeshlet + 1; m < firstMeshlet + meshletCount; m++) expect(error(m)).toBeLessThanOrEqual(error(m - 1));
  }
});

test('chunks fill the tables with the words of packScene, each item once', async () => {
  const tables = new FilledTables(cooked);
  for (const chunk of await allChunks(cooked)) tables.add(chunk);
  for (const filled of Object.values(tables.filled)) expect(filled.every((times) => times === 1)).toBe(true);
  const packed = packScene(ordered, GUARANTEED_LIMITS);
  expect(cooked.sizes).toEqual(packed.sizes);
  const [whole] = await allChunks(packed);
  for (const { part, words } of whole!.geometry) {
    if (part !== 'positions') expect(Buffer.from(tables.words[part].buffer).equals(Buffer.from(words.slice().buffer)), part).toBe(true);
  }
  // Vertices of a mesh follow one another: from the first that its clusters name to that of the next mesh.
  const firstVertex = ordered.meshes.map(
    ({ firstMeshlet }) => ordered.meshlets.vertexIndices[ordered.meshlets.vertexRange[firstMeshlet * 2]!]!,
  );
  ordered.meshes.forEach((_, m) => {
    const [from, to] = [firstVertex[m]!, firstVertex[m + 1] ?? ordered.vertices.count];
    const positions = unpackGridPositions(tables.words.positions.subarray(from * 2, to * 2), cooked.grids[m]!);
    expect(positions).toEqual(ordered.vertices.positions.slice(from * 3, to * 3));
  });
});

test('the head comes back as it was', () => {
  const { vertices: _v, meshlets: _m, images: _i, ...head } = ordered;
  for (const [field, value] of Object.entries(head)) {
    if (field !== 'file') expect(cooked[field as keyof typeof cooked], field).toEqual(value);
  }
  expect(cooked.grids).toEqual(grids);
  expect(cooked.file).toBe('memory.cyc');
  expect(cooked.lights[0]!.rangeM).toBe(Infinity);
});

test('texels come back, small levels first', async () => {
  const last = new Map<number, number>();
  const seen = new Set<string>();
  for (const chunk of await allChunks(cooked)) {
    for (const { image, level, bytes: texels } of chunk.texels) {
      expect(level).toBeLessThan(last.get(image) ?? Infinity);
      last.set(image, level);
      seen.add(`${image} ${level}`);
      expect(texels).toEqual(scene.images[image]!.levels[level]);
    }
  }
  expect(seen.size).toBe(scene.images.reduce((sum, image) => sum + image.levels.length, 0));
  const [first] = await allChunks(cooked);
  for (const [image, { levels }] of cooked.images({ bc: true }).entries()) {
    expect(first!.texels.filter((run) => run.image === image).length).toBe(Math.min(levels, 7));
  }
});

test('the same scene gives the same bytes', async () => {
  expect(
    Buffer.from(await cookBytes(await prepare([hills(40, 1), sphere(1)]))).equals(
      Buffer.from(await cookBytes(await prepare([hills(40, 1), sphere(1)]))),
    ),
  ).toBe(true);
});

test('every prefix of the chunks is a whole scene, only coarser', async () => {
  const { hierarchy } = cooked;
  const { groups, selfGroup, parentGroup } = hierarchy;
  const chunks = await allChunks(cooked);
  expect(new Set(chunks.map((chunk) => chunk.residentError)).size).toBeGreaterThan(8);
  expect(chunks.at(-1)!.residentError).toBe(-1);
  const tables = new FilledTables(cooked);
  let drawnBefore = 0;
  for (const chunk of chunks) {
    tables.add(chunk);
    // Full detail is asked for: only what is not there makes the cut coarser.
    const coarseEnough = (group: number): boolean => group !== NONE && groups.error[group]! <= chunk.residentError;
    const isDrawn = (m: number): boolean => !coarseEnough(parentGroup[m]!) && (selfGroup[m] === NONE || coarseEnough(selfGroup[m]!));
    let drawn = 0;
    for (let m = 0; m < cooked.sizes.meshlets; m++) {
      if (!isDrawn(m)) continue;
      drawn++;
      expect(tables.filled.meshlets[m], `cluster ${m}`).toBe(1);
      const [firstVertex, vertices, firstTriangle, triangles] = tables.words.meshlets.subarray(m * 16 + 8, m * 16 + 12);
      expect(tables.filled.triangles.subarray(firstTriangle, firstTriangle! + triangles!).every((f) => f === 1)).toBe(true);
      for (let i = firstVertex!; i < firstVertex! + vertices!; i++) {
        expect(tables.filled.vertexIndices[i]).toBe(1);
        const vertex = tables.words.vertexIndices[i]!;
        expect(tables.filled.positions[vertex]).toBe(1);
        expect(tables.filled.attributes[vertex]).toBe(1);
      }
    }
    // From every cluster of full detail the way up meets a group whose clusters are drawn.
    const madeFrom = new Map<number, number[]>();
    for (let m = 0; m < cooked.sizes.meshlets; m++) madeFrom.set(selfGroup[m]!, [...(madeFrom.get(selfGroup[m]!) ?? []), m]);
    for (const leaf of madeFrom.get(NONE)!) {
      let m = leaf;
      while (coarseEnough(parentGroup[m]!)) {
        const group = parentGroup[m]!;
        expect(groups.error[group]).toBeGreaterThanOrEqual(selfGroup[m] === NONE ? 0 : groups.error[selfGroup[m]!]!);
        m = madeFrom.get(group)![0]!;
      }
      expect(isDrawn(m)).toBe(true);
    }
    expect(drawn).toBeGreaterThanOrEqual(drawnBefore);
    drawnBefore = drawn;
  }
  expect(drawnBefore).toBe(selfGroup.filter((group) => group === NONE).length);
});
