import { existsSync, globSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { CycError } from '../../core/errors.ts';
import { createNodeGpuPort, type GpuBackend } from '../../platform/node/gpu.ts';
import { type LoadedShow, loadShow } from '../../platform/node/load-show.ts';
import { showRenderer } from '../../platform/node/show-renderer.ts';
import { type ConsoleLink, linkConsole } from '../console-link.ts';
import { LiveShow } from '../live-show.ts';
import { packageVersion } from '../package-version.ts';
import { count, deviceText, sceneText, seconds, stageText, trackingText } from '../show-text.ts';
import { createStartOutput, type StartOutput } from '../start-output.ts';

/** The show that runs when none is named: the exterior. */
const DEFAULT_SHOW = 'scenes/desert-outpost/desert-outpost.show.json';
const STATUS_EVERY_MS = 250;

interface StartFlags {
  readonly port?: string;
  readonly host?: string;
  readonly frames?: string;
  readonly duration?: string;
  readonly stage?: string;
  readonly record?: string;
  readonly console: boolean;
  readonly gpu: GpuBackend;
  readonly json?: boolean;
}

const HELP = `
Without SHOW the project's own exterior runs: ${DEFAULT_SHOW}.
Ctrl-C ends the show. On a device slower than the show's rate, frames between are skipped and counted; every frame that is shown is right
for its own time.

Exit code: 0 ended by Ctrl-C, SIGTERM, --frames or --duration; 2 wrong arguments, files or machine.

Examples:
  $ cyc start                                   the project's show, console on http://127.0.0.1:8080/
  $ cyc start my.show.json --host 0.0.0.0       console for the whole network
  $ cyc start my.show.json --record takes/1.take --duration 30
`;

/** `cyc start`: the live show. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('run a show live: trackers in, LED canvases out, console in the browser')
    .argument('[show]', `*.show.json (default: ${DEFAULT_SHOW})`)
    .option('--port <n>', 'port of the console (default: 8080 or the next free one)')
    .option('--host <address>', 'address of the console (default: this machine only)')
    .option('--no-console', 'no console')
    .option('--stage <file>', 'another *.stage.json than the show names')
    .option('--frames <n>', 'stop after so many frames')
    .option('--duration <seconds>', 'stop after so long')
    .option('--record <file>', 'record a take: tracking, operator, frame states and canvas hashes')
    .addOption(new Option('--gpu <which>', 'which device renders').choices(['auto', 'gpu', 'software']).default('auto'))
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', HELP)
    .action(start);
}

async function start(file: string | undefined, flags: StartFlags): Promise<void> {
  const port = numberOf('--port', flags.port, 0, 65_535);
  const maxFrames = numberOf('--frames', flags.frames, 1, 1e12);
  const durationS = numberOf('--duration', flags.duration, 0, 1e9, false);
  const out = createStartOutput(flags.json ?? false, process.stdout);
  const showFile = file ?? defaultShow();
  let live: LiveShow | null = null;
  const signals = catchSignals(() => (live ? live.runner.stop() : process.exit(0)));
  const loadStartMs = performance.now();
  const show = await loadShow(showFile, flags.stage ?? null);
  describe(out, show, performance.now() - loadStartMs);

  let link: ConsoleLink | null = null;
  const running = new LiveShow({
    show,
    port: createNodeGpuPort({ backend: flags.gpu }),
    createRenderer: showRenderer(show),
    takesFolder: 'takes',
    ...(maxFrames === undefined ? {} : { maxFrames }),
    onEvent: (event) => {
      out.event(event);
      link?.event(event);
    },
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

function defaultShow(): string {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const file = `${root}${DEFAULT_SHOW}`;
  if (existsSync(file)) return relative('', file);
  const others = globSync('scenes/*/*.show.json', { cwd: root });
  throw new CycError('NO_SHOW', 'the default show is not there', {
    file: DEFAULT_SHOW,
    expected: others.length > 0 ? `one of ${others.sort().join(', ')} as argument` : 'a *.show.json as argument',
  });
}

function numberOf(path: string, text: string | undefined, min: number, max: number, whole = true): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const expected = `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
  throw new CycError('BAD_NUMBER', 'not such a number', { path, got: JSON.stringify(text), expected });
}
