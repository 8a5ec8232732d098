import { rotate } from '../../../core/quat.ts';
import type { ConsoleCamera, ConsoleSource, StatusMessage } from '../../protocol.ts';
import { byId, element, setText, syncChildren } from '../dom.ts';
import { formatAge, formatCount, formatSigned } from '../format.ts';
import { CAMERA_TONES, CAMERA_WORDS } from './header.ts';

const HEALTH_TEXT = {
  live: 'Samples arrive.',
  held: 'No new samples: the last pose is held.',
  rest: 'Not tracked: standing at its rest pose.',
} as const;

/** Health of each camera and of each source: state, sample age, rate, and what was refused, by reason. */
export function createTrackingPanel() {
  const title = element('h2', '', 'Tracking');
  title.id = 'tracking-title';
  const cameras = element('div', 'tracked');
  const sources = element('div', 'sources');
  const none = element('p', 'dim', 'No tracking source.');
  byId('tracking').append(element('div', 'panel-head', title), cameras, element('h3', '', 'Sources'), none, sources);
  return {
    setStatus(status: StatusMessage): void {
      syncChildren(cameras, status.cameras, (camera) => camera.id, makeCamera, updateCamera);
      syncChildren(sources, status.sources, (source) => source.name, makeSource, updateSource);
      none.hidden = status.sources.length > 0;
    },
  };
}

function makeCamera({ id }: ConsoleCamera): HTMLElement {
  const head = element(
    'div',
    'tracked-head',
    element('b', '', id),
    element('span', 'chip', element('b', 'chip-word')),
    element('span', 'number age'),
  );
  return element('div', 'tracked-camera', head, element('p', 'dim'), element('p', 'number pose'));
}

function updateCamera(card: HTMLElement, camera: ConsoleCamera): void {
  const [head, text, pose] = card.children;
  const chip = head.children[1] as HTMLElement;
  chip.dataset['tone'] = camera.enabled ? CAMERA_TONES[camera.health] : 'idle';
  setText(chip.children[0], CAMERA_WORDS[camera.health]);
  setText(head.children[2], camera.sampleAgeMs === null ? 'no samples' : formatAge(camera.sampleAgeMs));
  setText(text, `${HEALTH_TEXT[camera.health]}${camera.enabled ? '' : ' Its inner frustum is off.'}`);
  const [x, y, z] = camera.entrancePupilM.map((value) => formatSigned(value, 2));
  const { panDeg, tiltDeg, rollDeg } = anglesOf(camera);
  const angles = [`pan ${formatSigned(panDeg, 1)}°`, `tilt ${formatSigned(tiltDeg, 1)}°`, `roll ${formatSigned(rollDeg, 1)}°`];
  setText(pose, [`${x}, ${y}, ${z} m`, ...angles, `${camera.focalLengthMm.toFixed(1)} mm`].join(' · '));
}

/** Pan (+ left), tilt (+ up), roll (+ clockwise seen from behind), degrees, as `StageCamera.restPose` counts them. */
export function anglesOf(camera: Pick<ConsoleCamera, 'stageFromCamera'>): { panDeg: number; tiltDeg: number; rollDeg: number } {
  const forward = rotate(camera.stageFromCamera, [0, 0, -1]);
  const right = rotate(camera.stageFromCamera, [1, 0, 0]);
  const up = rotate(camera.stageFromCamera, [0, 1, 0]);
  const degrees = (radians: number) => (radians * 180) / Math.PI;
  return {
    panDeg: degrees(Math.atan2(-forward[0], -forward[2])),
    tiltDeg: degrees(Math.asin(Math.max(-1, Math.min(1, forward[1])))),
    rollDeg: degrees(Math.atan2(-right[1], up[1])),
  };
}

const makeSource = ({ name }: ConsoleSource): HTMLElement =>
  element(
    'div',
    'source',
    element('div', 'source-head', element('b', '', name), element('span', 'number age')),
    element('p', 'dim number'),
    element('div', 'rejects'),
  );

function updateSource(card: HTMLElement, source: ConsoleSource): void {
  const [head, counts, rejects] = card.children;
  setText(head.children[1], source.ratePerS > 0 ? `${source.ratePerS.toFixed(1)} /s` : 'silent');
  (head as HTMLElement).dataset['tone'] = source.ratePerS > 0 ? '' : 'warn';
  const refused = Object.entries(source.rejected).filter(([, count]) => count > 0);
  const total = refused.reduce((sum, [, count]) => sum + count, 0);
  setText(counts, `${formatCount(source.packets)} packets · ${formatCount(source.samples)} samples · ${formatCount(total)} rejected`);
  syncChildren(
    rejects,
    refused,
    ([reason]) => reason,
    () => element('span', 'reject'),
    (chip, [reason, count]) => setText(chip, `${reason} ${formatCount(count)}`),
  );
}
