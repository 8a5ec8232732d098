import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { afterEach, expect, test, vi } from 'vitest';
import { createSystemClock } from '../../../src/core/clock.ts';
import { openSampleSender } from '../../../src/platform/node/sample-sender.ts';
import { createUdpSource, type UdpSource, type UdpSourceOptions } from '../../../src/platform/node/udp-source.ts';
import { encodeFreeD } from '../../../src/tracking/encode-freed.ts';
import { waitFor } from '../../contracts/tracking-source.ts';
import { sampleAt } from '../../tracking/samples.ts';

const sockets: Socket[] = [];
vi.mock('node:dgram', async (importOriginal) => {
  const dgram = await importOriginal<typeof import('node:dgram')>();
  const create = (...parameters: Parameters<typeof dgram.createSocket>) => {
    const socket = dgram.createSocket(...parameters);
    sockets.push(socket);
    return socket;
  };
  return { ...dgram, createSocket: create };
});

const clock = createSystemClock();
const sources: UdpSource[] = [];
afterEach(async () => {
  for (const source of sources.splice(0)) await source.stop();
  sockets.length = 0;
});

function make(options: Partial<UdpSourceOptions> = {}): UdpSource {
  const source = createUdpSource({ protocol: 'freed', port: 0, address: '127.0.0.1', clock, ...options });
  sources.push(source);
  return source;
}

const packetOf = (cameraId: number, xMm = 0) =>
  encodeFreeD({ cameraId, panDeg: 0, tiltDeg: 0, rollDeg: 0, xMm, yMm: 0, zMm: 0, zoom: 0, focus: 0, spare: 0 });

function send(port: number, bytes: Uint8Array): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', () => socket.close(() => resolve())));
}

test('several cameras on one port, several in one datagram', async () => {
  const source = make();
  const subjects: string[] = [];
  await source.start(({ subject }) => subjects.push(subject));
  await send(source.port, packetOf(1));
  await send(source.port, new Uint8Array([...packetOf(2), ...packetOf(3)]));
  await waitFor('three samples', () => subjects.length === 3);
  expect(subjects.toSorted()).toEqual(['1', '2', '3']);
  expect(source.counters).toMatchObject({ packets: 2, bytes: 87, samples: 3 });
});

test('a port that is taken is an error that names it', async () => {
  const first = make();
  await first.start(() => {});
  const second = make({ port: first.port });
  await expect(second.start(() => {})).rejects.toThrow(`UDP port ${first.port} is taken`);
  await expect(second.start(() => {})).rejects.toThrow('[PORT_BUSY]');
  await expect(make({ multicast: ['10.1.2.3'] }).start(() => {})).rejects.toThrow('cannot join the multicast group 10.1.2.3');
});

test('a socket that fails is opened again on its port, and the failure is told', async () => {
  const source = make();
  const events: string[] = [];
  let heard = 0;
  await source.start(
    () => heard++,
    (event) => events.push(event),
  );
  const port = source.port;
  sockets.at(-1)!.emit('error', new Error('network is down'));
  // While it is away somebody else takes the port: the first try fails, a later one succeeds.
  const thief = createSocket('udp4');
  await new Promise<void>((resolve) => thief.bind(port, '127.0.0.1', resolve));
  await waitFor('the first try', () => events.some((event) => event.includes('PORT_BUSY')));
  expect(events[0]).toContain('network is down; opening the socket again in 100 ms');
  expect(events[1]).toContain('in 200 ms');
  await new Promise<void>((resolve) => thief.close(() => resolve()));
  await waitFor('the socket', () => source.reopened === 1);
  expect(source.port).toBe(port);
  await send(port, packetOf(1));
  await waitFor('a sample', () => heard === 1);
  expect(events.at(-1)).toContain('listening again');
});

test('stopping while the socket is away leaves nothing behind', async () => {
  const source = make();
  await source.start(() => {});
  const opened = sockets.length;
  sockets.at(-1)!.emit('error', new Error('gone'));
  await source.stop();
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(sockets.length).toBe(opened);
});

test('multicast groups are joined, and unicast still arrives', async () => {
  const group = '239.135.1.77';
  const source = make({ protocol: 'opentrackio', multicast: [group] });
  const heard: (number | undefined)[] = [];
  await source.start(({ sourceNumber }) => heard.push(sourceNumber));
  const rate = { num: 100, den: 1 };
  for (const [host, cameraId] of [
    [group, 77],
    ['127.0.0.1', 5],
  ] as const) {
    const sender = await openSampleSender({
      protocol: 'opentrackio-cbor',
      host,
      port: source.port,
      cameraId,
      rate,
      interfaceAddress: '127.0.0.1',
    });
    sender.send(sampleAt(clock.nowNs(), { sequence: cameraId }));
    await waitFor(`a sample sent to ${host}`, () => heard.includes(cameraId));
    await sender.close();
  }
});
