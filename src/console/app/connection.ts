import type { ClientMessage, ServerMessage } from '../protocol.ts';

export type ConnectionPhase = 'connecting' | 'open' | 'waiting';

export interface ConnectionHandlers {
  onMessage(message: ServerMessage): void;
  /** @param frame Low 32 bits of the frame number.   @param jpeg Encoded picture. */
  onPicture(canvas: number, frame: number, jpeg: Uint8Array<ArrayBuffer>): void;
  /** @param retryAtMs When the next try starts (`performance.now` time); only while waiting. */
  onPhase(phase: ConnectionPhase, retryAtMs: number | null): void;
}

export interface Connection {
  /** @returns false when there is no connection: nothing was sent. */
  send(message: ClientMessage): boolean;
  /** Tries at once instead of waiting. */
  retryNow(): void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5000;
/** A pulled cable closes no socket: after this long without a word we open a new one. */
const SILENCE_MS = 15_000;

/** One WebSocket to the show that comes back by itself, for ever. Words that are no message are ignored (an older page, a newer show). */
export function openConnection(url: string, handlers: ConnectionHandlers): Connection {
  let socket: WebSocket | null = null;
  let retryMs = FIRST_RETRY_MS;
  let retryTimer = 0;
  let heardAtMs = 0;

  const connect = (): void => {
    clearTimeout(retryTimer);
    handlers.onPhase('connecting', null);
    const opened = new WebSocket(url);
    opened.binaryType = 'arraybuffer';
    socket = opened;
    heardAtMs = performance.now();
    opened.onopen = () => {
      if (socket === opened) handlers.onPhase('open', null);
    };
    opened.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== opened) return;
      heardAtMs = performance.now();
      retryMs = FIRST_RETRY_MS;
      if (typeof event.data === 'string') deliverText(event.data, handlers);
      else deliverPicture(event.data, handlers);
    };
    opened.onclose = () => {
      if (socket === opened) waitAndRetry();
    };
  };
  const waitAndRetry = (): void => {
    socket = null;
    handlers.onPhase('waiting', performance.now() + retryMs);
    retryTimer = window.setTimeout(connect, retryMs);
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 1.6);
  };
  window.setInterval(() => {
    if (!socket || performance.now() - heardAtMs < SILENCE_MS) return;
    const silent = socket;
    waitAndRetry();
    silent.close();
  }, 1000);
  connect();

  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    retryNow() {
      if (!socket) connect();
    },
  };
}

function deliverText(text: string, handlers: ConnectionHandlers): void {
  const message = JSON.parse(text) as ServerMessage;
  if (message.type === 'hello' || message.type === 'status' || message.type === 'event') handlers.onMessage(message);
}

function deliverPicture(data: ArrayBuffer, handlers: ConnectionHandlers): void {
  if (data.byteLength <= 8) return;
  const header = new DataView(data);
  handlers.onPicture(header.getUint32(0, true), header.getUint32(4, true), new Uint8Array(data, 8));
}
