import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cameraFileName, canvasFileName, checkDistinctFileNames } from '../../src/outputs/frame-names.ts';
import { createManifest } from '../../src/outputs/render-manifest.ts';
import { outputErrorOf, writeFileAtomic } from '../../src/platform/node/atomic-file.ts';
import { RenderFolder } from '../../src/platform/node/render-folder.ts';

/** The smallest PNG: a black pixel, by hand from the specification. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');
const MANIFEST = createManifest('a.show.json', { stage: 'sha256:1', scene: 'sha256:2', samples: '1' }, {});
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cyc-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('names: processor folder, at least eight digits, nothing a file system refuses', () => {
  expect(canvasFileName('left', 42n)).toBe('left/left.00000042.png');
  expect(canvasFileName('a/b: c', 43_200_000_000n)).toBe('a_b__c/a_b__c.43200000000.png');
  expect(canvasFileName('../x', 0n)).toBe('__x/__x.00000000.png');
  expect(cameraFileName('A', 'photograph', 7n)).toBe('A-photograph.00000007.png');
  expect(() => checkDistinctFileNames(['a b', 'a/b'], 's.json')).toThrow(/NAME_CLASH/);
  expect(() => checkDistinctFileNames(['Left', 'left'], 's.json')).toThrow(/NAME_CLASH/);
});

describe('a folder of frames', () => {
  test('knows whole pictures from absent and cut ones', async () => {
    const folder = await RenderFolder.open(root, MANIFEST, false);
    const path = canvasFileName('left', 1n);
    expect(await folder.has(path)).toBe(false);
    await folder.write(path, PNG);
    expect(await folder.has(path)).toBe(true);
    expect(readdirSync(join(root, 'left'))).toEqual(['left.00000001.png']);
    for (const length of [0, 5, PNG.length - 1]) {
      writeFileSync(join(root, path), PNG.subarray(0, length));
      expect(await folder.has(path)).toBe(false);
    }
  });

  test('goes on with the same render, takes a new camera picture, refuses another render', async () => {
    await RenderFolder.open(root, MANIFEST, false);
    await RenderFolder.open(root, { ...MANIFEST, pictures: { 'photograph A': 'nearest' } }, false);
    await RenderFolder.open(root, MANIFEST, false);
    expect(JSON.parse(readFileSync(join(root, 'render.json'), 'utf8')).pictures).toEqual({ 'photograph A': 'nearest' });
    const other = createManifest('a.show.json', { ...MANIFEST.parameters, scene: 'sha256:3' }, {});
    await expect(RenderFolder.open(root, other, false)).rejects.toThrow(
      /render\.json: .*got scene sha256:3; expected scene sha256:2; .*--overwrite \[RENDER_CHANGED\]/,
    );
    const bilinear = { ...MANIFEST, pictures: { 'photograph A': 'bilinear' } };
    await expect(RenderFolder.open(root, bilinear, false)).rejects.toThrow(/got photograph A bilinear; expected photograph A nearest/);
  });

  test('--overwrite removes its own pictures and nothing else', async () => {
    const folder = await RenderFolder.open(root, MANIFEST, false);
    await folder.write(canvasFileName('left', 1n), PNG);
    await folder.write(cameraFileName('A', 'direct', 1n), PNG);
    writeFileSync(join(root, 'notes.txt'), 'keep');
    writeFileSync(join(root, 'left', 'logo.png'), 'keep');
    await RenderFolder.open(root, createManifest('b', { samples: '4' }, {}), true);
    expect(readdirSync(root).sort()).toEqual(['left', 'notes.txt', 'render.json']);
    expect(readdirSync(join(root, 'left'))).toEqual(['logo.png']);
  });

  test('a manifest that is none is not overwritten unasked', async () => {
    for (const text of [
      '{',
      '{}',
      '[]',
      'null',
      '{"schema":"cyclorama-render/1"}',
      '{"schema":"cyclorama-render/1","parameters":{"a":1},"pictures":{}}',
    ]) {
      writeFileSync(join(root, 'render.json'), text);
      await expect(RenderFolder.open(root, MANIFEST, false)).rejects.toMatchObject({ code: 'BAD_MANIFEST' });
      expect(readFileSync(join(root, 'render.json'), 'utf8')).toBe(text);
    }
  });
});

describe('a write that fails', () => {
  test('names the file, says why, and leaves nothing half written', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(writeFileAtomic(join(root, 'file', 'a.png'), PNG)).rejects.toMatchObject({
      code: 'NOT_A_FOLDER',
      message: expect.stringContaining(join(root, 'file', 'a.png')),
    });
    mkdirSync(join(root, 'a.png'));
    await expect(writeFileAtomic(join(root, 'a.png'), PNG)).rejects.toMatchObject({ code: 'IS_A_FOLDER' });
    expect(existsSync(join(root, 'a.png.tmp'))).toBe(false);
  });

  test('a full disk', async () => {
    // /dev/full answers every write with ENOSPC; only Linux has it.
    if (!existsSync('/dev/full')) return;
    const full = await import('node:fs/promises').then(({ writeFile }) => writeFile('/dev/full', 'x').catch((error: unknown) => error));
    expect(outputErrorOf(full, 'a.png')).toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(/^a\.png: the disk is full; free/),
    });
  });

  test('no permission', async () => {
    if (process.getuid?.() === 0) {
      const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
      expect(outputErrorOf(denied, 'a.png')).toMatchObject({ code: 'NOT_WRITABLE' });
      return;
    }
    chmodSync(root, 0o500);
    await expect(writeFileAtomic(join(root, 'a.png'), PNG)).rejects.toMatchObject({ code: 'NOT_WRITABLE' });
    chmodSync(root, 0o700);
  });
});
