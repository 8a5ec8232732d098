import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { CookSummary } from '../../platform/node/cook/cook-scene.ts';
import { numberOption } from '../number-option.ts';

const HELP = `
Makes meshes into clusters with levels of detail, textures into block-compressed mips (BC7), and writes them in chunks, coarse first: a show
draws its first frame before the last chunk is in. Shows take the .cyc, or an http(s) address of it, wherever they take a .glb.

Same scene and settings, same bytes. A cook that was stopped goes on where it was: finished meshes and textures wait in SCENE.cyc.part, which is
removed at the end. Nothing is done when the output is of the same scene and settings already.

Exit code: 0 cooked or up to date, 2 wrong arguments, files or a full disk; the reason is one line on stderr.

Examples:
  $ cyc cook city.glb -o city.cyc
  $ cyc scene inspect city.cyc
`;

interface CookFlags {
  readonly output: string;
  readonly threads?: string;
  readonly compressTextures: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const MAX_THREADS = 64;

/** `cyc cook`: a glTF scene made ready for the GPU, once. */
export function registerCook(program: Command): void {
  program
    .command('cook')
    .description('make a glTF scene ready for the GPU: levels of detail, compressed textures, streamed in chunks')
    .argument('<scene>', '.gltf or .glb')
    .requiredOption('-o, --output <file>', 'the .cyc file to write')
    .option('--threads <n>', 'worker threads (default: one per core)')
    .option('--no-compress-textures', 'keep textures as RGBA8: exact, four times the memory')
    .option('--force', 'cook even where the output is up to date')
    .option('--json', 'print a summary as JSON and nothing else')
    .addHelpText('after', HELP)
    .action(async (scene: string, flags: CookFlags) => {
      const threads =
        flags.threads === undefined
          ? availableParallelism()
          : numberOption('--threads', flags.threads, { min: 1, max: MAX_THREADS, whole: true });
      const { cookScene } = await import('../../platform/node/cook/cook-scene.ts');
      const { createCookProgress, SILENT_COOK } = await import('../cook-progress.ts');
      const bar = flags.json ? null : createCookProgress(process.stderr);
      const startMs = performance.now();
      try {
        const summary = await cookScene(scene, flags.output, {
          threads,
          compressTextures: flags.compressTextures,
          force: flags.force === true,
          progress: bar ?? SILENT_COOK,
        });
        bar?.stop();
        const seconds = (performance.now() - startMs) / 1000;
        if (flags.json) console.log(JSON.stringify({ ...summary, seconds }, null, 2));
        else console.log(formatCookSummary(summary, seconds));
      } finally {
        bar?.stop();
      }
    });
}

/** The summary as text for a terminal. */
export function formatCookSummary({ output, upToDate, fileBytes, contentHash, cooked }: CookSummary, seconds: number): string {
  const size = `${(fileBytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`;
  if (upToDate || !cooked) return `${output} is up to date (${size}, ${contentHash.slice(0, 12)}); --force cooks it again`;
  const number = (value: number): string => value.toLocaleString('en');
  const shared = cooked.sharedMeshes ? `, ${number(cooked.sharedMeshes)} found equal to others` : '';
  return [
    `${output}: ${size} in ${number(cooked.chunks)} chunks, ${contentHash.slice(0, 12)}, ${seconds.toFixed(1)} s`,
    `  ${number(cooked.triangles)} triangles drawn, ${number(cooked.uniqueTriangles)} in ${number(cooked.meshes)} meshes${shared}, ${number(cooked.instances)} draws`,
    `  ${number(cooked.textures)} textures, ${number(cooked.compressedTextures)} of them BC7`,
    ...(cooked.keptPieces ? [`  ${number(cooked.keptPieces)} pieces were finished by an earlier run`] : []),
    ...cooked.warnings.map((line) => `  ! ${line}`),
  ].join('\n');
}
