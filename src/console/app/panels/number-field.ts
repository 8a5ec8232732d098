import { button, element } from '../dom.ts';
import { formatSigned, parseTyped } from '../format.ts';

export interface NumberFieldOptions {
  readonly label: string;
  readonly unit: string;
  readonly step: number;
  readonly digits: number;
  readonly min: number;
  readonly max: number;
  readonly plus?: boolean;
  /** Slider range; left out: no slider. */
  readonly slider?: readonly [number, number];
  onChange(value: number): void;
}

export interface NumberField {
  readonly root: HTMLElement;
  readonly value: number;
  /** Shows what the show says; not while the operator types or drags. */
  show(value: number): void;
}

/** A figure with − and + buttons, typed entry, and a slider where it has a natural range. Typed nonsense goes back to the last value. */
export function createNumberField(options: NumberFieldOptions): NumberField {
  const { label, unit, step, digits, min, max } = options;
  let value = 0;
  const input = element('input', 'number');
  input.type = 'text';
  input.inputMode = 'decimal';
  input.autocomplete = 'off';
  input.setAttribute('aria-label', `${label}, ${unit}`);
  const format = () => formatSigned(value, digits, options.plus);
  const slider = options.slider ? makeSlider(label, options.slider, step) : null;
  const render = () => {
    input.value = format();
    if (slider) slider.value = String(value);
  };
  const change = (next: number): void => {
    const kept = Math.min(max, Math.max(min, Number(next.toFixed(6))));
    const isNew = kept !== value;
    value = kept;
    render();
    if (isNew) options.onChange(value);
  };
  input.addEventListener('focus', () => input.select());
  input.addEventListener('change', () => {
    const typed = parseTyped(input.value);
    if (Number.isNaN(typed)) render();
    else change(typed);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      change(value + (event.key === 'ArrowUp' ? step : -step));
    } else if (event.key === 'Enter') input.blur();
    else if (event.key === 'Escape') {
      render();
      input.blur();
    }
  });
  slider?.addEventListener('input', () => change(Number(slider.value)));
  const nudge = (sign: -1 | 1, text: string) => {
    const made = button(text, 'nudge', () => change(value + sign * step));
    made.setAttribute('aria-label', `${label} ${sign < 0 ? 'down' : 'up'} by ${Number(step.toFixed(3))} ${unit}`);
    return made;
  };
  const entry = element(
    'div',
    'entry',
    nudge(-1, '\u2212'),
    element('span', 'entry-value', input, element('span', 'unit', unit)),
    nudge(1, '+'),
  );
  const root = element('div', 'field', element('span', 'field-label', label), entry);
  if (slider) root.append(slider);
  render();
  return {
    root,
    get value() {
      return value;
    },
    show(next) {
      if (next === value || document.activeElement === input) return;
      value = next;
      render();
    },
  };
}

function makeSlider(label: string, [from, to]: readonly [number, number], step: number): HTMLInputElement {
  const slider = element('input', 'slider');
  slider.type = 'range';
  slider.min = String(from);
  slider.max = String(to);
  slider.step = String(step);
  slider.setAttribute('aria-label', `${label}, slider`);
  return slider;
}
