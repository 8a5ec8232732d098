import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CycError } from '../../../core/errors.ts';
import { installedVersion, PROJECT_ROOT } from './bench-machine.ts';

/** Renderers of others that the bench can measure, and the package of each. */
export const PEER_PACKAGES = { three: 'three', babylon: '@babylonjs/core', playcanvas: 'playcanvas' } as const;
export type PeerName = keyof typeof PEER_PACKAGES;
export const PEER_NAMES = Object.keys(PEER_PACKAGES) as readonly PeerName[];

/** Module that serves a peer's measurements. */
export const peerScript = (name: PeerName): string => join(PROJECT_ROOT, `tools/bench/peers/${name}-peer.ts`);

/**
 * Reads a list like "three,babylon".
 * @throws CycError UNKNOWN_PEER; PEER_MISSING naming what to install
 */
export function parsePeers(text: string): readonly PeerName[] {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!(name in PEER_PACKAGES))
      throw new CycError('UNKNOWN_PEER', 'no such peer', { path: '--peers', got: name, expected: PEER_NAMES.join(', ') });
  }
  for (const name of names as PeerName[]) requirePeer(name);
  return names as PeerName[];
}

function requirePeer(name: PeerName): void {
  const detail = { path: '--peers', got: name };
  if (!existsSync(peerScript(name)))
    throw new CycError('PEER_MISSING', 'peers are measured from a checkout of the sources, not from a bundle', detail);
  if (!installedVersion(PEER_PACKAGES[name]))
    throw new CycError('PEER_MISSING', `the package ${PEER_PACKAGES[name]} is not installed`, {
      ...detail,
      hint: 'run `npm ci` in the project (without --omit=dev)',
    });
}

/** Peers that can be measured here. */
export const availablePeers = (): readonly PeerName[] =>
  PEER_NAMES.filter((name) => existsSync(peerScript(name)) && installedVersion(PEER_PACKAGES[name]) !== null);
