import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveShow } from '../../src/apps/live-show.ts';
import { createSystemClock } from '../../src/core/clock.ts';
import { sessionOpener } from '../../src/engine/open-session.ts';
import { type ShowEvent, SYSTEM_TIMERS } from '../../src/engine/show-ports.ts';
import { ShowRunner } from '../../src/engine/show-runner.ts';
import type { GpuContext, GpuPort } from '../../src/gpu/gpu-context.ts';
import { createNodeGpuPort } from '../../src/platform/node/gpu.ts';
import { type LoadedShow, loadShow, showParameters } from '../../src/platform/node/load-show.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';
import { hashCanvases } from '../../src/platform/node/show-recorder.ts';
import { showRenderer } from '../../src/platform/node/show-renderer.ts';
import { readTake } from '../../src/platform/node/take-file.ts';
import { buildFrameState } from '../../src/stage/build-frame-state.ts';
import { runCyc } from './run-cyc.ts';
import { writeSmallShow } from './small-show.ts';

// Each run of the program compiles its shaders anew on the CPU: seconds alone, minutes beside other work.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

let folder = '';
let show: LoadedShow;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-live-'));
  // Hand-held, since a dolly rests at its ends: six frames in a row then share a pose, one time in eight.
  show = await loadShow(writeSmallShow(folder, { move: 'handheld' }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The software driver, with every device that was opened in `opened`. */
function watchedPort(): { port: GpuPort; opened: GpuContext[] } {
  const inner = createNodeGpuPort({ backend: 'software' });
  const opened: GpuContext[] = [];
  const open = async (): Promise<GpuContext> => {
    const context = await inner.open();
    opened.push(context);
    return context;
  };
  return { port: { open }, opened };
}

test('a device destroyed in the middle of the show is rebuilt; the same frame state gives the same bytes on the new one', async () => {
  const { port, opened } = watchedPort();
  const events: ShowEvent[] = [];
  const hashes: string[] = [];
  const frames: bigint[] = [];
  const runner = new ShowRunner({
    rate: show.stage.rate,
    clock: createSystemClock(),
    timers: SYSTEM_TIMERS,
    openSession: sessionOpener(port, show.stage, showRenderer(show)),
    // The frame's number and time differ, everything that is drawn is the same.
    stateOfFrame: (frame) => ({
      ...buildFrameState({ frame: 7n, timeNs: 0n, parameters: showParameters(show.document), stage: show.stage, poses: new Map() }),
      frame,
    }),
    onEvent: (event) => events.push(event),
  });
  runner.addSink({
    name: 'hashes',
    take: (state, result) => {
      frames.push(state.frame);
      hashes.push(JSON.stringify(hashCanvases(show.stage, result)));
      if (frames.length === 3) opened[0].device.destroy();
      if (frames.length === 6) runner.stop();
    },
  });
  await runner.run();
  expect(opened).toHaveLength(2);
  expect(new Set(hashes).size).toBe(1);
  expect(frames.length).toBeGreaterThanOrEqual(6);
  expect([...frames].sort((a, b) => Number(a - b))).toEqual(frames);
  expect(events.map(({ level }) => level)).toEqual(['warn', 'info']);
  expect(runner.status()).toMatchObject({ deviceLosses: 1, errors: 0, phase: 'stopped' });
  for (const context of opened) expect(context.errors).toMatchObject({ count: 0, recent: [] });
});

test('a recorded take renders again to the live canvases, byte for byte, as often as one likes', async () => {
  const FRAMES = 9;
  const shaders = loadShaderSources();
  const file = join(folder, 'live.take');
  const live = new LiveShow({
    show,
    port: createNodeGpuPort({ backend: 'software' }),
    createRenderer: showRenderer(show),
    takesFolder: folder,
    maxFrames: FRAMES,
    // No device holds it: the governor must be at work meanwhile, too.
    governor: { budgetMs: 0.01 },
    onEvent: () => {},
  });
  await live.open();
  await live.startRecording(file);
  // The operator is at work meanwhile: what is set must be in the take.
  live.addSink({
    name: 'operator',
    take: () => {
      const { framesRendered } = live.runner.status();
      if (framesRendered === 2) live.set({ exposureStops: 0.5 });
      if (framesRendered === 4) live.set({ worldFromStage: { positionM: [0.1, 0, -0.2], yawDeg: 5, scale: 1 } });
    },
  });
  await live.run();

  const take = await readTake(file);
  expect(take.frames).toHaveLength(FRAMES);
  expect(take.samples.length).toBeGreaterThan(0);
  expect(new Set(take.frames.map(({ exposureStops }) => exposureStops))).toEqual(new Set([0, 0.5]));
  expect(new Set(take.frames.map(({ cameras }) => JSON.stringify(cameras[0].entrancePupilM))).size).toBe(FRAMES);
  // Drawn as asked first, then with everything given up; the record says when and why.
  expect([...new Set(take.frames.map(({ outerRate, lodErrorPx }) => `${outerRate}, ${lodErrorPx} px`))]).toEqual(['1, 1 px', '4, 8 px']);
  const decision = take.inputs.find(({ input }) => (input as { type: string }).type === 'governor')?.input;
  expect(decision).toMatchObject({
    kind: 'gave-up',
    level: 7,
    steps: 7,
    budgetMs: 0.01,
    to: { samplesPerLed: 1, outerRate: 4, lodErrorPx: 8 },
  });

  const outs = ['first', 'second'].map((name) => join(folder, name));
  for (const out of outs) {
    const { code, stdout, stderr } = await runCyc(
      ['render', join(folder, 'small.show.json'), '--take', file, '--out', out, '--json'],
      folder,
    );
    expect(code, stderr).toBe(0);
    // Each process reads the shaders anew: whoever edits them meanwhile makes another take of it.
    expect(loadShaderSources(), 'shaders were edited while this test ran: run it again').toEqual(shaders);
    expect(JSON.parse(stdout)).toMatchObject({ frames: FRAMES, rendered: FRAMES, takeEqual: FRAMES, takeDiffer: 0 });
  }
  for (const { frame } of take.frames)
    for (const name of ['left', 'right']) {
      const path = `${name}/${name}.${frame}.png`;
      expect(readFileSync(join(outs[0], path)).equals(readFileSync(join(outs[1], path)))).toBe(true);
    }

  // The comparison can fail: with another sun, no frame is what was recorded.
  const showFile = join(folder, 'small.show.json');
  const changed = { ...JSON.parse(readFileSync(showFile, 'utf8')), sun: { intensity: 0.5 } };
  writeFileSync(showFile, JSON.stringify(changed));
  const { stdout } = await runCyc(['render', showFile, '--take', file, '--out', join(folder, 'third'), '--json'], folder);
  expect(JSON.parse(stdout)).toMatchObject({ takeEqual: 0, takeDiffer: FRAMES });
});
