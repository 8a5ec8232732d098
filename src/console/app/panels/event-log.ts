import type { EventMessage } from '../../protocol.ts';
import { button, byId, element } from '../dom.ts';
import { formatTimeOfDay } from '../format.ts';

const KEPT = 200;
const WORDS = { info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

/** What happened, newest first. A burst of one and the same message is one line with a count. */
export function createEventLog() {
  const title = element('h2', '', 'Events');
  title.id = 'events-title';
  const list = element('ol', 'events');
  list.setAttribute('role', 'log');
  const empty = element('p', 'dim', 'Nothing yet.');
  byId('events').append(
    element(
      'div',
      'panel-head',
      title,
      button('Clear', 'tool', () => clear()),
    ),
    empty,
    list,
  );
  let newest: EventMessage | null = null;
  let count = 1;
  /** After a reconnect the show sends its recent events again. */
  let seen = new Set<string>();
  const clear = (): void => {
    list.replaceChildren();
    newest = null;
    empty.hidden = false;
  };
  return {
    add(event: EventMessage): void {
      const key = `${event.timeIso} ${event.text}`;
      if (seen.has(key)) return;
      if (seen.size >= 4 * KEPT) seen = new Set([...seen].slice(-KEPT));
      seen.add(key);
      empty.hidden = true;
      const repeated = newest?.text === event.text && newest.level === event.level;
      count = repeated ? count + 1 : 1;
      newest = event;
      const time = element('time', 'number dim', formatTimeOfDay(event.timeIso));
      const text = element('span', 'event-text', count > 1 ? `${event.text} (${count}×)` : event.text);
      const line = element('li', '', time, element('b', 'event-level', WORDS[event.level] ?? 'INFO'), text);
      line.dataset['level'] = event.level;
      if (repeated) list.firstElementChild?.remove();
      list.prepend(line);
      while (list.childElementCount > KEPT) list.lastElementChild?.remove();
    },
  };
}
