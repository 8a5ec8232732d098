import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../core/clock.ts';
import { TrackingError } from '../../core/errors.ts';
import type { CameraSample, TrackingSource } from '../../tracking/camera-sample.ts';
import { createOpenTrackIoSink, type MessageSink } from '../../tracking/message-sink.ts';
import type { OpenTrackIoOptions } from '../../tracking/opentrackio-receiver.ts';
import { countReject, createCounters } from '../../tracking/source-counters.ts';
import { Retry } from './retry.ts';

export interface WsSourceOptions {
  readonly clock: Clock;
  readonly openTrackIo?: OpenTrackIoOptions;
  /** Largest message, bytes; a longer one ends its connection. */
  readonly maxMessageBytes?: number;
}

export interface WsServerOptions extends WsSourceOptions {
  /** 0 takes a free port; `port` says which. */
  readonly port: number;
  /** Address to listen on; all when left out. */
  readonly address?: string;
  /** Trackers connected at once; more are turned away. */
  readonly maxConnections?: number;
}

export interface WsClientOptions extends WsSourceOptions {
  /** `ws://` or `wss://` address of a tracker that serves samples. */
  readonly url: string;
}

export interface WsServerSource extends TrackingSource {
  /** Bound port; 0 before `start`. */
  readonly port: number;
}

const MAX_MESSAGE_BYTES = 65_536;
const PING_MS = 5_000;

/**
 * A WebSocket server that trackers connect to and send OpenTrackIO samples to: JSON text, or binary packets as over UDP.
 * Pages of other web sites are refused. `start` throws TrackingError PORT_BUSY or CANNOT_LISTEN.
 */
export function createWsServerSource(options: WsServerOptions): WsServerSource {
  const counters = createCounters();
  const { clock, maxConnections = 64 } = options;
  let server: WebSocketServer | null = null;
  let pinger: NodeJS.Timeout | undefined;

  const source = {
    name: `opentrackio ws ${options.port || 'any port'}`,
    counters,
    port: 0,
    async start(onSample: (sample: CameraSample) => void, onEvent: (message: string) => void = () => {}) {
      await source.stop();
      const sink = createOpenTrackIoSink(counters, onSample, options.openTrackIo);
      const opened = await listen(options);
      server = opened;
      source.port = (opened.address() as AddressInfo).port;
      opened.on('error', (error) => onEvent(`${source.name}: ${error.message}`));
      opened.on('connection', (socket, request) => {
        const address = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
        socket.on('error', (error) => rejectMessage(error, () => countReject(counters, 'too-large')));
        if (opened.clients.size > maxConnections) return socket.close(1013, 'too many trackers');
        onEvent(`${source.name}: ${address} connected`);
        watch(socket);
        socket.on('close', () => onEvent(`${source.name}: ${address} left`));
        socket.on('message', (data) => feed(sink, data, address, clock));
      });
      pinger = setInterval(() => pingAll(opened), PING_MS);
      pinger.unref();
    },
    async stop() {
      clearInterval(pinger);
      const closing = server;
      server = null;
      if (closing === null) return;
      for (const socket of closing.clients) socket.terminate();
      await new Promise<void>((resolve) => closing.close(() => resolve()));
    },
  };
  return source;
}

/** A WebSocket client of a tracker that serves samples; connects again when the connection ends. `start` does not wait for the tracker. */
export function createWsClientSource(options: WsClientOptions): TrackingSource {
  const counters = createCounters();
  const name = `opentrackio ${options.url}`;
  const retry = new Retry(250, 5_000);
  let socket: WebSocket | null = null;

  const connect = (sink: MessageSink, onEvent: (message: string) => void): void => {
    const opened = new WebSocket(options.url, {
      maxPayload: options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handshakeTimeout: 5_000,
    });
    socket = opened;
    let reason = 'the tracker closed the connection';
    opened.on('open', () => {
      retry.reset();
      onEvent(`${name}: connected`);
    });
    opened.on('message', (data) => feed(sink, data, options.url, options.clock));
    opened.on('error', (error) => {
      reason = error.message;
      rejectMessage(error, () => countReject(counters, 'too-large'));
    });
    opened.on('close', () => {
      if (socket !== opened) return;
      const waitMs = retry.schedule(() => connect(sink, onEvent));
      onEvent(`${name}: ${reason}; connecting again in ${waitMs} ms`);
    });
  };

  return {
    name,
    counters,
    async start(onSample, onEvent) {
      await this.stop();
      const { protocol } = URL.parse(options.url) ?? { protocol: '' };
      if (protocol !== 'ws:' && protocol !== 'wss:') {
        throw new TrackingError('BAD_URL', 'not a WebSocket address', { got: options.url, expected: 'ws://host:port/path' });
      }
      connect(createOpenTrackIoSink(counters, onSample, options.openTrackIo), onEvent ?? (() => {}));
    },
    async stop() {
      retry.cancel();
      const closing = socket;
      socket = null;
      closing?.terminate();
    },
  };
}

function listen(options: WsServerOptions): Promise<WebSocketServer> {
  return new Promise((resolve, reject) => {
    const server = new WebSocketServer({
      port: options.port,
      ...(options.address === undefined ? {} : { host: options.address }),
      maxPayload: options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      verifyClient: ({ req }: { req: IncomingMessage }) => sameSite(req),
    });
    const failed = (error: NodeJS.ErrnoException): void => {
      const busy = error.code === 'EADDRINUSE';
      reject(
        new TrackingError(
          busy ? 'PORT_BUSY' : 'CANNOT_LISTEN',
          busy ? `TCP port ${options.port} is taken` : `cannot listen on TCP port ${options.port}`,
          {
            got: error.code ?? error.message,
            hint: 'end the program that listens there, or choose another port',
            cause: error,
          },
        ),
      );
    };
    server.once('error', failed);
    server.once('listening', () => {
      server.off('error', failed);
      resolve(server);
    });
  });
}

/** Trackers send no Origin; a browser does, and a page of another host must not steer the camera of whoever opened it. */
function sameSite(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || URL.parse(origin)?.host === host;
}

/** `ws` closes the connection by itself; here the reason is only counted. */
function rejectMessage(error: Error, tooLarge: () => void): void {
  if ((error as NodeJS.ErrnoException).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') tooLarge();
}

function feed(sink: MessageSink, data: RawData, address: string, clock: Clock): void {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  sink(bytes, address, clock.nowNs());
}

const waiting = new WeakSet<WebSocket>();

function watch(socket: WebSocket): void {
  socket.on('pong', () => waiting.delete(socket));
}

/** A tracker that did not answer the last ping is gone, though its connection looks open. */
function pingAll(server: WebSocketServer): void {
  for (const socket of server.clients) {
    if (waiting.has(socket)) socket.terminate();
    else {
      waiting.add(socket);
      socket.ping();
    }
  }
}
