import type { GpuDescription } from '../gpu/gpu-context.ts';
import type { FrameState } from '../stage/frame-state.ts';
import type { FrameCounters, FrameTimings } from './frame-result.ts';
import type { GovernorStatus } from './governor.ts';

/** The governor at a glance. */
export interface GovernorReport extends Omit<GovernorStatus, 'sinceFrame'> {
  /** Timecode of its last change; null before any. */
  readonly since: string | null;
}

/** The show at a glance. */
export interface ShowStatus {
  /** Newest delivered state; null before the first frame. */
  readonly state: FrameState | null;
  readonly timecode: string;
  readonly phase: 'opening' | 'running' | 'recovering' | 'stopped';
  readonly device: GpuDescription | null;
  readonly fps: number;
  readonly targetFps: number;
  readonly frameMs: number;
  readonly encodeMs: number;
  readonly gpuMs: number;
  readonly historyMs: readonly number[];
  readonly framesRendered: number;
  readonly framesSkipped: number;
  readonly errors: number;
  readonly deviceLosses: number;
  readonly counters: FrameCounters;
  /** GPU time of the newest frame by pass; empty where the adapter has no timestamps. */
  readonly passesMs: FrameTimings['passesMs'];
  /** null: the show runs without one. */
  readonly governor: GovernorReport | null;
}
