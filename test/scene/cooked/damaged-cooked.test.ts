import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { SceneError } from '../../../src/core/errors.ts';
import { readHeader, writeHeader } from '../../../src/scene/cooked/cooked-format.ts';
import { type CookedHead, decodeHead, encodeHead } from '../../../src/scene/cooked/head-codec.ts';
import { noiseImage, sphere } from '../../support/scenes.ts';
import { allChunks, cookBytes, openBytes, prepare } from './cook-in-memory.ts';

const bytes = await cookBytes(await prepare([sphere(1, 32, 16), sphere(2, 16, 8)], [noiseImage(128, 1)]));
const headEnd = 64 + readHeader(bytes, 'x').headBytes;

/** Reads everything; the error, or `null`. */
async function fault(damaged: Uint8Array): Promise<unknown> {
  try {
    await allChunks(await openBytes(damaged, 'shows/x.cyc'));
    return null;
  } catch (error) {
    return error;
  }
}

function expectClear(error: unknown, what: string): void {
  expect(error, what).toBeInstanceOf(SceneError);
  expect((error as SceneError).code).toMatch(/^COOKED_/);
  expect((error as SceneError).detail.file).toBe('shows/x.cyc');
  expect((error as SceneError).detail.path).toMatch(/^(byte (0|8)|header|head|chunk \d+ of \d+)$/);
}

test('a flipped bit anywhere is noticed and its place named', async () => {
  expect(await fault(bytes)).toBeNull();
  const places = [
    ...Array.from({ length: 64 }, (_, i) => i),
    ...Array.from({ length: 60 }, (_, i) => 64 + Math.floor((i * (bytes.length - 65)) / 59)),
  ];
  for (const at of places) {
    const damaged = bytes.slice();
    damaged[at]! ^= 1 << (at % 8);
    const error = await fault(damaged);
    expectClear(error, `byte ${at}`);
    if (at >= headEnd) expect((error as SceneError).detail.path).toMatch(/^chunk/);
  }
});

test('a file cut short anywhere is noticed and its place named', async () => {
  const lengths = [0, 1, 7, 8, 12, 63, 64, 65, headEnd - 1, headEnd, headEnd + 1, bytes.length - 1];
  for (let i = 1; i < 20; i++) lengths.push(Math.floor((i * bytes.length) / 20));
  for (const length of lengths) {
    const error = await fault(bytes.subarray(0, length));
    expectClear(error, `${length} bytes`);
    expect((error as SceneError).code).toBe('COOKED_TRUNCATED');
  }
});

test('another version and another kind of file are told apart from damage', async () => {
  const newer = bytes.slice();
  newer[8] = 2;
  expect(((await fault(newer)) as SceneError).message).toMatch(
    /byte 8: was cooked by another version.*got version 2; expected version 1.*COOKED_VERSION/,
  );
  const glb = bytes.slice();
  glb.set(Buffer.from('glTF'), 0);
  expect(((await fault(glb)) as SceneError).code).toBe('COOKED_MAGIC');
});

/** The file with another head and right hashes, as a wrong program might write it. */
function forge(change: (head: CookedHead) => CookedHead): Uint8Array {
  const head = encodeHead(change(decodeHead(bytes.subarray(64, headEnd))));
  const chunks = bytes.subarray(headEnd);
  const header = writeHeader(head.length, 64 + head.length + chunks.length);
  header.set(createHash('sha256').update(header.subarray(0, 32)).update(head).digest(), 32);
  return Buffer.concat([header, head, chunks]);
}

test('numbers that name nothing are refused though the hashes are right', async () => {
  expect(await fault(forge((head) => head))).toBeNull();
  const forgeries: Record<string, (head: CookedHead) => CookedHead> = {
    'a mesh past the clusters': (h) => ({ ...h, meshes: h.meshes.map((m) => ({ ...m, firstMeshlet: 1e6 })) }),
    'an instance of no mesh': (h) => ({ ...h, instances: { ...h.instances, mesh: Uint32Array.of(0, 7) } }),
    'an instance of no node': (h) => ({ ...h, instances: { ...h.instances, node: Int32Array.of(0, -2) } }),
    'a group that is not there': (h) => ({ ...h, hierarchy: { ...h.hierarchy, selfGroup: h.hierarchy.selfGroup.map(() => 1e6) } }),
    'a tree that loops': (h) => ({
      ...h,
      hierarchy: {
        ...h.hierarchy,
        nodes: { ...h.hierarchy.nodes, leaf: h.hierarchy.nodes.leaf.map(() => 0), first: h.hierarchy.nodes.first.map(() => 0) },
      },
    }),
    'nodes before their parents': (h) => ({ ...h, nodes: { ...h.nodes, parent: Int32Array.of(1, -1) } }),
    'a picture of no size': (h) => ({ ...h, images: h.images.map((image) => ({ ...image, widthPx: 0 })) }),
    'a smaller picture than its texels': (h) => ({ ...h, images: h.images.map((image) => ({ ...image, widthPx: 64 })) }),
    'smaller tables than the chunks fill': (h) => ({ ...h, sizes: { ...h.sizes, vertices: 5 } }),
    'a huge table': (h) => ({ ...h, sizes: { ...h.sizes, triangles: 2 ** 40 } }),
    'chunks that never complete': (h) => ({
      ...h,
      chunkTable: { ...h.chunkTable, residentError: h.chunkTable.residentError.map(() => 1) },
    }),
    'no chunks': (h) => ({
      ...h,
      chunkTable: { count: 0, bytes: new Uint32Array(0), residentError: new Float32Array(0), hash: new Uint8Array(0) },
    }),
  };
  for (const [what, change] of Object.entries(forgeries)) expectClear(await fault(forge(change)), what);
});

test('a head that claims more than memory holds is refused before it is read', async () => {
  const damaged = bytes.slice();
  new DataView(damaged.buffer).setUint32(12, 0xffffffff, true);
  expectClear(await fault(damaged), 'head of 4 GiB');
});
