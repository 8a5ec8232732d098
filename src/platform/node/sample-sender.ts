import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { WebSocket } from 'ws';
import { TrackingError } from '../../core/errors.ts';
import type { Rational } from '../../core/rational.ts';
import type { CameraSample } from '../../tracking/camera-sample.ts';
import { encodeFreeD, freeDFromSample } from '../../tracking/encode-freed.ts';
import {
  encodeOpenTrackIo,
  encodeOpenTrackIoPackets,
  type OpenTrackIoEncodeOptions,
  openTrackIoFromSample,
} from '../../tracking/encode-opentrackio.ts';

export const SEND_PROTOCOLS = ['freed', 'opentrackio-json', 'opentrackio-cbor', 'opentrackio-ws'] as const;
export type SendProtocol = (typeof SEND_PROTOCOLS)[number];

export interface SampleSenderOptions {
  readonly protocol: SendProtocol;
  /** Host name or IPv4 address; a multicast group sends to the group. */
  readonly host: string;
  readonly port: number;
  /** FreeD camera id (0..255) or OpenTrackIO source number (1..200). */
  readonly cameraId: number;
  readonly rate: Rational;
  /** Payload bytes per packet; longer payloads are cut. */
  readonly segmentBytes?: number;
  /** Address of the interface that multicast leaves by. */
  readonly interfaceAddress?: string;
}

/** Sends samples to a tracker's consumer. */
export interface SampleSender {
  readonly target: string;
  readonly counters: { samples: number; packets: number; bytes: number; failed: number };
  send(sample: CameraSample): void;
  close(): Promise<void>;
}

/** As the reference sender: stays in the site. */
const MULTICAST_TTL = 2;
const STATIC_EVERY_NS = 2_000_000_000n;

/** Opens a sender; a WebSocket is connected when this resolves. @throws TrackingError CANNOT_SEND */
export async function openSampleSender(options: SampleSenderOptions): Promise<SampleSender> {
  return options.protocol === 'opentrackio-ws' ? openWs(options) : openUdp(options);
}

async function openUdp(options: SampleSenderOptions): Promise<SampleSender> {
  const address = await resolve(options.host);
  const socket = createSocket('udp4');
  const counters = { samples: 0, packets: 0, bytes: 0, failed: 0 };
  socket.on('error', () => counters.failed++);
  await new Promise<void>((done) => socket.bind(0, done));
  try {
    if (isMulticast(address)) prepareMulticast(socket, options.interfaceAddress);
  } catch (cause) {
    socket.close();
    throw new TrackingError('CANNOT_SEND', 'cannot send multicast', {
      got: (cause as Error).message,
      hint: 'choose an interface with --interface',
      cause,
    });
  }
  const packetsOf = packetizer(options);
  return {
    target: `${options.protocol} to udp ${address}:${options.port}`,
    counters,
    send(sample) {
      counters.samples++;
      for (const packet of packetsOf(sample)) {
        counters.packets++;
        counters.bytes += packet.length;
        socket.send(packet, options.port, address, (error) => {
          if (error) counters.failed++;
        });
      }
    },
    close: () => new Promise((done) => socket.close(() => done())),
  };
}

async function openWs(options: SampleSenderOptions): Promise<SampleSender> {
  const url = `ws://${options.host}:${options.port}`;
  const counters = { samples: 0, packets: 0, bytes: 0, failed: 0 };
  const treeOf = treeMaker(options);
  const socket = await new Promise<WebSocket>((done, failed) => {
    const opening = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: 5_000 });
    opening.once('open', () => done(opening));
    opening.once('error', (cause) => {
      failed(
        new TrackingError('CANNOT_SEND', `no consumer answers at ${url}`, { got: cause.message, hint: 'start the consumer first', cause }),
      );
    });
  });
  socket.on('error', () => counters.failed++);
  return {
    target: `opentrackio-ws to ${url}`,
    counters,
    send(sample) {
      counters.samples++;
      if (socket.readyState !== WebSocket.OPEN) {
        counters.failed++;
        return;
      }
      const text = Buffer.from(encodeOpenTrackIo(treeOf(sample), 'json')).toString();
      counters.packets++;
      counters.bytes += text.length;
      socket.send(text);
    },
    close: () =>
      new Promise((done) => {
        if (socket.readyState === WebSocket.CLOSED) return done();
        socket.once('close', () => done());
        socket.close();
        setTimeout(() => socket.terminate(), 500).unref();
      }),
  };
}

function packetizer(options: SampleSenderOptions): (sample: CameraSample) => Uint8Array[] {
  if (options.protocol === 'freed') return (sample) => [encodeFreeD(freeDFromSample(sample, options.cameraId))];
  const encoding = options.protocol === 'opentrackio-json' ? 'json' : 'cbor';
  const encodeOptions = encodeOptionsMaker(options);
  let sequence = 0;
  return (sample) => {
    const packets = encodeOpenTrackIoPackets(sample, encoding, sequence, encodeOptions(sample), options.segmentBytes);
    sequence = (sequence + packets.length) & 0xffff;
    return packets;
  };
}

function treeMaker(options: SampleSenderOptions): (sample: CameraSample) => object {
  const encodeOptions = encodeOptionsMaker(options);
  return (sample) => openTrackIoFromSample(sample, encodeOptions(sample));
}

/** The `static` block goes with the first sample and then every two seconds. */
function encodeOptionsMaker({ cameraId, rate }: SampleSenderOptions): (sample: CameraSample) => OpenTrackIoEncodeOptions {
  let staticDueNs: bigint | null = null;
  return (sample) => {
    const withStatic = staticDueNs === null || sample.sampleTimestampNs >= staticDueNs;
    if (withStatic) staticDueNs = sample.sampleTimestampNs + STATIC_EVERY_NS;
    return { sourceNumber: cameraId, rate, label: `Camera ${cameraId}`, withStatic };
  };
}

async function resolve(host: string): Promise<string> {
  if (isIPv4(host)) return host;
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch (cause) {
    throw new TrackingError('CANNOT_SEND', 'unknown host', { got: host, expected: 'an IPv4 address or a host name', cause });
  }
}

/** 224.0.0.0 to 239.255.255.255. */
export const isMulticast = (address: string): boolean => isIPv4(address) && (Number(address.split('.')[0]) & 0xf0) === 0xe0;

function prepareMulticast(socket: Socket, interfaceAddress: string | undefined): void {
  socket.setMulticastTTL(MULTICAST_TTL);
  socket.setMulticastLoopback(true);
  if (interfaceAddress !== undefined) socket.setMulticastInterface(interfaceAddress);
}
