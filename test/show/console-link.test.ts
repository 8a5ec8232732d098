import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ConsoleLink, linkConsole } from '../../src/apps/console-link.ts';
import { LiveShow } from '../../src/apps/live-show.ts';
import type { EventMessage, HelloMessage, StatusMessage } from '../../src/console/protocol.ts';
import { createNodeGpuPort } from '../../src/platform/node/gpu.ts';
import { loadShow } from '../../src/platform/node/load-show.ts';
import { showRenderer } from '../../src/platform/node/show-renderer.ts';
import { readTake } from '../../src/platform/node/take-file.ts';
import { writeSmallShow } from './small-show.ts';

// Each run of the program compiles its shaders anew on the CPU: seconds alone, minutes beside other work.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

let folder = '';
let live: LiveShow;
let link: ConsoleLink;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-console-'));
  const show = await loadShow(writeSmallShow(folder));
  live = new LiveShow({
    show,
    port: createNodeGpuPort({ backend: 'software' }),
    createRenderer: showRenderer(show),
    takesFolder: join(folder, 'takes'),
    onEvent: (event) => link?.event(event),
  });
  link = await linkConsole(live, { version: '1.2.3', port: 0 });
});
afterEach(async () => {
  live.runner.stop();
  await live.close();
  await link.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A console's side of the wire. */
class Client {
  readonly texts: (HelloMessage | StatusMessage | EventMessage)[] = [];
  readonly pictures: Buffer[] = [];
  readonly socket: WebSocket;
  #onMessage = (): void => {};

  constructor(url: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}ws`);
    this.socket.on('message', (data: Buffer, binary) => {
      if (binary) this.pictures.push(data);
      else this.texts.push(JSON.parse(data.toString()) as HelloMessage);
      this.#onMessage();
    });
  }

  /** Waits until something is true of what came. */
  async until<T>(find: (client: Client) => T | undefined): Promise<T> {
    for (;;) {
      const found = find(this);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#onMessage = resolve;
      });
    }
  }

  status(wanted: (status: StatusMessage) => boolean): Promise<StatusMessage> {
    return this.until(({ texts }) => texts.find((text): text is StatusMessage => text.type === 'status' && wanted(text)));
  }

  event(wanted: RegExp): Promise<EventMessage> {
    return this.until(({ texts }) => texts.find((text): text is EventMessage => text.type === 'event' && wanted.test(text.text)));
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
}

test('the console sees the show, turns its knobs and records it', async () => {
  await live.open();
  const running = live.run();
  const client = new Client(link.server.url);

  const hello = await client.until(({ texts }) =>
    texts.find((text): text is HelloMessage => text.type === 'hello' && text.device.kind === 'software'),
  );
  expect(hello).toMatchObject({ version: '1.2.3', show: 'Small', scene: { triangles: 108, instances: 9 }, device: { kind: 'software' } });
  expect(hello.stage.canvases.map(({ processor, bitDepth }) => [processor, bitDepth])).toEqual([
    ['left', 8],
    ['right', 10],
  ]);
  expect(hello.stage.tiles).toHaveLength(live.show.stage.tiles.length);

  const first = await client.status(({ framesRendered }) => framesRendered >= 2);
  expect(first).toMatchObject({ targetFps: 24, errors: 0, recording: null, parameters: { exposureStops: 0, camerasEnabled: { A: true } } });
  expect(first.cameras).toHaveLength(1);
  expect(first.cameras[0]).toMatchObject({ id: 'A', enabled: true, focalLengthMm: 35 });
  expect(first.counters.ledsShaded).toBeGreaterThan(0);
  expect(first.timecode).toMatch(/^\d\d:\d\d:\d\d:\d\d$/);
  const sampled = await client.status(({ sources }) => sources[0]?.ratePerS > 20);
  expect(sampled.sources[0]).toMatchObject({ name: 'simulated dolly', rejected: {} });

  expect(client.pictures).toHaveLength(0);
  client.send({ type: 'pictures', on: true });
  const picture = await client.until(({ pictures }) => pictures.find((bytes) => bytes.readUInt32LE(0) === 1));
  expect(picture.subarray(8, 11)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));

  client.send({ type: 'set', parameters: { exposureStops: 1.5, camerasEnabled: { A: false } } });
  const changed = await client.status(({ parameters, cameras }) => parameters.exposureStops === 1.5 && !cameras[0].enabled);
  expect(changed.parameters.camerasEnabled).toEqual({ A: false });
  client.send({ type: 'set', parameters: { camerasEnabled: { B: true } } });
  await client.event(/parameters\.camerasEnabled: got "B", expected "A"/);
  expect(live.operator.exposureStops).toBe(1.5);

  // What is asked for is the operator's; what is drawn is the governor's, while it is on.
  client.send({ type: 'set', parameters: { samplesPerLed: 4, lodErrorPx: 0, governor: false } });
  const off = await client.status(({ governor }) => governor?.on === false && governor.drawn.samplesPerLed === 4);
  expect(off.governor).toMatchObject({ level: 0, drawn: { samplesPerLed: 4, outerRate: 1, lodErrorPx: 0 }, since: null });
  expect(off.parameters).toMatchObject({ samplesPerLed: 4, lodErrorPx: 0, governor: false });

  client.send({ type: 'record', on: true });
  const { recording } = await client.status((status) => status.recording !== null);
  const at = live.runner.status().framesRendered;
  await client.status(({ framesRendered }) => framesRendered >= at + 3);
  client.send({ type: 'record', on: false });
  await client.event(/^recorded /);
  expect(recording).toMatch(/takes[/\\]small-\d{8}T\d{6}Z\.take$/);
  const take = await readTake(recording as string);
  expect(take.frames.length).toBeGreaterThanOrEqual(3);
  expect(take.frames[0].exposureStops).toBe(1.5);
  expect(take.header).toMatchObject({ show: join(folder, 'small.show.json'), stage: join(folder, 'small.stage.json') });

  client.socket.close();
  live.runner.stop();
  await running;
  expect(live.runner.status()).toMatchObject({ errors: 0, phase: 'stopped' });
});

test('a take that cannot be written is an event, not the end of the show', async () => {
  const client = new Client(link.server.url);
  await client.until(({ texts }) => texts[0]);
  // A file where the folder for takes must be made.
  writeFileSync(join(folder, 'takes'), '');
  client.send({ type: 'record', on: true });
  expect((await client.event(/cannot record/)).level).toBe('error');
  expect(live.recording).toBeNull();
  expect(existsSync(join(folder, 'takes'))).toBe(true);
  expect(readFileSync(join(folder, 'takes'), 'utf8')).toBe('');
  client.socket.close();
});
