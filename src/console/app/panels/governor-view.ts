import { governorText } from '../../../engine/governor-text.ts';
import type { GovernorReport } from '../../../engine/show-status.ts';
import { element, setText } from '../dom.ts';
import { formatMs } from '../format.ts';
import type { Tone } from './header.ts';

const LATTICE = { 1: 'whole', 2: '½', 4: '¼' } as const;

/** Word and tone of the governor: one for the panel's badge and the header's chip. */
export function governorBadge({ on, level, isOutOfSteps }: GovernorReport): { readonly word: string; readonly tone: Tone } {
  if (!on) return { word: 'GOVERNOR OFF', tone: 'idle' };
  if (isOutOfSteps) return { word: 'AT LIMIT', tone: 'bad' };
  return level > 0 ? { word: 'REDUCED', tone: 'warn' } : { word: 'AS ASKED', tone: 'good' };
}

/** How well is drawn now against what is asked for, and why. */
export function createGovernorView() {
  const badge = element('b', 'chip-word');
  const chip = element('span', 'chip', badge);
  const line = element('p', 'governor-line');
  const load = element('p', 'dim number governor-load');
  const rows = ['Samples per LED', 'Outer eye’s lattice', 'LOD error'].map((label) => {
    const drawn = element('td', 'number');
    const asked = element('td', 'number');
    return { row: element('tr', '', element('th', '', label), drawn, asked), drawn, asked };
  });
  for (const { row } of rows) row.firstElementChild?.setAttribute('scope', 'row');
  const head = element('tr', '', element('td'), element('th', '', 'Drawn'), element('th', '', 'Asked'));
  const table = element('table', 'quality-table', element('thead', '', head), element('tbody', '', ...rows.map(({ row }) => row)));
  const root = element('div', 'governor', element('div', 'row', element('h3', '', 'Quality'), chip), line, load, table);

  return {
    root,
    show(governor: GovernorReport | null): void {
      root.hidden = governor === null;
      if (governor === null) return;
      const { word, tone } = governorBadge(governor);
      setText(badge, word);
      chip.dataset['tone'] = tone;
      // The timecode without its frames: it says when, not which frame.
      setText(line, governorText(governor, governor.since?.slice(0, 8) ?? null));
      const { drawn, wish, loadMs, budgetMs } = governor;
      setText(load, `Device time ${loadMs === null ? '–' : formatMs(loadMs)} of ${formatMs(budgetMs)} a frame`);
      const values = [
        [`${drawn.samplesPerLed}`, `${wish.samplesPerLed}`],
        [LATTICE[drawn.outerRate], LATTICE[1]],
        [formatError(drawn.lodErrorPx), formatError(wish.lodErrorPx)],
      ];
      rows.forEach(({ row, drawn: now, asked }, index) => {
        const [is = '', wished = ''] = values[index] ?? [];
        setText(now, is);
        setText(asked, wished);
        row.dataset['tone'] = is === wished ? '' : 'warn';
      });
    },
  };
}

const formatError = (px: number): string => (px === 0 ? 'full detail' : `${Number(px.toFixed(2))} px`);
