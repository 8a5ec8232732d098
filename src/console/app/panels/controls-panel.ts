import { PARAMETER_LIMITS } from '../../parse-client-message.ts';
import type { ClientMessage, OperatorParameters, StatusMessage } from '../../protocol.ts';
import { button, byId, element, setText, syncChildren } from '../dom.ts';
import { createNumberField } from './number-field.ts';
import { createParameterSender } from './parameter-sender.ts';

const SAMPLES = [1, 4, 8] as const;

type Placement = OperatorParameters['worldFromStage'];

/** What the operator may change. The show's own word is shown; an edit is shown at once and confirmed by the next status. */
export function createControlsPanel(send: (message: ClientMessage) => boolean) {
  const sender = createParameterSender(send);
  const place = (): Placement => ({ positionM: [x.value, y.value, z.value], yawDeg: yaw.value, scale: scale.value });
  const sendPlace = () => sender.set({ worldFromStage: place() });
  const exposure = createNumberField({
    label: 'Exposure',
    unit: 'stops',
    step: 0.1,
    digits: 1,
    plus: true,
    slider: [-6, 6],
    ...PARAMETER_LIMITS.exposureStops,
    onChange: (exposureStops) => sender.set({ exposureStops }),
  });
  const axis = (label: string) =>
    createNumberField({ label, unit: 'm', step: 0.1, digits: 2, ...PARAMETER_LIMITS.positionM, onChange: sendPlace });
  const [x, y, z] = [axis('X'), axis('Y'), axis('Z')];
  const yaw = createNumberField({
    label: 'Yaw',
    unit: '°',
    step: 1,
    digits: 1,
    slider: [-180, 180],
    ...PARAMETER_LIMITS.yawDeg,
    onChange: sendPlace,
  });
  const scale = createNumberField({ label: 'Scale', unit: '×', step: 0.05, digits: 2, ...PARAMETER_LIMITS.scale, onChange: sendPlace });
  const lodError = createNumberField({
    label: 'LOD error',
    unit: 'px',
    step: 0.5,
    digits: 1,
    ...PARAMETER_LIMITS.lodErrorPx,
    onChange: (lodErrorPx) => sender.set({ lodErrorPx }),
  });
  const governor = makeSwitch('Governor', (on) => sender.set({ governor: on }));
  governor.title = 'Draws less than asked when the device would miss the frame budget';
  const samples = SAMPLES.map((count) => {
    const made = button(`${count}`, 'tool', () => {
      sender.set({ samplesPerLed: count });
      markSamples(count);
    });
    made.setAttribute('aria-label', `${count} ${count === 1 ? 'sample' : 'samples'} per LED`);
    return made;
  });
  const markSamples = (count: number) => {
    for (const [index, made] of samples.entries()) made.setAttribute('aria-pressed', String(SAMPLES[index] === count));
  };
  const cameras = element('div', 'switches');
  const lock = button('Lock', 'tool lock', () => setLocked(lock.getAttribute('aria-pressed') !== 'true'));
  const fieldset = element('fieldset', 'controls-body');
  const setLocked = (locked: boolean) => {
    lock.setAttribute('aria-pressed', String(locked));
    setText(lock, locked ? 'Locked' : 'Lock');
    enable();
  };
  let connected = false;
  /** Before the show's first word the fields hold nothing that may be sent. */
  let known = false;
  const enable = () => {
    fieldset.disabled = !connected || !known || lock.getAttribute('aria-pressed') === 'true';
  };
  const title = element('h2', '', 'Controls');
  title.id = 'controls-title';
  const placeHead = element('div', 'row', element('h3', '', 'Stage in world'));
  placeHead.append(
    button('Reset', 'tool', () => {
      for (const field of [x, y, z, yaw]) field.show(0);
      scale.show(1);
      sendPlace();
    }),
  );
  fieldset.append(
    exposure.root,
    placeHead,
    element('div', 'axes', x.root, y.root, z.root),
    yaw.root,
    scale.root,
    element('h3', '', 'Quality asked for'),
    element('div', 'row', element('span', 'field-label', 'Samples per LED'), element('div', 'segments', ...samples)),
    lodError.root,
    governor,
    element('h3', '', 'Cameras'),
    cameras,
  );
  byId('controls').append(element('div', 'panel-head', title, lock), fieldset);
  setLocked(false);

  return {
    setConnected(next: boolean): void {
      connected = next;
      enable();
    },
    setStatus({ parameters, cameras: list }: StatusMessage): void {
      if (!known) {
        known = true;
        enable();
      }
      if (!sender.isFresh('exposureStops')) exposure.show(parameters.exposureStops);
      if (!sender.isFresh('worldFromStage')) {
        const { positionM, yawDeg, scale: factor } = parameters.worldFromStage;
        for (const [index, field] of [x, y, z].entries()) field.show(positionM[index]);
        yaw.show(yawDeg);
        scale.show(factor);
      }
      if (!sender.isFresh('samplesPerLed')) markSamples(parameters.samplesPerLed);
      if (!sender.isFresh('lodErrorPx')) lodError.show(parameters.lodErrorPx);
      if (!sender.isFresh('governor')) markSwitch(governor, parameters.governor);
      if (sender.isFresh('camerasEnabled')) return;
      syncChildren(
        cameras,
        list,
        ({ id }) => id,
        ({ id }) => makeSwitch(id, (on) => sender.set({ camerasEnabled: { [id]: on } })),
        (child, camera) => markSwitch(child, parameters.camerasEnabled[camera.id] ?? camera.enabled),
      );
    },
  };
}

function makeSwitch(name: string, onChange: (on: boolean) => void): HTMLElement {
  const made = button('', 'switch', () => {
    const on = made.getAttribute('aria-checked') !== 'true';
    markSwitch(made, on);
    onChange(on);
  });
  made.setAttribute('role', 'switch');
  made.append(element('span', 'switch-name', name), element('span', 'switch-word'), element('span', 'switch-track'));
  return made;
}

function markSwitch(target: HTMLElement, on: boolean): void {
  target.setAttribute('aria-checked', String(on));
  setText(target.children[1], on ? 'On' : 'Off');
}
