import { GpuError } from '../../src/core/errors.ts';
import type { FrameResult } from '../../src/engine/frame-result.ts';
import type { FrameRenderer, RenderSession } from '../../src/engine/show-ports.ts';
import { NO_COUNTERS } from '../../src/engine/show-stats.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A state in which only the frame number matters. */
export function bareState(frame: bigint): FrameState {
  return {
    frame,
    timeNs: frame * 40_000_000n,
    sceneTimeS: Number(frame) / 25,
    worldFromStage: { positionM: [0, 0, 0], yawRad: 0, scale: 1 },
    outerEyeM: [0, 1.6, 0],
    cameras: [],
    exposureStops: 0,
    nitsPerUnit: 100,
    samplesPerLed: 1,
    outerRate: 1,
    lodErrorPx: 1,
    seed: 1,
  };
}

/** A device that takes `frameMs` of virtual time per frame, one frame after another, and can be lost, hang or fail. */
export class FakeSession implements RenderSession, FrameRenderer {
  readonly device = { adapter: 'fake', vendor: '', architecture: '', driver: '', kind: 'software' as const, reason: 'test' };
  readonly errors = { count: 0, recent: [] as { label: string; message: string }[] };
  readonly renderer: FrameRenderer = this;
  readonly lost: Promise<{ reason: string; message: string }>;
  readonly asked: bigint[] = [];
  frameMs: number;
  /** Instead of `frameMs`, by how the frame is drawn. */
  costMs: ((state: FrameState) => number) | null = null;
  hang = false;
  failNext: Error[] = [];
  destroyed = 0;
  open = 0;
  maxOpen = 0;
  released = 0;
  #lose: (info: { reason: string; message: string }) => void = () => {};
  #dead = false;
  #busyUntilNs = 0n;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime, frameMs: number) {
    this.#time = time;
    this.frameMs = frameMs;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  lose(): void {
    this.#dead = true;
    this.#lose({ reason: 'unknown', message: 'pulled by the test' });
  }

  rendererFor(): Promise<FrameRenderer> {
    return Promise.reject(new Error('one renderer only'));
  }

  destroy(): void {
    this.destroyed += 1;
    this.#dead = true;
    this.#lose({ reason: 'destroyed', message: '' });
  }

  async renderFrame(state: FrameState): Promise<FrameResult> {
    this.asked.push(state.frame);
    this.open += 1;
    this.maxOpen = Math.max(this.maxOpen, this.open);
    try {
      if (this.hang) await new Promise(() => {});
      const now = this.#time.nowNs();
      if (this.#busyUntilNs < now) this.#busyUntilNs = now;
      const frameMs = this.costMs?.(state) ?? this.frameMs;
      this.#busyUntilNs += BigInt(Math.round(frameMs * 1e6));
      await this.#time.sleep(Number(this.#busyUntilNs - now) / 1e6);
      if (this.#dead) throw new GpuError('DEVICE_LOST', 'the device is gone');
      const failure = this.failNext.shift();
      if (failure) throw failure;
    } finally {
      this.open -= 1;
    }
    const data = new Uint8Array([Number(state.frame & 255n), 0, 0, 255]);
    return {
      frame: state.frame,
      canvases: [{ canvas: 0, widthPx: 1, heightPx: 1, bitDepth: 8, format: 'rgba8', data }],
      counters: NO_COUNTERS,
      timings: { encodeMs: 0.5, gpuMs: this.frameMs, totalMs: this.frameMs, passesMs: {} },
      release: () => {
        this.released += 1;
        data.fill(0);
      },
    };
  }
}
