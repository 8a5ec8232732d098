import type { FrameResult } from '../../engine/frame-result.ts';
import type { FrameRenderer, RenderSession } from '../../engine/show-ports.ts';
import { brightestNits } from '../../outputs/canvas-codes.ts';
import { type DirectView, directFrameState, directStage, resampleDirect } from '../../outputs/direct-view.ts';
import { cameraFileName, canvasFileName } from '../../outputs/frame-names.ts';
import { type Photograph, photographWall } from '../../outputs/photograph.ts';
import { encodeCanvasPng, encodeLinearPng } from '../../outputs/png.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../stage/frame-state.ts';
import { contentHash } from './content-hash.ts';
import type { RenderFolder } from './render-folder.ts';
import type { RenderRequest } from './render-show.ts';
import { type CanvasHashes, hashCanvases } from './show-recorder.ts';

/** Everything that one frame makes. */
export interface MadePictures {
  readonly result: FrameResult;
  readonly directs: readonly { readonly camera: CameraState; readonly picture: Photograph }[];
}

/** Makes and writes the files of a frame: canvases, photographs of the wall, direct views. */
export class FramePictures {
  readonly #stage: BakedStage;
  readonly #request: RenderRequest;
  readonly #hashes: ReadonlyMap<bigint, CanvasHashes>;
  readonly #direct = new Map<string, DirectRenderer>();
  takeEqual = 0;
  takeDiffer = 0;

  constructor(stage: BakedStage, request: RenderRequest, hashes: ReadonlyMap<bigint, CanvasHashes>) {
    this.#stage = stage;
    this.#request = request;
    this.#hashes = hashes;
  }

  async areComplete(folder: RenderFolder, frame: bigint): Promise<boolean> {
    const { canvases, photographs, directs } = this.#request;
    const paths = [
      ...this.#stage.canvases
        .filter(({ processor }) => canvases?.includes(processor) ?? true)
        .map(({ processor }) => canvasFileName(processor, frame)),
      ...photographs.map((camera) => cameraFileName(camera, 'photograph', frame)),
      ...directs.map((camera) => cameraFileName(camera, 'direct', frame)),
    ];
    for (const path of paths) if (!(await folder.has(path))) return false;
    return true;
  }

  /** @throws GpuError DEVICE_LOST */
  async render(session: RenderSession, state: FrameState): Promise<MadePictures> {
    const result = await session.renderer.renderFrame(state);
    try {
      const directs: MadePictures['directs'][number][] = [];
      for (const id of this.#request.directs) {
        const camera = cameraOf(state, id);
        directs.push({ camera, picture: await this.#directOf(id).render(session, state, camera) });
      }
      return { result, directs };
    } catch (error) {
      result.release();
      throw error;
    }
  }

  /** @throws OutputError naming the file that could not be written */
  async write(folder: RenderFolder, state: FrameState, { result, directs }: MadePictures): Promise<void> {
    this.#compare(state, result);
    const { canvases, photographs, reconstruct } = this.#request;
    for (const image of result.canvases) {
      const { processor } = this.#stage.canvases[image.canvas];
      if (canvases?.includes(processor) ?? true) await folder.write(canvasFileName(processor, state.frame), encodeCanvasPng(image));
    }
    const { exposureStops, nitsPerUnit } = state;
    for (const id of photographs) {
      const camera = cameraOf(state, id);
      const photograph = photographWall({ stage: this.#stage, canvases: result.canvases, camera, exposureStops, nitsPerUnit, reconstruct });
      await folder.write(cameraFileName(id, 'photograph', state.frame), encodePhotograph(photograph, this.#stage, state));
    }
    for (const { camera, picture } of directs)
      await folder.write(cameraFileName(camera.id, 'direct', state.frame), encodePhotograph(picture, this.#stage, state));
  }

  #compare(state: FrameState, result: FrameResult): void {
    const recorded = this.#hashes.get(state.frame);
    if (!recorded) return;
    const equal = contentHash(recorded) === contentHash(hashCanvases(this.#stage, result));
    if (equal) this.takeEqual += 1;
    else this.takeDiffer += 1;
  }

  #directOf(camera: string): DirectRenderer {
    const made = this.#direct.get(camera) ?? new DirectRenderer(this.#stage, this.#request.supersample);
    this.#direct.set(camera, made);
    return made;
  }
}

/** Renders one camera's own view; the renderer is kept while camera and lens stand still. */
class DirectRenderer {
  readonly #stage: BakedStage;
  readonly #supersample: number;
  #kept: { readonly session: RenderSession; readonly key: string; readonly view: DirectView; readonly renderer: FrameRenderer } | null =
    null;

  constructor(stage: BakedStage, supersample: number) {
    this.#stage = stage;
    this.#supersample = supersample;
  }

  async render(session: RenderSession, state: FrameState, camera: CameraState): Promise<Photograph> {
    const { view, renderer } = await this.#prepare(session, camera);
    const result = await renderer.renderFrame(directFrameState(state, camera));
    try {
      return resampleDirect(view, result.canvases[0], camera, state);
    } finally {
      result.release();
    }
  }

  async #prepare(session: RenderSession, camera: CameraState) {
    const key = contentHash({ ...camera, sampleTimestampNs: null });
    if (this.#kept?.session === session && this.#kept.key === key) return this.#kept;
    // A renderer of a lost device went with it.
    if (this.#kept?.session === session) this.#kept.renderer.destroy();
    this.#kept = null;
    const resolutionPx = this.#stage.cameras.find(({ id }) => id === camera.id)?.resolutionPx ?? [0, 0];
    const view = directStage(camera, resolutionPx, this.#supersample, this.#stage.rate);
    this.#kept = { session, key, view, renderer: await session.rendererFor(view.stage) };
    return this.#kept;
  }
}

function cameraOf(state: FrameState, id: string): CameraState {
  return state.cameras.find((camera) => camera.id === id) as CameraState;
}

/** 16 bits, sRGB-coded; white is the brightest light the wall can show: a film camera is exposed for its wall. */
function encodePhotograph({ widthPx, heightPx, rgb }: Photograph, stage: BakedStage, state: FrameState): Uint8Array {
  const stops = Math.log2(state.nitsPerUnit / brightestNits(stage)) + state.exposureStops;
  return encodeLinearPng(widthPx, heightPx, rgb, 16, stops);
}
