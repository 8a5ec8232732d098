import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { OutputError } from '../../../core/errors.ts';
import { outputErrorOf, writeFileAtomic } from '../atomic-file.ts';

const HASH_BYTES = 32;
const LOCK = 'lock';

/**
 * Finished work of a cook that may be cut short, beside its output: each piece under the hash of what it was made from, so that it is found again by
 * a later run and never mistaken for another. Every piece starts with the SHA-256 of its bytes; one that does not match is made again.
 */
export class PartFolder {
  readonly path: string;

  constructor(output: string) {
    this.path = `${output}.part`;
  }

  /** Makes the folder and takes it for this process. @throws OutputError COOK_RUNNING, NOT_A_FOLDER, NOT_WRITABLE, DISK_FULL */
  async enter(): Promise<void> {
    try {
      // Recursive only where it must be: Node's way never ends in a folder that refuses new entries with ENOENT, such as /proc.
      const parent = await stat(dirname(this.path)).catch(() => null);
      const known = await stat(this.path).catch(() => null);
      if (!known?.isDirectory()) await mkdir(this.path, { recursive: parent === null });
      await this.#lock();
    } catch (error) {
      throw outputErrorOf(error, this.path);
    }
  }

  async #lock(): Promise<void> {
    const file = join(this.path, LOCK);
    for (let attempt = 0; ; attempt++) {
      const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST' || attempt > 0) throw error;
        return null;
      });
      if (handle) {
        await handle.writeFile(String(process.pid));
        await handle.close();
        return;
      }
      const pid = Number(await readFile(file, 'utf8').catch(() => ''));
      if (pid !== process.pid && isRunning(pid)) {
        throw new OutputError('COOK_RUNNING', 'another cook writes the same scene', {
          file: this.path,
          got: `process ${pid}`,
          hint: 'wait for it, or choose another output',
        });
      }
      // Left by a run that was killed.
      await rm(file, { force: true });
    }
  }

  /** Lets go of the folder and keeps what is in it for the next run; an empty one goes. */
  async leave(): Promise<void> {
    await rm(join(this.path, LOCK), { force: true }).catch(() => {});
    await rmdir(this.path).catch(() => {});
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true }).catch(() => {});
  }

  file(name: string): string {
    return join(this.path, name);
  }
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Writes a piece: plain data with typed arrays. @throws OutputError */
export async function writePiece(file: string, value: unknown): Promise<void> {
  const payload = serialize(value);
  await writeFileAtomic(file, Buffer.concat([createHash('sha256').update(payload).digest(), payload]));
}

/** @returns `null` where there is none, or a damaged one. */
export async function readPiece(file: string): Promise<unknown> {
  const bytes = await readFile(file).catch(() => null);
  if (!bytes || bytes.length < HASH_BYTES) return null;
  const payload = bytes.subarray(HASH_BYTES);
  if (!createHash('sha256').update(payload).digest().equals(bytes.subarray(0, HASH_BYTES))) return null;
  return deserialize(payload);
}

/** Whether the output may be written there. @throws OutputError IS_A_FOLDER */
export async function checkOutput(output: string): Promise<void> {
  const info = await stat(output).catch(() => null);
  if (info?.isDirectory()) {
    throw new OutputError('IS_A_FOLDER', 'a folder stands where the scene is to be written', {
      file: output,
      expected: 'the name of a .cyc file',
    });
  }
}
