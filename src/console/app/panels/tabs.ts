import { button, byId } from '../dom.ts';

const TABS = [
  ['controls', 'Controls'],
  ['health', 'Health'],
  ['events', 'Events'],
] as const;

/** On a small desktop the panels share one rail, one tab at a time (the style sheet decides where); elsewhere all are in view. */
export function createTabs(): void {
  const rails = byId('rails');
  const tabs = TABS.map(([name, label]) => {
    const tab = button(label, 'tool', () => select(name));
    tab.setAttribute('role', 'tab');
    return tab;
  });
  const select = (chosen: (typeof TABS)[number][0]) => {
    rails.dataset['tab'] = chosen;
    for (const [index, tab] of tabs.entries()) tab.setAttribute('aria-selected', String(TABS[index][0] === chosen));
  };
  byId('tabs').append(...tabs);
  select('controls');
}
