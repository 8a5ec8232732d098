import { type Command, Option } from 'commander';
import type { StartFlags } from '../start-show.ts';

/** The show that runs when none is named: the exterior. */
export const DEFAULT_SHOW = 'scenes/desert-outpost/desert-outpost.show.json';

const HELP = `
Without SHOW the project's own exterior runs: ${DEFAULT_SHOW}.
Ctrl-C ends the show. On a device slower than the show's rate, frames between are skipped and counted; every frame that is shown is right
for its own time.

The governor keeps the device's time for a frame within the budget by drawing less than asked: first samples per LED (8, 4, 1), then the outer
eye's lattice (half, quarter), then detail (errors up to 8 LED pixels). It gives back in reverse, once there is room. What is drawn is in each
frame's state, so a take replays it. The console shows it and switches it. On a software driver it is off unless --budget or --governor is given: a
preview that is right at two frames a second serves better than a bad one at three.

A cooked scene (.cyc, on disk or at an http address) streams in while the wall is lit: frames begin with its coarsest detail and get finer. With
--record the show waits for all of it, so that the take renders again byte for byte.

Exit code: 0 ended by Ctrl-C, SIGTERM, --frames or --duration; 2 wrong arguments, files or machine.

Examples:
  $ cyc start                                   the project's show, console on http://127.0.0.1:8080/
  $ cyc start my.show.json --host 0.0.0.0       console for the whole network
  $ cyc start my.show.json --record takes/1.take --duration 30
  $ cyc start my.show.json --samples 8 --budget 12   eight samples per LED as long as a frame takes at most 12 ms
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
    .addOption(new Option('--samples <n>', 'visibility samples per LED to begin with, instead of the show’s').choices(['1', '4', '8']))
    .option('--lod-error <px>', 'largest error of simplified surfaces in LED pixels to begin with, instead of the show’s; 0 = full detail')
    .option('--budget <ms>', 'device time that the governor holds each frame to (default: nine tenths of the frame’s period)')
    .option('--governor', 'hold the budget on a software driver, too (default: on a GPU, or with --budget)')
    .option('--no-governor', 'draw everything as asked, whatever it costs')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, flags: StartFlags) => (await import('../start-show.ts')).startShow(file, DEFAULT_SHOW, flags));
}
