import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../../shared', import.meta.url));

/** Path of a file of the shared data. @throws Error that says what is missing. */
export function sharedPath(path: string): string {
  const whole = `${SHARED}/${path}`;
  if (!existsSync(whole)) throw new Error(`test data is missing: ${whole}; the shared folder belongs beside the project`);
  return whole;
}

export const readShared = (path: string): Uint8Array => new Uint8Array(readFileSync(sharedPath(path)));
export const readSharedText = (path: string): string => readFileSync(sharedPath(path), 'utf8');
export const readSharedJson = (path: string): unknown => JSON.parse(readSharedText(path));

export interface PacketFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every OpenTrackIO packet (with header) of the shared data, in the order in which they were sent. */
export function otrkPackets(): PacketFile[] {
  const folder = 'data/opentrackio/packets';
  const names = readdirSync(sharedPath(folder)).filter((name) => name.endsWith('.bin'));
  return names.toSorted().map((name) => ({ name, bytes: readShared(`${folder}/${name}`) }));
}

/** Packets grouped by the payload they carry: `json_3seg_00` → its segments. */
export function otrkPayloads(): Map<string, PacketFile[]> {
  return Map.groupBy(otrkPackets(), ({ name }) => name.replace(/^otrk_(.*)_\d+\.bin$/, '$1'));
}
