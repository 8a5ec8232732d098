import sharp from 'sharp';

/** Renders an SVG drawing to PNG bytes at its own size. */
export async function pngFromSvg(svg: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer());
}
