import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { LiveShow } from '../../src/apps/live-show.ts';
import { SceneError } from '../../src/core/errors.ts';
import type { ShowEvent } from '../../src/engine/show-ports.ts';
import type { GpuContext } from '../../src/gpu/gpu-context.ts';
import { createNodeGpuPort } from '../../src/platform/node/gpu.ts';
import { type LoadedShow, loadShow } from '../../src/platform/node/load-show.ts';
import { hashCanvases } from '../../src/platform/node/show-recorder.ts';
import { showRenderer } from '../../src/platform/node/show-renderer.ts';
import { type CookedSource, readCookedScene } from '../../src/scene/cooked/read-cooked.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { cookBytes, memorySource, prepare } from '../scene/cooked/cook-in-memory.ts';
import { noiseImage, sphere } from '../support/scenes.ts';
import { startCyc } from './run-cyc.ts';
import { writeSmallShow } from './small-show.ts';

// Each run of the program compiles its shaders anew on the CPU: seconds alone, minutes beside other work.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

/** What comes before a source is held: the head and the coarsest detail. */
const HELD_CHUNKS = 2;

let folder = '';
let bytes: Uint8Array;
/** Where the held part of the file begins. */
let heldFrom = 0;
let gpu: GpuContext;
let server: Server | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-streaming-'));
  bytes = await cookBytes(await prepare([sphere(1, 128, 64)], [noiseImage(64, 1)]), 2 ** 15);
  const { chunkTable, fileBytes } = await readCookedScene(memorySource(bytes), noBlocks);
  expect(chunkTable.length).toBeGreaterThan(2 * HELD_CHUNKS);
  heldFrom = fileBytes - chunkTable.slice(HELD_CHUNKS).reduce((sum, chunk) => sum + chunk.bytes, 0);
  gpu = await createNodeGpuPort({ backend: 'software' }).open();
});
afterAll(() => {
  gpu.destroy();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

const noBlocks = async (): Promise<never> => {
  throw new Error('no blocks in this scene');
};

/** A show of the small wall, moved back from the sphere, in full detail. */
async function showOf(source: CookedSource): Promise<LoadedShow> {
  const show = await loadShow(writeSmallShow(folder, { move: 'handheld' }));
  const document = { ...show.document, lodErrorPx: 0, worldFromStage: { positionM: [0, -1.2, 2.5] as const, yawRad: 0, scale: 1 } };
  return { ...show, document, scene: await readCookedScene(source, noBlocks) };
}

/** The file from memory; what lies beyond `heldFrom` comes when `gate` opens. */
function heldSource(gate: Promise<void>): CookedSource {
  const whole = memorySource(bytes, 'slow.cyc');
  return {
    name: whole.name,
    open(startByte) {
      const reader = whole.open(startByte);
      let at = startByte;
      return {
        ...reader,
        async read(length) {
          at += length;
          if (at > heldFrom) await gate;
          return reader.read(length);
        },
      };
    },
  };
}

interface Watched {
  readonly live: LiveShow;
  readonly events: ShowEvent[];
  readonly frames: { readonly state: FrameState; readonly hashes: string }[];
  /** Resolves when `find` is true of what came; checked with every frame. */
  until(find: () => boolean): Promise<void>;
}

/** A live show that streams its scene. */
function watch(show: LoadedShow): Watched {
  const events: ShowEvent[] = [];
  const frames: Watched['frames'] = [];
  const onEvent = (event: ShowEvent): void => void events.push(event);
  const live = new LiveShow({
    show,
    port: createNodeGpuPort({ backend: 'software' }),
    createRenderer: showRenderer(show, { waitForScene: false, onSceneEvent: onEvent }),
    takesFolder: folder,
    onEvent,
  });
  live.addSink({
    name: 'frames',
    take: (state, result) => void frames.push({ state, hashes: JSON.stringify(hashCanvases(show.stage, result)) }),
  });
  const until = async (find: () => boolean): Promise<void> => {
    while (!find()) await sleep(10);
  };
  return { live, events, frames, until };
}

/** The same frame from a renderer that has all of the scene. */
async function renderWhole(show: LoadedShow, state: FrameState): Promise<string> {
  const renderer = await showRenderer(show)(gpu, show.stage);
  const result = await renderer.renderFrame(state);
  const hashes = JSON.stringify(hashCanvases(show.stage, result));
  result.release();
  renderer.destroy();
  return hashes;
}

test('frames appear before the last chunk is in; when it is, they are those of the whole scene', async () => {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { live, events, frames, until } = watch(await showOf(heldSource(gate)));
  const running = live.run();
  await until(() => frames.length >= 2);
  const early = frames.at(-1)!;
  expect(events.filter(({ text }) => text.startsWith('scene all in'))).toEqual([]);
  open();
  await until(() => events.some(({ text }) => text.startsWith('scene all in')));
  const seen = frames.length;
  // One may have been under way.
  await until(() => frames.length >= seen + 3);
  live.runner.stop();
  await running;
  expect(events.every(({ level }) => level === 'info')).toBe(true);
  expect(events.at(-1)!.text).toMatch(/^scene all in, at full detail: \d+\.\d MB in \d+\.\d s$/);
  for (const { text } of events.slice(0, -1)) expect(text).toMatch(/^scene \d\d % in \(\d+\.\d of \d+\.\d MB\)$/);
  const show = await showOf(memorySource(bytes));
  const last = frames.at(-1)!;
  expect(last.hashes).toBe(await renderWhole(show, last.state));
  // It can fail: what came early was coarser.
  expect(early.hashes).not.toBe(await renderWhole(show, early.state));
});

test('when the rest cannot be read, that is an event, and the wall goes on', async () => {
  const damaged = Promise.reject(new SceneError('SCENE_URL', 'cannot be fetched', { file: 'slow.cyc', got: 'status 500' }));
  damaged.catch(() => {});
  const { live, events, frames, until } = watch(await showOf(heldSource(damaged)));
  const running = live.run();
  const errors = (): ShowEvent[] => events.filter(({ level }) => level !== 'info');
  await until(() => errors().length > 0);
  const seen = frames.length;
  await until(() => frames.length >= seen + 3);
  live.runner.stop();
  await running;
  expect(errors()).toEqual([
    { level: 'error', text: 'slow.cyc: cannot be fetched; got status 500 [SCENE_URL]; the wall goes on with the detail that is in' },
  ]);
  expect(live.runner.status()).toMatchObject({ errors: 0, deviceLosses: 0 });
});

test('a render waits for all of it, and says what keeps it from that', async () => {
  const failing = Promise.reject(new SceneError('SCENE_URL', 'cannot be fetched', { file: 'slow.cyc' }));
  failing.catch(() => {});
  const show = await showOf(heldSource(failing));
  await expect(showRenderer(show)(gpu, show.stage)).rejects.toThrow(/slow\.cyc: cannot be fetched/);
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const slow = await showOf(heldSource(gate));
  let isThere = false;
  const renderer = showRenderer(slow)(gpu, slow.stage).finally(() => {
    isThere = true;
  });
  await sleep(300);
  expect(isThere).toBe(false);
  open();
  (await renderer).destroy();
});

test('cyc start lights the wall while its scene comes over a slow network', async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  server = createServer(async (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(request.headers.range ? 206 : 200, { 'Content-Length': bytes.length - start, ETag: '"one"', ...range });
    response.write(bytes.subarray(start, Math.max(start, heldFrom)));
    await gate;
    response.end(bytes.subarray(Math.max(start, heldFrom)));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const showFile = writeSmallShow(folder);
  const scene = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slow.cyc`;
  writeFileSync(showFile, JSON.stringify({ ...JSON.parse(readFileSync(showFile, 'utf8')), scene }));
  const running = startCyc(['start', showFile, '--json', '--no-console'], folder);
  const said = async (text: string): Promise<void> => {
    while (!running.stdout().includes(text) && running.child.exitCode === null) await sleep(20);
  };
  await said('"type":"wall"');
  expect(running.stdout()).not.toContain('scene all in');
  release();
  await said('scene all in');
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/"type":"wall"[\s\S]*"type":"event","level":"info","text":"scene all in, at full detail[\s\S]*"type":"ended"/);
});
