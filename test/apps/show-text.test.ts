import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { duration } from '../../src/apps/render-progress.ts';
import { governorFact, stageText, statusText, trackingText } from '../../src/apps/show-text.ts';
import { createStartOutput } from '../../src/apps/start-output.ts';
import { NO_COUNTERS } from '../../src/engine/show-stats.ts';
import type { ShowStatus } from '../../src/engine/show-status.ts';
import { cameraEntry, flatStage } from '../support/stages.ts';

const STATUS: ShowStatus = {
  state: null,
  timecode: '10:00:00:00',
  phase: 'running',
  device: null,
  fps: 23.96,
  targetFps: 24000 / 1001,
  frameMs: 12.4,
  encodeMs: 1,
  gpuMs: 11,
  historyMs: [],
  framesRendered: 1234,
  framesSkipped: 5,
  errors: 0,
  deviceLosses: 0,
  counters: NO_COUNTERS,
  passesMs: {},
  governor: null,
};
const GOVERNOR = {
  on: true,
  level: 3,
  steps: 9,
  drawn: { samplesPerLed: 1, outerRate: 2, lodErrorPx: 1 },
  wish: { samplesPerLed: 8, lodErrorPx: 1 },
  since: '12:03:11:04',
  budgetMs: 37.5,
  loadMs: 30,
  isOutOfSteps: false,
} as const;

test('the status line: rate against target, frame time, trackers, and trouble only where there is some', () => {
  const health = new Map([
    ['A', 'live'],
    ['B', 'held'],
  ] as const);
  expect(statusText(STATUS, health, null)).toBe(
    '24.0 of 23.98 frames a second · 12 ms a frame · tracking A live, B held · 1,234 rendered, 5 skipped',
  );
  expect(statusText({ ...STATUS, errors: 1, deviceLosses: 2, phase: 'recovering' }, new Map(), 'a.take')).toBe(
    'recovering · 24.0 of 23.98 frames a second · 12 ms a frame · 1,234 rendered, 5 skipped · 1 error · device rebuilt 2× · recording a.take',
  );
  expect(statusText({ ...STATUS, governor: GOVERNOR }, new Map(), null)).toBe(
    '24.0 of 23.98 frames a second · 12 ms a frame · drawn: 1 of 8 samples per LED, outer eye at ½ lattice (3 of 9 steps) · 1,234 rendered, 5 skipped',
  );
  for (const quiet of [
    { ...GOVERNOR, level: 0 },
    { ...GOVERNOR, on: false },
  ])
    expect(statusText({ ...STATUS, governor: quiet }, new Map(), null)).not.toContain('drawn');
  expect(statusText({ ...STATUS, framesRendered: 0 }, health, null)).toContain('first frame');
});

test('what the governor will do, or not', () => {
  expect(governorFact({ on: true, budgetMs: 37.5375 })).toMatch(/^holds 37\.54 ms of device time a frame; gives up samples per LED, then/);
  expect(governorFact({ on: true, budgetMs: 30 })).toMatch(/^holds 30 ms/);
  expect(governorFact({ on: false, budgetMs: 30 }, false)).toMatch(/^off: everything is drawn as asked/);
  expect(governorFact({ on: false, budgetMs: 30 })).toMatch(/^off without a GPU \(--governor, --budget or the console switch it on\): /);
});

test('what a stage is, and where its cameras come from', () => {
  const stage = flatStage({
    canvases: 6,
    cameras: [
      cameraEntry({ id: 'A', tracking: { kind: 'opentrackio-udp', port: 55_555, multicast: '239.135.1.1' } }),
      cameraEntry({ id: 'B', tracking: { kind: 'freed-udp', port: 40_000, subject: '3' } }),
      cameraEntry({ id: 'C' }),
    ],
  });
  expect(stageText(stage)).toMatch(/^flat: 1 wall, 102,400 LEDs, 24 frames a second; processor-1 .*, processor-3 [^,]*, and 3 more$/);
  expect(stage.cameras.map(trackingText)).toEqual([
    'A: OpenTrackIO over UDP multicast 239.135.1.1, port 55555, any camera',
    'B: FreeD over UDP, port 40000, subject "3"',
    'C: not tracked, stands at its rest pose',
  ]);
});

test('on a terminal the status is one line that facts push down', () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 60, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const out = createStartOutput(false, stream);
  out.fact('show', 'Small');
  out.status(STATUS, new Map(), null);
  out.status(STATUS, new Map(), null); // within the second: not again
  out.event({ level: 'warn', text: 'device lost' });
  out.end();
  expect(written).toHaveLength(4);
  // Each status or fact first wipes the line that stands there; `\r` survives the stripping of escape sequences.
  for (const text of written.slice(1, 3)) expect(text.startsWith('\r\u001b[2K')).toBe(true);
  const plain = written.map((text) => stripVTControlCharacters(text));
  expect(plain[1]).toMatch(/^\r {2}24\.0 of/);
  expect(plain[1].length).toBeLessThanOrEqual(60);
  expect(plain[2]).toMatch(/^\r {2}warn {6}device lost\n {2}24\.0 of/);
  expect(plain[3]).toBe('\n');
});

test.each([
  [400, '0.4 s'],
  [59_400, '59.4 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
