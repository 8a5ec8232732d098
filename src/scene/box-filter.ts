/** Writes row `y` of a picture into `line` (`width · channels` numbers). */
export type LineReader = (y: number, line: Float64Array) => void;

/**
 * A picture at half size (each side halved and rounded down, at least 1) by an area-weighted box: odd sides are covered evenly, so
 * nothing shifts.
 * @returns Rows top first, `channels` per texel, not rounded.
 */
export function halve(width: number, height: number, channels: number, readLine: LineReader): Float32Array {
  const nextWidth = Math.max(1, width >> 1);
  const nextHeight = Math.max(1, height >> 1);
  const columns = boxTaps(width, nextWidth);
  const rows = boxTaps(height, nextHeight);
  const line = new Float64Array(width * channels);
  const sum = new Float64Array(width * channels);
  const out = new Float32Array(nextWidth * nextHeight * channels);
  for (let y = 0; y < nextHeight; y++) {
    sum.fill(0);
    for (let j = 0; j < 3; j++) {
      const weight = rows.weight[y * 3 + j];
      if (weight === 0) continue;
      readLine(rows.first[y] + j, line);
      for (let i = 0; i < sum.length; i++) sum[i] += weight * line[i];
    }
    for (let x = 0; x < nextWidth; x++) {
      const to = (y * nextWidth + x) * channels;
      for (let k = 0; k < channels; k++) {
        let value = 0;
        for (let i = 0; i < 3; i++) {
          const weight = columns.weight[x * 3 + i];
          if (weight !== 0) value += weight * sum[(columns.first[x] + i) * channels + k];
        }
        out[to + k] = value;
      }
    }
  }
  return out;
}

/** For each of `next` texels the first of up to three source texels that it covers, and their shares (sum 1). */
function boxTaps(size: number, next: number): { first: Int32Array; weight: Float64Array } {
  const first = new Int32Array(next);
  const weight = new Float64Array(next * 3);
  const span = size / next;
  for (let i = 0; i < next; i++) {
    first[i] = Math.floor((i * size) / next);
    for (let k = 0; k < 3; k++) {
      const lo = Math.max(first[i] + k, i * span);
      const hi = Math.min(first[i] + k + 1, (i + 1) * span, size);
      weight[i * 3 + k] = hi - lo > 1e-9 ? (hi - lo) / span : 0;
    }
  }
  return { first, weight };
}
