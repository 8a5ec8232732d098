/**
 * Makes the portable bundle: one .tar.xz with Node, Dawn, a Vulkan loader and the program, for machines without npm and network.
 *
 *   npm run bundle -- [--out FOLDER]
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { SingleBar } from 'cli-progress';
import { collectFiles } from './collect-files.ts';
import { compressXz } from './compress-xz.ts';
import { packTar } from './pack-tar.ts';

const HELP = `Usage: npm run bundle -- [options]

Makes cyclorama-<version>-linux-x64.tar.xz: Node, Dawn, a Vulkan loader, a software driver, the program and its scenes. The target needs
glibc 2.34 and, for speed, a GPU's Vulkan driver; unpack and run ./cyc. The same commit and packages give the same bytes.

Options:
  --out <folder>   where to (default: out/bundle)
  --limit <MB>     fail when it becomes larger (default: 60)
  --preset <0-9>   effort of xz (default: 9); 1 takes a quarter of the time and gives an eighth more bytes
  --json           print what was made as JSON and nothing else
  -h, --help       print this help
`;
const MEGABYTE = 1e6;
const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

try {
  await main();
} catch (error) {
  process.stderr.write(`${styleText('red', 'bundle:', { stream: process.stderr })} ${(error as Error).message}\n`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'out/bundle' },
      limit: { type: 'string', default: '60' },
      preset: { type: 'string', default: '9' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const limitMb = Number(values.limit);
  if (!(limitMb > 0)) throw new Error(`--limit: got "${values.limit}", expected megabytes, more than 0`);
  if (!/^[0-9]$/.test(values.preset)) throw new Error(`--preset: got "${values.preset}", expected 0 to 9`);
  const say = (text: string): void => void (values.json || process.stderr.write(`${text}\n`));
  const startMs = performance.now();
  say('  collecting files');
  const { build, files } = await collectFiles(ROOT);
  const name = `cyclorama-${build.version}-${build.target}`;
  if (build.modified) say('  note: files differ from the commit; its file BUILD says so');
  const tar = await packTar(files, name, new Date(build.commitDate || 0));
  say(`  ${files.length} files, ${megabytes(tar.length)} unpacked`);
  const bar = values.json ? null : createBar(tar.length);
  const archive = await compressXz(tar, Number(values.preset), (bytes) => bar?.add(bytes));
  bar?.stop();
  const folder = resolve(values.out);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.tar.xz`);
  // Renamed when whole: whoever copies it at the same time gets the old one or the new one.
  writeFileSync(`${file}.tmp`, archive);
  renameSync(`${file}.tmp`, file);
  if (archive.length > limitMb * MEGABYTE)
    throw new Error(`${relative('', file)} is too large: got ${megabytes(archive.length)}, expected at most ${limitMb} MB`);
  const seconds = (performance.now() - startMs) / 1000;
  if (values.json)
    console.log(JSON.stringify({ file, bytes: archive.length, unpackedBytes: tar.length, files: files.length, ...build, seconds }));
  else say(`  ${relative('', file)}, ${megabytes(archive.length)}, in ${seconds.toFixed(0)} s`);
}

/** A bar on a terminal, a line every tenth of the way elsewhere. */
function createBar(totalBytes: number): { add(bytes: number): void; stop(): void } {
  let done = 0;
  if (process.stderr.isTTY) {
    const bar = new SingleBar({
      format: '  compressing {bar} {percentage} % · {eta_formatted} left',
      stream: process.stderr,
      hideCursor: true,
    });
    bar.start(totalBytes, 0);
    return {
      add(bytes) {
        done += bytes;
        bar.update(done);
      },
      stop: () => bar.stop(),
    };
  }
  let said = 0;
  return {
    add(bytes) {
      done += bytes;
      const tenth = Math.floor((10 * done) / totalBytes);
      if (tenth > said) process.stderr.write(`  compressing: ${tenth * 10} %\n`);
      said = Math.max(said, tenth);
    },
    stop() {},
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
