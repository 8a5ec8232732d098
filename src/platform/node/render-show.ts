import { type CreateRenderer, sessionOpener } from '../../engine/open-session.ts';
import { checkKnown, type FixedPose, type FrameRange, withFixedPoses } from '../../engine/render-arguments.ts';
import { renderSequence } from '../../engine/render-sequence.ts';
import type { ShowEvent } from '../../engine/show-ports.ts';
import type { GpuContext, GpuDescription, GpuPort } from '../../gpu/gpu-context.ts';
import { checkDistinctFileNames } from '../../outputs/frame-names.ts';
import { createManifest } from '../../outputs/render-manifest.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import type { SamplesPerLed } from '../../stage/frame-state.ts';
import { contentHash } from './content-hash.ts';
import { FramePictures } from './frame-pictures.ts';
import { createFramePlan, type FramePlan } from './frame-plan.ts';
import { hashScene, type LoadedShow } from './load-show.ts';
import { RenderFolder } from './render-folder.ts';

/** What to render. */
export interface RenderRequest {
  readonly out: string;
  /** null: every frame of the take. */
  readonly frames: FrameRange | null;
  /** Recording whose frame states are rendered again; null: simulated from the frame's number. */
  readonly take: string | null;
  readonly poses: readonly FixedPose[];
  /** null: the show's. */
  readonly samplesPerLed: SamplesPerLed | null;
  /** LED pixels; null: the show's. */
  readonly lodErrorPx: number | null;
  readonly exposureStops: number | null;
  /** Processors whose canvases are written; null: all. */
  readonly canvases: readonly string[] | null;
  /** Cameras whose photograph of the wall is written. */
  readonly photographs: readonly string[];
  readonly reconstruct: 'nearest' | 'bilinear';
  /** Cameras whose direct view is written, with so many LEDs per camera pixel. */
  readonly directs: readonly string[];
  readonly supersample: number;
  readonly overwrite: boolean;
}

export interface RenderHooks {
  readonly version: string;
  readonly onDevice: (device: GpuDescription) => void;
  /** Known before the first frame. @param toRender Frames that are not complete yet. */
  readonly onPlan: (total: number, toRender: number, notices: readonly string[]) => void;
  readonly onFrame: (frame: bigint, done: number) => void;
  readonly onEvent: (event: ShowEvent) => void;
  readonly stopped: () => boolean;
}

export interface RenderSummary {
  readonly frames: number;
  readonly rendered: number;
  /** Complete from an earlier run. */
  readonly kept: number;
  /** Frames of a take whose canvases are equal to the live ones in every byte, and those that are not. */
  readonly takeEqual: number;
  readonly takeDiffer: number;
  readonly stopped: boolean;
  readonly device: GpuDescription;
}

/**
 * Renders frames of a show to PNGs, going on where an earlier run ended. The same request on the same device gives the same bytes.
 * @throws CycError for unknown names, unreadable takes, folders of another render, disks that refuse; GpuError
 */
export async function renderShow(
  show: LoadedShow,
  request: RenderRequest,
  port: GpuPort,
  createRenderer: CreateRenderer,
  hooks: RenderHooks,
): Promise<RenderSummary> {
  const stage = withFixedPoses(show.stage, request.poses);
  checkNames(stage, request);
  const plan = await createFramePlan(show, stage, request);
  const gpu = await port.open();
  hooks.onDevice(gpu.description);
  const pictures = new FramePictures(stage, request, plan.hashes);
  try {
    const folder = await RenderFolder.open(
      request.out,
      manifestOf(show, stage, request, plan, gpu.description, hooks.version),
      request.overwrite,
    );
    const missing: bigint[] = [];
    for (const frame of plan.frames) if (!(await pictures.areComplete(folder, frame))) missing.push(frame);
    hooks.onPlan(plan.frames.length, missing.length, plan.notices);
    const rendered =
      missing.length === 0
        ? 0
        : await renderSequence(missing, {
            openSession: sessionOpener(startingWith(gpu, port), stage, createRenderer),
            stateOfFrame: plan.stateOfFrame,
            render: (session, state) => pictures.render(session, state),
            write: (state, made) => pictures.write(folder, state, made),
            release: (made) => made.result.release(),
            onFrame: hooks.onFrame,
            onEvent: hooks.onEvent,
            stopped: hooks.stopped,
          });
    const frames = plan.frames.length;
    const { takeEqual, takeDiffer } = pictures;
    return {
      frames,
      rendered,
      kept: frames - missing.length,
      takeEqual,
      takeDiffer,
      stopped: rendered < missing.length,
      device: gpu.description,
    };
  } finally {
    gpu.destroy();
  }
}

function checkNames(stage: BakedStage, request: RenderRequest): void {
  const cameras = stage.cameras.map(({ id }) => id);
  const processors = stage.canvases.map(({ processor }) => processor);
  checkKnown('camera', '--photograph', request.photographs, cameras, stage.file);
  checkKnown('camera', '--direct', request.directs, cameras, stage.file);
  checkKnown('canvas', '--canvases', request.canvases ?? [], processors, stage.file);
  checkDistinctFileNames(processors, stage.file);
}

/** Everything that decides a pixel, by name, so that a refusal can say what changed. File names and machines decide nothing. */
function manifestOf(show: LoadedShow, stage: BakedStage, request: RenderRequest, plan: FramePlan, device: GpuDescription, version: string) {
  const { environment, sun, ambient, workingPrimaries } = show.document;
  const parameters = {
    cyclorama: version,
    device: `${device.adapter} ${device.driver}`.trim(),
    stage: contentHash({ ...stage, file: '' }),
    scene: hashScene(show.scene),
    environment: contentHash(show.environment),
    lighting: contentHash({ environment: environment && { ...environment, file: '' }, sun, ambient, workingPrimaries }),
    states: plan.fingerprint,
    ...plan.quality,
  };
  const pictures = Object.fromEntries([
    ...request.photographs.map((camera) => [`photograph ${camera}`, request.reconstruct]),
    ...request.directs.map((camera) => [`direct ${camera}`, `supersample ${request.supersample}`]),
  ]);
  return createManifest(show.document.name, parameters, pictures);
}

/** The device that is open already comes first; after a loss the port opens others. */
function startingWith(first: GpuContext, port: GpuPort): GpuPort {
  let unused: GpuContext | null = first;
  return {
    async open() {
      const context = unused ?? (await port.open());
      unused = null;
      return context;
    },
  };
}
