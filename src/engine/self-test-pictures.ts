import type { GpuContext } from '../gpu/gpu-context.ts';
import type { ShaderLibrary } from '../gpu/shader-library.ts';
import type { RasterSettings } from '../passes/visibility/raster-settings.ts';
import type { SceneData } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameResult } from './frame-result.ts';
import { selfTestScene } from './self-test-scene.ts';
import { SHIFTED_CANVAS, selfTestStage, selfTestState } from './self-test-stage.ts';
import { createWallRenderer } from './wall-renderer.ts';

/** What all pictures of one self-test are drawn with. */
export interface Trial {
  readonly gpu: GpuContext;
  readonly shaders: ShaderLibrary;
  readonly stage: BakedStage;
  readonly scene: SceneData;
}

/** What was seen in one canvas: ids, then the canvas's bytes. */
interface Picture {
  readonly ids: Uint32Array;
  readonly bytes: Uint8Array;
}

/** The hard scene, drawn by one set of settings. */
export interface TrialPictures {
  /** Of all canvases, in two runs. */
  readonly first: readonly Picture[];
  readonly again: readonly Picture[];
  /** The shifted canvas, rendered alone. */
  readonly alone: Picture;
}

export async function createTrial(gpu: GpuContext, shaders: ShaderLibrary): Promise<Trial> {
  const stage = selfTestStage();
  return { gpu, shaders, stage, scene: await selfTestScene(selfTestState(stage).worldFromStage) };
}

/** @throws GpuError when the settings do not run on this device. */
export async function drawTrial(trial: Trial, raster: Partial<RasterSettings>): Promise<TrialPictures> {
  // The first frame grows lists; the second sees by its pyramid, and must not differ.
  const [first, again] = await drawFrames(trial, raster, undefined, 2);
  const [alone] = await drawFrames(trial, raster, [SHIFTED_CANVAS], 1);
  return { first: first!, again: again!, alone: alone![0]! };
}

/** What of the pictures differs from the reference's, or from themselves; '' when nothing does. */
export function describeDifferences(reference: TrialPictures, pictures: TrialPictures): string {
  const drawn = reference.first.reduce((sum, { ids }) => sum + ids.filter((id) => id !== 0xffffffff).length, 0);
  if (drawn === 0) return 'nothing was drawn at all';
  const toReference = reference.first.reduce((sum, picture, k) => sum + countDifferences(picture, pictures.first[k]!), 0);
  if (toReference > 0) return `${toReference} LEDs differ from the reference`;
  const toItself = pictures.first.reduce((sum, picture, k) => sum + countDifferences(picture, pictures.again[k]!), 0);
  if (toItself > 0) return `${toItself} LEDs differ from run to run`;
  const toWindow = countDifferences(pictures.first[SHIFTED_CANVAS]!, pictures.alone);
  return toWindow > 0 ? `${toWindow} LEDs differ when a canvas is rendered alone` : '';
}

async function drawFrames(
  { gpu, shaders, stage, scene }: Trial,
  raster: Partial<RasterSettings>,
  canvases: readonly number[] | undefined,
  frames: number,
): Promise<Picture[][]> {
  const options = { debug: true, raster, ...(canvases && { canvases }) };
  const renderer = await createWallRenderer({ gpu, shaders, stage, scene, environment: null, options });
  try {
    const pictures: Picture[][] = [];
    for (let k = 0; k < frames; k++) {
      const result = await renderer.renderFrame(selfTestState(stage));
      pictures.push(copyPictures(result));
      result.release();
    }
    return pictures;
  } finally {
    renderer.destroy();
  }
}

function copyPictures({ canvases, debug }: FrameResult): Picture[] {
  let led = 0;
  return canvases.map(({ widthPx, heightPx, data }) => {
    const ids = debug!.ids.slice(led, led + widthPx * heightPx);
    led += widthPx * heightPx;
    return { ids, bytes: data.slice() };
  });
}

/** LEDs whose id or code differs. */
function countDifferences(a: Picture, b: Picture): number {
  if (a.ids.length !== b.ids.length) return Math.max(a.ids.length, b.ids.length);
  let count = 0;
  for (let k = 0; k < a.ids.length; k++) {
    let same = a.ids[k] === b.ids[k];
    for (let c = 0; c < 4; c++) same &&= a.bytes[k * 4 + c] === b.bytes[k * 4 + c];
    if (!same) count++;
  }
  return count;
}
