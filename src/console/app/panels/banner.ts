import type { ConnectionPhase } from '../connection.ts';
import { byId, setText } from '../dom.ts';

/** Without a new frame for this long the page says so: a frozen wall must not look like a live one. */
const STALE_AFTER_MS = 3000;
/** A show on a software driver may take seconds a frame, and is live all the same: so many of its own intervals, up to a limit. */
const STALE_AFTER_INTERVALS = 2.5;
const STALE_AT_LAST_MS = 20_000;

export interface LiveState {
  readonly phase: ConnectionPhase;
  /** `performance.now` of the next try; null unless waiting. */
  readonly retryAtMs: number | null;
  /** `performance.now` at which the frame number last changed; null: no frame yet. */
  readonly frameAtMs: number | null;
  /** Time between the last two frames, as they came; 0: not known yet. */
  readonly intervalMs: number;
  /** `performance.now` at which the connection opened. */
  readonly openedAtMs: number;
}

/** True when what the page shows is what the wall shows. */
export function isLive(state: LiveState, nowMs: number): boolean {
  return state.phase === 'open' && state.frameAtMs !== null && nowMs - state.frameAtMs < staleAfterMs(state);
}

const staleAfterMs = ({ intervalMs }: LiveState): number =>
  Math.min(STALE_AT_LAST_MS, Math.max(STALE_AFTER_MS, STALE_AFTER_INTERVALS * intervalMs));

export function createBanner(onRetry: () => void) {
  const banner = byId('banner');
  byId('banner-retry').addEventListener('click', onRetry);
  return {
    show(state: LiveState, nowMs: number): void {
      const words = wordsFor(state, nowMs);
      banner.hidden = words === null;
      byId('stage-not-live').hidden = words === null || state.frameAtMs === null;
      document.body.dataset['connection'] = words === null ? 'live' : words.tone;
      if (!words) return;
      banner.dataset['tone'] = words.tone;
      setText(byId('banner-title'), words.title);
      setText(byId('banner-text'), words.text);
      byId('banner-retry').hidden = state.phase !== 'waiting';
    },
  };
}

function wordsFor(state: LiveState, nowMs: number): { tone: 'connecting' | 'lost' | 'stale'; title: string; text: string } | null {
  const seconds = Math.floor((nowMs - (state.frameAtMs ?? state.openedAtMs)) / 1000);
  const age = state.frameAtMs === null ? '' : ` What you see is ${seconds} s old.`;
  if (state.phase === 'waiting') {
    const wait = Math.max(0, Math.ceil(((state.retryAtMs ?? nowMs) - nowMs) / 1000));
    return { tone: 'lost', title: 'No connection to the show.', text: `Trying again in ${wait} s.${age}` };
  }
  if (state.phase === 'connecting')
    return state.frameAtMs === null
      ? { tone: 'connecting', title: 'Connecting to the show…', text: '' }
      : { tone: 'lost', title: 'No connection to the show.', text: `Trying now.${age}` };
  if (isLive(state, nowMs)) return null;
  if (state.frameAtMs === null && nowMs - state.openedAtMs < STALE_AFTER_MS)
    return { tone: 'connecting', title: 'Connected.', text: 'Waiting for the first frame.' };
  const since = state.frameAtMs === null ? 'The show has not delivered a frame yet.' : 'The pictures below are not live.';
  return { tone: 'stale', title: `No frames for ${seconds} s.`, text: since };
}
