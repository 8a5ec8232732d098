import { REC709 } from '../../src/core/primaries.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import type { CanvasImage, FrameCounters } from '../../src/engine/frame-result.ts';
import { createWallRenderer, type WallRenderer, type WallRendererOptions } from '../../src/engine/wall-renderer.ts';
import type { AnyScene } from '../../src/scene/packed-scene.ts';
import type { Environment } from '../../src/scene/scene-data.ts';
import type { BakedStage, Canvas, PanelType, Tile } from '../../src/stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';
import type { TestGpu } from '../support/gpu.ts';

/** LEDs are 1/16 m apart and the wall's middle lies 4 m before the outer eye: all coordinates are exact in float32. */
export const PITCH_M = 1 / 16;
export const EYE: Vec3 = [0, 1.5, 0];
const WALL_Z = -4;

/** A film camera whose frustum covers part of a small wall, with a feather. */
export const SMALL_CAMERA: CameraState = {
  id: 'A',
  entrancePupilM: [0.4, 1.6, 0.7],
  stageFromCamera: [0, 0, 0, 1],
  lens: {
    pinholeFocalLengthMm: 50,
    projectionOffsetMm: [0, 0],
    distortionOffsetMm: [0, 0],
    entrancePupilOffsetM: 0,
    distortion: null,
    focusDistanceM: null,
  },
  sensorMm: [36, 20.25],
  overscanPercent: 5,
  featherPercent: 3,
  enabled: true,
  sampleTimestampNs: null,
};

export interface SmallStageOptions {
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly canvas?: Partial<Canvas>;
  readonly panel?: Partial<PanelType>;
  /** In place of one tile that covers the facet. */
  readonly tiles?: readonly Tile[];
}

/** One flat facet in one canvas. With the defaults a code is OETF(scene-linear) × 255. */
export function smallStage({ widthPx = 48, heightPx = 32, canvas, panel, tiles }: SmallStageOptions = {}): BakedStage {
  return {
    name: 'small',
    file: 'small.stage.json',
    rate: { num: 24, den: 1 },
    outerEyeM: EYE,
    panelTypes: [{ name: 'panel', sizeMm: [500, 500], pixels: [8, 8], peakNits: 100, primaries: REC709, ...panel }],
    facets: [
      {
        id: 0,
        wall: 'wall',
        columns: [0, 0],
        rows: [0, 0],
        originM: [(-widthPx / 2) * PITCH_M, EYE[1] + (heightPx / 2) * PITCH_M, WALL_Z],
        u: [1, 0, 0],
        v: [0, -1, 0],
        n: [0, 0, 1],
        pitchUM: PITCH_M,
        pitchVM: PITCH_M,
        widthPx,
        heightPx,
        panelType: 0,
      },
    ],
    canvases: [{ processor: 'p', widthPx, heightPx, bitDepth: 8, transfer: { kind: 'srgb', whiteNits: 100 }, ...canvas }],
    tiles: tiles ?? [{ facet: 0, i0: 0, j0: 0, widthPx, heightPx, canvas: 0, xPx: 0, yPx: 0, turnDeg: 0, flip: false }],
    cameras: [],
  };
}

export function stateOf(stage: BakedStage, changes: Partial<FrameState> = {}): FrameState {
  const worldFromStage = { positionM: [0, 0, 0], yawRad: 0, scale: 1 } as const;
  const rest = { cameras: [], exposureStops: 0, nitsPerUnit: 100, samplesPerLed: 1, outerRate: 1, lodErrorPx: 0, seed: 0 } as const;
  return { frame: 0n, timeNs: 0n, sceneTimeS: 0, worldFromStage, outerEyeM: stage.outerEyeM, ...rest, ...changes };
}

/** Ray of an LED from the outer eye (not unit length), facet 0 of a small stage; stage space is world space. */
export function rayOf(stage: BakedStage, i: number, j: number): Vec3 {
  const f = stage.facets[0];
  return [f.originM[0] + (i + 0.5) * PITCH_M - EYE[0], f.originM[1] - (j + 0.5) * PITCH_M - EYE[1], f.originM[2] - EYE[2]];
}

export interface SmallFrame {
  readonly canvas: CanvasImage;
  /** Per LED in canvas order. */
  readonly ids: Uint32Array;
  /** RGB scene-linear + inner weight. */
  readonly color: Float32Array;
  readonly counters: FrameCounters;
}

export interface SmallWall {
  readonly stage: BakedStage;
  readonly scene: AnyScene;
  readonly environment?: Environment;
  readonly options?: WallRendererOptions;
}

/** Renders frames of one wall; everything is freed after `use`. */
export async function withWall<T>(
  gpu: TestGpu,
  wall: SmallWall,
  use: (render: (changes?: Partial<FrameState>) => Promise<SmallFrame>) => Promise<T>,
): Promise<T> {
  const renderer = await openWall(gpu, wall);
  try {
    return await use((changes) => renderSmall(renderer, stateOf(wall.stage, changes)));
  } finally {
    renderer.destroy();
  }
}

export const openWall = (
  gpu: Pick<TestGpu, 'context' | 'library'>,
  { stage, scene, environment, options }: SmallWall,
): Promise<WallRenderer> =>
  createWallRenderer({
    gpu: gpu.context,
    shaders: gpu.library,
    stage,
    scene,
    environment: environment ?? null,
    options: { debug: true, ...options },
  });

/** One frame, copied out of mapped memory. */
export async function renderSmall(renderer: WallRenderer, state: FrameState): Promise<SmallFrame> {
  const frame = await renderer.renderFrame(state);
  const [image] = frame.canvases;
  const copy = {
    canvas: { ...image, data: image.data.slice() },
    ids: frame.debug!.ids.slice(),
    color: frame.debug!.color.slice(),
    counters: frame.counters,
  };
  frame.release();
  return copy;
}

/** Red, green, blue codes of every pixel. */
export function codesOf({ format, data }: CanvasImage): number[][] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const bytes = format === 'rgba16' ? 8 : 4;
  return Array.from({ length: data.length / bytes }, (_, k) => {
    if (format === 'rgba8') return [data[k * 4], data[k * 4 + 1], data[k * 4 + 2]];
    if (format === 'rgba16') return [0, 1, 2].map((c) => view.getUint16(k * 8 + c * 2, true));
    return [0, 1, 2].map((c) => (view.getUint32(k * 4, true) >>> (10 * c)) & 1023);
  });
}
