import { styleText } from 'node:util';
import type { ShowEvent } from '../engine/show-ports.ts';
import type { ShowStatus } from '../engine/show-status.ts';
import type { TrackingHealth } from '../tracking/camera-tracker.ts';
import { factLine, statusText } from './show-text.ts';

/** What `cyc start` says. Facts come once, the status again and again. */
export interface StartOutput {
  fact(subject: string, text: string, data?: object): void;
  event(event: ShowEvent): void;
  status(status: ShowStatus, health: ReadonlyMap<string, TrackingHealth>, recording: string | null): void;
  /** Ends a status line that is still open. */
  end(): void;
}

const TTY_EVERY_MS = 1000;
const LINE_EVERY_MS = 10_000;
const JSON_EVERY_MS = 1000;

/** @param json One JSON object a line on stdout, for scripts. */
export function createStartOutput(json: boolean, stream: NodeJS.WriteStream): StartOutput {
  if (json) return jsonOutput(stream);
  return stream.isTTY ? terminalOutput(stream) : lineOutput(stream);
}

function jsonOutput(stream: NodeJS.WriteStream): StartOutput {
  const write = (value: object): void => void stream.write(`${JSON.stringify(value)}\n`);
  const due = every(JSON_EVERY_MS);
  return {
    fact: (subject, text, data) => write({ type: subject, text, ...data }),
    event: (event) => write({ type: 'event', ...event }),
    status(status, health, recording) {
      if (!due()) return;
      const { state, historyMs: _, ...rest } = status;
      write({
        type: 'status',
        frame: String(state?.frame ?? ''),
        ...rest,
        tracking: Object.fromEntries(health),
        recording,
        rssMb: process.memoryUsage.rss() / 1e6,
      });
    },
    end() {},
  };
}

function lineOutput(stream: NodeJS.WriteStream): StartOutput {
  const write = (line: string): void => void stream.write(`${line}\n`);
  const due = every(LINE_EVERY_MS);
  return {
    fact: (subject, text) => write(factLine(subject, text)),
    event: ({ level, text }) => write(factLine(level, text)),
    status(...facts) {
      if (due()) write(factLine('status', statusText(...facts)));
    },
    end() {},
  };
}

const COLORS = { info: 'cyan', warn: 'yellow', error: 'red' } as const;

/** One status line that is written over; facts and events push it down. */
function terminalOutput(stream: NodeJS.WriteStream): StartOutput {
  let open = '';
  const due = every(TTY_EVERY_MS);
  const above = (line: string): void => {
    stream.write(`${open ? '\r\x1b[2K' : ''}${line}\n${open}`);
  };
  return {
    fact: (subject, text) => above(`${styleText('dim', `  ${subject.padEnd(9)}`)} ${text}`),
    event: ({ level, text }) => above(`${styleText(COLORS[level], `  ${level.padEnd(9)}`)} ${text}`),
    status(...facts) {
      if (!due()) return;
      const text = `  ${statusText(...facts)}`;
      open = styleText('dim', text.slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
      stream.write(`\r\x1b[2K${open}`);
    },
    end() {
      if (open) stream.write('\n');
      open = '';
    },
  };
}

/** @returns a function that is true at most once per interval. */
function every(intervalMs: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < intervalMs) return false;
    last = now;
    return true;
  };
}
