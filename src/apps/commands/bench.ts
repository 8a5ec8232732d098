import { styleText } from 'node:util';
import type { Command } from 'commander';
import { CycError } from '../../core/errors.ts';
import { numberOption } from '../number-option.ts';

interface BenchFlags {
  readonly scale?: string;
  readonly full?: boolean;
  readonly frames?: string;
  readonly warm?: string;
  readonly peers?: string;
  readonly samples: string;
  readonly lodError: string;
  readonly out: string;
  readonly json?: boolean;
  readonly list?: boolean;
}

const HELP = `
WORK is one or more of the names that --list prints; all but side-by-side when left out (with --peers: all).

Examples:
  $ cyc bench                              everything, scaled down where a software driver renders
  $ cyc bench wall-4k60 --full             the 4K wall in full size
  $ cyc bench side-by-side --peers three   the same set in three.js, in rounds
  $ cyc bench compare before.json after.json

Writes <date>-<adapter>.json (schema cyclorama.bench/1, described in src/outputs/bench-result.ts) and a report of the same name in HTML.
Exit code: 0 everything ran (numbers that were missed are said, not counted as errors), 1 a work did not run, 2 wrong arguments.`;

/** `cyc bench`: named work on this device, as JSON and as a report; `cyc bench compare`: ratios of two runs. */
export function registerBench(program: Command): void {
  const bench = program
    .command('bench')
    .description('measure this device: frame times, passes, memory, counters; beside other engines')
    .argument('[work...]', 'what to run (--list)')
    .option('--scale <s>', 'size of walls and scenes, 1 = full; default: full on a GPU, small on a software driver')
    .option('--full', 'the same as --scale 1')
    .option('--frames <n>', 'frames measured per row; default 600 on a GPU, 8 on a software driver')
    .option('--warm <n>', 'frames drawn before; default 60, or 3')
    .option('--peers <list>', 'also measure three, babylon, playcanvas (side-by-side)')
    .option('--samples <n>', 'visibility samples per LED: 1, 4 or 8', '1')
    .option('--lod-error <px>', 'largest error of simplified surfaces, LED pixels; 0 = full detail', '1')
    .option('-o, --out <folder>', 'where result and report go', 'bench-results')
    .option('--json', 'print the result as JSON')
    .option('--list', 'print the names and what they measure')
    .addHelpText('after', HELP)
    .action(async (names: string[], flags: BenchFlags) => {
      if (flags.list) await printWorks(flags.json === true);
      else await run(names, flags);
    });
  bench
    .command('compare')
    .description('ratios of two results, figure by figure')
    .argument('<a>', 'result of the first run (.json)')
    .argument('<b>', 'result of the second')
    .option('--json', 'print the comparison as JSON')
    .action(async (a: string, b: string, own: { json?: boolean }) => {
      // Both commands have --json, and the outer one takes it when it stands first.
      const json = own.json === true || bench.opts<BenchFlags>().json === true;
      const { compareFiles, formatComparison } = await import('../bench-text.ts');
      const comparison = await compareFiles(a, b);
      console.log(json ? JSON.stringify(comparison, null, 2) : formatComparison(comparison));
    });
}

async function printWorks(json: boolean): Promise<void> {
  const { WORKS } = await import('../../platform/node/bench/bench-works.ts');
  const works = WORKS.map(({ name, describe }) => ({ name, describe }));
  if (json) console.log(JSON.stringify(works, null, 2));
  else console.log(works.map(({ name, describe }) => `${name.padEnd(14)} ${describe}`).join('\n'));
}

async function run(names: readonly string[], flags: BenchFlags): Promise<void> {
  const { findWorks, runBench } = await import('../../platform/node/bench/run-bench.ts');
  const { WORKS } = await import('../../platform/node/bench/bench-works.ts');
  const { availablePeers, parsePeers } = await import('../../platform/node/bench/bench-peers.ts');
  const { writeBenchFiles } = await import('../../platform/node/bench/write-bench.ts');
  const { formatResult } = await import('../bench-text.ts');
  if (flags.full && flags.scale !== undefined)
    throw new CycError('BAD_SCALE', 'give --full or --scale', { got: `--full --scale ${flags.scale}` });
  const everything = WORKS.filter((work) => work.special !== 'peers' || flags.peers !== undefined).map((work) => work.name);
  const works = names.length > 0 ? names : everything;
  findWorks(works);
  const count = (path: string, text: string | undefined, min: number): number | null =>
    text === undefined ? null : numberOption(path, text, { min, max: 100_000, whole: true });
  const samples = numberOption('--samples', flags.samples, { min: 1, max: 8, whole: true });
  if (samples !== 1 && samples !== 4 && samples !== 8)
    throw new CycError('BAD_NUMBER', 'not such a number', { path: '--samples', got: flags.samples, expected: '1, 4 or 8' });
  const result = await runBench({
    works,
    scale: flags.full ? 1 : flags.scale === undefined ? null : numberOption('--scale', flags.scale, { min: 0.01, max: 1 }),
    frames: count('--frames', flags.frames, 1),
    warmFrames: count('--warm', flags.warm, 0),
    peers: flags.peers === undefined ? (works.includes('side-by-side') ? availablePeers() : []) : parsePeers(flags.peers),
    samplesPerLed: samples,
    lodErrorPx: numberOption('--lod-error', flags.lodError, { min: 0, max: 100 }),
    picturesFolder: works.includes('side-by-side') ? flags.out : null,
    onPartial: async (partial) => {
      await writeBenchFiles(partial, flags.out);
    },
    onProgress: (text) => process.stderr.write(`${styleText('dim', text, { stream: process.stderr })}\n`),
  });
  const files = await writeBenchFiles(result, flags.out);
  console.log(flags.json ? JSON.stringify(result, null, 2) : formatResult(result, files));
  if (result.works.some((work) => work.rows.length + work.encode.length === 0)) process.exitCode = 1;
}
