import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutputError } from '../../core/errors.ts';

/** What the operating system says, in words, by `errno` code. */
const REASONS: Readonly<Record<string, readonly [code: string, message: string, hint: string]>> = {
  ENOSPC: ['DISK_FULL', 'the disk is full', 'free some space and run the same command again: what is finished is kept'],
  EDQUOT: ['DISK_FULL', 'the disk quota is used up', 'free some space and run the same command again: what is finished is kept'],
  EACCES: ['NOT_WRITABLE', 'no permission to write', 'choose another folder or change its permissions'],
  EPERM: ['NOT_WRITABLE', 'no permission to write', 'choose another folder or change its permissions'],
  EROFS: ['NOT_WRITABLE', 'the file system is read-only', 'choose another folder'],
  ENOTDIR: ['NOT_A_FOLDER', 'a part of the path is a file, not a folder', 'choose another folder'],
  EEXIST: ['NOT_A_FOLDER', 'a file stands where a folder is needed', 'choose another folder'],
  EISDIR: ['IS_A_FOLDER', 'a folder stands where the file is to be written', 'choose another folder or remove it'],
  ENAMETOOLONG: ['NAME_TOO_LONG', 'the path is too long', 'choose a shorter folder name'],
};

/** The error that a failed write of `file` is reported as; other errors than the operating system's pass through. */
export function outputErrorOf(error: unknown, file: string): unknown {
  const errno = (error as NodeJS.ErrnoException | null)?.code;
  if (errno === undefined || error instanceof OutputError) return error;
  const [code, message, hint] = REASONS[errno] ?? ['WRITE_FAILED', `cannot be written (${errno})`, ''];
  return new OutputError(code, message, { file, cause: error, ...(hint && { hint }) });
}

/**
 * Writes a file that is either whole or absent, whenever the process or the machine dies: temporary file beside it, flush, rename.
 * The temporary name is fixed, so that the next run of a killed one writes over what it left.
 * @throws OutputError DISK_FULL, NOT_WRITABLE, NOT_A_FOLDER, … naming the file.
 */
export async function writeFileAtomic(file: string, data: Uint8Array | string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw outputErrorOf(error, file);
  }
}
