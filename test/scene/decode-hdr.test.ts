import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SceneError } from '../../src/core/errors.ts';
import { decodeHdr } from '../../src/scene/decode-hdr.ts';
import { assetPath } from '../support/shared-assets.ts';

const HEADER = '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n';
const file = (size: string, data: readonly number[], header = HEADER): Uint8Array =>
  Uint8Array.of(...new TextEncoder().encode(`${header}${size}\n`), ...data);

function errorOf(bytes: Uint8Array): SceneError {
  try {
    decodeHdr(bytes, 'sky.hdr');
  } catch (error) {
    expect(error).toBeInstanceOf(SceneError);
    return error as SceneError;
  }
  throw new Error('decoded');
}

describe('Radiance pictures', () => {
  test('flat: mantissa · 2^(exponent − 136), exponent 0 is black', () => {
    const { rgb } = decodeHdr(file('-Y 1 +X 3', [128, 64, 32, 129, 255, 0, 1, 136, 9, 9, 9, 0]), 'sky.hdr');
    expect([...rgb]).toEqual([1, 0.5, 0.25, 255, 0, 1, 0, 0, 0]);
  });

  test('old run-length coding: 1 1 1 n repeats, in a row counts up by 256', () => {
    const { rgb } = decodeHdr(file('-Y 1 +X 4', [128, 128, 128, 129, 1, 1, 1, 2, 128, 0, 0, 129]), 'sky.hdr');
    expect([...rgb]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    const long = decodeHdr(file('-Y 1 +X 300', [128, 0, 0, 129, 1, 1, 1, 43, 1, 1, 1, 1]), 'sky.hdr');
    expect(long.rgb.filter((x) => x === 1)).toHaveLength(300);
  });

  test('new run-length coding: channel after channel, runs and copies', () => {
    const row = [2, 2, 0, 8, 136, 128, 3, 10, 20, 30, 133, 40, 136, 0, 136, 136];
    const { rgb } = decodeHdr(file('-Y 2 +X 8', [...row, ...row]), 'sky.hdr');
    expect([...rgb.subarray(0, 12)]).toEqual([128, 10, 0, 128, 20, 0, 128, 30, 0, 128, 40, 0]);
    expect(rgb.subarray(24)).toEqual(rgb.subarray(0, 24));
  });

  test('EXPOSURE is divided out, all of it', () => {
    const header = '#?RADIANCE\n# comment\nEXPOSURE=2\nEXPOSURE= 4\nFORMAT=32-bit_rle_rgbe\n\n';
    expect(decodeHdr(file('-Y 1 +X 1', [128, 128, 128, 132], header), 'sky.hdr').rgb[0]).toBe(1);
  });

  const broken: Record<string, [Uint8Array, RegExp]> = {
    'wrong magic': [new TextEncoder().encode('P6 1 1\n'), /magic.*HDR_HEADER/],
    'no end of the header': [new TextEncoder().encode('#?RADIANCE\nFORMAT=32-bit_rle_rgbe'), /byte 11.*HDR_HEADER/],
    XYZE: [file('-Y 1 +X 1', [0, 0, 0, 0], '#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n'), /32-bit_rle_xyze.*HDR_HEADER/],
    'bottom row first': [file('+Y 1 +X 1', [0, 0, 0, 0]), /orientation.*\+Y \+X.*HDR_HEADER/],
    'turned by 90°': [file('-X 1 +Y 1', [0, 0, 0, 0]), /orientation.*HDR_HEADER/],
    'no size': [file('1 1', [0, 0, 0, 0]), /size.*HDR_HEADER/],
    'a size of nothing': [file('-Y 0 +X 5', []), /size.*HDR_HEADER/],
    'a size beyond all': [file('-Y 99999 +X 99999', [1]), /HDR_HEADER/],
    'more rows than data': [file('-Y 9000 +X 7000', [1, 2, 3, 4]), /too short.*HDR_DATA/],
    'EXPOSURE of nothing': [file('-Y 1 +X 1', [0, 0, 0, 0], '#?RGBE\nEXPOSURE=0\n\n'), /EXPOSURE.*HDR_HEADER/],
    'a run over the end of the row': [file('-Y 1 +X 8', [2, 2, 0, 8, 137, 1, 0, 0, 0, 0]), /run length.*HDR_DATA/],
    'a run of nothing': [file('-Y 1 +X 8', [2, 2, 0, 8, 0, 1, 0, 0, 0, 0]), /run length.*HDR_DATA/],
    'another width in the row': [file('-Y 1 +X 8', [2, 2, 0, 9, 1, 1, 1, 1]), /width of the row.*HDR_DATA/],
    'cut in a run': [file('-Y 1 +X 8', [2, 2, 0, 8, 136, 1, 136, 1, 136]), /file ends.*HDR_DATA/],
    'a repeat before anything': [file('-Y 1 +X 4', [1, 1, 1, 4, 0, 0, 0, 0]), /run length.*HDR_DATA/],
  };
  for (const [name, [bytes, message]] of Object.entries(broken)) {
    test(`refuses ${name}`, () => {
      expect(errorOf(bytes).message).toMatch(message);
      expect(errorOf(bytes).message).toMatch(/^sky\.hdr: /);
    });
  }

  test('every real panorama decodes, and no cut of one does', () => {
    const names = readdirSync(assetPath('hdri')).filter((name) => name.endsWith('.hdr'));
    expect(names).toHaveLength(5);
    for (const name of names) {
      const bytes = new Uint8Array(readFileSync(assetPath(`hdri/${name}`)));
      const { widthPx, heightPx, rgb } = decodeHdr(bytes, name);
      expect([widthPx, heightPx]).toEqual([1024, 512]);
      expect(rgb.every((x) => x >= 0 && x < Infinity)).toBe(true);
      for (const length of [0, 5, 40, 200, bytes.length >> 1, bytes.length - 5])
        expect(errorOf(bytes.subarray(0, length)).code).toMatch(/^HDR_/);
    }
  });
});
