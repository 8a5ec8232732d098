import { SingleBar } from 'cli-progress';
import { count, seconds } from './show-text.ts';

/** Tells how a render goes on: a bar on a terminal, a line now and then elsewhere. Writes to stderr, so that stdout stays for results. */
export interface RenderProgress {
  start(total: number, toRender: number): void;
  frame(frame: bigint, done: number): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;

export function createRenderProgress(stream: NodeJS.WriteStream): RenderProgress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

/** Says nothing. */
export const SILENT_PROGRESS: RenderProgress = { start() {}, frame() {}, stop() {} };

function barProgress(stream: NodeJS.WriteStream): RenderProgress {
  const bar = new SingleBar({
    format: '  {bar} {value} of {total} frames · frame {frame} · {rate} frames a second · {left} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
    fps: 8,
  });
  const counter = createCounter();
  let kept = 0;
  let running = false;
  return {
    start(total, toRender) {
      counter.start(toRender);
      kept = total - toRender;
      running = toRender > 0;
      if (running) bar.start(total, kept, { frame: '–', rate: '–', left: '–' });
    },
    frame(frame, done) {
      const { rate, leftMs } = counter.at(done);
      bar.update(kept + done, { frame: String(frame), rate: rate.toFixed(2), left: duration(leftMs) });
    },
    stop() {
      if (running) bar.stop();
    },
  };
}

function lineProgress(stream: NodeJS.WriteStream): RenderProgress {
  const counter = createCounter();
  let saidAtMs = 0;
  let toRender = 0;
  return {
    start(total, wanted) {
      toRender = wanted;
      counter.start(wanted);
      saidAtMs = performance.now();
      stream.write(`  ${count(total, 'frame')}, ${wanted === total ? 'none' : total - wanted} of them there already\n`);
    },
    frame(frame, done) {
      const now = performance.now();
      if (now - saidAtMs < LINE_EVERY_MS) return;
      saidAtMs = now;
      const { rate, leftMs } = counter.at(done);
      stream.write(`  ${done} of ${toRender} frames, now ${frame}, ${rate.toFixed(2)} frames a second, ${duration(leftMs)} left\n`);
    },
    stop() {},
  };
}

function createCounter() {
  let startMs = 0;
  let total = 0;
  return {
    start(frames: number) {
      startMs = performance.now();
      total = frames;
    },
    at(done: number) {
      const ms = Math.max(1, performance.now() - startMs);
      return { rate: (done * 1000) / ms, leftMs: ((total - done) * ms) / Math.max(1, done) };
    },
  };
}

/** `8.0 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 60) return seconds(ms);
  return s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
