import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { OutputError, StageError } from '../../core/errors.ts';
import { pngFromSvg } from '../../platform/node/svg-to-png.ts';
import { bakeRecords } from '../../stage/bake-records.ts';
import { bakeStage } from '../../stage/bake-stage.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import { checkStage } from '../../stage/check-stage.ts';
import { drawStage } from '../../stage/draw-stage.ts';
import { StageFileError } from '../../stage/file-errors.ts';
import { parseStage } from '../../stage/parse-stage.ts';
import { bakeText, type ReportLine, reportText } from '../../stage/report-text.ts';

/** Exit codes, as the help states them. */
const EXIT_PROBLEMS = 1;
const EXIT_UNREADABLE = 2;

/** `cyc stage check` and `cyc stage bake`. */
export function registerStage(program: Command): void {
  const stage = program.command('stage').description('check a stage file, or show what it bakes to');
  stage
    .command('check')
    .description('prove that every LED is mapped exactly once; print walls, canvases and port load; draw them')
    .argument('<stage>', 'a *.stage.json file')
    .option('--json', 'print the report as JSON')
    .option('--out <dir>', 'folder for the drawings (plan, walls, one per canvas; PNG); without it nothing is drawn')
    .addHelpText('after', '\nExit code: 0 fine (warnings allowed), 1 problems found, 2 the file cannot be read.')
    .action(runCheck);
  stage
    .command('bake')
    .description('print every facet window with its canvas and place')
    .argument('<stage>', 'a *.stage.json file')
    .option('--json', 'print full records as JSON')
    .addHelpText('after', '\nExit code: 0 done, 2 the file cannot be read.')
    .action(runBake);
}

async function runCheck(file: string, options: { json?: boolean; out?: string }): Promise<void> {
  const stage = loadStage(file);
  if (!stage) return;
  const report = checkStage(stage);
  const drawings = options.out === undefined ? [] : await writeDrawings(stage, options.out);
  if (options.json) console.log(JSON.stringify({ file, ...report, drawings }, null, 2));
  else {
    console.log(reportText(report).map(paint).join('\n'));
    if (drawings.length)
      console.log(`\n${drawings.length} drawings in ${options.out}: ${drawings.map((path) => basename(path)).join(', ')}`);
  }
  if (!report.ok) process.exitCode = EXIT_PROBLEMS;
}

async function runBake(file: string, options: { json?: boolean }): Promise<void> {
  const stage = loadStage(file);
  if (!stage) return;
  const baked = bakeRecords(stage);
  console.log(options.json ? JSON.stringify(baked, null, 2) : bakeText(baked).map(paint).join('\n'));
}

/** Reads, parses and bakes; prints what is wrong, one problem a line, and sets the exit code when that fails. */
function loadStage(file: string): BakedStage | null {
  try {
    return bakeStage(parseStage(readText(file), file));
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    const text =
      error instanceof StageFileError && error.problems.length > 1 ? error.message.replace(/\n\s*\[FILE_INVALID\]$/, '') : error.message;
    process.stderr.write(`${styleText('red', 'cyc:', { stream: process.stderr })} ${text}\n`);
    process.exitCode = EXIT_UNREADABLE;
    return null;
  }
}

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const isText = !(cause instanceof TypeError);
    const reason = isText ? ((cause as NodeJS.ErrnoException).code ?? String(cause)) : 'bytes that are not UTF-8';
    throw new StageError('FILE_UNREADABLE', 'cannot read the stage file', {
      file,
      got: reason,
      expected: 'a *.stage.json file in UTF-8',
      cause,
    });
  }
}

async function writeDrawings(stage: BakedStage, folder: string): Promise<string[]> {
  const paths: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, svg } of drawStage(stage)) {
      const path = join(folder, `${name}.png`);
      writeFileSync(path, await pngFromSvg(svg));
      paths.push(path);
    }
  } catch (cause) {
    throw new OutputError('WRITE_FAILED', 'cannot write the drawings', {
      file: folder,
      got: String(cause),
      hint: 'is the folder writable?',
      cause,
    });
  }
  return paths;
}

const paint = ({ text, tone }: ReportLine): string => (tone === undefined ? text : styleText([...TONES[tone]], text));

const TONES = { heading: ['bold', 'underline'], good: ['green'], warning: ['yellow'], error: ['red'], soft: ['dim'] } as const;
