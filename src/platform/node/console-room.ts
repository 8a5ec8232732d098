import type { RawData, WebSocket } from 'ws';

/** What the wire must know of a client message; its words are the console's affair. */
export type IncomingMessageShape = { readonly type: 'pictures'; readonly on: boolean } | { readonly type: 'set' | 'record' };

export interface MessageHandlers<Message extends IncomingMessageShape> {
  /** First message of each client; also sent by `publishHello`. */
  hello(): object;
  /** Strict reading of a client's text; `refused` names field, got and expected. Never throws. */
  parse(text: string): Message | { readonly refused: string };
  /** Acts on a message. A returned string says why it was refused; the client reads it as an error event. */
  onMessage(message: Message): string | undefined;
  log?(level: 'info' | 'warn' | 'error', text: string): void;
}

/** Counted since start; shown by `/healthz`. */
export interface ConsoleCounters {
  messages: number;
  /** Refused by shape, range or size, or by the show. */
  refused: number;
  rateLimited: number;
  picturesSent: number;
  /** Not sent to a client whose connection was behind. */
  picturesDropped: number;
  /** Clients cut off: flooding, silent or hopelessly behind. */
  clientsDropped: number;
}

const MAX_TEXT_BYTES = 16 * 1024;
/** Bytes waiting in a client's socket above which it gets no picture, and above which it is cut off. */
const PICTURE_BACKLOG_BYTES = 1 << 20;
const TEXT_BACKLOG_BYTES = 4 << 20;
/** Token bucket per client. A dragged slider sends 20 a second. */
const RATE = { burst: 120, perSecond: 60, excessBeforeCut: 2000 };
const HEARTBEAT_MS = 10_000;
const EVENTS_KEPT = 100;

interface Client {
  readonly socket: WebSocket;
  pictures: boolean;
  answersPing: boolean;
  tokens: number;
  refilledAtMs: number;
  excess: number;
  complainedAtMs: number;
}

/** The clients of one console server: who is there, what they have asked for, and how far behind they are. */
export class ConsoleRoom<Message extends IncomingMessageShape> {
  readonly counters: ConsoleCounters = {
    messages: 0,
    refused: 0,
    rateLimited: 0,
    picturesSent: 0,
    picturesDropped: 0,
    clientsDropped: 0,
  };
  readonly #handlers: MessageHandlers<Message>;
  readonly #clients = new Set<Client>();
  readonly #events: string[] = [];
  readonly #pictures = new Map<number, Uint8Array>();
  #status: string | null = null;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(handlers: MessageHandlers<Message>) {
    this.#handlers = handlers;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  get pictureClientCount(): number {
    let count = 0;
    for (const client of this.#clients) if (client.pictures) count++;
    return count;
  }

  /** Takes a newly opened socket in: hello, the events so far, the newest status. */
  join(socket: WebSocket): void {
    const client: Client = {
      socket,
      pictures: false,
      answersPing: true,
      tokens: RATE.burst,
      refilledAtMs: performance.now(),
      excess: 0,
      complainedAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#clients.add(client);
    socket.on('message', (data, isBinary) => this.#receive(client, data, isBinary));
    socket.on('pong', () => {
      client.answersPing = true;
    });
    socket.on('close', () => this.#clients.delete(client));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('WS_ERR')) this.counters.refused++;
      this.#handlers.log?.('warn', `console client: ${error.message}`);
    });
    socket.send(JSON.stringify(this.#handlers.hello()));
    for (const event of this.#events) socket.send(event);
    if (this.#status) socket.send(this.#status);
  }

  publishHello(): void {
    this.#pictures.clear();
    this.#broadcast(JSON.stringify(this.#handlers.hello()));
  }

  publishStatus(status: object): void {
    this.#status = JSON.stringify(status);
    this.#broadcast(this.#status);
  }

  publishEvent(event: object): void {
    const text = JSON.stringify(event);
    this.#events.push(text);
    if (this.#events.length > EVENTS_KEPT) this.#events.shift();
    this.#broadcast(text);
  }

  publishCanvas(index: number, frame: bigint, jpeg: Uint8Array): void {
    const message = new Uint8Array(8 + jpeg.length);
    const header = new DataView(message.buffer);
    header.setUint32(0, index, true);
    header.setUint32(4, Number(BigInt.asUintN(32, frame)), true);
    message.set(jpeg, 8);
    this.#pictures.set(index, message);
    for (const client of this.#clients) if (client.pictures) this.#sendPicture(client, message);
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const gone = [...this.#clients].map(({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const { socket } of this.#clients) socket.close(1001, 'the show ends');
    const patience = setTimeout(() => {
      for (const { socket } of this.#clients) socket.terminate();
    }, 500);
    await Promise.all(gone);
    clearTimeout(patience);
  }

  #receive(client: Client, data: RawData, isBinary: boolean): void {
    // What a client that was cut off had sent before still arrives.
    if (!this.#clients.has(client)) return;
    this.counters.messages++;
    if (!this.#takeToken(client)) return;
    const reason = isBinary ? 'message: got binary data, expected JSON text' : this.#actOn(client, data as Buffer);
    if (reason === undefined) return;
    this.counters.refused++;
    this.#tell(client, 'error', `message refused: ${reason}`);
  }

  /** @returns why the message was refused, if it was. */
  #actOn(client: Client, bytes: Buffer): string | undefined {
    if (bytes.length > MAX_TEXT_BYTES) return `message: got ${bytes.length} bytes, expected at most ${MAX_TEXT_BYTES}`;
    const message = this.#handlers.parse(bytes.toString('utf8'));
    if ('refused' in message) return message.refused;
    if (message.type !== 'pictures') return this.#handlers.onMessage(message);
    this.#switchPictures(client, message.on);
    return undefined;
  }

  #switchPictures(client: Client, on: boolean): void {
    if (on && !client.pictures) for (const picture of this.#pictures.values()) this.#sendPicture(client, picture);
    client.pictures = on;
  }

  /** @returns false when the message is to be ignored: the client sends faster than any hand moves. */
  #takeToken(client: Client): boolean {
    const now = performance.now();
    client.tokens = Math.min(RATE.burst, client.tokens + ((now - client.refilledAtMs) / 1000) * RATE.perSecond);
    client.refilledAtMs = now;
    // Forgiven once it has been calm for as long as a whole burst takes to refill.
    if (client.tokens === RATE.burst) client.excess = 0;
    if (client.tokens >= 1) {
      client.tokens--;
      return true;
    }
    this.counters.rateLimited++;
    if (++client.excess > RATE.excessBeforeCut) this.#drop(client, 'it floods the console');
    else if (now - client.complainedAtMs > 1000) {
      client.complainedAtMs = now;
      this.#tell(client, 'error', `too many messages: expected at most ${RATE.perSecond} a second; some were ignored`);
    }
    return false;
  }

  #tell(client: Client, level: 'warn' | 'error', text: string): void {
    client.socket.send(JSON.stringify({ type: 'event', timeIso: new Date().toISOString(), level, text }));
  }

  #broadcast(text: string): void {
    for (const client of this.#clients) {
      if (client.socket.bufferedAmount > TEXT_BACKLOG_BYTES) this.#drop(client, 'its connection does not keep up');
      else client.socket.send(text);
    }
  }

  #sendPicture(client: Client, picture: Uint8Array): void {
    if (client.socket.bufferedAmount > PICTURE_BACKLOG_BYTES) this.counters.picturesDropped++;
    else {
      this.counters.picturesSent++;
      client.socket.send(picture);
    }
  }

  #beat(): void {
    for (const client of this.#clients) {
      if (!client.answersPing) this.#drop(client, 'it no longer answers');
      else {
        client.answersPing = false;
        client.socket.ping();
      }
    }
  }

  #drop(client: Client, reason: string): void {
    if (!this.#clients.delete(client)) return;
    this.counters.clientsDropped++;
    client.socket.terminate();
    this.#handlers.log?.('warn', `console client dropped: ${reason}`);
  }
}
