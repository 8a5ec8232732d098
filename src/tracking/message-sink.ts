import type { CameraSample, PacketReject, SourceCounters } from './camera-sample.ts';
import { decodeFreeDDatagram, type FreeDOptions } from './decode-freed.ts';
import { type OpenTrackIoOptions, OpenTrackIoReceiver } from './opentrackio-receiver.ts';
import { countReject } from './source-counters.ts';

/** Takes what a socket received: decodes, counts, hands samples on. Never throws for what is in the message. */
export type MessageSink = (message: Uint8Array, address: string, receivedAtNs: bigint) => void;

/** A sink of FreeD datagrams. */
export function createFreeDSink(
  counters: SourceCounters,
  onSample: (sample: CameraSample) => void,
  options: FreeDOptions = {},
): MessageSink {
  return (message, _address, receivedAtNs) => {
    counters.packets++;
    counters.bytes += message.length;
    for (const result of decodeFreeDDatagram(message, receivedAtNs, options)) deliver(counters, result, onSample);
  };
}

/** A sink of OpenTrackIO packets and bare messages. */
export function createOpenTrackIoSink(
  counters: SourceCounters,
  onSample: (sample: CameraSample) => void,
  options: OpenTrackIoOptions = {},
): MessageSink {
  const receiver = new OpenTrackIoReceiver(options);
  let abandoned = 0;
  return (message, address, receivedAtNs) => {
    counters.packets++;
    counters.bytes += message.length;
    const result = receiver.receive(message, address, receivedAtNs);
    if (result === 'partial') counters.partial++;
    else deliver(counters, result, onSample);
    // Payloads that lost a segment leave no packet of their own to reject.
    for (; abandoned < receiver.abandoned; abandoned++) countReject(counters, 'bad-segment');
  };
}

function deliver(counters: SourceCounters, result: CameraSample | PacketReject, onSample: (sample: CameraSample) => void): void {
  if (typeof result === 'string') {
    countReject(counters, result);
    return;
  }
  counters.samples++;
  onSample(result);
}
