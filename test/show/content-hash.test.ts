import { expect, test } from 'vitest';
import { contentHash, sha256Hex } from '../../src/platform/node/content-hash.ts';

test('SHA-256 of bytes (FIPS 180-4, "abc")', () => {
  expect(sha256Hex(new TextEncoder().encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('the same content, whatever the order of keys; absent and undefined are the same', () => {
  expect(contentHash({ a: 1, b: [2n, 'x'] })).toBe(contentHash({ b: [2n, 'x'], a: 1, c: undefined }));
});

test.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { b: 1 }],
  [
    [1, 2],
    [2, 1],
  ],
  [
    ['ab', 'c'],
    ['a', 'bc'],
  ],
  [[[1], 2], [[1, 2]]],
  [1, 1n as unknown],
  [1, '1'],
  [null, false],
  [0, -0],
  [new Float32Array([1]), new Float32Array([1.0000001])],
  [new Uint8Array([1, 2]), [1, 2]],
])('different content (%#)', (a: unknown, b: unknown) => {
  expect(contentHash(a)).not.toBe(contentHash(b));
});

test('a view of a larger buffer counts as its own bytes only', () => {
  expect(contentHash(new Uint8Array([9, 1, 2, 9]).subarray(1, 3))).toBe(contentHash(new Uint8Array([1, 2])));
});

test('code has no content', () => {
  expect(() => contentHash({ a: () => 1 })).toThrow(TypeError);
});
