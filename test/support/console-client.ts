import { WebSocket } from 'ws';

export interface ConsoleClient {
  readonly socket: WebSocket;
  /** JSON messages so far, oldest first. */
  readonly messages: Record<string, unknown>[];
  readonly pictures: { readonly canvas: number; readonly frame: number; readonly jpeg: Buffer }[];
  readonly closed: Promise<number>;
  send(message: unknown): void;
  /** Waits until a message passes. @throws Error after 5 s, with what came instead. */
  waitFor(passes: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
}

/** A console client without a browser. `headers` may lie about origin and host. */
export async function connectConsole(url: string, headers: Record<string, string> = {}): Promise<ConsoleClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}ws`, { headers });
  const messages: Record<string, unknown>[] = [];
  const pictures: ConsoleClient['pictures'] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) pictures.push({ canvas: data.readUInt32LE(0), frame: data.readUInt32LE(4), jpeg: data.subarray(8) });
    else messages.push(JSON.parse(data.toString()));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    messages,
    pictures,
    closed,
    send: (message) => socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
    async waitFor(passes) {
      await waitUntil(
        () => messages.some(passes),
        () => JSON.stringify(messages.slice(-5)),
      );
      return messages.find(passes) as Record<string, unknown>;
    },
  };
}

/** Polls until `holds`. @throws Error after `limitMs`, with what `describe` says. */
export async function waitUntil(holds: () => boolean | Promise<boolean>, describe: () => string = () => '', limitMs = 5000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain; last: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
