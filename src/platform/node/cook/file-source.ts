import { type FileHandle, open } from 'node:fs/promises';
import { SceneError } from '../../../core/errors.ts';
import type { CookedSource } from '../../../scene/cooked/read-cooked.ts';

/** Most bytes that one read call asks for: Node takes at most 2 GiB. */
const READ_BYTES = 2 ** 28;

/** A cooked scene on disk. */
export function fileSource(file: string): CookedSource {
  return {
    name: file,
    open(startByte) {
      let at = startByte;
      let opened: Promise<FileHandle> | null = null;
      return {
        async read(length) {
          opened ??= open(file);
          try {
            const handle = await opened;
            // A damaged length must not be believed: memory is taken for what the file can hold.
            const { size } = await handle.stat();
            const out = new Uint8Array(Math.max(0, Math.min(length, size - at)));
            let done = 0;
            while (done < out.length) {
              const { bytesRead } = await handle.read(out, done, Math.min(READ_BYTES, out.length - done), at + done);
              if (bytesRead === 0) break;
              done += bytesRead;
            }
            at += done;
            return out.subarray(0, done);
          } catch (cause) {
            throw unreadable(file, cause);
          }
        },
        async close() {
          const handle = await opened?.catch(() => null);
          await handle?.close();
        },
      };
    },
  };
}

function unreadable(file: string, cause: unknown): SceneError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new SceneError('RESOURCE_MISSING', 'file not found', { file, cause });
  if (code === 'EISDIR') return new SceneError('RESOURCE_READ', 'not a file', { file, got: 'a folder', expected: 'a cooked scene', cause });
  return new SceneError('RESOURCE_READ', 'cannot be read', { file, got: code ?? String(cause), cause });
}
