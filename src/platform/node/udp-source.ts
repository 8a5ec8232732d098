import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../core/clock.ts';
import { TrackingError } from '../../core/errors.ts';
import type { CameraSample, TrackingSource } from '../../tracking/camera-sample.ts';
import type { FreeDOptions } from '../../tracking/decode-freed.ts';
import { createFreeDSink, createOpenTrackIoSink, type MessageSink } from '../../tracking/message-sink.ts';
import type { OpenTrackIoOptions } from '../../tracking/opentrackio-receiver.ts';
import { createCounters } from '../../tracking/source-counters.ts';
import { Retry } from './retry.ts';

export interface UdpSourceOptions {
  readonly protocol: 'freed' | 'opentrackio';
  /** 0 takes a free port; `port` says which. */
  readonly port: number;
  /** IPv4 groups to join as well as listening for unicast. */
  readonly multicast?: readonly string[];
  /** Address of the interface to listen on; all interfaces when left out. */
  readonly address?: string;
  readonly clock: Clock;
  readonly freed?: FreeDOptions;
  readonly openTrackIo?: OpenTrackIoOptions;
}

/** A UDP source knows where it listens and how often its socket had to be opened again. */
export interface UdpSource extends TrackingSource {
  /** Bound port; 0 before `start`. */
  readonly port: number;
  readonly reopened: number;
}

/** Asked of the kernel, which may give less: half a second of packets while a frame is being prepared. */
const RECEIVE_BUFFER_BYTES = 1 << 20;

/**
 * FreeD or OpenTrackIO over UDP, unicast and multicast, any number of cameras on one port.
 * `start` throws TrackingError PORT_BUSY or CANNOT_LISTEN; later socket errors are reported and the socket is opened again.
 */
export function createUdpSource(options: UdpSourceOptions): UdpSource {
  return new UdpTrackingSource(options);
}

class UdpTrackingSource implements UdpSource {
  readonly name: string;
  readonly counters = createCounters();
  port = 0;
  reopened = 0;
  readonly #options: UdpSourceOptions;
  readonly #retry = new Retry(100, 5_000);
  #socket: Socket | null = null;
  #running = false;
  #sink: MessageSink = () => {};
  #onEvent: (message: string) => void = () => {};

  constructor(options: UdpSourceOptions) {
    this.#options = options;
    const groups = options.multicast?.length ? ` ${options.multicast.join(' ')}` : '';
    this.name = `${options.protocol} udp ${options.port || 'any port'}${groups}`;
  }

  async start(onSample: (sample: CameraSample) => void, onEvent?: (message: string) => void): Promise<void> {
    await this.stop();
    const { protocol, freed, openTrackIo } = this.#options;
    this.#sink =
      protocol === 'freed' ? createFreeDSink(this.counters, onSample, freed) : createOpenTrackIoSink(this.counters, onSample, openTrackIo);
    this.#onEvent = onEvent ?? (() => {});
    this.#running = true;
    try {
      await this.#open(this.#options.port);
    } catch (error) {
      this.#running = false;
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#retry.cancel();
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  async #open(port: number): Promise<void> {
    const groups = this.#options.multicast ?? [];
    // Shared only for multicast: with it, a second unicast reader would silently take the packets of the first.
    const socket = createSocket({ type: 'udp4', reuseAddr: groups.length > 0 });
    try {
      // A socket bound to an interface's address gets no multicast; with groups, the address only says where to join.
      await bind(socket, port, groups.length > 0 ? undefined : this.#options.address);
      for (const group of groups) joinGroup(socket, group, this.#options.address);
    } catch (error) {
      socket.close();
      throw error;
    }
    if (!this.#running) return void socket.close();
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    } catch {
      // The kernel's own size serves, with less to spare.
    }
    socket.on('message', (message, from) => this.#sink(message, `${from.address}:${from.port}`, this.#options.clock.nowNs()));
    socket.on('error', (error) => this.#lost(socket, error));
    this.#socket = socket;
    this.port = socket.address().port;
  }

  #lost(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    socket.close();
    this.#reopenLater(error);
  }

  #reopenLater(error: unknown): void {
    if (!this.#running) return;
    const waitMs = this.#retry.schedule(() => {
      this.#open(this.port).then(
        () => {
          this.#retry.reset();
          this.reopened++;
          if (this.#running) this.#onEvent(`${this.name}: listening again`);
        },
        (again: unknown) => this.#reopenLater(again),
      );
    });
    this.#onEvent(`${this.name}: ${error instanceof Error ? error.message : String(error)}; opening the socket again in ${waitMs} ms`);
  }
}

/** @throws TrackingError PORT_BUSY or CANNOT_LISTEN */
function bind(socket: Socket, port: number, address: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const busy = error.code === 'EADDRINUSE';
      reject(
        new TrackingError(busy ? 'PORT_BUSY' : 'CANNOT_LISTEN', busy ? `UDP port ${port} is taken` : `cannot listen on UDP port ${port}`, {
          got: error.code ?? error.message,
          hint: busy ? 'end the program that listens there, or choose another port' : 'choose another port or address',
          cause: error,
        }),
      );
    };
    socket.once('error', failed);
    socket.bind({ port, ...(address === undefined ? {} : { address }), exclusive: true }, () => {
      socket.off('error', failed);
      resolve();
    });
  });
}

/** Joins on every IPv4 interface unless one is named: crews' machines have several, and the tracker may be on any. */
function joinGroup(socket: Socket, group: string, address: string | undefined): void {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const addresses = address === undefined ? all.filter(({ family }) => family === 'IPv4').map((entry) => entry.address) : [address];
  let failure: unknown = null;
  let joined = 0;
  for (const interfaceAddress of new Set(addresses)) {
    try {
      socket.addMembership(group, interfaceAddress);
      joined++;
    } catch (error) {
      failure = error;
    }
  }
  if (joined > 0) return;
  throw new TrackingError('CANNOT_LISTEN', `cannot join the multicast group ${group}`, {
    got: failure instanceof Error ? failure.message : 'no IPv4 interface',
    expected: 'an IPv4 multicast address, 224.0.0.0 to 239.255.255.255',
    cause: failure,
  });
}
