import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openCookedScene } from '../../../src/platform/node/open-cooked.ts';
import { readHeader } from '../../../src/scene/cooked/cooked-format.ts';
import type { SceneChunk } from '../../../src/scene/packed-scene.ts';
import { noiseImage, sphere } from '../../support/scenes.ts';
import { allChunks, cookBytes, openBytes, prepare } from './cook-in-memory.ts';

const bytes = await cookBytes(await prepare([sphere(1, 96, 48)], [noiseImage(256, 1)]));
const whole = await allChunks(await openBytes(bytes));
const folder = mkdtempSync(join(tmpdir(), 'cyc-stream-'));
const file = join(folder, 'x.cyc');
writeFileSync(file, bytes);
afterAll(() => rmSync(folder, { recursive: true }));

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** Serves with `answer`; counts requests. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void) {
  const seen = { requests: 0 };
  server = createServer((request, response) => answer(request, response, ++seen.requests));
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/show/x.cyc?v=1`, seen };
}

const startOf = (request: IncomingMessage): number => Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);

/** As a file server does: ranges, and the connection is cut after `length` bytes where that is given. */
function sendRange(request: IncomingMessage, response: ServerResponse, data: Uint8Array, length = Infinity, ranges = true): void {
  const start = ranges ? startOf(request) : 0;
  const rest = data.subarray(start);
  const partial = ranges && request.headers.range !== undefined;
  response.writeHead(partial ? 206 : 200, {
    'Content-Length': rest.length,
    ETag: '"one"',
    ...(partial ? { 'Content-Range': `bytes ${start}-${data.length - 1}/${data.length}` } : {}),
  });
  if (rest.length <= length) response.end(rest);
  else response.write(rest.subarray(0, length), () => response.destroy());
}

const FAST = { firstWaitMs: 1 };

function expectWhole(chunks: readonly SceneChunk[]): void {
  expect(chunks).toEqual(whole);
}

test('reads from disk, as often as asked', async () => {
  const scene = await openCookedScene(file);
  expect(scene.fileBytes).toBe(bytes.length);
  expectWhole(await allChunks(scene));
  expectWhole(await allChunks(scene));
});

test.each([
  ['with ranges', true],
  ['without ranges', false],
])('goes on after dropped connections, %s', async (_, ranges) => {
  // Every connection brings a little more before it is cut; without ranges each starts over, so it must get farther than the one before.
  const { url, seen } = await serve((request, response, count) => {
    sendRange(request, response, bytes, ranges ? 20_000 : count * 20_000, ranges);
  });
  expectWhole(await allChunks(await openCookedScene(url, FAST)));
  expect(seen.requests).toBeGreaterThan(bytes.length / 20_000 / 2);
});

test('waits for a server that is busy', async () => {
  const { url } = await serve((request, response, count) => {
    if (count % 3 === 0) sendRange(request, response, bytes);
    else response.writeHead(503).end();
  });
  expectWhole(await allChunks(await openCookedScene(url, FAST)));
});

test('gives up with a clear error when nothing comes any more', async () => {
  const { url, seen } = await serve((request, response) =>
    startOf(request) > 0 ? response.destroy() : sendRange(request, response, bytes),
  );
  const scene = await openCookedScene(url, FAST);
  await expect(allChunks(scene)).rejects.toThrow(/x\.cyc\?v=1: byte \d+: cannot be fetched; got .*\(5 attempts\) \[SCENE_URL\]/);
  expect(seen.requests).toBe(6);
});

test('a silent connection is dropped', async () => {
  const { url } = await serve((request, response, count) => {
    if (count > 1) return sendRange(request, response, bytes);
    response.writeHead(200, { 'Content-Length': bytes.length, ETag: '"one"' });
    response.write(bytes.subarray(0, 100));
  });
  expectWhole(await allChunks(await openCookedScene(url, { ...FAST, silenceMs: 100 })));
});

test('a missing file and an address without a server are told', async () => {
  const { url } = await serve((_, response) => void response.writeHead(404, 'Not Found').end());
  await expect(openCookedScene(url, FAST)).rejects.toThrow(
    /cannot be fetched; got status 404 Not Found; expected status 200 \[SCENE_URL\]/,
  );
  await expect(openCookedScene('http://127.0.0.1:9/x.cyc', FAST)).rejects.toThrow(/x\.cyc: byte 0: cannot be fetched.*\[SCENE_URL\]/);
  await expect(openCookedScene(join(folder, 'none.cyc'))).rejects.toThrow(/none\.cyc: file not found \[RESOURCE_MISSING\]/);
  await expect(openCookedScene(folder)).rejects.toThrow(/not a file.*\[RESOURCE_READ\]/);
});

test('a file that changes on the server is not mixed with what came before', async () => {
  const { url } = await serve((request, response, count) => {
    response.setHeader('ETag', count < 2 ? '"one"' : '"two"');
    if (count < 2) sendRange(request, response, bytes);
    else
      response
        .writeHead(206, { ETag: '"two"', 'Content-Range': `bytes ${startOf(request)}-${bytes.length - 1}/${bytes.length}` })
        .end(bytes.subarray(startOf(request)));
  });
  await expect(allChunks(await openCookedScene(url, FAST))).rejects.toThrow(
    /changed while it was read; got "two"; expected "one".*\[SCENE_CHANGED\]/,
  );
});

test('damage on the way names address and chunk', async () => {
  const damaged = bytes.slice();
  damaged[bytes.length - 1]! ^= 1;
  const { url } = await serve((request, response) => sendRange(request, response, damaged));
  const scene = await openCookedScene(url, FAST);
  await expect(allChunks(scene)).rejects.toThrow(/x\.cyc\?v=1: chunk (\d+) of \d+: is damaged; got SHA-256 .*\[COOKED_DAMAGED\]/);
});

test('a reader that stops early lets go of the connection, and the first chunk needs the first bytes only', async () => {
  const headEnd = 64 + readHeader(bytes, 'x').headBytes;
  const { url } = await serve((request, response) => {
    // The rest never comes.
    const [start, end] = [startOf(request), headEnd + scene0];
    response.writeHead(start ? 206 : 200, { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
    response.write(bytes.subarray(start, end));
  });
  const scene0 = (await openBytes(bytes)).chunkTable[0]!.bytes;
  const scene = await openCookedScene(url, { ...FAST, silenceMs: 300, attempts: 1 });
  for await (const chunk of scene.chunks({ bc: true })) {
    expect(chunk).toEqual(whole[0]);
    break;
  }
});
