import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import type { CanvasImage } from '../../src/engine/frame-result.ts';
import { codesFromCanvas } from '../../src/outputs/canvas-codes.ts';
import { encodeCanvasPng, encodeLinearPng, encodePng8, replicateBits } from '../../src/outputs/png.ts';

const canvas = (bitDepth: 8 | 10 | 12, codes: readonly (readonly [number, number, number])[], offset = 0): CanvasImage => {
  const size = bitDepth === 12 ? 8 : 4;
  const data = new Uint8Array(new ArrayBuffer(codes.length * size + offset), offset);
  const view = new DataView(data.buffer, offset);
  codes.forEach(([r, g, b], p) => {
    if (bitDepth === 8) data.set([r, g, b, 255], p * 4);
    else if (bitDepth === 10) view.setUint32(p * 4, (r | (g << 10) | (b << 20) | (3 << 30)) >>> 0, true);
    else for (const [c, code] of [r, g, b, 4095].entries()) view.setUint16(p * 8 + c * 2, code, true);
  });
  const format = bitDepth === 8 ? 'rgba8' : bitDepth === 10 ? 'rgb10a2' : 'rgba16';
  return { canvas: 0, widthPx: codes.length, heightPx: 1, bitDepth, format, data };
};

describe.each([8, 10, 12] as const)('%i-bit canvas', (bitDepth) => {
  const last = 2 ** bitDepth - 1;
  const codes = [
    [0, 1, 2],
    [last, last - 1, last >> 1],
    [17, 200, 101],
  ] as const;

  test('gives its codes back, wherever its memory starts', () => {
    for (const offset of [0, 4, 2]) expect([...codesFromCanvas(canvas(bitDepth, codes, offset))]).toEqual(codes.flat());
  });

  test('becomes a PNG that holds every code', () => {
    const png = decode(encodeCanvasPng(canvas(bitDepth, codes)));
    expect([png.width, png.height, png.channels, png.depth]).toEqual([3, 1, 3, bitDepth === 8 ? 8 : 16]);
    const shift = png.depth - bitDepth;
    expect([...png.data].map((v) => v >> shift)).toEqual(codes.flat());
    expect(png.data[0]).toBe(0);
    expect(png.data[3]).toBe(2 ** png.depth - 1);
  });
});

test('repeats bits so that the widened value is the nearest to code · 65535 / last', () => {
  for (const bitDepth of [10, 12] as const) {
    for (let code = 0; code < 2 ** bitDepth; code += 7) {
      expect(Math.abs(replicateBits(code, bitDepth) - (code * 65535) / (2 ** bitDepth - 1))).toBeLessThan(1);
    }
  }
});

test('encodes linear light as sRGB, brightened by stops, with NaN black', () => {
  // IEC 61966-2-1: linear 0.5 is signal 0.735357, 0.25 is 0.537099.
  const png = decode(encodeLinearPng(2, 1, [0.25, 0.125, 2, Number.NaN, 0, -1], 8, 1));
  expect([...png.data]).toEqual([Math.round(0.735357 * 255), Math.round(0.537099 * 255), 255, 0, 0, 0]);
  const deep = decode(encodeLinearPng(1, 1, [0.5, 0.25, 1], 16));
  expect([...deep.data].map((v) => v / 65535)).toEqual([expect.closeTo(0.735357, 4), expect.closeTo(0.537099, 4), 1]);
});

test('refuses data of another size', () => {
  expect(() => encodePng8(2, 2, new Uint8Array(11))).toThrow(/PNG_SIZE/);
  expect(() => codesFromCanvas({ ...canvas(8, [[1, 2, 3]]), widthPx: 2 })).toThrow(/CANVAS_SIZE/);
});
