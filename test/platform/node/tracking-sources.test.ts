import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { createSystemClock } from '../../../src/core/clock.ts';
import { nodeRepeatTimer } from '../../../src/platform/node/create-source.ts';
import { openSampleSender, type SendProtocol } from '../../../src/platform/node/sample-sender.ts';
import { readTake, TakeWriter } from '../../../src/platform/node/take-file.ts';
import { createUdpSource } from '../../../src/platform/node/udp-source.ts';
import { createWsClientSource, createWsServerSource } from '../../../src/platform/node/ws-source.ts';
import type { CameraSample } from '../../../src/tracking/camera-sample.ts';
import { openTrackIoFromSample } from '../../../src/tracking/encode-opentrackio.ts';
import { createSimulatedMove } from '../../../src/tracking/simulated-move.ts';
import { createSimulatedSource } from '../../../src/tracking/simulated-source.ts';
import { createTakeSource } from '../../../src/tracking/take-source.ts';
import { describeTrackingSource, waitFor } from '../../contracts/tracking-source.ts';
import { sampleAt } from '../../tracking/samples.ts';

const clock = createSystemClock();
const poseAt = createSimulatedMove('handheld', 1);
const ENCODING = { sourceNumber: 1, rate: { num: 100, den: 1 }, label: 'A', withStatic: true };
let sequence = 0;

/** A sample that is true now; each differs from the last. */
function now(): CameraSample {
  const timeNs = clock.nowNs();
  return sampleAt(timeNs, { ...poseAt(timeNs), sequence: sequence++ });
}

const GARBAGE = Buffer.from('no camera says this');

async function sendTo(protocol: SendProtocol, port: number, count: number, segmentBytes?: number): Promise<void> {
  const sender = await openSampleSender({
    ...{ protocol, host: '127.0.0.1', port, cameraId: 1, rate: ENCODING.rate },
    ...(segmentBytes ? { segmentBytes } : {}),
  });
  for (let i = 0; i < count; i++) {
    sender.send(now());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await sender.close();
}

function sendUdp(port: number, bytes: Uint8Array): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', () => socket.close(() => resolve())));
}

for (const [protocol, wire, segment] of [
  ['freed', 'freed', undefined],
  ['opentrackio', 'opentrackio-json', undefined],
  ['opentrackio', 'opentrackio-cbor', 150],
] as const) {
  describeTrackingSource(`UDP ${wire}${segment ? ' in segments' : ''}`, async () => {
    const source = createUdpSource({ protocol, port: 0, address: '127.0.0.1', clock });
    return {
      source,
      feed: (count) => sendTo(wire, source.port, count, segment),
      feedGarbage: () => sendUdp(source.port, GARBAGE),
    };
  });
}

describeTrackingSource('WebSocket server', async () => {
  const source = createWsServerSource({ port: 0, address: '127.0.0.1', clock });
  return {
    source,
    feed: (count) => sendTo('opentrackio-ws', source.port, count),
    async feedGarbage() {
      const socket = new WebSocket(`ws://127.0.0.1:${source.port}`);
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(GARBAGE.toString());
      await waitFor('the message to arrive', () => source.counters.packets > 0);
      socket.terminate();
    },
  };
});

describeTrackingSource('WebSocket client', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
  const source = createWsClientSource({ url, clock });
  const broadcast = async (text: () => string, count: number): Promise<void> => {
    await waitFor('the client to connect', () => server.clients.size > 0);
    for (let i = 0; i < count; i++) for (const client of server.clients) client.send(text());
  };
  return {
    source,
    feed: (count) => broadcast(() => JSON.stringify(openTrackIoFromSample(now(), ENCODING)), count),
    feedGarbage: () => broadcast(() => GARBAGE.toString(), 1),
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
});

describeTrackingSource('simulated operator', async () => ({
  source: createSimulatedSource({ move: 'handheld', clock, every: nodeRepeatTimer, rateHz: 100 }),
  feed: async () => {},
}));

describeTrackingSource('take', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cyc-source-'));
  const file = join(folder, 'a.take');
  const writer = await TakeWriter.create(file);
  for (let i = 0n; i < 20n; i++) writer.sample('test', sampleAt(i * 5_000_000n, { ...poseAt(i), receivedAtNs: i * 5_000_000n + 3n }));
  await writer.close();
  const load = async () => (await readTake(file)).samples.map(({ sample }) => sample);
  return {
    source: createTakeSource({ name: 'take a', load, clock, every: nodeRepeatTimer }),
    feed: async () => {},
    close: () => rm(folder, { recursive: true }),
  };
});
