import { createSystemClock } from '../../core/clock.ts';
import { DEFAULT_PORTS } from '../../platform/node/create-source.ts';
import { createUdpSource } from '../../platform/node/udp-source.ts';
import { createWsClientSource, createWsServerSource } from '../../platform/node/ws-source.ts';
import type { TrackingSource } from '../../tracking/camera-sample.ts';
import type { RadialOrder } from '../../tracking/opentrackio-lens.ts';
import { badArgument, type RECEIVE_PROTOCOLS } from './track-options.ts';

export interface ReceiveOptions {
  readonly protocol: (typeof RECEIVE_PROTOCOLS)[number];
  readonly port?: number;
  readonly multicast?: readonly string[];
  readonly interface?: string;
  readonly url?: string;
  /** False after `--no-checksum`. */
  readonly checksum: boolean;
  readonly radialOrder: RadialOrder;
  readonly count?: number;
  readonly duration?: number;
}

/** Makes the source that the options of monitor and record name. @throws TrackingError BAD_ARGUMENT */
export function sourceFromOptions(options: ReceiveOptions): TrackingSource {
  const clock = createSystemClock();
  const openTrackIo = { verifyChecksum: options.checksum, radialOrder: options.radialOrder };
  const address = options.interface === undefined ? {} : { address: options.interface };
  if (options.protocol === 'opentrackio-ws') {
    if (options.multicast) throw badArgument('--multicast', options.multicast.join(' '), 'nothing with --protocol opentrackio-ws');
    if (options.url !== undefined) return createWsClientSource({ url: options.url, clock, openTrackIo });
    return createWsServerSource({ port: options.port ?? DEFAULT_PORTS['opentrackio-ws'], clock, openTrackIo, ...address });
  }
  if (options.url !== undefined) throw badArgument('--url', options.url, '--protocol opentrackio-ws with it');
  const protocol = options.protocol === 'freed' ? 'freed' : 'opentrackio';
  return createUdpSource({
    protocol,
    port: options.port ?? DEFAULT_PORTS[`${protocol}-udp`],
    multicast: options.multicast ?? [],
    clock,
    freed: { verifyChecksum: options.checksum },
    openTrackIo,
    ...address,
  });
}
