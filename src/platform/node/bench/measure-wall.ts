import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameCounters, FrameResult } from '../../../engine/frame-result.ts';
import type { WallRenderer } from '../../../engine/wall-renderer.ts';
import type { GpuContext } from '../../../gpu/gpu-context.ts';
import type { BenchRow } from '../../../outputs/bench-result.ts';
import { lightOfFacets } from '../../../outputs/canvas-codes.ts';
import { encodeLinearPng } from '../../../outputs/png.ts';
import type { Environment, SceneData } from '../../../scene/scene-data.ts';
import type { BakedStage } from '../../../stage/baked-stage.ts';
import type { FrameState } from '../../../stage/frame-state.ts';
import type { ShowDocument } from '../../../stage/show.ts';
import { showRenderer } from '../show-renderer.ts';
import { createBenchMove } from './bench-move.ts';
import type { MeasureJob } from './bench-protocol.ts';
import type { BenchSet } from './bench-set.ts';
import { buildBenchStage } from './bench-stage.ts';
import { SUN_COLOR, SUN_DIRECTION } from './sky.ts';
import { distributionOf, mediansByKey } from './statistics.ts';

/** A scene ready to be drawn on any wall, and what it took. */
export interface BuiltScene {
  readonly set: BenchSet;
  readonly scene: SceneData;
  readonly environment: Environment;
  readonly textureEdgePx: number;
  readonly buildMs: number;
}

/** The benchmark's light as a show would state it. */
const BENCH_SHOW: ShowDocument = {
  file: 'bench.show.json',
  name: 'bench',
  stageFile: 'generated',
  sceneFile: 'generated',
  environment: { file: 'generated', intensity: 1, rotationRad: 0, visible: true },
  sun: { directionToSun: SUN_DIRECTION, radiance: [SUN_COLOR[0] / Math.PI, SUN_COLOR[1] / Math.PI, SUN_COLOR[2] / Math.PI], shadow: true },
  ambient: [0, 0, 0],
  worldFromStage: { positionM: [0, 0, 0], yawRad: 0, scale: 1 },
  exposureStops: 0,
  nitsPerUnit: 100,
  workingPrimaries: 'rec709',
  samplesPerLed: 1,
  lodErrorPx: 1,
};

/** One wall under measurement: the show's own renderer, frame after frame, each awaited before the next. */
export class WallMeter {
  readonly firstFrameMs: number;
  readonly #job: MeasureJob;
  readonly #index: number;
  readonly #built: BuiltScene;
  readonly #stage: BakedStage;
  readonly #renderer: WallRenderer;
  readonly #warnings: readonly string[];
  readonly #stateOf: (k: number) => FrameState;
  readonly #frames: FrameFigures[] = [];
  #next: number;

  private constructor(parts: {
    readonly job: MeasureJob;
    readonly index: number;
    readonly built: BuiltScene;
    readonly stage: BakedStage;
    readonly renderer: WallRenderer;
    readonly warnings: readonly string[];
    readonly stateOf: (k: number) => FrameState;
    readonly firstFrameMs: number;
  }) {
    this.#job = parts.job;
    this.#index = parts.index;
    this.#built = parts.built;
    this.#stage = parts.stage;
    this.#renderer = parts.renderer;
    this.#warnings = parts.warnings;
    this.#stateOf = parts.stateOf;
    this.firstFrameMs = parts.firstFrameMs;
    this.#next = 1 + parts.job.warmFrames;
  }

  /** Makes the renderer, draws the first frame (its time includes both) and the warm ones. */
  static async open(gpu: GpuContext, built: BuiltScene, job: MeasureJob, index: number): Promise<WallMeter> {
    const { wall, share } = job.walls[index]!;
    const stage = buildBenchStage(wall);
    const processors = share ? stage.canvases.slice(0, Math.ceil(stage.canvases.length / share)).map((c) => c.processor) : null;
    const warnings: string[] = [];
    const startedAt = performance.now();
    const document = { ...BENCH_SHOW, sun: { ...BENCH_SHOW.sun!, shadowMapPx: job.shadowMapPx } };
    const show = { document, scene: built.scene, environment: built.environment };
    const renderer = await showRenderer(show, { processors, onWarning: (text) => warnings.push(text) })(gpu, stage);
    const stateOf = createBenchMove(stage, job.quality, job.seed);
    (await renderer.renderFrame(stateOf(0))).release();
    const firstFrameMs = performance.now() - startedAt;
    for (let k = 1; k <= job.warmFrames; k++) (await renderer.renderFrame(stateOf(k))).release();
    return new WallMeter({ job, index, built, stage, renderer: renderer as WallRenderer, warnings, stateOf, firstFrameMs });
  }

  /** @returns Figures of the new frames. */
  async frames(count: number): Promise<readonly FrameFigures[]> {
    const figures: FrameFigures[] = [];
    for (let k = 0; k < count; k++) {
      const result = await this.#renderer.renderFrame(this.#stateOf(this.#next++));
      figures.push(figuresOf(result));
      result.release();
    }
    this.#frames.push(...figures);
    return figures;
  }

  /** The middle facet's light as PNG, white paper in the sun as it is: to see by eye that peers draw the same set. */
  async writePicture(folder: string): Promise<void> {
    const frame = await this.#renderer.renderFrame(this.#stateOf(this.#next++));
    const light = lightOfFacets(this.#stage, frame.canvases)[this.#stage.facets.length >> 1]!;
    frame.release();
    const linear = light.nits.map((nits) => nits / BENCH_SHOW.nitsPerUnit);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'cyclorama-facet.png'), encodeLinearPng(light.widthPx, light.heightPx, linear, 8));
  }

  /** The row of all frames so far; frees the renderer. */
  finish(): BenchRow {
    const row = this.#row();
    this.#renderer.destroy();
    return row;
  }

  #row(): BenchRow {
    const { label, x, wall } = this.#job.walls[this.#index]!;
    const { set, scene, textureEdgePx, buildMs } = this.#built;
    const frames = this.#frames;
    const counters = mediansByKey(frames.map((frame) => frame.counters));
    const timed = frames.every((frame) => frame.gpuMs > 0);
    return {
      label,
      x,
      scene: {
        uniqueTriangles: set.uniqueTriangles,
        drawnTriangles: scene.triangleCount,
        instances: set.instances,
        meshes: set.meshes.length,
        materials: set.materials.length,
        textures: set.images.length,
        textureEdgePx,
        shadowMapPx: this.#job.shadowMapPx,
      },
      stage: {
        widthPx: wall.widthPx,
        heightPx: wall.heightPx,
        leds: counters['ledsLit'] || wall.widthPx * wall.heightPx,
        facets: this.#stage.facets.length,
        canvases: this.#stage.canvases.length,
        cameras: this.#stage.cameras.length,
      },
      buildMs,
      firstFrameMs: this.firstFrameMs,
      frameMs: distributionOf(frames.map((frame) => frame.frameMs)),
      gpuMs: timed ? distributionOf(frames.map((frame) => frame.gpuMs)) : null,
      encodeMs: distributionOf(frames.map((frame) => frame.encodeMs)),
      passesMs: mediansByKey(frames.map((frame) => frame.passesMs)),
      rssBytes: process.memoryUsage().rss,
      sceneBytes: this.#renderer.sceneBytes,
      counters,
      trianglesPerLed: worst(frames, trianglesPerLed),
      shadedPerLed: worst(frames, shadedPerLed),
      warnings: this.#warnings,
    };
  }
}

/** What is kept of a frame. */
export interface FrameFigures {
  readonly frameMs: number;
  /** Sum of the passes; 0 without timestamps. */
  readonly gpuMs: number;
  readonly encodeMs: number;
  readonly passesMs: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
}

function figuresOf({ timings, counters }: FrameResult): FrameFigures {
  const gpuMs = Object.values(timings.passesMs).reduce((sum, ms) => sum + ms, 0);
  const figures = { frameMs: timings.totalMs, gpuMs, encodeMs: timings.encodeMs, passesMs: { ...timings.passesMs } };
  return { ...figures, counters: { ...(counters as FrameCounters & Record<string, number>) } };
}

/** Rasterised triangle × view pairs per LED that is lit. @returns null without counters. */
export function trianglesPerLed({ trianglesRasterized, ledsLit }: Readonly<Record<string, number>>): number | null {
  return trianglesRasterized && ledsLit ? trianglesRasterized / ledsLit : null;
}

/** LEDs shaded per LED lit, both outside the feather bands, where two eyes share an LED by design. @returns null without counters. */
export function shadedPerLed(counters: Readonly<Record<string, number>>): number | null {
  const { ledsLit, ledsShaded, ledsInFeather = 0, ledsShadedInFeather = 0 } = counters;
  if (!ledsLit || !ledsShaded || ledsLit <= ledsInFeather) return null;
  return (ledsShaded - ledsShadedInFeather) / (ledsLit - ledsInFeather);
}

function worst(frames: readonly FrameFigures[], of: (counters: Readonly<Record<string, number>>) => number | null): number | null {
  const values = frames.map((frame) => of(frame.counters)).filter((value) => value !== null);
  return values.length > 0 ? Math.max(...values) : null;
}
