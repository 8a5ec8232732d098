import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BundleFile } from './collect-files.ts';

interface TarHeader {
  name: string;
  mode: number;
  mtime: Date;
  uid: number;
  gid: number;
  readonly type: string;
}
// tar-fs has no types of its own.
const { pack } = createRequire(import.meta.url)('tar-fs') as {
  pack(folder: string, options: { sort: boolean; umask: number; map(header: TarHeader): TarHeader }): Readable;
};

const EXECUTABLE = 0o755;
const PLAIN = 0o644;

/**
 * A tar of the files under one folder. The same files give the same bytes on every machine: sorted, no owner, one date, two modes.
 * @param top Name of the folder that the archive unpacks to.   @param date Modification time of every entry.
 */
export async function packTar(files: readonly BundleFile[], top: string, date: Date): Promise<Uint8Array> {
  const staging = mkdtempSync(join(tmpdir(), 'cyc-bundle-'));
  try {
    const executables = new Set<string>();
    for (const { path, content, executable } of files) {
      const target = join(staging, top, path);
      mkdirSync(dirname(target), { recursive: true });
      if (typeof content === 'object' && 'file' in content) copyFileSync(content.file, target);
      else writeFileSync(target, content);
      // A source without write permission would leave a copy that cannot be removed everywhere.
      chmodSync(target, PLAIN);
      if (executable) executables.add(`${top}/${path}`);
    }
    const map = (header: TarHeader): TarHeader => {
      const runs = header.type === 'directory' || executables.has(header.name);
      return Object.assign(header, { mode: runs ? EXECUTABLE : PLAIN, mtime: date, uid: 0, gid: 0 });
    };
    return await buffer(pack(staging, { sort: true, umask: 0, map }));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
