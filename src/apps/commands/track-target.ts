import type { Rational } from '../../core/rational.ts';
import { DEFAULT_PORTS } from '../../platform/node/create-source.ts';
import { isMulticast, type SampleSenderOptions, type SendProtocol } from '../../platform/node/sample-sender.ts';
import { badArgument, parseHostPort } from './track-options.ts';

export interface TargetOptions {
  readonly protocol: SendProtocol;
  readonly to?: string;
  /** true: the group that goes with the camera id. */
  readonly multicast?: string | true;
  readonly interface?: string;
  readonly cameraId: number;
  readonly segment?: number;
}

/** Where and how to send, from the options of send and replay. @throws TrackingError BAD_ARGUMENT */
export function targetFromOptions(options: TargetOptions, rate: Rational): SampleSenderOptions {
  const { protocol, cameraId } = options;
  const defaultPort =
    DEFAULT_PORTS[protocol === 'freed' ? 'freed-udp' : protocol === 'opentrackio-ws' ? 'opentrackio-ws' : 'opentrackio-udp'];
  if (protocol !== 'freed' && (cameraId < 1 || cameraId > 200))
    throw badArgument('--camera-id', String(cameraId), '1 to 200 with OpenTrackIO');
  const target = parseHostPort(options.to ?? '127.0.0.1', defaultPort);
  const group = options.multicast === true ? `239.135.1.${cameraId}` : options.multicast;
  if (group !== undefined && protocol === 'opentrackio-ws')
    throw badArgument('--multicast', group, 'nothing with --protocol opentrackio-ws');
  if (group !== undefined && !isMulticast(group)) throw badArgument('--multicast', group, 'an IPv4 group, 224.0.0.0 to 239.255.255.255');
  return {
    protocol,
    host: group ?? target.host,
    port: target.port,
    cameraId,
    rate,
    ...(options.segment === undefined ? {} : { segmentBytes: options.segment }),
    ...(options.interface === undefined ? {} : { interfaceAddress: options.interface }),
  };
}
