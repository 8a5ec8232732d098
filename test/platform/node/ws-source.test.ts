import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createSystemClock } from '../../../src/core/clock.ts';
import { createWsClientSource, createWsServerSource, type WsServerSource } from '../../../src/platform/node/ws-source.ts';
import type { CameraSample, TrackingSource } from '../../../src/tracking/camera-sample.ts';
import { encodeOpenTrackIoPackets, openTrackIoFromSample } from '../../../src/tracking/encode-opentrackio.ts';
import { waitFor } from '../../contracts/tracking-source.ts';
import { sampleAt } from '../../tracking/samples.ts';

const clock = createSystemClock();
const sources: TrackingSource[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) await source.stop();
});

const ENCODING = { sourceNumber: 2, rate: { num: 60, den: 1 }, label: 'B', withStatic: true };
const textOf = (sequence: number) => JSON.stringify(openTrackIoFromSample(sampleAt(clock.nowNs(), { sequence }), ENCODING));

async function server(maxConnections?: number): Promise<{ source: WsServerSource; samples: CameraSample[] }> {
  const source = createWsServerSource({ port: 0, address: '127.0.0.1', clock, ...(maxConnections ? { maxConnections } : {}) });
  sources.push(source);
  const samples: CameraSample[] = [];
  await source.start((sample) => samples.push(sample));
  return { source, samples };
}

/** Resolves with the close code when the connection ends, or 'open' once it stands. */
function connect(
  port: number,
  headers: Record<string, string> = {},
): { socket: WebSocket; opened: Promise<string>; closed: Promise<number> } {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers });
  const opened = new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', (error) => resolve(error.message));
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return { socket, opened, closed };
}

test('takes JSON text, and binary packets in segments', async () => {
  const { source, samples } = await server();
  const { socket, opened } = connect(source.port);
  await opened;
  socket.send(textOf(1));
  for (const packet of encodeOpenTrackIoPackets(sampleAt(clock.nowNs(), { sequence: 2 }), 'cbor', 0, ENCODING, 100)) socket.send(packet);
  await waitFor('two samples', () => samples.length === 2);
  expect(samples.map(({ sequence, label }) => [sequence, label])).toEqual([
    [1, 'B'],
    [2, 'B'],
  ]);
  socket.terminate();
});

test('a message over the limit ends its own connection and no other', async () => {
  const { source, samples } = await server();
  const [big, good] = [connect(source.port), connect(source.port)];
  await Promise.all([big.opened, good.opened]);
  big.socket.send(JSON.stringify({ custom: 'x'.repeat(70_000) }));
  expect(await big.closed).toBe(1009);
  await waitFor('the count', () => source.counters.rejected['too-large'] === 1);
  good.socket.send(textOf(3));
  await waitFor('a sample', () => samples.length === 1);
  good.socket.terminate();
});

test('connections over the limit and pages of other sites are turned away', async () => {
  const { source } = await server(1);
  const first = connect(source.port);
  expect(await first.opened).toBe('open');
  expect(await connect(source.port).closed).toBe(1013);
  expect(await connect(source.port, { origin: 'https://elsewhere.example' }).opened).toContain('401');
  expect(await connect(source.port, { origin: `http://127.0.0.1:${source.port}` }).closed).toBe(1013);
  first.socket.terminate();
});

test('a port that is taken is an error that names it', async () => {
  const { source } = await server();
  const second = createWsServerSource({ port: source.port, address: '127.0.0.1', clock });
  await expect(second.start(() => {})).rejects.toThrow(`TCP port ${source.port} is taken`);
});

test('the client refuses what is no WebSocket address, and connects again when the tracker comes back', async () => {
  await expect(createWsClientSource({ url: 'http://127.0.0.1:1', clock }).start(() => {})).rejects.toThrow('[BAD_URL]');
  const first = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => first.once('listening', resolve));
  const { port } = first.address() as { port: number };
  const source = createWsClientSource({ url: `ws://127.0.0.1:${port}`, clock });
  sources.push(source);
  const samples: CameraSample[] = [];
  const events: string[] = [];
  await source.start(
    (sample) => samples.push(sample),
    (event) => events.push(event),
  );
  await waitFor('the client', () => first.clients.size === 1);
  for (const client of first.clients) client.terminate();
  await new Promise((resolve) => first.close(resolve));
  await waitFor('the loss to be told', () => events.some((event) => event.includes('connecting again in 250 ms')));
  const second = new WebSocketServer({ port, host: '127.0.0.1' });
  await waitFor('the client again', () => second.clients.size === 1);
  for (const client of second.clients) client.send(textOf(9));
  await waitFor('a sample', () => samples.length === 1);
  await source.stop();
  await new Promise((resolve) => second.close(resolve));
});
