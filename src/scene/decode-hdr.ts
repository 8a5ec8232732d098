import { SceneError } from '../core/errors.ts';

/** A picture in linear RGB, rows top first. */
export interface HdrImage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 3 per texel, Rec.709 primaries, as bright as stored divided by the file's EXPOSURE. */
  readonly rgb: Float32Array;
}

/** 16k × 4k or 8k × 8k; 768 MiB decoded. */
const MAX_TEXELS = 2 ** 26;
const MAX_HEADER_BYTES = 65536;

/**
 * Decodes a Radiance picture (.hdr): RGBE, flat or run-length coded in the old or the new way, top row first
 * (G. Ward, "Real Pixels", Graphics Gems II; Radiance file formats, "picture").
 * @param file As the user named it, for messages.
 * @throws SceneError HDR_HEADER, HDR_DATA
 */
export function decodeHdr(bytes: Uint8Array, file: string): HdrImage {
  const header = readHeader(bytes, file);
  const { widthPx, heightPx, exposure } = header;
  const rgb = new Float32Array(widthPx * heightPx * 3);
  const line = new Uint8Array(widthPx * 4);
  let offset = header.dataOffset;
  for (let y = 0; y < heightPx; y++) {
    offset = readLine(bytes, offset, line, y, file);
    for (let x = 0; x < widthPx; x++) {
      const exponent = line[x * 4 + 3];
      const scale = exponent === 0 ? 0 : 2 ** (exponent - 136) / exposure;
      for (let k = 0; k < 3; k++) rgb[(y * widthPx + x) * 3 + k] = line[x * 4 + k] * scale;
    }
  }
  return { widthPx, heightPx, rgb };
}

interface HdrHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly exposure: number;
  readonly dataOffset: number;
}

function readHeader(bytes: Uint8Array, file: string): HdrHeader {
  let offset = 0;
  const nextLine = (): string => {
    const end = bytes.indexOf(10, offset);
    if (end < 0 || end > MAX_HEADER_BYTES) throw headerError(file, 'no end', { path: `byte ${offset}`, expected: 'a line of text' });
    const line = String.fromCharCode(...bytes.subarray(offset, Math.min(end, offset + 512))).replace(/\r$/, '');
    offset = end + 1;
    return line;
  };
  const magic = String.fromCharCode(...bytes.subarray(0, 10));
  if (!/^#\?(RADIANCE|RGBE)/.test(magic)) throw headerError(file, 'wrong magic', { got: JSON.stringify(magic), expected: '"#?RADIANCE"' });
  nextLine();
  let exposure = 1;
  for (let line = nextLine(); line !== ''; line = nextLine()) {
    const [key, value = ''] = line.split('=', 2).map((part) => part.trim());
    if (key === 'FORMAT' && value !== '32-bit_rle_rgbe')
      throw headerError(file, 'pixel format', { got: value, expected: '32-bit_rle_rgbe' });
    if (key !== 'EXPOSURE') continue;
    exposure *= Number(value);
    if (!(exposure > 0 && exposure < Infinity)) throw headerError(file, 'EXPOSURE', { got: value, expected: 'a number above 0' });
  }
  const size = nextLine();
  const match = /^([+-][XY]) (\d{1,6}) ([+-][XY]) (\d{1,6})$/.exec(size.trim());
  if (!match) throw headerError(file, 'picture size', { got: JSON.stringify(size.slice(0, 80)), expected: '-Y height +X width' });
  const [, first, rows, second, columns] = match;
  if (first !== '-Y' || second !== '+X') {
    throw headerError(file, 'orientation', { got: `${first} ${second}`, expected: '-Y +X (rows from the top, columns from the left)' });
  }
  const widthPx = Number(columns);
  const heightPx = Number(rows);
  const texels = widthPx * heightPx;
  if (!(texels > 0 && texels <= MAX_TEXELS)) {
    throw headerError(file, 'picture size', { got: `${widthPx}×${heightPx}`, expected: `1 to ${MAX_TEXELS} texels` });
  }
  // A row takes at least a texel and a run in either coding: nothing is allocated for a size that the file cannot fill.
  const least = heightPx * (widthPx === 1 ? 4 : 8);
  if (bytes.length - offset < least) throw dataError(file, offset, 'file too short', `${bytes.length - offset} bytes`, `at least ${least}`);
  return { widthPx, heightPx, exposure, dataOffset: offset };
}

/** Reads one row of RGBE. @returns Where the next row starts. */
function readLine(bytes: Uint8Array, start: number, line: Uint8Array, y: number, file: string): number {
  const width = line.length / 4;
  const [a, b, high, low] = bytes.subarray(start, start + 4);
  const isNewCoding = width >= 8 && width <= 32767 && a === 2 && b === 2 && high < 128;
  if (!isNewCoding) return readOldLine(bytes, start, line, y, file);
  if (high * 256 + low !== width) throw dataError(file, start, `row ${y}: width of the row`, `${high * 256 + low}`, `${width}`);
  let offset = start + 4;
  for (let channel = 0; channel < 4; channel++) {
    for (let x = 0; x < width; ) {
      const code = bytes[offset++];
      const run = code > 128 ? code - 128 : code;
      if (code === undefined || offset + (code > 128 ? 1 : run) > bytes.length) throw truncated(file, offset, y);
      if (run === 0 || x + run > width) throw dataError(file, offset - 1, `row ${y}: run length`, `${run}`, `1 to ${width - x}`);
      for (let i = 0; i < run; i++, x++) line[x * 4 + channel] = bytes[code > 128 ? offset : offset + i];
      offset += code > 128 ? 1 : run;
    }
  }
  return offset;
}

/** Plain RGBE, where 1 1 1 n repeats the texel before n times; several in a row count up in powers of 256. */
function readOldLine(bytes: Uint8Array, start: number, line: Uint8Array, y: number, file: string): number {
  const width = line.length / 4;
  let offset = start;
  let shift = 0;
  for (let x = 0; x < width; offset += 4) {
    if (offset + 4 > bytes.length) throw truncated(file, offset, y);
    const [r, g, b, e] = bytes.subarray(offset, offset + 4);
    if (r !== 1 || g !== 1 || b !== 1) {
      line.set([r, g, b, e], x * 4);
      x++;
      shift = 0;
      continue;
    }
    const run = e * 2 ** shift;
    if (x === 0 || x + run > width) throw dataError(file, offset, `row ${y}: run length`, `${run}`, `at most ${x === 0 ? 0 : width - x}`);
    for (let i = 0; i < run; i++, x++) line.copyWithin(x * 4, x * 4 - 4, x * 4);
    shift += 8;
    if (shift > 24) throw dataError(file, offset, `row ${y}: run length`, 'more than 4 bytes of it', 'at most 4');
  }
  return offset;
}

function headerError(file: string, message: string, detail: { path?: string; got?: string; expected?: string }): SceneError {
  return new SceneError('HDR_HEADER', `Radiance header: ${message}`, { file, ...detail });
}
function dataError(file: string, offset: number, message: string, got: string, expected: string): SceneError {
  return new SceneError('HDR_DATA', message, { file, path: `byte ${offset}`, got, expected });
}
const truncated = (file: string, offset: number, y: number): SceneError =>
  dataError(file, offset, `file ends in row ${y}`, 'end of file', 'pixels');
