import { describe, expect, test } from 'vitest';
import { GpuError } from '../../src/core/errors.ts';
import type { FrameSink, ShowEvent } from '../../src/engine/show-ports.ts';
import { ShowRunner, type ShowRunnerPorts } from '../../src/engine/show-runner.ts';
import { bareState, FakeSession } from './fake-renderer.ts';
import { VirtualTime } from './virtual-time.ts';

const RATE = { num: 25, den: 1 };

interface Taken {
  readonly frame: bigint;
  readonly firstByte: number;
}

function setUp(frameMs: number, more: Partial<ShowRunnerPorts> = {}, beforeOpen: (time: VirtualTime) => void = () => {}) {
  const time = new VirtualTime(1_000_000_000n);
  const sessions: FakeSession[] = [];
  const events: ShowEvent[] = [];
  const taken: Taken[] = [];
  const sink: FrameSink = {
    name: 'test',
    take: (state, result) => {
      taken.push({ frame: state.frame, firstByte: result.canvases[0].data[0] });
    },
  };
  const runner = new ShowRunner({
    rate: RATE,
    clock: time,
    timers: time,
    openSession: async () => {
      beforeOpen(time);
      const session = new FakeSession(time, frameMs);
      sessions.push(session);
      return session;
    },
    stateOfFrame: bareState,
    onEvent: (event) => events.push(event),
    ...more,
  });
  runner.addSink(sink);
  const done = runner.run();
  const end = async (): Promise<void> => {
    runner.stop();
    await time.advance(60_000);
    await done;
  };
  return { time, sessions, events, taken, runner, end };
}

const framesOf = (taken: readonly Taken[]): bigint[] => taken.map(({ frame }) => frame);

describe('a show on a device that keeps up', () => {
  test('renders every frame at its time, in order, and gives every picture back', async () => {
    const show = setUp(5);
    await show.time.advance(999);
    const frames = framesOf(show.taken);
    expect(frames).toEqual(Array.from({ length: 25 }, (_, i) => 25n + BigInt(i)));
    expect(show.taken.map(({ firstByte }) => firstByte)).toEqual(frames.map(Number));
    const status = show.runner.status();
    expect(status).toMatchObject({ framesRendered: 25, framesSkipped: 0, errors: 0, deviceLosses: 0, phase: 'running', targetFps: 25 });
    expect(status.fps).toBeCloseTo(25, 6);
    expect(status.frameMs).toBeCloseTo(5, 6);
    expect(status.historyMs).toHaveLength(25);
    await show.end();
    expect(show.sessions[0].released).toBe(show.sessions[0].asked.length);
    expect(show.sessions[0].destroyed).toBe(1);
    expect(show.runner.status().phase).toBe('stopped');
  });

  test('pipelines two frames where one takes a little longer than its period', async () => {
    const show = setUp(50); // two in flight on a device that works on one after the other: 20 a second
    await show.time.advance(4000);
    expect(show.sessions[0].maxOpen).toBe(2);
    await show.end();
  });

  test('sleeps between frames: one timer at a time, none that is already due', async () => {
    const show = setUp(0);
    await show.time.advance(500);
    expect(show.time.pending).toBe(1);
    await show.end();
    expect(show.time.pending).toBe(0);
  });

  test('stops after the frames asked for, having delivered exactly those', async () => {
    const show = setUp(50, { maxFrames: 7 });
    await show.time.advance(20_000);
    expect(show.taken).toHaveLength(7);
    expect(show.runner.status().phase).toBe('stopped');
  });
});

describe('a slow device', () => {
  test('drops to the newest frame and counts those between', async () => {
    const show = setUp(200); // five frame periods
    await show.time.advance(1990);
    expect(show.sessions[0].maxOpen).toBe(1);
    expect(framesOf(show.taken)).toEqual([25n, 30n, 35n, 40n, 45n, 50n, 55n, 60n, 65n]);
    expect(show.runner.status().framesSkipped).toBe(4 * 9);
    await show.end();
  });

  test('a slow sink misses frames; the wall does not', async () => {
    const show = setUp(5);
    const slow: bigint[] = [];
    const seen: number[] = [];
    show.runner.addSink({
      name: 'slow',
      take: async (state, result) => {
        slow.push(state.frame);
        await show.time.sleep(300);
        seen.push(result.canvases[0].data[0]);
      },
    });
    await show.time.advance(990);
    expect(show.taken).toHaveLength(25);
    expect(slow.length).toBeLessThanOrEqual(5);
    // The pictures stayed valid as long as the slow sink read them (release clears them).
    expect(seen).toEqual(slow.slice(0, seen.length).map(Number));
    await show.end();
  });
});

describe('what fails is counted and the show goes on', () => {
  test('a frame that fails', async () => {
    const show = setUp(5);
    await show.time.advance(100);
    show.sessions[0].failNext = [new GpuError('VALIDATION', 'bad bind group'), new GpuError('VALIDATION', 'bad bind group')];
    await show.time.advance(300);
    expect(show.runner.status()).toMatchObject({ errors: 2, deviceLosses: 0 });
    expect(show.events.map(({ text }) => text)).toEqual(['frame failed: bad bind group [VALIDATION]']);
    expect(framesOf(show.taken)).toEqual([25n, 26n, 27n, 30n, 31n, 32n, 33n, 34n]);
    expect(framesOf(show.taken).at(-1)).toBe(34n);
    await show.end();
  });

  test('a state that cannot be built, a sink that throws, one that rejects', async () => {
    let broken = true;
    const show = setUp(5, {
      stateOfFrame: (frame) => {
        if (broken && frame < 30n) throw new Error('no pose');
        return bareState(frame);
      },
    });
    show.runner.addSink({
      name: 'thrower',
      take: () => {
        throw new Error('disk');
      },
    });
    show.runner.addSink({ name: 'rejecter', take: () => Promise.reject(new Error('network')) });
    await show.time.advance(399);
    broken = false;
    expect(framesOf(show.taken)).toEqual([30n, 31n, 32n, 33n, 34n]);
    expect(show.runner.status().errors).toBe(5 + 5 + 5);
    expect(show.events.map(({ text }) => text)).toEqual(['no state for the frame: no pose', 'thrower: disk', 'rejecter: network']);
    await show.end();
  });

  test('uncaptured GPU errors are told once with their label', async () => {
    const show = setUp(5);
    await show.time.advance(100);
    show.sessions[0].errors.count = 1;
    show.sessions[0].errors.recent.push({ label: 'shade', message: 'too many bindings' });
    await show.time.advance(200);
    expect(show.events.map(({ text }) => text)).toEqual(['GPU: shade: too many bindings']);
    expect(show.runner.status().errors).toBe(1);
    await show.end();
  });
});

describe('a lost device', () => {
  test('is rebuilt at once; frames resume with the newest; nothing older or black is shown', async () => {
    const show = setUp(5);
    await show.time.advance(202);
    const before = show.taken.length;
    show.sessions[0].lose();
    await show.time.advance(200);
    expect(show.sessions).toHaveLength(2);
    expect(show.sessions[0].destroyed).toBe(1);
    expect(show.taken.length).toBeGreaterThanOrEqual(before + 4);
    const frames = framesOf(show.taken);
    expect([...frames].sort((a, b) => Number(a - b))).toEqual(frames);
    expect(show.taken.every(({ frame, firstByte }) => firstByte === Number(frame))).toBe(true);
    expect(show.runner.status()).toMatchObject({ deviceLosses: 1, phase: 'running', errors: 0 });
    expect(show.events.map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(show.events[0].text).toContain('pulled by the test');
    await show.end();
  });

  test('is tried again with growing pauses while it does not come back', async () => {
    const openedAtMs: number[] = [];
    let dead = false;
    const show = setUp(5, {}, (time) => {
      openedAtMs.push(Number(time.nowNs()) / 1e6);
      if (dead) throw new GpuError('NO_ADAPTER', 'no adapter');
    });
    await show.time.advance(100);
    dead = true;
    show.sessions[0].lose();
    await show.time.advance(20_000);
    const pauses = openedAtMs.slice(2).map((at, i) => at - openedAtMs[i + 1]);
    expect(pauses.slice(0, 6)).toEqual([250, 500, 1000, 2000, 4000, 8000]);
    expect(show.runner.status().phase).toBe('recovering');
    dead = false;
    const before = show.taken.length;
    await show.time.advance(10_000);
    expect(show.taken.length).toBeGreaterThan(before + 25);
    await show.end();
  });

  test('a device that hangs without a word is given up after the stall time', async () => {
    const show = setUp(5, { stallMs: 2000 });
    await show.time.advance(100);
    show.sessions[0].hang = true;
    await show.time.advance(3000);
    expect(show.sessions).toHaveLength(2);
    expect(show.events[0].text).toMatch(/did not finish within 2\d\d\d ms/);
    expect(framesOf(show.taken).at(-1)).toBeGreaterThan(95n);
    await show.end();
  });

  test('three failed frames in a row count as a broken renderer', async () => {
    const show = setUp(5);
    await show.time.advance(100);
    show.sessions[0].failNext = Array.from({ length: 3 }, () => new Error('internal'));
    await show.time.advance(400);
    expect(show.sessions).toHaveLength(2);
    expect(framesOf(show.taken).at(-1)).toBe(37n);
    await show.end();
  });

  test('stopping while the device is gone ends at once', async () => {
    let opens = 0;
    const show = setUp(5, {}, () => {
      opens += 1;
      if (opens > 1) throw new Error('still gone');
    });
    await show.time.advance(100);
    show.sessions[0].lose();
    await show.time.advance(5000);
    show.runner.stop();
    await show.time.advance(0);
    expect(show.runner.status().phase).toBe('stopped');
    expect(show.time.pending).toBe(0);
  });

  test('a show whose first device cannot be opened says so and ends', async () => {
    const time = new VirtualTime();
    const runner = new ShowRunner({
      rate: RATE,
      clock: time,
      timers: time,
      openSession: () => Promise.reject(new GpuError('NO_ADAPTER', 'nothing answers')),
      stateOfFrame: bareState,
      onEvent: () => {},
    });
    await expect(runner.run()).rejects.toMatchObject({ code: 'NO_ADAPTER' });
  });
});
