import type { ClientMessage, StatusMessage } from '../../protocol.ts';
import { byId, setText } from '../dom.ts';

/** Starts and stops a take. It shows what the show says, never what was asked for: a take that is not written must not look like one. */
export function createRecordButton(send: (message: ClientMessage) => boolean) {
  const record = byId<HTMLButtonElement>('record');
  record.addEventListener('click', () => send({ type: 'record', on: record.getAttribute('aria-pressed') !== 'true' }));
  let connected = false;
  let known = false;
  const enable = () => {
    record.disabled = !connected || !known;
  };
  return {
    setConnected(next: boolean): void {
      connected = next;
      enable();
    },
    setStatus({ recording }: StatusMessage): void {
      known = true;
      enable();
      record.setAttribute('aria-pressed', String(recording !== null));
      setText(byId('record-word'), recording === null ? 'Record take' : 'Stop take');
      record.title = recording ?? '';
    },
  };
}
