/** Lat-long picture, linear RGB, rows from the zenith down; direction → u = ½ + atan2(x, −z)/2π, v = acos(y)/π (scene-data.ts). */
export interface LatLong {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 3 per texel. */
  readonly rgb: Float32Array;
}

/** Fills a lat-long picture from a function of direction (unit vector; north is −Z). */
export function makeLatLong(widthPx: number, heightPx: number, radiance: (x: number, y: number, z: number) => readonly number[]): LatLong {
  const rgb = new Float32Array(widthPx * heightPx * 3);
  for (let j = 0, i = 0; j < heightPx; j++) {
    const polar = ((j + 0.5) / heightPx) * Math.PI;
    for (let k = 0; k < widthPx; k++, i += 3) {
      const azimuth = ((k + 0.5) / widthPx - 0.5) * 2 * Math.PI;
      rgb.set(radiance(Math.sin(polar) * Math.sin(azimuth), Math.cos(polar), -Math.sin(polar) * Math.cos(azimuth)), i);
    }
  }
  return { widthPx, heightPx, rgb };
}

/** Radiance RGBE file ("#?RADIANCE", 32-bit_rle_rgbe, adaptive run lengths; Ward, Graphics Gems II). */
export function encodeHdr({ widthPx, heightPx, rgb }: LatLong): Uint8Array {
  const header = new TextEncoder().encode(
    `#?RADIANCE\nSOFTWARE=cyclorama tools/scenes\nFORMAT=32-bit_rle_rgbe\n\n-Y ${heightPx} +X ${widthPx}\n`,
  );
  const out: number[] = [...header];
  const line = [0, 1, 2, 3].map(() => new Uint8Array(widthPx));
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const i = (y * widthPx + x) * 3;
      const peak = Math.max(rgb[i], rgb[i + 1], rgb[i + 2]);
      const exponent = peak > 1e-32 ? Math.floor(Math.log2(peak)) + 1 : -128;
      const scale = peak > 1e-32 ? 256 / 2 ** exponent : 0;
      for (let c = 0; c < 3; c++) line[c][x] = Math.min(255, Math.floor(rgb[i + c] * scale));
      line[3][x] = exponent + 128;
    }
    out.push(2, 2, widthPx >> 8, widthPx & 255);
    for (const component of line) pushRuns(out, component);
  }
  return Uint8Array.from(out);
}

function pushRuns(out: number[], data: Uint8Array): void {
  const runAt = (i: number): number => {
    let n = 1;
    while (i + n < data.length && n < 127 && data[i + n] === data[i]) n++;
    return n;
  };
  for (let i = 0; i < data.length; ) {
    const run = runAt(i);
    if (run >= 4) {
      out.push(128 + run, data[i]);
      i += run;
      continue;
    }
    let end = i + 1;
    while (end < data.length && end - i < 128 && runAt(end) < 4) end++;
    out.push(end - i, ...data.subarray(i, end));
    i = end;
  }
}
