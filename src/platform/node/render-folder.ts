import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { continueManifest, formatManifest, MANIFEST_FILE, parseManifest, type RenderManifest } from '../../outputs/render-manifest.ts';
import { outputErrorOf, writeFileAtomic } from './atomic-file.ts';

/** Last chunk of every PNG: length 0, "IEND", CRC (PNG 3rd edition, 11.2.5). */
const PNG_END = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
/** Names that this program gives to pictures; nothing else in a folder is ever removed. */
const PICTURE_NAME = /^.+\.-?\d{8,}\.png(\.tmp)?$/;

/** A folder of rendered frames that a run can go on in after any end of the one before. */
export class RenderFolder {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /**
   * Opens or makes the folder and writes what decides its pictures.
   * @param overwrite Removes the pictures of earlier runs first.
   * @throws OutputError RENDER_CHANGED, BAD_MANIFEST, DISK_FULL, NOT_WRITABLE, …
   */
  static async open(root: string, manifest: RenderManifest, overwrite: boolean): Promise<RenderFolder> {
    const folder = new RenderFolder(resolve(root));
    const file = join(folder.root, MANIFEST_FILE);
    let wanted = manifest;
    const before = await readText(file);
    if (overwrite) await folder.#removePictures();
    else if (before !== null) wanted = continueManifest(parseManifest(before, file), manifest, file);
    const text = formatManifest(wanted);
    if (text !== before) await writeFileAtomic(file, text);
    return folder;
  }

  /** True for a PNG that is there to its last chunk. */
  async has(path: string): Promise<boolean> {
    const file = join(this.root, path);
    try {
      const handle = await open(file, 'r');
      try {
        const { size } = await handle.stat();
        if (size < PNG_END.length) return false;
        const end = Buffer.alloc(PNG_END.length);
        await handle.read(end, 0, end.length, size - end.length);
        return end.equals(PNG_END);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw outputErrorOf(error, file);
    }
  }

  /** @throws OutputError DISK_FULL, NOT_WRITABLE, … naming the file */
  async write(path: string, png: Uint8Array): Promise<void> {
    await writeFileAtomic(join(this.root, path), png);
  }

  async #removePictures(): Promise<void> {
    for (const entry of await list(this.root)) {
      if (entry.isFile() && PICTURE_NAME.test(entry.name)) await this.#remove(entry.name);
      if (!entry.isDirectory()) continue;
      const inside = await list(join(this.root, entry.name));
      for (const file of inside) {
        const own = file.isFile() && PICTURE_NAME.test(file.name) && file.name.startsWith(`${entry.name}.`);
        if (own) await this.#remove(join(entry.name, file.name));
      }
    }
  }

  async #remove(path: string): Promise<void> {
    const file = join(this.root, path);
    await rm(file, { force: true }).catch((error: unknown) => {
      throw outputErrorOf(error, file);
    });
  }
}

async function list(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw outputErrorOf(error, folder);
  });
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw outputErrorOf(error, file);
  });
}
