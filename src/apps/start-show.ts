import { existsSync, globSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CycError } from '../core/errors.ts';
import type { ShowEvent } from '../engine/show-ports.ts';
import type { GpuBackend } from '../platform/node/gpu.ts';
import { type LoadedShow, loadShow } from '../platform/node/load-show.ts';
import { showRenderer } from '../platform/node/show-renderer.ts';
import { type ConsoleLink, linkConsole } from './console-link.ts';
import { createGpuPort } from './gpu-port.ts';
import { LiveShow } from './live-show.ts';
import { LOD_ERROR_RANGE, type NumberRange, numberOption, samplesOption } from './number-option.ts';
import { packageVersion } from './package-version.ts';
import { count, deviceText, governorFact, sceneText, seconds, stageText, trackingText } from './show-text.ts';
import { createStartOutput, type StartOutput } from './start-output.ts';

const STATUS_EVERY_MS = 250;

/** Options of `cyc start`, as commander gives them. */
export interface StartFlags {
  readonly port?: string;
  readonly host?: string;
  readonly frames?: string;
  readonly duration?: string;
  readonly stage?: string;
  readonly record?: string;
  readonly samples?: string;
  readonly lodError?: string;
  readonly budget?: string;
  /** undefined: as the device is. */
  readonly governor?: boolean;
  readonly console: boolean;
  readonly gpu: GpuBackend;
  readonly json?: boolean;
}

/**
 * Runs a show until a signal, `--frames` or `--duration` ends it.
 * @param defaultFile Show of the project that runs when none is named.
 * @throws CycError for wrong arguments, files or machine
 */
export async function startShow(file: string | undefined, defaultFile: string, flags: StartFlags): Promise<void> {
  const port = optional('--port', flags.port, { min: 0, max: 65_535, whole: true });
  const maxFrames = optional('--frames', flags.frames, { min: 1, max: 1e12, whole: true });
  const durationS = optional('--duration', flags.duration, { min: 0, max: 2_000_000 });
  const budgetMs = optional('--budget', flags.budget, { min: 0.1, max: 60_000 });
  const lodErrorPx = optional('--lod-error', flags.lodError, LOD_ERROR_RANGE);
  const samplesPerLed = flags.samples === undefined ? undefined : samplesOption(flags.samples);
  const out = createStartOutput(flags.json ?? false, process.stdout);
  const showFile = file ?? inProject(defaultFile);
  let live: LiveShow | null = null;
  const signals = catchSignals(() => (live ? live.runner.stop() : process.exit(0)));
  const loadStartMs = performance.now();
  const show = await loadShow(showFile, flags.stage ?? null);
  describe(out, show, performance.now() - loadStartMs);

  let link: ConsoleLink | null = null;
  const onEvent = (event: ShowEvent): void => {
    out.event(event);
    link?.event(event);
  };
  const running = new LiveShow({
    show,
    port: createGpuPort(flags.gpu),
    createRenderer: showRenderer(show, {
      // A take renders again byte for byte: none of its frames may be coarser than the scene.
      waitForScene: flags.record !== undefined,
      onWarning: (text) => out.fact('note', text),
      onSceneEvent: onEvent,
    }),
    takesFolder: 'takes',
    wish: { ...(samplesPerLed === undefined ? {} : { samplesPerLed }), ...(lodErrorPx === undefined ? {} : { lodErrorPx }) },
    governor: { ...(flags.governor === undefined ? {} : { on: flags.governor }), ...(budgetMs === undefined ? {} : { budgetMs }) },
    ...(maxFrames === undefined ? {} : { maxFrames }),
    onEvent,
  });
  live = running;
  const timers: NodeJS.Timeout[] = [];
  try {
    if (flags.console) {
      link = await linkConsole(running, {
        version: packageVersion(),
        ...(port === undefined ? {} : { port }),
        ...(flags.host === undefined ? {} : { host: flags.host }),
      });
      out.fact('console', link.server.url, { url: link.server.url });
    }
    if (flags.record !== undefined) out.fact('recording', await running.startRecording(flags.record));
    const openStartMs = performance.now();
    const device = await running.open();
    out.fact('device', deviceText(device), { ...device });
    out.fact('renderer', `ready in ${seconds(performance.now() - openStartMs)}`, { ms: performance.now() - openStartMs });
    const { governor } = running;
    const { on, budgetMs: heldMs } = governor.status();
    out.fact('governor', governorFact({ on, budgetMs: heldMs }, flags.governor), { on, budgetMs: heldMs });
    announceFirstFrame(running, out);
    timers.push(setInterval(() => out.status(running.runner.status(), running.health(), running.recording), STATUS_EVERY_MS));
    if (durationS !== undefined) timers.push(setTimeout(() => running.runner.stop(), durationS * 1000));
    await running.run();
    out.end();
    const { framesRendered, framesSkipped, errors, deviceLosses } = running.runner.status();
    const totals = { framesRendered, framesSkipped, errors, deviceLosses };
    out.fact(
      'ended',
      `${count(framesRendered, 'frame')} shown, ${framesSkipped.toLocaleString('en')} skipped, ${count(errors, 'error')}`,
      totals,
    );
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signals.release();
    await running.close();
    await link?.close();
  }
}

function describe(out: StartOutput, show: LoadedShow, loadMs: number): void {
  const { document, stage, scene } = show;
  out.fact('show', `${document.name} (${document.file}), loaded in ${seconds(loadMs)}`, { file: document.file, loadMs });
  out.fact('stage', stageText(stage), { name: stage.name, facets: stage.facets.length, canvases: stage.canvases.length });
  out.fact('scene', sceneText(scene), { name: scene.name, triangles: scene.triangleCount, instances: scene.instances.count });
  for (const warning of scene.warnings) out.fact('note', `scene: ${warning}`);
  for (const camera of stage.cameras) out.fact('tracking', trackingText(camera), { camera: camera.id });
  if (stage.cameras.length === 0) out.fact('tracking', 'no film camera: the whole wall shows the outer eye’s view');
}

/** Time since the process began, so that it is what the user waited. */
function announceFirstFrame(live: LiveShow, out: StartOutput): void {
  const sink = {
    name: 'first frame',
    take: () => {
      const ms = performance.now();
      out.fact('wall', `first frame after ${seconds(ms)}`, { ms });
      live.runner.removeSink(sink);
    },
  };
  live.addSink(sink);
}

/** First Ctrl-C or SIGTERM ends the show in order, a second one at once. */
function catchSignals(end: () => void): { release(): void } {
  let asked = false;
  const on = (): void => {
    if (asked) process.exit(1);
    asked = true;
    end();
  };
  process.on('SIGINT', on).on('SIGTERM', on);
  return { release: () => void process.off('SIGINT', on).off('SIGTERM', on) };
}

/** A file of the project, as seen from where the user stands. @throws CycError NO_SHOW */
function inProject(name: string): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  if (existsSync(`${root}${name}`)) return relative('', `${root}${name}`);
  const others = globSync('scenes/*/*.show.json', { cwd: root });
  throw new CycError('NO_SHOW', 'the default show is not there', {
    file: name,
    expected: others.length > 0 ? `one of ${others.sort().join(', ')} as argument` : 'a *.show.json as argument',
  });
}

const optional = (path: string, text: string | undefined, range: NumberRange): number | undefined =>
  text === undefined ? undefined : numberOption(path, text, range);
