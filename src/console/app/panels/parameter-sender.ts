import type { ClientMessage, OperatorParameters } from '../../protocol.ts';

/** A dragged slider sends this often at most; the last value always goes out. */
const SEND_INTERVAL_MS = 50;
/** For this long after an edit the console shows the operator's value, not an older one that the show still reports. */
const ECHO_PATIENCE_MS = 700;

/** Sends parameter changes without flooding the show, and tells which parameters the show's word must wait for. */
export function createParameterSender(send: (message: ClientMessage) => boolean) {
  let pending: Partial<OperatorParameters> = {};
  let timer = 0;
  const editedAtMs = new Map<string, number>();
  const flush = (): void => {
    timer = 0;
    if (Object.keys(pending).length === 0) return;
    send({ type: 'set', parameters: pending });
    pending = {};
    timer = window.setTimeout(flush, SEND_INTERVAL_MS);
  };
  return {
    set(parameters: Partial<OperatorParameters>): void {
      const now = performance.now();
      for (const key of Object.keys(parameters)) editedAtMs.set(key, now);
      const camerasEnabled = { ...pending.camerasEnabled, ...parameters.camerasEnabled };
      pending = { ...pending, ...parameters, ...(Object.keys(camerasEnabled).length > 0 && { camerasEnabled }) };
      if (!timer) flush();
    },
    /** True while an edit of this parameter is too fresh for the show to have answered. */
    isFresh: (key: keyof OperatorParameters): boolean =>
      performance.now() - (editedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < ECHO_PATIENCE_MS,
  };
}
