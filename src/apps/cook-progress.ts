import { SingleBar } from 'cli-progress';
import type { CookProgress } from '../platform/node/cook/cook-scene.ts';
import { duration } from './render-progress.ts';

const LINE_EVERY_MS = 5000;
const STAGES = { read: 'reading', meshes: 'levels of detail', textures: 'textures', write: 'writing' } as const;

/** Says nothing. */
export const SILENT_COOK: CookProgress = { stage() {}, advance() {} };

/** Tells how a cook goes on: a bar on a terminal, a line per stage and now and then elsewhere. Writes to stderr, so that stdout stays for results. */
export function createCookProgress(stream: NodeJS.WriteStream): CookProgress & { stop(): void } {
  let bar: SingleBar | null = null;
  let stage: keyof typeof STAGES = 'read';
  let unit = '';
  let total = 0;
  let done = 0;
  let kept = 0;
  let startMs = 0;
  let saidMs = 0;
  const facts = (): string => {
    const ms = Math.max(1, performance.now() - startMs);
    const made = done - kept;
    const rate = made > 0 ? `${perSecond((made * 1000) / ms)} ${unit}/s, ${duration(((total - done) * ms) / made)} left` : '';
    return [kept > 0 ? `${share(kept, total)} finished before` : '', rate].filter(Boolean).join(', ');
  };
  const stop = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    stage(name, amount, what) {
      stop();
      [stage, total, unit, done, kept] = [name, amount, what, 0, 0];
      startMs = saidMs = performance.now();
      if (amount === 0) return;
      // Reading is one step: a bar would stand still.
      if (stream.isTTY && name !== 'read') {
        bar = new SingleBar({
          format: `  ${STAGES[name].padEnd(16)} {bar} {percentage}% {facts}`,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          hideCursor: true,
          stream,
          fps: 8,
        });
        bar.start(amount, 0, { facts: '' });
      } else stream.write(`  ${STAGES[name]}${name === 'read' ? '' : `: ${amount.toLocaleString('en')} ${what}`}\n`);
    },
    advance(amount, before) {
      done += amount;
      if (before) kept += amount;
      if (bar) bar.update(done, { facts: facts() });
      else if (performance.now() - saidMs >= LINE_EVERY_MS) {
        saidMs = performance.now();
        stream.write(`  ${STAGES[stage]}: ${share(done, total)}, ${facts()}\n`);
      }
    },
    stop,
  };
}

const share = (part: number, whole: number): string => `${Math.floor((part / whole) * 100)} %`;

function perSecond(rate: number): string {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)} M`;
  return rate >= 1e4 ? `${(rate / 1e3).toFixed(0)} k` : rate.toFixed(1);
}
