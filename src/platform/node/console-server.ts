import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { OutputError } from '../../core/errors.ts';
import { bundleConsole, type ConsoleBundle } from './bundle-console.ts';
import { type ConsoleCounters, ConsoleRoom, type IncomingMessageShape, type MessageHandlers } from './console-room.ts';

export const DEFAULT_CONSOLE_PORT = 8080;
const PORTS_TRIED = 20;
const MAX_CLIENTS = 32;
/** Bytes at which a message ends the connection (code 1009); smaller ones that are still too large are refused with an event. */
const MAX_PAYLOAD_BYTES = 256 * 1024;
const STATUS_INTERVAL_MS = 100;

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export interface ConsoleServerOptions<Message extends IncomingMessageShape> extends MessageHandlers<Message> {
  /** Default: this machine only (127.0.0.1). */
  readonly host?: string | undefined;
  /** Left out: `DEFAULT_CONSOLE_PORT` or the next free one of 20. 0: any free port. */
  readonly port?: number | undefined;
  readonly cacheDir?: string | undefined;
}

export interface ConsoleServer {
  readonly url: string;
  readonly port: number;
  readonly bundle: ConsoleBundle;
  readonly clientCount: number;
  /** Clients that asked for pictures; encode none where nobody looks. */
  readonly pictureClientCount: number;
  readonly counters: Readonly<ConsoleCounters>;
  /** Sends the hello again; call it when stage, scene or device change. */
  publishHello(): void;
  /** Call it after each frame: 10 a second at most go out, the newest always does. */
  publishStatus(status: object): void;
  /** @param index Canvas index.   @param frame Its frame.   @param jpeg Encoded picture; kept until the next one of this canvas. */
  publishCanvas(index: number, frame: bigint, jpeg: Uint8Array): void;
  publishEvent(event: object): void;
  close(): Promise<void>;
}

/**
 * Serves the console: the bundled app, `/healthz` and the WebSocket `/ws`. Knows the wire, not the words: `parse` and `hello` bring those.
 * @throws OutputError PORT_BUSY, CANNOT_LISTEN, CONSOLE_BUNDLE
 */
export async function startConsoleServer<Message extends IncomingMessageShape>(
  options: ConsoleServerOptions<Message>,
): Promise<ConsoleServer> {
  const host = options.host ?? '127.0.0.1';
  const bundle = await bundleConsole(options.cacheDir);
  const room = new ConsoleRoom(options);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES, perMessageDeflate: false });
  const server = createServer((request, response) => answer(request, response, bundle, room, host));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseUpgrade(request, host, room);
    if (refusal) refuseSocket(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, (client) => room.join(client));
  });
  const port = await listen(server, host, options.port);
  const throttle = createThrottle((status: object) => room.publishStatus(status), STATUS_INTERVAL_MS);
  return {
    url: `http://${shownHost(host)}:${port}/`,
    port,
    bundle,
    get clientCount() {
      return room.clientCount;
    },
    get pictureClientCount() {
      return room.pictureClientCount;
    },
    counters: room.counters,
    publishHello: () => room.publishHello(),
    publishStatus: throttle.push,
    publishCanvas: (index, frame, jpeg) => room.publishCanvas(index, frame, jpeg),
    publishEvent: (event) => room.publishEvent(event),
    close: async () => {
      throttle.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await room.close();
      sockets.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

function answer(request: IncomingMessage, response: ServerResponse, bundle: ConsoleBundle, room: RoomState, host: string): void {
  const { status, contentType, body, headers } = answerTo(request, bundle, room, host);
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': contentType, 'cache-control': 'no-cache', ...headers });
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body);
}

type RoomState = { readonly clientCount: number; readonly counters: Readonly<ConsoleCounters> };

function answerTo(request: IncomingMessage, bundle: ConsoleBundle, room: RoomState, host: string): Answer {
  const text = (status: number, body: string): Answer => ({ status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` });
  if (!hostAllowed(request.headers.host, host)) return text(403, 'this console answers to its own address only');
  if (request.method !== 'GET' && request.method !== 'HEAD') return { ...text(405, 'GET or HEAD only'), headers: { allow: 'GET, HEAD' } };
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === '/healthz') {
    const health = { ok: true, clients: room.clientCount, ...room.counters };
    return { status: 200, contentType: 'application/json', body: JSON.stringify(health) };
  }
  const file = bundle.files.get(path);
  if (!file) return text(404, 'not found');
  const headers = { etag: `"${bundle.hash}"` };
  const status = request.headers['if-none-match'] === headers.etag ? 304 : 200;
  return { status, contentType: file.contentType, body: file.bytes, headers };
}

/** Only our own page may open the socket: a browser names the page's origin, and it must be the host it talks to (CSWSH). */
function refuseUpgrade(request: IncomingMessage, host: string, room: { clientCount: number }): string | null {
  if ((request.url ?? '').split('?', 1)[0] !== '/ws') return '404 Not Found';
  const { origin } = request.headers;
  if (!hostAllowed(request.headers.host, host)) return '403 Forbidden';
  if (origin !== undefined && URL.parse(origin)?.host !== request.headers.host) return '403 Forbidden';
  return room.clientCount >= MAX_CLIENTS ? '503 Service Unavailable' : null;
}

/** On a loopback address other names are a rebinding attack (a foreign page whose DNS name points at 127.0.0.1). */
function hostAllowed(header: string | undefined, boundHost: string): boolean {
  if (!isLoopback(boundHost)) return true;
  return isLoopback(URL.parse(`http://${header}`)?.hostname ?? '');
}

const isLoopback = (host: string): boolean => host === 'localhost' || /^127\./.test(host) || /^\[?::1\]?$/.test(host);

function refuseSocket(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

async function listen(server: Server, host: string, wanted: number | undefined): Promise<number> {
  const first = wanted ?? DEFAULT_CONSOLE_PORT;
  const last = wanted === undefined ? first + PORTS_TRIED - 1 : first;
  for (let port = first; ; port++) {
    const error = await tryListen(server, host, port);
    if (!error) return (server.address() as AddressInfo).port;
    if (error.code !== 'EADDRINUSE')
      throw new OutputError('CANNOT_LISTEN', `the console cannot listen on ${host}:${port}`, {
        got: error.code ?? error.message,
        hint: 'choose another --host or --port',
        cause: error,
      });
    if (port >= last)
      throw new OutputError('PORT_BUSY', wanted === undefined ? `ports ${first} to ${last} are taken` : `port ${port} is taken`, {
        got: `${host}:${port} in use by another program`,
        hint:
          wanted === undefined ? 'free one, or choose one with --port' : 'choose another with --port, or leave it out to take a free one',
      });
  }
}

function tryListen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error);
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve(null);
    });
  });
}

/** Address that other machines can type; a wildcard is shown as this machine's first outside IPv4 address. */
function shownHost(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return isIP(host) === 6 ? `[${host}]` : host;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';
}

/** Lets one value through per interval; the newest of those held back follows at its end. */
function createThrottle<T>(emit: (value: T) => void, intervalMs: number) {
  let pending: { value: T } | null = null;
  let timer: NodeJS.Timeout | null = null;
  const fire = () => {
    timer = null;
    if (pending) push(pending.value);
  };
  const push = (value: T): void => {
    if (timer) {
      pending = { value };
      return;
    }
    pending = null;
    timer = setTimeout(fire, intervalMs);
    emit(value);
  };
  return { push, stop: () => timer && clearTimeout(timer) };
}
