import type { HelloMessage, StatusMessage } from '../../protocol.ts';
import { byId, element, setText, syncChildren } from '../dom.ts';
import { formatCount, formatRate } from '../format.ts';
import { governorBadge } from './governor-view.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'idle';

interface Chip {
  readonly key: string;
  readonly label: string;
  readonly word: string;
  readonly tone: Tone;
}

/** Share of the target rate from which a show counts as on rate, and as nearly so. */
const ON_RATE = 0.98;
const NEARLY = 0.85;

/** Show name, timecode and one chip per thing that can be wrong: colour and word say the same. */
export function createHeader() {
  const setHello = (hello: HelloMessage): void => {
    setText(byId('show-name'), hello.show);
    setText(byId('show-detail'), `${hello.stage.name} · scene ${hello.scene.name} · ${formatCount(hello.scene.triangles)} triangles`);
    document.title = `${hello.show} · Cyclorama`;
  };
  const setStatus = (status: StatusMessage, live: boolean): void => {
    setText(byId('timecode'), status.timecode);
    setText(byId('frame-number'), `Frame ${status.frame}`);
    const chips: Chip[] = [rateChip(status, live)];
    for (const camera of status.cameras)
      chips.push({
        key: `camera:${camera.id}`,
        label: camera.id,
        word: camera.enabled ? CAMERA_WORDS[camera.health] : 'OFF',
        tone: !live || !camera.enabled ? 'idle' : CAMERA_TONES[camera.health],
      });
    if (status.governor && status.governor.level > 0) {
      const { level, steps } = status.governor;
      chips.push({ key: 'quality', label: `Governor ${level}/${steps}`, ...governorBadge(status.governor) });
    }
    if (status.recording !== null) chips.push({ key: 'recording', label: status.recording, word: 'REC', tone: 'bad' });
    if (status.errors > 0)
      chips.push({ key: 'errors', label: formatCount(status.errors), word: status.errors === 1 ? 'ERROR' : 'ERRORS', tone: 'bad' });
    syncChildren(byId('states'), chips, (chip) => chip.key, makeChip, updateChip);
  };
  return { setHello, setStatus };
}

export const CAMERA_WORDS = { live: 'LIVE', held: 'HELD', rest: 'REST' } as const;
export const CAMERA_TONES = { live: 'good', held: 'warn', rest: 'idle' } as const satisfies Record<string, Tone>;

function rateChip(status: StatusMessage, live: boolean): Chip {
  const share = status.fps / status.targetFps;
  const label = `${status.fps.toFixed(status.fps < 10 ? 2 : 1)} / ${formatRate(status.targetFps)} fps`;
  if (!live) return { key: 'rate', label, word: 'NOT LIVE', tone: 'bad' };
  if (share >= ON_RATE) return { key: 'rate', label, word: 'ON RATE', tone: 'good' };
  return { key: 'rate', label, word: 'BELOW RATE', tone: share >= NEARLY ? 'warn' : 'bad' };
}

const makeChip = (): HTMLElement => element('span', 'chip', element('span', 'chip-label'), element('b', 'chip-word'));

function updateChip(chip: HTMLElement, { label, word, tone }: Chip): void {
  chip.dataset['tone'] = tone;
  setText(chip.children[0], label);
  setText(chip.children[1], word);
}
