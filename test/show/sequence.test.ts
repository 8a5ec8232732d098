import { describe, expect, test } from 'vitest';
import { OutputError } from '../../src/core/errors.ts';
import type { FrameResult } from '../../src/engine/frame-result.ts';
import { renderSequence, type SequencePorts } from '../../src/engine/render-sequence.ts';
import type { ShowEvent } from '../../src/engine/show-ports.ts';
import { bareState, FakeSession } from './fake-renderer.ts';
import { VirtualTime } from './virtual-time.ts';

const FRAMES = [3n, 4n, 5n, 6n, 7n];

async function run(ports: Partial<SequencePorts<FrameResult>>, prepare: (session: FakeSession, index: number) => void = () => {}) {
  const time = new VirtualTime();
  const sessions: FakeSession[] = [];
  const written: bigint[] = [];
  const events: ShowEvent[] = [];
  const done = renderSequence(FRAMES, {
    openSession: async () => {
      const session = new FakeSession(time, 10);
      prepare(session, sessions.length);
      sessions.push(session);
      return session;
    },
    stateOfFrame: bareState,
    render: (session, state) => session.renderer.renderFrame(state),
    release: (result) => result.release(),
    write: async (state, result) => {
      expect(result.canvases[0].data[0]).toBe(Number(state.frame));
      await time.sleep(7);
      expect(result.canvases[0].data[0]).toBe(Number(state.frame));
      written.push(state.frame);
    },
    onFrame: () => {},
    onEvent: (event) => events.push(event),
    stopped: () => false,
    ...ports,
  });
  const settled = done.then(
    (value) => ({ value, error: null }),
    (error: Error) => ({ value: null, error }),
  );
  await time.advance(10_000);
  return { ...(await settled), sessions, written, events };
}

describe('a sequence', () => {
  test('renders every frame in order, writes while the next renders, frees the device', async () => {
    const { value, sessions, written } = await run({});
    expect(value).toBe(5);
    expect(written).toEqual(FRAMES);
    expect(sessions[0].asked).toEqual(FRAMES);
    expect(sessions[0].released).toBe(5);
    expect(sessions[0].destroyed).toBe(1);
  });

  test('a lost device is opened again and the same frame rendered on it', async () => {
    const { value, sessions, written, events } = await run({}, (session, index) => {
      if (index === 0) session.failNext = [undefined, undefined, Object.assign(new Error('gone'), { code: 'DEVICE_LOST' })] as Error[];
    });
    expect(value).toBe(5);
    expect(written).toEqual(FRAMES);
    expect(sessions[0].asked).toEqual([3n, 4n, 5n]);
    expect(sessions[1].asked).toEqual([5n, 6n, 7n]);
    expect(events).toHaveLength(1);
  });

  test('a frame that cannot be rendered ends the run with its reason, and frees the device', async () => {
    const { error, sessions, written } = await run({}, (session) => {
      session.failNext = [undefined, new Error('bad bind group')] as Error[];
    });
    expect(error?.message).toBe('bad bind group');
    expect(written).toEqual([3n]);
    expect(sessions[0].destroyed).toBe(1);
  });

  test('a GPU error that nobody caught ends the run: a wrong picture is worse than none', async () => {
    const { error } = await run({}, (session) => {
      session.errors.count = 1;
      session.errors.recent.push({ label: 'shade', message: 'out of bounds' });
    });
    expect(error).toMatchObject({ code: 'GPU_ERRORS' });
    expect(error?.message).toContain('shade');
  });

  test('a write that fails ends the run at that frame', async () => {
    const { error, sessions } = await run({
      write: () => Promise.reject(new OutputError('DISK_FULL', 'the disk is full', { file: 'a.png' })),
    });
    expect(error).toMatchObject({ code: 'DISK_FULL' });
    expect(sessions[0].asked.length).toBeLessThanOrEqual(2);
    expect(sessions[0].released).toBe(sessions[0].asked.length);
    expect(sessions[0].destroyed).toBe(1);
  });

  test('stopping keeps what is written', async () => {
    let calls = 0;
    const { value, written } = await run({ stopped: () => ++calls > 2 });
    expect(value).toBe(2);
    expect(written).toEqual([3n, 4n]);
  });
});
