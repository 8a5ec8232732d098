import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import { CycError } from '../core/errors.ts';
import { checkRaster } from '../platform/node/raster-check.ts';
import { registerBench } from './commands/bench.ts';
import { registerCook } from './commands/cook.ts';
import { type ExtraCheck, registerDoctor } from './commands/doctor.ts';
import { registerRender } from './commands/render.ts';
import { registerScene } from './commands/scene.ts';
import { registerStage } from './commands/stage.ts';
import { registerStart } from './commands/start.ts';
import { registerTrack } from './commands/track.ts';
import { createGpuPort } from './gpu-port.ts';

/** On the device of this host; a check that fails is reported under its function's name. */
const rasteriser: ExtraCheck = async () => checkRaster(createGpuPort());

/** Every command of `cyc`, in the order the help lists them. To add one: write `commands/x.ts` with `registerX` and name it here. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  registerStart,
  registerRender,
  registerStage,
  registerCook,
  registerScene,
  registerTrack,
  registerBench,
  (program) => registerDoctor(program, [rasteriser]),
];

/** Exit codes: 0 done, 1 it ran but the answer is no, or an error of our own; 2 wrong arguments, files or machine. */
const EXIT_INTERNAL = 1;
const EXIT_USER = 2;

const EXAMPLES = `
Examples:
  $ cyc start                  the project's own show, with its console in the browser
  $ cyc render my.show.json --frames 0-95 --out out
  $ cyc doctor                 what this machine has, what is missing and how to mend it
  $ cyc doctor --require-gpu   exit code 1 unless a GPU renders
  $ cyc help doctor            all options of one command

Environment:
  CYC_GPU     auto (default), gpu, software or null: which device renders
  CYC_DEBUG   1 prints the stack of errors
`;

/** The command line, without running anything. Parsing throws CommanderError instead of ending the process. */
export function createProgram(): Command {
  const { version, description } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command('cyc')
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .configureOutput({ outputError: (text, write) => write(`cyc: ${text.replace(/^error: /, '').trimEnd()}\n`) })
    .showSuggestionAfterError()
    .showHelpAfterError('run `cyc --help` for the commands');
  for (const register of COMMANDS) register(program);
  // Commands made above take their settings from the program only when they are created by it: pass these on by hand.
  for (const command of [program, ...descendants(program)]) command.copyInheritedSettings(program).exitOverride();
  return program;
}

/** Runs the command that `argv` names; sets the exit code and lets the process end by itself. An error ends it at once. */
export async function main(argv: readonly string[], program = createProgram()): Promise<void> {
  prepareProcess();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USER;
    else fail(error);
  }
}

/** One clean line on stderr; an open socket or device must not keep a failed command alive. */
function fail(error: unknown): void {
  const known = error instanceof CycError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${styleText('red', 'cyc:', { stream: process.stderr })} ${message.replace(/\s*\n\s*/g, '; ')}\n`);
  if (process.env['CYC_DEBUG'] === '1') console.error(error);
  else if (!known) process.stderr.write('cyc: this is an error of cyc itself; CYC_DEBUG=1 shows where it happened\n');
  process.exit(known ? EXIT_USER : EXIT_INTERNAL);
}

function prepareProcess(): void {
  // `cyc … | head` closes the pipe early: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  // Started by an older Node (see cyc.mjs): when that process is killed, this one must not stay behind.
  if (process.env['CYC_HANDED_OVER'] === '1' && process.channel) {
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel.unref();
  }
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child as Command, ...descendants(child as Command)]);
}
