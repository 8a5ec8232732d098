import { type Command, Option } from 'commander';
import { CycError } from '../../core/errors.ts';
import { parseFixedPose, parseFrameRange } from '../../engine/render-arguments.ts';
import { createNodeGpuPort, type GpuBackend } from '../../platform/node/gpu.ts';
import { loadShow } from '../../platform/node/load-show.ts';
import { type RenderRequest, type RenderSummary, renderShow } from '../../platform/node/render-show.ts';
import { showRenderer } from '../../platform/node/show-renderer.ts';
import { packageVersion } from '../package-version.ts';
import { createRenderProgress, duration, SILENT_PROGRESS } from '../render-progress.ts';
import { count, deviceText, factLine, sceneText, stageText } from '../show-text.ts';

interface RenderFlags {
  readonly frames?: string;
  readonly out: string;
  readonly take?: string;
  readonly stage?: string;
  readonly pose: readonly string[];
  readonly samples?: '1' | '4';
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

const HELP = `
Frame N is the show at N / rate seconds; simulated cameras move as a function of that time alone, so the same command gives the same
bytes again. Trackers on the network are not listened to: their cameras stand at rest, unless --pose or --take says otherwise.
Run the same command again to go on after any interruption: complete frames are kept.

Files:
  DIR/<processor>/<processor>.<frame>.png   8-bit canvases as 8-bit PNG, 10- and 12-bit ones as 16-bit PNG
  DIR/<camera>-photograph.<frame>.png       16-bit sRGB; what the film camera sees of the lit wall
  DIR/<camera>-direct.<frame>.png           16-bit sRGB; the scene drawn for the camera itself, without wall
  DIR/render.json                           what decided the pictures; a changed show is not mixed in

Exit code: 0 every frame is there, 1 stopped before that, 2 wrong arguments, files or machine.

Examples:
  $ cyc render my.show.json --frames 0-95 --out out/shot
  $ cyc render my.show.json --frames 0 --out out/test --pose A=0,1.7,2,10,0,0 --photograph A --direct A
  $ cyc render my.show.json --take takes/scene-7.take --out out/scene-7
`;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `cyc render`: frames of a show as PNGs, without a clock. */
export function registerRender(program: Command): void {
  program
    .command('render')
    .description('render frames of a show to one PNG per processor canvas; goes on where an earlier run ended')
    .argument('<show>', '*.show.json')
    .requiredOption('--out <dir>', 'folder for the pictures; made if it is not there')
    .option('--frames <A-B>', 'first and last frame; with --take the part of it to render')
    .option('--take <file>', 'render the frames of a recording again, byte for byte')
    .option('--stage <file>', 'another *.stage.json than the show names')
    .option('--pose <camera=x,y,z,pan,tilt,roll>', 'fix a camera: stage metres, degrees (again for more cameras)', collect, [])
    .addOption(new Option('--samples <n>', 'visibility samples per LED, instead of the show’s').choices(['1', '4']))
    .option('--exposure <stops>', 'exposure, instead of the show’s')
    .option('--canvases <names>', 'write only these processors, separated by commas')
    .option('--photograph <camera>', 'also the photograph that the camera takes of the lit wall (again for more)', collect, [])
    .addOption(
      new Option('--reconstruct <how>', 'light between LED centres in photographs').choices(['nearest', 'bilinear']).default('nearest'),
    )
    .option('--direct <camera>', 'also the scene as the camera itself sees it (again for more)', collect, [])
    .option('--supersample <n>', 'LEDs per camera pixel of direct views', '2')
    .option('--overwrite', 'remove the pictures of earlier runs first')
    .addOption(new Option('--gpu <which>', 'which device renders').choices(['auto', 'gpu', 'software']).default('auto'))
    .option('--json', 'print a summary as JSON and nothing else')
    .addHelpText('after', HELP)
    .action(render);
}

async function render(file: string, flags: RenderFlags): Promise<void> {
  const request = requestOf(flags);
  const say = (line: string): void => void (flags.json || process.stderr.write(`${line}\n`));
  const show = await loadShow(file, flags.stage ?? null);
  say(factLine('show', `${show.document.name} (${file})`));
  say(factLine('stage', stageText(show.stage)));
  say(factLine('scene', sceneText(show.scene)));
  const progress = flags.json ? SILENT_PROGRESS : createRenderProgress(process.stderr);
  const startMs = performance.now();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const summary = await renderShow(show, request, createNodeGpuPort({ backend: flags.gpu }), showRenderer(show), {
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
    samplesPerLed: flags.samples === undefined ? null : flags.samples === '1' ? 1 : 4,
    exposureStops: flags.exposure === undefined ? null : numberOf('--exposure', flags.exposure, -40, 40),
    canvases: flags.canvases === undefined ? null : flags.canvases.split(',').map((name) => name.trim()),
    photographs: flags.photograph,
    reconstruct: flags.reconstruct,
    directs: flags.direct,
    supersample: numberOf('--supersample', flags.supersample, 0.25, 16),
    overwrite: flags.overwrite ?? false,
  };
}

function numberOf(path: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max) return value;
  throw new CycError('BAD_NUMBER', 'not such a number', { path, got: JSON.stringify(text), expected: `a number from ${min} to ${max}` });
}
