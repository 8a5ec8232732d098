import { expect, test } from 'vitest';
import { isLive, type LiveState } from '../../src/console/app/panels/banner.ts';

const state = (change: Partial<LiveState>): LiveState => ({
  phase: 'open',
  retryAtMs: null,
  frameAtMs: 10_000,
  intervalMs: 42,
  openedAtMs: 0,
  ...change,
});

// At 24 frames a second 3 s of silence are a fault; at one frame in 4 s (software driver) 10 s are; at one a minute 20 s are the limit.
for (const [name, change, silentMs, live] of [
  ['a show on rate', {}, 2900, true],
  ['a show on rate that stops', {}, 3100, false],
  ['a slow show', { intervalMs: 4000 }, 9900, true],
  ['a slow show that stops', { intervalMs: 4000 }, 10_100, false],
  ['a show slower than patience', { intervalMs: 60_000 }, 20_100, false],
  ['a first frame', { intervalMs: 0 }, 2900, true],
  ['a show without a frame', { frameAtMs: null }, 0, false],
  ['a lost connection', { phase: 'waiting' }, 100, false],
  ['a connection being opened', { phase: 'connecting' }, 100, false],
] as const)
  test(`calls ${name} ${live ? 'live' : 'not live'}`, () => {
    expect(isLive(state(change), 10_000 + silentMs)).toBe(live);
  });
