import { setTimeout as wait } from 'node:timers/promises';
import { SceneError } from '../../../core/errors.ts';
import type { CookedReader, CookedSource } from '../../../scene/cooked/read-cooked.ts';

export interface HttpOptions {
  /** Attempts without a single new byte before giving up. */
  readonly attempts?: number;
  /** Wait before the second attempt, ms; doubles with each. */
  readonly firstWaitMs?: number;
  /** Longest silence of a connection, ms. */
  readonly silenceMs?: number;
}

/** Statuses that pass: the server is busy or starting. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A scene at an http or https address. Goes on after a dropped connection where it broke off: with a Range request, or by skipping what it has. */
export function httpSource(url: string, options: HttpOptions = {}): CookedSource {
  // Two readers of one source, or two connections of one reader, must not mix two versions of a file.
  const version: { tag: string | null } = { tag: null };
  return { name: url, open: (startByte) => new HttpReader(url, startByte, version, options) };
}

/** A connection: its body, and the byte that comes next. */
interface Connection {
  readonly body: ReadableStreamDefaultReader<Uint8Array>;
  readonly abort: AbortController;
}

class HttpReader implements CookedReader {
  readonly #url: string;
  readonly #version: { tag: string | null };
  readonly #attempts: number;
  readonly #firstWaitMs: number;
  readonly #silenceMs: number;
  #at: number;
  #connection: Connection | null = null;
  /** Came with the last piece, not yet asked for. */
  #left: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(url: string, startByte: number, version: { tag: string | null }, options: HttpOptions) {
    this.#url = url;
    this.#at = startByte;
    this.#version = version;
    this.#attempts = options.attempts ?? 5;
    this.#firstWaitMs = options.firstWaitMs ?? 250;
    this.#silenceMs = options.silenceMs ?? 15_000;
  }

  async read(length: number): Promise<Uint8Array> {
    // Grown as bytes come: a damaged length must not be believed.
    const pieces: Uint8Array[] = [];
    let have = 0;
    while (have < length) {
      const piece = await this.#next();
      if (!piece) break;
      const used = piece.subarray(0, length - have);
      this.#left = piece.subarray(used.length);
      pieces.push(used);
      have += used.length;
    }
    const out = new Uint8Array(have);
    let at = 0;
    for (const piece of pieces) {
      out.set(piece, at);
      at += piece.length;
    }
    return out;
  }

  async close(): Promise<void> {
    this.#connection?.abort.abort();
    this.#connection = null;
  }

  /** The next bytes; `null` at the end of the file. */
  async #next(): Promise<Uint8Array | null> {
    if (this.#left.length > 0) {
      const left = this.#left;
      this.#left = new Uint8Array(0);
      return left;
    }
    let waitMs = this.#firstWaitMs;
    for (let attempt = 1; !this.#ended; attempt++) {
      try {
        const connection: Connection | null = this.#connection ?? (await this.#connect());
        if (!connection) break;
        this.#connection = connection;
        if (this.#left.length > 0) return this.#next();
        const { value } = await this.#withinSilence(connection.body.read(), connection.abort);
        if (value) {
          this.#at += value.length;
          return value;
        }
        this.#ended = true;
      } catch (cause) {
        await this.close();
        if (cause instanceof SceneError) throw cause;
        if (attempt >= this.#attempts) throw this.#unreachable(cause, attempt);
        await wait(waitMs);
        waitMs *= 2;
      }
    }
    return null;
  }

  /** @returns `null` where the file has no more bytes. @throws SceneError for what another attempt would not mend, anything else for the rest */
  async #connect(): Promise<Connection | null> {
    const abort = new AbortController();
    // Ranges count bytes of the file, not of a packed transfer.
    const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
    if (this.#at > 0) headers['Range'] = `bytes=${this.#at}-`;
    const response = await this.#withinSilence(fetch(this.#url, { headers, signal: abort.signal }), abort);
    if (response.status === 416) {
      abort.abort();
      return null;
    }
    if (!response.ok || !response.body) {
      abort.abort();
      if (PASSING.has(response.status)) throw new Error(`status ${response.status}`);
      throw new SceneError('SCENE_URL', 'cannot be fetched', {
        file: this.#url,
        got: `status ${response.status} ${response.statusText}`.trim(),
        expected: 'status 200',
      });
    }
    this.#checkVersion(response);
    const connection = { body: response.body.getReader(), abort };
    const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
    // A server that knows no ranges starts from the beginning.
    const start = response.status === 206 ? Number(range?.[1] ?? this.#at) : 0;
    if (start < this.#at) await this.#skip(connection, this.#at - start);
    return connection;
  }

  #checkVersion({ headers }: Response): void {
    const tag = headers.get('etag') ?? headers.get('last-modified');
    this.#version.tag ??= tag;
    if (tag === this.#version.tag) return;
    throw new SceneError('SCENE_CHANGED', 'changed while it was read', {
      file: this.#url,
      got: tag ?? 'no version',
      expected: this.#version.tag ?? '',
      hint: 'load the show again',
    });
  }

  async #skip({ body, abort }: Connection, length: number): Promise<void> {
    let skipped = 0;
    while (skipped < length) {
      const { value } = await this.#withinSilence(body.read(), abort);
      if (!value) throw new Error(`ended at byte ${skipped} of ${length} had before`);
      skipped += value.length;
      if (skipped > length) {
        this.#left = value.subarray(value.length - (skipped - length));
        this.#at += this.#left.length;
      }
    }
  }

  async #withinSilence<T>(promise: Promise<T>, abort: AbortController): Promise<T> {
    const timer = setTimeout(() => abort.abort(new Error(`silent for ${this.#silenceMs} ms`)), this.#silenceMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #unreachable(cause: unknown, attempts: number): SceneError {
    const { message, cause: inner } = cause as Error;
    return new SceneError('SCENE_URL', 'cannot be fetched', {
      file: this.#url,
      path: `byte ${this.#at}`,
      got: `${(inner as Error | undefined)?.message ?? message} (${attempts} attempts)`,
      cause,
    });
  }
}
