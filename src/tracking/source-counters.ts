import type { PacketReject, SourceCounters } from './camera-sample.ts';

/** Counters at zero, owned by one source. */
export function createCounters(): SourceCounters {
  return { packets: 0, bytes: 0, samples: 0, partial: 0, rejected: {} };
}

/** Counts one dropped packet or sample. */
export function countReject(counters: SourceCounters, reason: PacketReject): void {
  counters.rejected[reason] = (counters.rejected[reason] ?? 0) + 1;
}
