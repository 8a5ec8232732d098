import { parseFixedPose, parseFrameRange } from '../engine/render-arguments.ts';
import type { GpuBackend } from '../platform/node/gpu.ts';
import { loadShow } from '../platform/node/load-show.ts';
import { type RenderRequest, type RenderSummary, renderShow } from '../platform/node/render-show.ts';
import { showRenderer } from '../platform/node/show-renderer.ts';
import { createGpuPort } from './gpu-port.ts';
import { LOD_ERROR_RANGE, numberOption, samplesOption } from './number-option.ts';
import { packageVersion } from './package-version.ts';
import { createRenderProgress, duration, SILENT_PROGRESS } from './render-progress.ts';
import { count, deviceText, factLine, sceneText, stageText } from './show-text.ts';

/** Options of `cyc render`, as commander gives them. */
export interface RenderFlags {
  readonly frames?: string;
  readonly out: string;
  readonly take?: string;
  readonly stage?: string;
  readonly pose: readonly string[];
  readonly samples?: string;
  readonly lodError?: string;
  readonly exposure?: string;
  readonly canvases?: string;
  readonly photograph: readonly string[];
  readonly reconstruct: 'nearest' | 'bilinear';
  readonly direct: readonly string[];
  readonly supersample: string;
  readonly overwrite?: boolean;
  readonly gpu: GpuBackend;
  readonly json?: boolean;
}

/**
 * Renders frames of a show to a folder and tells how it goes.
 * @throws CycError for wrong arguments, files or machine
 */
export async function renderFrames(file: string, flags: RenderFlags): Promise<void> {
  const request = requestOf(flags);
  const say = (line: string): void => void (flags.json || process.stderr.write(`${line}\n`));
  const show = await loadShow(file, flags.stage ?? null);
  say(factLine('show', `${show.document.name} (${file})`));
  say(factLine('stage', stageText(show.stage)));
  say(factLine('scene', sceneText(show.scene)));
  for (const warning of show.scene.warnings) say(factLine('note', `scene: ${warning}`));
  const progress = flags.json ? SILENT_PROGRESS : createRenderProgress(process.stderr);
  const startMs = performance.now();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    // Photographs show the whole wall, and a take's hashes are of all canvases.
    const processors = request.photographs.length > 0 || request.take !== null ? null : request.canvases;
    const createRenderer = showRenderer(show, {
      processors,
      onWarning: (text) => say(factLine('note', text)),
      onSceneEvent: ({ text }) => say(factLine('note', text)),
    });
    const summary = await renderShow(show, request, createGpuPort(flags.gpu), createRenderer, {
      version: packageVersion(),
      onDevice: (device) => say(factLine('device', deviceText(device))),
      onPlan: (total, toRender, notices) => {
        for (const notice of notices) say(factLine('note', notice));
        progress.start(total, toRender);
      },
      onFrame: (frame, done) => progress.frame(frame, done),
      onEvent: ({ text }) => say(factLine('note', text)),
      stopped: () => stopped,
    });
    progress.stop();
    report(summary, flags, request, performance.now() - startMs, say);
    if (summary.stopped) process.exitCode = 1;
  } finally {
    progress.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function report(summary: RenderSummary, flags: RenderFlags, request: RenderRequest, ms: number, say: (line: string) => void): void {
  const { frames, rendered, kept, takeEqual, takeDiffer, stopped, device } = summary;
  if (flags.json) {
    const facts = {
      out: request.out,
      frames,
      rendered,
      kept,
      stopped,
      seconds: ms / 1000,
      device: device.adapter,
      deviceKind: device.kind,
    };
    console.log(JSON.stringify(request.take === null ? facts : { ...facts, takeEqual, takeDiffer }));
    return;
  }
  say(factLine(stopped ? 'stopped' : 'done', `${count(rendered, 'frame')} rendered, ${kept} kept, in ${duration(ms)} → ${request.out}`));
  if (takeEqual + takeDiffer > 0)
    say(factLine('take', `${takeEqual} of ${count(takeEqual + takeDiffer, 'frame')} equal the live canvases in every byte`));
  if (stopped) say(factLine('', 'run the same command again to go on'));
}

function requestOf(flags: RenderFlags): RenderRequest {
  return {
    out: flags.out,
    frames: flags.frames === undefined ? null : parseFrameRange(flags.frames),
    take: flags.take ?? null,
    poses: flags.pose.map(parseFixedPose),
    samplesPerLed: flags.samples === undefined ? null : samplesOption(flags.samples),
    lodErrorPx: flags.lodError === undefined ? null : numberOption('--lod-error', flags.lodError, LOD_ERROR_RANGE),
    exposureStops: flags.exposure === undefined ? null : numberOption('--exposure', flags.exposure, { min: -40, max: 40 }),
    canvases: flags.canvases === undefined ? null : flags.canvases.split(',').map((name) => name.trim()),
    photographs: flags.photograph,
    reconstruct: flags.reconstruct,
    directs: flags.direct,
    supersample: numberOption('--supersample', flags.supersample, { min: 0.25, max: 16 }),
    overwrite: flags.overwrite ?? false,
  };
}
