import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../src/core/clock.ts';
import { DeviceTime } from '../../src/engine/device-time.ts';
import { Governor } from '../../src/engine/governor.ts';
import type { FrameSink, ShowEvent } from '../../src/engine/show-ports.ts';
import { ShowRunner } from '../../src/engine/show-runner.ts';
import { readTake, TakeWriter } from '../../src/platform/node/take-file.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { bareState, FakeSession } from './fake-renderer.ts';
import { VirtualTime } from './virtual-time.ts';

const RATE = { num: 25, den: 1 };
const WISH = { samplesPerLed: 4, lodErrorPx: 1 } as const;

/** A show at 25 frames a second (budget 36 ms) on a device whose frames cost what `costMs` says. */
function setUp(costMs: (state: FrameState) => number) {
  const time = new VirtualTime(1_000_000_000n);
  const governor = new Governor({ rate: RATE, wish: WISH });
  const sessions: FakeSession[] = [];
  const events: ShowEvent[] = [];
  const taken: FrameState[] = [];
  const runner = new ShowRunner({
    rate: RATE,
    clock: time,
    timers: time,
    openSession: async () => {
      const session = new FakeSession(time, 0);
      session.costMs = costMs;
      sessions.push(session);
      return session;
    },
    stateOfFrame: (frame) => ({ ...bareState(frame), ...governor.qualityFor(WISH) }),
    onEvent: (event) => events.push(event),
    governor,
  });
  runner.addSink({ name: 'test', take: (state) => void taken.push(state) });
  const done = runner.run();
  const end = async (): Promise<void> => {
    runner.stop();
    await time.advance(60_000);
    await done;
  };
  return { time, governor, sessions, events, taken, runner, end };
}

describe('a governed show', () => {
  test('draws less when the device is too slow, says so, and is on rate again', async () => {
    const show = setUp(({ samplesPerLed }) => (samplesPerLed === 4 ? 50 : 20));
    await show.time.advance(4000);
    expect(show.taken.at(-1)).toMatchObject({ samplesPerLed: 1, outerRate: 1, lodErrorPx: 1 });
    expect(show.events).toEqual([
      {
        level: 'warn',
        text: expect.stringMatching(/^governor: samples per LED 4 → 1 \(1 of 8 steps\); frames take 50\.0 ms of 36\.0 ms$/),
      },
    ]);
    const { governor } = show.runner.status();
    expect(governor).toMatchObject({ on: true, level: 1, steps: 8, budgetMs: 36, wish: WISH });
    expect(governor?.since).toMatch(/^\d\d:\d\d:\d\d:\d\d$/);
    expect(JSON.stringify(governor)).toContain('"loadMs":20');
    const skipped = show.runner.status().framesSkipped;
    await show.time.advance(4000);
    expect(show.runner.status().framesSkipped).toBe(skipped);
    await show.end();
  });

  test('what was drawn is in the take, frame by frame, and comes back from it', async () => {
    const show = setUp(({ samplesPerLed, outerRate }) => 80 / (samplesPerLed === 1 ? 2 : 1) / (outerRate === 1 ? 1 : 2));
    await show.time.advance(4000);
    await show.end();
    const drawn = show.taken.map(({ samplesPerLed, outerRate }) => `${samplesPerLed}/${outerRate}`);
    expect(new Set(drawn).size).toBeGreaterThan(1);
    const folder = await mkdtemp(join(tmpdir(), 'cyc-governed-'));
    const writer = await TakeWriter.create(join(folder, 'a.take'));
    for (const state of show.taken) writer.frame(state);
    await writer.close();
    expect((await readTake(writer.file)).frames).toStrictEqual(show.taken);
    await rm(folder, { recursive: true });
  });

  test('a sink that holds frames is not the device’s load', async () => {
    const show = setUp(() => 5);
    // Two sinks that are never free together hold both places of the ring.
    for (const [name, ms] of [
      ['slow', 300],
      ['slower', 470],
    ] as const)
      show.runner.addSink({ name, take: () => show.time.sleep(ms) } satisfies FrameSink);
    await show.time.advance(10_000);
    expect(show.runner.status().framesSkipped).toBeGreaterThan(100);
    expect(show.runner.status().governor).toMatchObject({ level: 0, loadMs: 5 });
    expect(show.events).toEqual([]);
    await show.end();
  });

  test('a rebuilt device begins at the quality that the lost one held', async () => {
    const show = setUp(({ samplesPerLed }) => (samplesPerLed === 4 ? 50 : 34));
    await show.time.advance(4000);
    const before = show.governor.status();
    expect(before.level).toBe(1);
    show.sessions[0]?.lose();
    await show.time.advance(1000);
    expect(show.sessions).toHaveLength(2);
    expect(show.taken.at(-1)?.samplesPerLed).toBe(1);
    expect(show.governor.status().sinceFrame).toBe(before.sinceFrame);
    await show.end();
  });
});

describe('the device’s time for a frame', () => {
  const timings = (passesMs: Record<string, number>) => ({ encodeMs: 1, gpuMs: 99, totalMs: 99, passesMs });
  const at = (ms: number) => BigInt(Math.round(ms * 1e6));

  test('on a GPU with timestamps: the sum of its passes', () => {
    expect(new DeviceTime(new ManualClock(at(100))).frameDone(at(40), timings({ cull: 1, shade: 6.5 }), 'gpu')).toBe(7.5);
  });

  test.each(['software', 'gpu', 'null'] as const)('%s without: from its start, or the end of the frame before', (kind) => {
    const clock = new ManualClock(at(100));
    const device = new DeviceTime(clock);
    const passes = kind === 'software' ? { shade: 3 } : {};
    expect(device.frameDone(at(40), timings(passes), kind)).toBe(60);
    clock.timeNs = at(130);
    // Begun while the frame before was being drawn: the wait behind it is not its own.
    expect(device.frameDone(at(70), timings(passes), kind)).toBe(30);
    clock.timeNs = at(200);
    expect(device.frameDone(at(180), timings(passes), kind)).toBe(20);
    // Set back by a minute: the frame before lies in the future.
    clock.timeNs = at(50);
    expect(device.frameDone(at(45), timings(passes), kind)).toBe(5);
  });
});
