import { type Command, Option } from 'commander';
import type { RenderFlags } from '../render-frames.ts';

const HELP = `
Frame N is the show at N / rate seconds; simulated cameras move as a function of that time alone, so the same command gives the same
bytes again. Trackers on the network are not listened to: their cameras stand at rest, unless --pose or --take says otherwise.
Run the same command again to go on after any interruption: complete frames are kept.

Files:
  DIR/<processor>/<processor>.<frame>.png   8-bit canvases as 8-bit PNG, 10- and 12-bit ones as 16-bit PNG
  DIR/<camera>-photograph.<frame>.png       16-bit sRGB, white = the wall's peak; what the film camera sees of the wall
  DIR/<camera>-direct.<frame>.png           the same scale; the scene drawn for the camera itself, without wall
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
    .addOption(new Option('--samples <n>', 'visibility samples per LED, instead of the show’s').choices(['1', '4', '8']))
    .option('--lod-error <px>', 'largest error of simplified surfaces in LED pixels, instead of the show’s; 0 = full detail')
    .option('--exposure <stops>', 'exposure, instead of the show’s')
    .option('--canvases <names>', 'write only these processors, separated by commas')
    .option('--photograph <camera>', 'also the photograph that the camera takes of the lit wall (again for more)', collect, [])
    .addOption(
      new Option('--reconstruct <how>', 'light between LED centres in photographs').choices(['nearest', 'bilinear']).default('bilinear'),
    )
    .option('--direct <camera>', 'also the scene as the camera itself sees it (again for more)', collect, [])
    .option('--supersample <n>', 'LEDs per camera pixel of direct views', '2')
    .option('--overwrite', 'remove the pictures of earlier runs first')
    .addOption(new Option('--gpu <which>', 'which device renders').choices(['auto', 'gpu', 'software']).default('auto'))
    .option('--json', 'print a summary as JSON and nothing else')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: RenderFlags) => (await import('../render-frames.ts')).renderFrames(file, flags));
}
