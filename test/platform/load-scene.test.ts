import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { SceneError } from '../../src/core/errors.ts';
import { createSharpDecoder } from '../../src/platform/node/decode-image.ts';
import { createSceneFiles, loadSceneFile } from '../../src/platform/node/load-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'cyc-scene-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'scene/maps'), { recursive: true });
writeFileSync(join(folder, 'secret.bin'), 'secret');
writeFileSync(join(folder, 'scene/maps/a b.bin'), 'inside');
writeFileSync(join(folder, 'scene/..dots.bin'), 'inside');
symlinkSync(join(folder, 'secret.bin'), join(folder, 'scene/link.bin'));

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof SceneError ? error.code : String(error)),
  );

describe('files of a scene folder', () => {
  const files = createSceneFiles(join(folder, 'scene'));
  for (const uri of ['maps/a b.bin', './maps/../maps/a b.bin', '..dots.bin']) {
    test(`reads ${uri}`, async () => expect(new TextDecoder().decode(await files.read(uri))).toBe('inside'));
  }
  for (const uri of ['../secret.bin', 'maps/../../secret.bin', join(folder, 'secret.bin'), 'link.bin', '..', '.']) {
    test(`does not leave the folder by ${uri.replace(folder, '<folder>')}`, async () =>
      expect(await codeOf(files.read(uri))).toBe('RESOURCE_ESCAPE'));
  }
  test('says what is missing, and that a folder is no file', async () => {
    expect(await codeOf(files.read('none.bin'))).toBe('RESOURCE_MISSING');
    expect(await codeOf(files.read('maps'))).toBe('RESOURCE_READ');
    expect(await codeOf(files.read('a\0b'))).toBe('RESOURCE_URI');
  });
  test('a scene that is not there', async () => {
    const error = await loadSceneFile(join(folder, 'none.glb')).catch((cause: unknown) => cause as Error);
    expect((error as Error).message).toBe(`${join(folder, 'none.glb')}: file not found [RESOURCE_MISSING]`);
  });
});

describe('pictures', () => {
  const decoder = createSharpDecoder();
  const codes = Uint8Array.of(0, 1, 2, 255, 10, 128, 200, 64, 255, 255, 255, 0, 90, 60, 30, 1);
  const raw = { width: 2, height: 2, channels: 4 } as const;

  test('PNG and lossless WebP come back byte for byte, hidden colours included', async () => {
    const png = await sharp(codes, { raw }).png().toBuffer();
    expect(await decoder.decode(png, 'image/png')).toEqual({ widthPx: 2, heightPx: 2, rgba: codes });
    const webp = await sharp(codes, { raw }).webp({ lossless: true, exact: true }).toBuffer();
    expect((await decoder.decode(webp, 'image/webp')).rgba).toEqual(codes);
  });
  test('16-bit grey becomes 8-bit RGBA', async () => {
    const grey = Uint16Array.of(0, 257, 128 * 257, 65535);
    const png = await sharp(grey, { raw: { width: 4, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { rgba } = await decoder.decode(png, 'image/png');
    expect([...rgba]).toEqual([0, 0, 0, 255, 1, 1, 1, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
  });
  test('a colour profile changes nothing', async () => {
    const png = await sharp(codes, { raw }).png().withIccProfile('p3').toBuffer();
    const plain = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    expect((await decoder.decode(png, 'image/png')).rgba).toEqual(new Uint8Array(plain));
  });
  test('broken and huge pictures', async () => {
    const png = await sharp(codes, { raw }).png().toBuffer();
    expect(await codeOf(decoder.decode(png.subarray(0, png.length - 20), 'image/png'))).toBe('IMAGE_DECODE');
    const wide = await sharp({ create: { width: 16400, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect(await codeOf(decoder.decode(wide, 'image/png'))).toBe('IMAGE_TOO_LARGE');
  });
});
